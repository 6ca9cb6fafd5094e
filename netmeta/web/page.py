"""Rendering one of our pages.

Datasette renders asynchronously: each piece of a page passes through as many generators as its
template extends others, which was a third of the CPU of a search page. Our templates await
nothing but the links of the menu, so they are compiled to plain functions instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Response
from jinja2 import Environment, Template

from netmeta.web.asking import page_of


class _PlainTemplate(Template):
    """A template that Datasette awaits and that runs without awaiting."""

    async def render_async(self, *args: Any, **kwargs: Any) -> str:
        """The page; what the menu of other plugins holds is asked for before."""
        context = dict(*args, **kwargs)
        links = await context["menu_links"]()
        return self.render({**context, "menu_links": lambda: links})


_environments: WeakKeyDictionary[Environment, Environment] = WeakKeyDictionary()


def _template(datasette: Any, name: str) -> Template:
    """One of our templates; as Datasette has them, others of the same name come first."""
    env: Environment = datasette.jinja_env
    if env not in _environments:
        plain = env.overlay(enable_async=False)
        plain.template_class = _PlainTemplate
        _environments[env] = plain
    return _environments[env].get_template(name)


async def render(
    datasette: Any, request: Any, template: str, context: Mapping[str, Any], *,
    status: int = 200, headers: Mapping[str, str] | None = None,
) -> Any:  # fmt: skip
    """A template with its context as a response."""
    page = _template(datasette, template)
    html = await datasette.render_template(page, dict(context), request=request)
    return Response.html(html, status=status, headers=dict(headers or {}))


def page_number(request: Any) -> int:
    """`?page=`, see `page_of`."""
    return page_of(request.args.get("page"))
