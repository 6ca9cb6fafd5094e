"""Downloader middlewares that keep a harvest polite and bounded, a file each."""
