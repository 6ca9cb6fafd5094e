"""Serving published snapshots: always the newest one, without a pause when it is replaced."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from netmeta.config import Config
from netmeta.errors import NetmetaError
from netmeta.services.publish import DATABASE, newest, require_current
from netmeta.web.server import datasette

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class Following:
    """An ASGI application: the newest snapshot of a folder, opened as immutable.

    Requests under way end on the snapshot they began with. A snapshot that cannot be opened is
    told of in the log, and the one before goes on serving.
    """

    def __init__(self, folder: Path, config: Config) -> None:
        self._folder, self._config = folder, config
        self._serving: Path | None = None
        self._app: Asgi | None = None
        self._changing = asyncio.Lock()

    async def start(self) -> None:
        """Open the newest snapshot. Raises: StorageError if there is none."""
        await self._open(newest(self._folder))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        await self._look()
        assert self._app is not None
        await self._app(scope, receive, send)

    async def _look(self) -> None:
        if self._changing.locked():
            return
        async with self._changing:
            try:
                found = newest(self._folder)
                if found != self._serving:
                    await self._open(found)
            except NetmetaError as error:
                log.error("the newest snapshot cannot be served: %s", error)

    async def _open(self, snapshot: Path) -> None:
        require_current(snapshot)
        made = datasette(replace(self._config, db=snapshot / DATABASE), immutable=True)
        await made.invoke_startup()
        self._app, self._serving = made.app(), snapshot
        log.info("serving snapshot %s", snapshot.name)


async def _live(receive: Receive, send: Send) -> None:
    """The server's question whether we are up, and its word that it ends."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
