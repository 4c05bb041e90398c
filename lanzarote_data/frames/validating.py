"""Validation of whatever holds the data: a package, a release, a workbook, a CSV file, frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanzarote_data.frames.base import known_resource
from lanzarote_data.frames.dataset import Dataset, load
from lanzarote_data.frames.finding import as_path, as_text
from lanzarote_data.frames.making import table_of
from lanzarote_data.frames.problems import Problems
from lanzarote_data.model.errors import LanzaroteError, StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.csv_file import read_file
from lanzarote_data.store.descriptor import find_descriptor, installed_descriptor, load_package
from lanzarote_data.store.tables import read_sound_tables, read_tables
from lanzarote_data.store.untrusted import SPREADSHEETS
from lanzarote_data.validate.package import given_problems, validate_package, validate_tables
from lanzarote_data.validate.schema import table_schema

if TYPE_CHECKING:
    import pandas
    import pandera.pandas as pandera

    Validated = Path | str | pandas.DataFrame | Mapping[str, pandas.DataFrame] | Dataset | None
    Against = Path | str | Dataset | None

SOURCES = (
    "a package (its folder or datapackage.json), a release (.zip), a workbook (.xlsx), "
    "a table (.csv), a pandas frame, or a dictionary of frames by table"
)


def schema(table: str, *, package: Package | Path | str | None = None) -> pandera.DataFrameSchema:
    """The pandera schema of a table: the very checks that ``validate`` and imports run.

    It is for a frame whose index is the primary key, as the frames of this package are. Each check
    has the code of its problem as its name. What only other tables can tell (does a reference
    lead somewhere?) is not in it: see ``validate``. ``package`` is a package of your own.

    :raises LanzaroteError: there is no such table or package.

    >>> import lanzarote_data as lz
    >>> schema = lz.schema("urgencies")
    >>> len(schema.validate(lz.urgencies, lazy=True))
    3
    >>> schema.columns["rank"].nullable
    False
    """
    if not isinstance(package, Package):
        package = load_package(as_path(package) if package else installed_descriptor())
    return table_schema(package, known_resource(Tables(package), table))


def validate(source: Validated = None, *, table: str = "", against: Against = None) -> Problems:
    """Everything that is wrong with some data, all at once.

    ``source`` is a package (its folder or descriptor), a release (zip), a workbook, a CSV file, a
    pandas frame, or a dictionary of frames by table; without one the installed data. ``table``
    says which table a CSV file or a frame is meant to be. References are checked against the other
    tables of ``against``, a package or a dataset: without one, of the package in whose folder the
    file is, else of the installed data. Values of a frame may be typed or canonical text; its
    primary key is its index, or columns. A frame’s rows are counted from 1 in ``source``.

    :raises LanzaroteError: the source cannot be read, or it is not said which table it is.

    >>> import lanzarote_data as lz
    >>> lz.validate().ok
    True
    >>> frame = lz.recommendations.head(3).assign(urgency="demand")
    >>> "dangling-reference" in set(lz.validate(frame, table="recommendations").to_frame().code)
    True
    """
    table = as_text(table or "", "name of a table", "one such as recommendations")
    if isinstance(source, Dataset):
        return Problems(validate_tables(source.tables))
    if source is None or isinstance(source, str | Path):
        return Problems(_path_problems(as_path(source or installed_descriptor()), table, against))
    frames = _by_table(source, table)
    others = against if isinstance(against, Dataset) else load(against or None)
    files = [table_of(others.tables, name, frame) for name, frame in frames.items()]
    return Problems(given_problems(others.tables, files))


def _path_problems(path: Path, table: str, against: Against) -> list[Problem]:
    if isinstance(against, Dataset):
        return file_problems(path, table, against.tables)
    there = as_path(against) if against else find_descriptor(path.resolve().parent)
    return file_problems(path, table, there or installed_descriptor())


def file_problems(path: Path, table: str, against: Path | Tables) -> list[Problem]:
    """Everything that is wrong with a package, a release, a workbook or a table in a file.

    ``against`` are the tables, or the descriptor of the package, that a workbook or table is of.

    :raises LanzaroteError: the file cannot be read, or it is not known which table it is.
    """
    suffix = path.suffix.lower()
    if not path.exists():
        raise StorageError(f"There is no file or folder {path}.", "Check its name.")
    if suffix == ".csv":
        return _csv_problems(path, table, against)
    if table:
        message = f"{path} is not a CSV file, so that it cannot be the table {table!r} alone."
        raise StorageError(message, "Name a file that ends in .csv.")
    if suffix in SPREADSHEETS:
        from lanzarote_data.workbook.imports import workbook_problems

        if isinstance(against, Path):
            against = read_sound_tables(load_package(against))
        return workbook_problems(against, path)
    if suffix == ".zip":
        from lanzarote_data.release.verify import verify

        return list(verify(path).problems)
    if not (path.is_dir() or suffix == ".json"):
        raise StorageError(
            f"{path} is none of the files that can be validated.", f"Name {SOURCES}."
        )
    return validate_package(path)


def _csv_problems(path: Path, table: str, against: Path | Tables) -> list[Problem]:
    """The problems of a CSV file: as the table that is named, or as the one that it is."""
    package = against.package if isinstance(against, Tables) else load_package(against)
    if table:
        tables = against if isinstance(against, Tables) else read_tables(package).tables
        return given_problems(tables, [read_file(known_resource(tables, table), path)])
    name = _name_of(package, path)
    here = (name, package.file)
    problems = validate_package(package.path)
    return [p for p in problems if (p.location.resource or p.location.source) in here]


def _name_of(package: Package, path: Path) -> str:
    for resource in package.resources:
        if package.table_path(resource).resolve() == path.resolve():
            return resource.name
    raise StorageError(
        f"{path} is not a table of the package {package.folder.resolve()}.",
        f"Name a file that its {package.file} declares; or say which package it is of, or, with "
        "--as (in Python: table=), which table it is meant to be.",
    )


def _by_table(source: Any, table: str) -> Mapping[str, pandas.DataFrame]:
    import pandas

    if isinstance(source, pandas.DataFrame):
        if not table:
            message = "It is not said which table this frame is meant to be."
            raise LanzaroteError(message, 'Write validate(frame, table="recommendations").')
        return {table: source}
    is_mapping = isinstance(source, Mapping)
    if not is_mapping or not all(isinstance(f, pandas.DataFrame) for f in source.values()):
        name = type(source).__name__
        raise LanzaroteError(f"A {name} cannot be validated.", f"Give {SOURCES}.")
    if table:
        message = "A dictionary of frames says itself which table each of them is."
        raise LanzaroteError(message, "Leave out table=.")
    return dict(source)
