"""netmeta doctor"""

from __future__ import annotations

import typer

from netmeta.cli import output
from netmeta.cli.session import Json, session
from netmeta.texts import t, tn

SICK = 3


def doctor(context: typer.Context, json: Json = False) -> None:
    from netmeta.services.doctor import examine

    here = session(context)
    config = here.config()
    with here.catalogue(config, read_only=True) as catalogue:
        found = examine(catalogue, config)
    alarms = sum(one.level == "alarm" for one in found)
    if here.json:
        output.print_json({"alarms": alarms, "findings": [one.to_dict() for one in found]})
        raise typer.Exit(SICK if alarms else 0)
    columns = [t("Check"), t("State"), t("Finding")]
    output.table(columns, [[t(one.check), t(one.level), one.text] for one in found])
    for one in found:
        if one.cure:
            output.note(f"{t(one.check)}: {one.cure}")
    note = tn("{n} thing needs a look.", "{n} things need a look.", alarms)
    output.note(note if alarms else t("All is well."))
    raise typer.Exit(SICK if alarms else 0)
