"""Our workbooks opened and saved by Gnumeric, ExcelJS and SheetJS, and read back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lanzarote_data.package import Package
from lanzarote_data.workbook.imports import Outcome, import_workbooks
from lanzarote_data.workbook.layout import views
from tests.clients import ClientMissingError, Edit, gnumeric, javascript
from tests.desk import cells, places
from tests.packages import own_tables
from tests.workbooks import make, tables_bytes

pytestmark = [pytest.mark.office, pytest.mark.filterwarnings("error")]

Client = Callable[[Path, Path], None]
CLIENTS: dict[str, Client] = {
    "gnumeric": gnumeric,
    "exceljs": partial(javascript, "exceljs"),
    "sheetjs": partial(javascript, "sheetjs"),
}
OWN = [view.name for view in views(own_tables())]
BY = pytest.mark.parametrize("client", CLIENTS)
BY_SCRIPT = pytest.mark.parametrize("library", ["exceljs", "sheetjs"])


def saved(source: Path, target: Path, client: Client) -> Path:
    """The workbook as a client saves it; skips where there is no such client."""
    try:
        client(source, target)
    except ClientMissingError as reason:
        pytest.skip(str(reason))
    return target


def unchanged(outcome: Outcome) -> bool:
    return not (outcome.changes or outcome.conflicts or outcome.problems)


@BY
@pytest.mark.parametrize("name", OWN)
def test_our_own_workbooks_come_back_unchanged(
    own: Package, tmp_path: Path, name: str, client: str
) -> None:
    path = saved(make(own, name), tmp_path / f"{name}.xlsx", CLIENTS[client])
    assert unchanged(import_workbooks(own, [path], dry_run=True))


@BY
@pytest.mark.parametrize("name", ["ALL", "BEL", "FIN"])
def test_small_workbooks_come_back_unchanged(
    small: Package, tmp_path: Path, name: str, client: str
) -> None:
    path = saved(make(small, name), tmp_path / f"{name}.xlsx", CLIENTS[client])
    assert unchanged(import_workbooks(small, [path]))


@BY_SCRIPT
def test_an_edited_cell_is_exactly_that_change(
    small: Package, tmp_path: Path, library: str
) -> None:
    edit = [Edit("Recommendations", "F2", "007"), Edit("Observations", "D4", "=1+1")]
    path = saved(make(small), tmp_path / "edited.xlsx", partial(javascript, library, edits=edit))
    outcome = import_workbooks(small, [path])
    assert cells(outcome.changes) == [
        ("recommendations", "R2-BEL-II-1", "topic", "", "007"),
        ("observations", "R2-BEL-II-o3", "topic", "1-2", "=1+1"),
    ]
    assert outcome.applied
    assert import_workbooks(small, [path]).changes == ()


def test_a_date_that_exceljs_leaves_as_a_number_is_refused(small: Package, tmp_path: Path) -> None:
    outcome = with_a_date(small, tmp_path, "exceljs")
    assert (outcome.changes, places(outcome.problems)) == (
        (),
        [("number-in-date", "Follow-up!D2")],
    )


def test_a_date_that_sheetjs_writes_with_its_format_is_taken(
    small: Package, tmp_path: Path
) -> None:
    outcome = with_a_date(small, tmp_path, "sheetjs")
    assert outcome.problems == ()
    assert cells(outcome.changes) == [
        ("follow_up", "R2-BEL-II-1.BEL.f1", "date", "2025-03-01", "2025-03-05")
    ]


def with_a_date(package: Package, folder: Path, library: str) -> Outcome:
    """What comes of a date that a library writes into a column that is formatted as text."""
    edit = [Edit("Follow-up", "D2", date="2025-03-05")]
    client = partial(javascript, library, edits=edit)
    path = saved(make(package), folder / "edited.xlsx", client)
    before = tables_bytes(package)
    outcome = import_workbooks(package, [path])
    assert outcome.applied is not (tables_bytes(package) == before)
    return outcome
