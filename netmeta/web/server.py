"""Datasette with the catalogue, the plugin and metadata.yml, served by uvicorn."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, Final

import uvicorn
import yaml
from datasette.app import Datasette, DatasetteClient
from datasette.database import Database

from netmeta.config import Config

DATABASE: Final = "netmeta"
"""Name of the catalogue within Datasette, whatever its file is called; metadata.yml uses it."""

SETTINGS: Final = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,  # each suggestion scans the whole table
    "allow_download": False,
    "allow_csv_stream": False,
    "default_allow_sql": False,
    "truncate_cells_html": 200,
}


def metadata_file() -> Path:
    """metadata.yml: inside the installed package, or at the root of a checkout."""
    packaged = Path(__file__).with_name("metadata.yml")
    return packaged if packaged.exists() else Path(__file__).parents[2] / "metadata.yml"


def datasette(config: Config, *, immutable: bool = False) -> Datasette:
    """A Datasette instance on the configured catalogue, read only.

    Args:
        immutable: nobody writes to the file, as to a published snapshot; never say so of a
            catalogue that lives.
    """
    metadata: dict[str, Any] = yaml.safe_load(metadata_file().read_text("utf-8"))
    metadata.setdefault("plugins", {})["netmeta"] = {
        "db": str(config.db), "engine": config.engine, "language": config.language,
        "site_url": config.site_url, "contact": config.contact,
        "share_overrides": config.share_overrides,
    }  # fmt: skip
    app = Datasette(metadata=metadata, settings=dict(SETTINGS))
    app.remove_database("_memory")
    app.add_database(Database(app, path=str(config.db), is_mutable=not immutable), name=DATABASE)
    app.client = DatasetteClient(app)  # the first one was made before there was a catalogue
    return app


async def serve_app(
    app: Datasette, listening: socket.socket, *, verbose: bool = False
) -> None:  # fmt: skip
    """Serve on a listening socket until SIGINT or SIGTERM."""
    await app.invoke_startup()
    await serve_asgi(app.app(), listening, verbose=verbose)


async def serve_asgi(app: Any, listening: socket.socket, *, verbose: bool = False) -> None:
    """Serve an ASGI application on a listening socket until SIGINT or SIGTERM."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="info" if verbose else "warning",
            lifespan="on",
            timeout_graceful_shutdown=5,
        )
    )
    await server.serve(sockets=[listening])
