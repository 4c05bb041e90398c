"""Our workbooks opened and saved by Gnumeric and by SheetJS, and read back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lanzarote_data.model.package import Package
from lanzarote_data.workbook.imports import Outcome, import_workbooks
from lanzarote_data.workbook.layout import views
from tests.clients import ClientMissingError, Edit, gnumeric, sheetjs
from tests.desk import cells, places
from tests.grids import check_alike
from tests.packages import own_tables
from tests.workbooks import make, tables_bytes

pytestmark = [pytest.mark.office, pytest.mark.filterwarnings("error")]

Client = Callable[[Path, Path], None]
CLIENTS: dict[str, Client] = {"gnumeric": gnumeric, "sheetjs": sheetjs}
OWN = [view.name for view in views(own_tables())]
BY = pytest.mark.parametrize("client", CLIENTS)


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
    check_alike(path.read_bytes())
    assert unchanged(import_workbooks(own, [path], dry_run=True))


@BY
@pytest.mark.parametrize("name", ["ALL", "BEL", "FIN"])
def test_small_workbooks_come_back_unchanged(
    small: Package, tmp_path: Path, name: str, client: str
) -> None:
    path = saved(make(small, name), tmp_path / f"{name}.xlsx", CLIENTS[client])
    assert unchanged(import_workbooks(small, [path]))


def edited(package: Package, folder: Path, *edits: Edit) -> Outcome:
    """What comes of a workbook that SheetJS edited; a refusal leaves the tables as they were."""
    path = saved(make(package), folder / "edited.xlsx", partial(sheetjs, edits=edits))
    before = tables_bytes(package)
    outcome = import_workbooks(package, [path])
    assert outcome.applied is not (tables_bytes(package) == before)
    if outcome.applied:
        assert import_workbooks(package, [path]).changes == ()
    return outcome


def test_edited_cells_are_exactly_those_changes(small: Package, tmp_path: Path) -> None:
    outcome = edited(
        small,
        tmp_path,
        Edit("Recommendations", "F2", "007"),
        Edit("Observations", "E4", "=1+1"),
        Edit("Follow-up", "D2", date="2025-03-05"),
    )
    assert outcome.problems == ()
    assert cells(outcome.changes) == [
        ("recommendations", "R2-BEL-II-1", "topic", "", "007"),
        ("observations", "R2-BEL-II-o3", "topic", "1-2", "=1+1"),
        ("follow_up", "R2-II-1.BEL.f1", "date", "2025-03-01", "2025-03-05"),
    ]


def test_numbers_where_none_belong_are_refused(small: Package, tmp_path: Path) -> None:
    outcome = edited(
        small,
        tmp_path,
        Edit("Follow-up", "D2", number=45_721),
        Edit("Observations", "E3", number=7),
        Edit("Observations", "E5", number=7),
    )
    assert outcome.changes == ()
    assert places(outcome.problems) == [
        ("typed-value-in-text", "Observations!E3"),
        ("number-in-date", "Follow-up!D2"),
    ]
