"""netmeta: one searchable catalogue of what Russian teachers publish on many portals."""

from __future__ import annotations

__version__ = "0.1.0"
