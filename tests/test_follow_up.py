"""Follow-up: the latest state, the history, the rules, and its sheet in the workbook."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas
import pytest
from openpyxl import load_workbook

import lanzarote_data as lz
from lanzarote_data.formats.matrix import matrix as formats_matrix
from lanzarote_data.store.tables import read_tables
from lanzarote_data.text.targets import with_targets
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook.exports import export_workbook
from lanzarote_data.workbook.imports import import_workbooks
from lanzarote_data.workbook.layout import view_of
from tests.packages import copy_package, edited
from tests.synthetic import synthetic_data, synthetic_tables


@pytest.fixture(scope="module")
def data() -> lz.Dataset:
    return synthetic_data()


def test_the_history_is_in_the_order_in_which_it_came_of_a_party_a_row_or_all(
    data: lz.Dataset,
) -> None:
    history = data.follow_up_history("IX-4", party="BEL")
    # f9 and f10 are of one day, and “f10” comes before “f9” by letters.
    assert list(history.index) == [f"R2-IX-4.BEL.f{number}" for number in range(1, 11)]
    assert len(data.follow_up_history()) == 16
    assert len(data.follow_up_history(party="FRA")) == 2
    assert set(data.follow_up_history("IX-4").party_id) == {"BEL", "FRA"}
    # A code, its id, and a row that cites it are the same question; a row of a Party is on that.
    for name in ("R2-IX-4", "R2-ALL-IX-4"):
        assert set(data.follow_up_history(name).party_id) == {"BEL", "FRA"}
    assert list(data.follow_up_history("R2-FRA-IX-2").index) == ["R2-IX-2.FRA.f1"]
    with pytest.raises(lz.LanzaroteError, match="No row has the id"):
        data.follow_up_history("R2-XXX-II-1")


def test_the_state_of_a_party_is_the_latest_entry_of_each_recommendation(data: lz.Dataset) -> None:
    status = data.follow_up_state("BEL").status
    codes = set(";".join(data.addressed_to("BEL").codes).split(";"))
    assert set(data.follow_up_state("BEL").code) == codes
    assert status.dropna().to_dict() == {
        "R2-II-1": "under way",
        "R2-II-2": "partially implemented",
        "R2-IX-4": "implemented",
    }
    assert data.follow_up_state("FRA").status["R2-IX-4"] == "no reply"
    assert data.follow_up_state("NLD").status.isna().all()


def test_the_matrix_has_every_report_recommendation_and_party_that_it_is_addressed_to(
    data: lz.Dataset,
) -> None:
    matrix = data.matrix()
    assert matrix.index.names == ["report_recommendation_id", "party_id"]
    table = matrix.urgency.unstack()
    assert table.loc["R2-II-1"].dropna().to_dict() == {"BEL": "invite", "FRA": "invite"}
    # One generic row cites IX-4 and IX-9: both are addressed to all Parties.
    assert set(table.loc["R2-IX-9"]) == {"request"}
    lines = {(line["code"], line["party_id"]): line for line in records(matrix)}
    line = lines["IX-4", "FRA"]
    assert (line["basis"], line["scope"], line["rows"]) == ("all", "generic", "R2-ALL-IX-4")
    assert line["status"] == "no reply"
    assert lines["II-1", "FRA"]["rows"] == "R2-FRA-II-1"
    assert data.matrix("R2").equals(matrix)
    with pytest.raises(lz.LanzaroteError, match="no round 'R9'"):
        data.matrix("R9")


def test_the_matrix_and_the_sheet_of_a_release_say_the_same(data: lz.Dataset) -> None:
    sheet = formats_matrix(data.tables)
    assert sheet
    marks = {line.code: dict(zip(sheet.columns, line.marks, strict=True)) for line in sheet.lines}
    names = data.parties.name
    for line in records(data.matrix()):
        by_party = marks[line["code"]]
        found = by_party.get(names[line["party_id"]]) or by_party["All Parties"]
        assert found == line["urgency"] + "*" * (line["basis"] == "conditional")


def test_the_most_urgent_of_two_rows_on_the_same_is_what_the_matrix_says() -> None:
    tables = edited(synthetic_tables(), "citations", "R2-BEL-II-6.1", locator="IX-9")
    matrix = lz.Dataset(with_targets(tables)).matrix()
    (line,) = (x for x in records(matrix) if (x["code"], x["party_id"]) == ("IX-9", "BEL"))
    assert (line["urgency"], line["basis"]) == ("require", "named")
    assert line["rows"] == "R2-BEL-II-6;R2-ALL-IX-4"


def records(matrix: pandas.DataFrame) -> list[dict[Hashable, Any]]:
    """The lines of the matrix, as objects."""
    return matrix.reset_index().to_dict("records")


def test_follow_up_is_entered_through_the_workbook(tmp_path: Path) -> None:
    package = copy_package("frames", tmp_path)
    tables = read_tables(package).tables
    view = view_of(tables, "BEL")
    assert view
    export_workbook(tables, view, tmp_path / "workbooks")
    path = tmp_path / "workbooks" / "BEL.xlsx"
    entry = {
        "report_recommendation_id": "R2-II-6",
        "date": "2024-11-01",
        "kind": "measure",
        "status": "reported",
        "text": "A synthetic entry made in the workbook.",
        "source": "Synthetic letter 40",
    }
    add_row(
        path,
        "Follow-up",
        {package.resource("follow_up").field(n).title: v for n, v in entry.items()},
    )
    outcome = import_workbooks(package, [path])
    assert not outcome.problems
    assert outcome.applied
    assert validate_package(tmp_path) == []
    state = lz.load(tmp_path).follow_up_state("BEL").loc["R2-II-6"]
    assert (state.follow_up_id, state.status) == ("R2-II-6.BEL.f1", "reported")


def add_row(path: Path, sheet_name: str, values: dict[str, str]) -> None:
    """Write a row below the last one of a sheet, each value under its header."""
    book = load_workbook(path)
    sheet = book[sheet_name]
    headers = {str(cell.value): cell.column for cell in sheet[1]}
    line = max(cell.row for cell in sheet["A"] if cell.value) + 1
    for title, value in values.items():
        sheet.cell(line, headers[title], value)
    book.save(path)
