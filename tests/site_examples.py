"""Tables for the tests of the site: ours, and ours with rows of invented, neutral wording."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.site.folder import File
from tests.packages import edited, own_tables

ROOT = Path(__file__).parents[1]
SCRIPT = "<script>window.hostile = 1</script>"
HOSTILE = (
    f"A synthetic text {SCRIPT} <img src=x onerror='window.hostile=2'> "
    "[link](javascript:window.hostile=3) ![picture](https://example.org/p.png) </script>"
)


def whole(files: Iterable[File]) -> dict[str, bytes]:
    """The content of all files of a site, by path."""
    return {file.path: file.make() for file in files}


def strictly_parsed(page: bytes) -> Element:
    """A page as strict parsing gives it, which has no fault to find."""
    parser = HTMLParser(namespace_html_elements=False)
    tree: Element = parser.parse(page, transport_encoding="utf-8")
    assert parser.errors == []
    return tree


def with_rows(tables: Tables, name: str, rows: Iterable[Row]) -> Tables:
    """The tables with rows added to one of them."""
    table = tables[name]
    return tables.with_table(Table(table.resource, (*table.rows, *rows))).in_order()


def with_follow_up(tables: Tables) -> Tables:
    """The tables with two synthetic entries on one recommendation, the later one second."""
    row = {
        "report_recommendation_id": "R2-II-6",
        "party_id": "BEL",
        "kind": "measure",
        "source": "A synthetic letter",
        "url": "https://example.org/letter",
    }
    first = {
        "follow_up_id": "R2-II-6.BEL.f1",
        "date": "2024-03-01",
        "status": "reported",
        "text": "A *synthetic* measure is reported.",
    }
    second = {
        "follow_up_id": "R2-II-6.BEL.f2",
        "date": "2025-04-02",
        "status": "under way",
        "text": "A synthetic measure is under way.",
        "url": "",
    }
    return with_rows(tables, "follow_up", ({**row, **first}, {**row, **second}))


def hostile_tables() -> Tables:
    """The tables with markup and scripts in every place where a text may stand."""
    tables = with_follow_up(own_tables())
    tables = edited(
        tables, "recommendations", "R2-BEL-II-6", text=HOSTILE, topic=HOSTILE, lead_in=HOSTILE
    )
    tables = edited(tables, "practices", "R2-BEL-V-p1", text=HOSTILE, heading=HOSTILE)
    tables = edited(tables, "chapters", "R2-II", title=HOSTILE, introduction=HOSTILE)
    tables = edited(tables, "parties", "BEL", name=HOSTILE, name_in_sentence=HOSTILE)
    tables = edited(tables, "citations", "R2-BEL-II-2.1", text=HOSTILE)
    tables = edited(tables, "urgency_meanings", "R2", meaning=HOSTILE)
    return edited(
        tables, "follow_up", "R2-II-6.BEL.f1", source=HOSTILE, url="javascript:window.hostile=4"
    )


def many_recommendations(number: int) -> list[Row]:
    """Synthetic recommendations to Belgium, in addition to ours."""
    return [
        {
            "recommendation_id": f"R2-BEL-V-n{index}",
            "chapter_id": "R2-V",
            "scope": "specific",
            "party_id": "BEL",
            "addressing": "named",
            "urgency": ("require", "request", "invite")[index % 3],
            "topic": "",
            "lead_in": "",
            "text": f"A synthetic recommendation with the number {index}.",
            "layout": "paragraph",
            "document_id": "R2-BEL-FACTSHEET",
            "position": str(10_000 + 10 * index),
            "withdrawn_in": "",
        }
        for index in range(1, number + 1)
    ]
