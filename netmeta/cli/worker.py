"""netmeta worker"""

from __future__ import annotations

from typing import Annotated

import typer

from netmeta.cli.session import session
from netmeta.texts import t


def worker(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help=t("End when everything that is due is done; for cron and timers."))] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help=t("Log lines as JSON, for programs."))] = False,
) -> None:  # fmt: skip
    from netmeta.schedule.logs import set_up
    from netmeta.schedule.worker import Worker

    here = session(context)
    set_up(as_json=log_json, verbosity=here.verbosity)
    Worker(here.config(), once=once).run()
