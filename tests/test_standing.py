"""Where matters stand: the frame, the sheet and the page say the same, at full size too."""

from __future__ import annotations

import io
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

import lanzarote_data as lz
from lanzarote_data.cli import main
from lanzarote_data.desk import work
from lanzarote_data.formats.excel import STANDING_SHEET, write_excel
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.site.build import Settings, site_files
from lanzarote_data.text.targets import with_cited, with_targets
from tests.packages import copy_package, own_tables
from tests.site_examples import many_recommendations, whole, with_follow_up, with_rows

pytestmark = pytest.mark.slow


@cache
def large() -> Tables:
    """Our tables with 26 more synthetic codes, so that there are 111, and some follow-up."""
    tables = with_follow_up(own_tables())
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


@pytest.mark.parametrize(("tables", "codes"), [(own_tables(), 85), (large(), 111)])
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


def test_two_editions_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = copy_package("tiny", tmp_path)
    own = ["--package", str(package.folder)]
    main(["factsheet", "BEL", *own])
    later = capsys.readouterr().out
    for old, new in (
        ("25.05.2023", "25.05.2026"),
        ("to consider a synthetic recommendation", "to reconsider a synthetic recommendation"),
        ("- to share", "- to write a synthetic page.\n- to share"),
        ("The Committee observes a synthetic fact.[^2]\n", ""),
        ("[^2]: Para. 49.\n", ""),
    ):
        assert old in later
        later = later.replace(old, new)
    source = tmp_path / "later.md"
    source.write_text(later, encoding="utf-8")
    assert main(["ingest", str(source), "--edition", "--withdraw", *own]) == 0
    assert main(["site", *own]) == 0
    page = (tmp_path / "build/site/editions/R2-BEL-FACTSHEET-2.html").read_text(encoding="utf-8")
    sides = re.findall(r">([^<]+)</a></th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>", page)
    lead_in = "The Committee invites Belgium: to"
    assert sides[0] == (
        "R2-BEL-II-1",
        f"{lead_in} <ins>consider</ins> a synthetic recommendation.",
        f"{lead_in} <ins>reconsider</ins> a synthetic recommendation.",
    )
    missing = {row_id: ("not in this" in old, "not in this" in new) for row_id, old, new in sides}
    assert missing.pop("R2-BEL-II-o1") == (False, True)
    assert missing.pop("R2-BEL-II-1") == (False, False)
    assert list(missing.values()) == [(True, False)]
    factsheet = (tmp_path / "build/site/factsheets/R2-BEL.html").read_text(encoding="utf-8")
    assert 'href="../editions/R2-BEL-FACTSHEET-2.html"' in factsheet
    paths = [path for path in (tmp_path / "build" / "site").rglob("*") if path.is_file()]
    written = {path: path.read_bytes() for path in paths}
    shutil.rmtree(tmp_path / "build")
    work.site(package, lambda _: None)  # as the desk writes it
    assert {path for path, content in written.items() if path.read_bytes() != content} == set()
