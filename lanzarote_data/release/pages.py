"""The HTML pages of a release: one file each, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lanzarote_data.model.package import Package
from lanzarote_data.text.markup import PAGE_POLICY
from lanzarote_data.text.rights import notice

if TYPE_CHECKING:
    from jinja2 import Environment


def page(template: str, package: Package, **values: object) -> str:
    """A page from a template in ``templates/``; every text in ``values`` is plain text."""
    found = _environment().get_template(template)
    return found.render(policy=PAGE_POLICY, rights=notice(package), **values) + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("lanzarote_data.release")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
