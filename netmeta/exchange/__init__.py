"""Formats both ways; so far JSON Lines of items, in."""
