"""netmeta: one searchable catalogue of what Russian teachers publish on many portals.

>>> from netmeta import Netmeta, PageReader, parse_when
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netmeta.facade import Netmeta
    from netmeta.reading import PageReader
    from netmeta.when import When, parse_when

__version__ = "0.1.0"

__all__ = ["Netmeta", "PageReader", "When", "__version__", "parse_when"]

_HOMES = {
    "Netmeta": "netmeta.facade",
    "PageReader": "netmeta.reading",
    "When": "netmeta.when",
    "parse_when": "netmeta.when",
}


def __getattr__(name: str) -> Any:
    """Import public names at first use: `import netmeta` alone must cost next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'netmeta' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
