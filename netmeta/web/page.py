"""Rendering one of our pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasette.utils.asgi import Response


async def render(
    datasette: Any, request: Any, template: str, context: Mapping[str, Any], *, status: int = 200
) -> Any:
    """A template with its context as a response."""
    html = await datasette.render_template(template, dict(context), request=request)
    return Response.html(html, status=status)


def page_number(request: Any) -> int:
    """`?page=`: 1 to 1000, 1 for anything that is no such number."""
    typed = request.args.get("page") or "1"
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 1
    return max(1, min(number, 1000))
