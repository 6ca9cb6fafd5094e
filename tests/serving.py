"""A Datasette served over real HTTP on loopback, for clients that know nothing of ASGI."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType

import uvicorn
from datasette.app import Datasette


class Serving:
    """`with Serving(app) as url:`; the address ends with a slash."""

    def __init__(self, app: Datasette) -> None:
        self.app = app
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        config = uvicorn.Config(app.app(), log_level="critical", lifespan="off", loop="asyncio")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        async def serve() -> None:
            await self.app.invoke_startup()
            await self._server.serve(sockets=[self._socket])

        asyncio.run(serve())

    def __enter__(self) -> str:
        self._thread.start()
        return self.url

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        for database in self.app.databases.values():
            database.close()
