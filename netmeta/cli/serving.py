"""netmeta serve"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netmeta.cli import output
from netmeta.cli.session import Session, session
from netmeta.errors import NetmetaError
from netmeta.texts import t

if TYPE_CHECKING:
    import socket

    from netmeta.config import Config


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help=t("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=t("Port; 0 for a free one."))] = 8001,
    root: Annotated[bool, typer.Option("--root", help=t("Print an address that signs its first visitor in as root."))] = False,
    snapshot: Annotated[Path | None, typer.Option("--snapshot", metavar="DIR", help=t("Serve the newest snapshot published there, for reading only."))] = None,
) -> None:  # fmt: skip
    here = session(context)
    if snapshot is not None:
        if root:
            raise typer.BadParameter(t("a snapshot cannot be edited"), param_hint="--root")
        run_snapshots(here, here.config(), snapshot, host=host, port=port)
        return
    run_server(here, here.config(), host=host, port=port, root=root)


def run_server(here: Session, config: Config, *, host: str = "127.0.0.1", port: int, root: bool = False
) -> None:  # fmt: skip
    """Serve until Ctrl-C.

    Args:
        root: whether to print Datasette's token, good for one visit, that makes a curator of whoever
            has it.

    Raises:
        StorageError: there is no catalogue, or it cannot be read.
        NetmetaError: the port is taken.
    """
    import asyncio
    import contextlib

    from netmeta.web.server import datasette, serve_app

    with here.catalogue(config, read_only=True):
        pass  # a clear error now rather than an error page later
    listening = _bound(host, port)
    with listening:
        address = f"http://{host}:{listening.getsockname()[1]}/"
        output.note(t("The catalogue is at {address} (Ctrl-C ends it)", address=address))
        with contextlib.suppress(KeyboardInterrupt):  # the way to end it, and no failure
            app = datasette(config)
            if root:
                token = f"{address}-/auth-token?token={app._root_token}"
                output.note(t("Whoever opens this first is root: {address}", address=token))
            asyncio.run(serve_app(app, listening, verbose=here.verbosity > 0))


def run_snapshots(here: Session, config: Config, folder: Path, *, host: str, port: int) -> None:
    """Serve the newest snapshot of a folder until Ctrl-C.

    Raises:
        StorageError: there is no snapshot.
        NetmetaError: the port is taken.
    """
    import asyncio
    import contextlib

    from netmeta.services.publish import newest
    from netmeta.web.following import Following
    from netmeta.web.server import serve_asgi

    newest(folder)  # a clear error before anything is opened

    async def follow(listening: socket.socket) -> None:
        app = Following(folder, config)
        await app.start()
        await serve_asgi(app, listening, verbose=here.verbosity > 0)

    with _bound(host, port) as listening:
        address = f"http://{host}:{listening.getsockname()[1]}/"
        output.note(t("The catalogue is at {address} (Ctrl-C ends it)", address=address))
        with contextlib.suppress(KeyboardInterrupt):  # the way to end it, and no failure
            asyncio.run(follow(listening))


def _bound(host: str, port: int) -> socket.socket:
    """A socket at an address. Raises: NetmetaError if it is taken."""
    import socket

    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)  # whoever comes at once waits until we are up
    except OSError as error:
        listening.close()
        raise NetmetaError(
            t("Cannot listen on {host}:{port}", host=host, port=port),
            why=error.strerror,
            cure=t("Choose another port with --port, or 0 for any free one."),
        ) from error
    return listening
