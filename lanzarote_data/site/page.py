"""A page of the site, and the permanent paths of pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.text.items import Item

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True)
class Page:
    """A page: its path below the site's folder, its template, and what that shows."""

    path: str
    template: str
    values: Mapping[str, object]


@cache
def page_path(folder: str, name: str) -> str:
    """The path of a page that is named by an id.

    :raises LanzaroteError: the id could lead out of the folder.
    """
    if not _FILE_NAME.fullmatch(name):
        raise LanzaroteError(
            f"No page can be named after the id {name!r}.",
            "Use only letters, digits and hyphens in ids; 'lanzarote validate' shows where.",
        )
    return f"{folder}/{name}.html"


def item_path(item: Item) -> str:
    """The path of the page of an item."""
    return page_path(item.table, item.id)


def factsheet_path(round_id: str, party_id: str) -> str:
    """The path of the page of a Party's factsheet on a round."""
    return page_path("factsheets", f"{round_id}-{party_id}")


def report_path(report_id: str) -> str:
    """The path of the page of a recommendation of a report."""
    return page_path("report", report_id)
