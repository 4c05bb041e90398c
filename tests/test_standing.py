"""Where matters stand: the frame, the sheet and the page say the same, at full size too."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

import lanzarote_data as lz
from lanzarote_data.formats.excel import STANDING_SHEET, write_excel
from lanzarote_data.model.changes import Change
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.site.build import Settings, site_files
from lanzarote_data.store.tables import read_tables
from lanzarote_data.text.targets import with_cited, with_targets
from tests.packages import copy_package
from tests.site_examples import many_recommendations, our_tables, whole, with_follow_up, with_rows


@cache
def large() -> Tables:
    """Our tables with 26 more synthetic codes, so that there are 111, and some follow-up."""
    tables = with_follow_up(our_tables())
    rows, notes = [], []
    model = next(row for row in tables.rows("citations") if row["recommendation_id"])
    for number, row in enumerate(many_recommendations(26), start=50):
        to_all = {"scope": "generic", "party_id": "", "addressing": "all"}
        row_id = f"R2-ALL-V-{number}"
        rows.append({**row, **to_all, "recommendation_id": row_id, "text": "A synthetic text.[^1]"})
        note: Row = {"citation_id": f"{row_id}.1", "recommendation_id": row_id, "marker": "1"}
        notes.append(
            {**model, **note, "locator": f"V-{number}", "text": f"Recommendation V-{number}."}
        )
    tables = with_rows(with_rows(tables, "recommendations", rows), "citations", notes)
    return with_targets(with_cited(tables))


@pytest.mark.parametrize(("tables", "codes"), [(our_tables(), 85), (large(), 111)])
def test_frame_sheet_and_page_have_every_code_and_party(tables: Tables, codes: int) -> None:
    frame = lz.Dataset(tables).matrix()
    table = frame.urgency.unstack()
    assert table.shape == (codes, 48)
    book = load_workbook(io.BytesIO(next(iter(write_excel(tables).values()))))
    header, *rows = book[STANDING_SHEET].iter_rows(values_only=True)
    marks = {row[0]: row[2:50] for row in rows if str(row[0]).startswith("R2-")}
    assert (len(marks), len([cell for cell in header if cell])) == (codes, 50)
    assert sum(1 for row in marks.values() for cell in row if cell) == len(frame)
    page = whole(site_files(tables, Settings()))["standing.html"].decode()
    links = re.findall(r'<td class="u[1-3]"><a href="report/([^"]+)\.html#([A-Z]{3})"', page)
    assert sorted(links) == sorted(frame.index)
    assert page.count("<td>") + len(links) == codes * 48


def test_a_cell_says_urgency_basis_and_latest_state_and_leads_to_the_entries() -> None:
    tables = large()
    book = load_workbook(io.BytesIO(next(iter(write_excel(tables).values()))))
    sheet = book[STANDING_SHEET]
    names = [cell.value for cell in sheet[1]]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    cell = rows["R2-II-6"][names.index("Belgium")]
    assert str(cell.value).split() == ["2•", "◔"]
    assert cell.hyperlink.location == "'Follow-up'!A3"
    assert book["Follow-up"]["A3"].value == "R2-II-6.BEL.f2"
    assert rows["R2-II-6"][names.index("France")].value is None
    assert str(rows["R2-III-3"][names.index("France")].value).split() == ["2*", "·"]
    site = whole(site_files(tables, Settings()))
    page = site["report/R2-II-6.html"].decode()
    assert 'href="../report/R2-II-6.html"' in site["recommendations/R2-BEL-II-6.html"].decode()
    assert '<tr id="BEL">' in page and "A synthetic measure is under way." in page
    assert {
        f"report/{row['report_recommendation_id']}.html"
        for row in tables.rows("report_recommendations")
    } <= site.keys()


def test_two_editions_are_compared(tmp_path: Path) -> None:
    tables = read_tables(copy_package("rounds", tmp_path)).tables
    new = next(row for row in tables.rows("documents") if row["replaces"])
    items = [
        row for row in tables.rows("recommendations") if row["document_id"] == new["document_id"]
    ]
    gone = [
        row for row in tables.rows("recommendations") if row["withdrawn_in"] == new["document_id"]
    ]
    assert items and gone
    changed, added = items[0]["recommendation_id"], items[1]
    log = [
        [
            Change("documents", (new["document_id"],), None, None, new),
            Change("recommendations", (changed,), "text", "An earlier text.", items[0]["text"]),
            Change("recommendations", (added["recommendation_id"],), None, None, added),
        ]
    ]
    path = f"editions/{new['document_id']}.html"
    page = whole(site_files(tables, Settings(log=log)))[path].decode()
    sides = re.findall(r">([^<]+)</a></th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>", page)
    found = {
        row_id: (bool("not in this" in old), bool("not in this" in text))
        for row_id, old, text in sides
    }
    assert found == {
        changed: (False, False),
        added["recommendation_id"]: (True, False),
        **{row["recommendation_id"]: (False, True) for row in gone},
    }
    assert "<ins>earlier</ins>" in page or "<ins>An earlier text" in page
    factsheet = whole(site_files(tables, Settings()))["factsheets/R3-BEL.html"].decode()
    assert f'href="../{path}"' in factsheet
