"""Translations of what people read (gettext), and the tool that gathers them."""
