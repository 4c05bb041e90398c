"""Two packages, releases, workbooks or datasets compared, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_sound_tables
from lanzarote_data.store.untrusted import SPREADSHEETS

if TYPE_CHECKING:
    from lanzarote_data.workbook.layout import View


@dataclass(frozen=True)
class Side:
    """The tables of one side; of a workbook also its view and its problems."""

    name: str
    tables: Tables
    view: View | None = None
    problems: tuple[Problem, ...] = ()


def is_workbook(source: Tables | Path) -> TypeGuard[Path]:
    """Whether a file is a spreadsheet of any kind, by its name."""
    return isinstance(source, Path) and source.suffix.lower() in SPREADSHEETS and source.is_file()


def sides(old: Tables | Path, new: Tables | Path, ours: Tables) -> tuple[Side, Side]:
    """Both sides; a workbook is read against the other side, or ``ours`` if that is one too."""
    known = [None if is_workbook(one) else side_of(one, ours) for one in (old, new)]
    read = next((side.tables for side in known if side), ours)
    return known[0] or side_of(old, read), known[1] or side_of(new, read)


def side_of(source: Tables | Path, ours: Tables | None) -> Side:
    """One side of a comparison; a workbook is read against ``ours``.

    :raises LanzaroteError: it cannot be read, or is nothing that can be compared.
    """
    from lanzarote_data.release.read import is_release, read_release

    if isinstance(source, Tables):
        return Side("the dataset", source)
    if ours and is_workbook(source):
        from lanzarote_data.workbook.edits import read_edits

        edits = read_edits(source, ours)
        return Side(str(source), edits.theirs, edits.content.base.view, edits.problems)
    if source.exists() and is_release(source):
        return Side(str(source), read_release(source).tables)
    _check(source)
    return Side(str(source), read_sound_tables(load_package(source)))


def _check(path: Path) -> None:
    """Refuse what is no package; workbooks and releases are known already."""
    hint = f"Name a {DESCRIPTOR_NAME} or its folder, a release, or a workbook."
    if not path.exists():
        raise StorageError(f"There is no file or folder {path}.", hint)
    is_package = path.is_dir() and (path / DESCRIPTOR_NAME).is_file()
    if not is_package and path.suffix.lower() != ".json":
        raise StorageError(f"{path} is neither a package, nor a release, nor a workbook.", hint)


def changes_between(old: Side, new: Side) -> tuple[Change, ...]:
    """What turns one side into the other; beside a workbook, of what it holds alone.

    :raises StorageError: they are workbooks that hold different rows.
    """
    from lanzarote_data.workbook.layout import rows_of

    if old.view and new.view and old.view.name != new.view.name:
        raise StorageError(
            f"{old.name} is the workbook of {old.view.name}, {new.name} that of "
            f"{new.view.name}; they hold different rows.",
            "Compare two workbooks of the same name, or each with the package.",
        )
    before = rows_of(old.tables, new.view) if new.view and not old.view else old.tables
    after = rows_of(new.tables, old.view) if old.view and not new.view else new.tables
    return difference(before, after)
