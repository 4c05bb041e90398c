"""What is timed within a process: each step of ours, and what others do with the same data.

``python -m benchmarks._steps NAME FOLDER WARM`` prints the seconds of a step as JSON, and the
most memory that the process had. Everything that a step needs is read before the clock starts,
and the step has run once on the small fixtures in ``WARM``, so that all libraries are loaded.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._fixtures import data_sheets, package_of, party_views
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.layout import rows_of

if TYPE_CHECKING:
    import pandas

Work = Callable[[], object]
"""A step, ready to be run."""

Frames = dict[str, "pandas.DataFrame"]


def reading(folder: Path) -> Work:
    """Ours: all tables, as text, with the line of each row."""
    package = package_of(folder)
    return lambda: read_tables(package)


def reading_with_pandas(folder: Path) -> Work:
    """``pandas.read_csv`` of the same tables, as text."""
    import pandas

    paths = [package_of(folder).table_path(r) for r in package_of(folder).resources]
    return lambda: [pandas.read_csv(path, dtype="str", keep_default_na=False) for path in paths]


def writing(folder: Path) -> Work:
    """Ours: all tables in canonical order, all of them or none."""
    from lanzarote_data.store.tables import write_tables

    tables = tables_of(folder)
    package = replace(tables.package, folder=_empty(folder / "written"))
    return lambda: write_tables(package, tables)


def writing_with_pandas(folder: Path) -> Work:
    """``DataFrame.to_csv`` of the same tables, in the order that they have."""
    frames, out = _frames(tables_of(folder)), _empty(folder / "written")
    return lambda: [f.to_csv(out / f"{name}.csv", index=False) for name, f in frames.items()]


def validating(folder: Path) -> Work:
    """Ours: all layers and rules, from the descriptor to the canonical form of the files."""
    from lanzarote_data.validate.package import validate_package

    def work() -> None:
        assert validate_package(folder / "package") == []

    return work


def validating_with_frictionless(folder: Path) -> Work:
    """``frictionless.Package.validate``: types, constraints, keys and references."""
    from frictionless import Package

    def work() -> None:
        assert Package(str(folder / "package" / "datapackage.json")).validate().valid

    return work


def exporting(folder: Path) -> Work:
    """Ours: the Parties’ workbooks with all layout, not yet read back."""
    from lanzarote_data.workbook.write import workbook_bytes

    tables, out = tables_of(folder), _empty(folder / "exported")

    def work() -> None:
        for view in party_views(tables):
            (out / f"{view.name}.xlsx").write_bytes(workbook_bytes(tables, view))

    return work


def exporting_with_proof(folder: Path) -> Work:
    """Ours: the same as ``lanzarote export`` does it, which reads every workbook back."""
    from lanzarote_data.workbook.exports import export_workbook

    tables, out = tables_of(folder), _empty(folder / "exported")

    def work() -> None:
        for view in party_views(tables):
            assert export_workbook(tables, view, out).state == "written"

    return work


def exporting_with_pandas(engine: Any) -> Callable[[Path], Work]:
    """``DataFrame.to_excel`` of the same data sheets, without layout."""

    def step(folder: Path) -> Work:
        import pandas

        tables, out = tables_of(folder), _empty(folder / "exported")
        books = {view.name: _sheet_frames(tables, view.name) for view in party_views(tables)}

        def work() -> None:
            for name, frames in books.items():
                with pandas.ExcelWriter(out / f"{name}.xlsx", engine=engine) as writer:
                    for title, frame in frames.items():
                        frame.to_excel(writer, sheet_name=title, index=False)

        return work

    return step


def importing(folder: Path) -> Work:
    """Ours: tables read, workbooks looked at, read and merged, and what comes of it validated."""
    from lanzarote_data.workbook.imports import import_workbooks

    package, paths = package_of(folder), edited_workbooks(folder)

    def work() -> None:
        outcome = import_workbooks(package, paths, dry_run=True)
        assert outcome.changes and not outcome.refused

    return work


def importing_with_pandas(engine: Any) -> Callable[[Path], Work]:
    """``pandas.read_excel`` of the data sheets of the same workbooks, and nothing else."""

    def step(folder: Path) -> Work:
        import pandas

        titles = data_titles(folder)
        paths = edited_workbooks(folder)

        def work() -> None:
            for path in paths:
                pandas.read_excel(path, sheet_name=titles, dtype=str, engine=engine)

        return work

    return step


def differing(folder: Path) -> Work:
    """Ours: the difference of the tables before and after the edits, cell by cell."""
    from lanzarote_data.model.changes import difference

    old, new = tables_of(folder), read_tables(load_package(folder / "changed")).tables

    def work() -> None:
        assert difference(old, new)

    return work


def differing_with_daff(folder: Path) -> Work:
    """``daff`` on the same tables, told which columns are the key."""
    import daff

    old, new = tables_of(folder), read_tables(load_package(folder / "changed")).tables
    pairs = {name: (_daff_table(old, name), _daff_table(new, name)) for name in old}

    def work() -> list[Any]:
        found = []
        for name, (before, after) in pairs.items():
            flags = daff.CompareFlags()
            for key in old[name].resource.primary_key:
                flags.addPrimaryKey(key)
            found.append(daff.PythonTableView([]))
            alignment = daff.compareTables(before, after, flags).align()
            daff.TableDiff(alignment, flags).hilite(found[-1])
        return found

    return work


def _daff_table(tables: Tables, name: str) -> Any:
    import daff

    names = list(tables[name].resource.field_names)
    rows = [[row[field] for field in names] for row in tables[name].rows]
    return daff.PythonTableView([names, *rows])


def going_round_with_flatten_tool(folder: Path) -> Work:
    """``flatten-tool``: each table from JSON to a workbook and from there back to JSON."""
    import flattentool

    tables, out = tables_of(folder), _empty(folder / "round")
    chosen = {name: table for name, table in tables.items() if table.resource.workbooks}
    for name, table in chosen.items():
        lines = [dict(row) for row in table.rows]
        (out / f"{name}.json").write_text(json.dumps({"main": lines}), encoding="utf-8")

    def work() -> None:
        for name in chosen:
            book = str(out / f"{name}.xlsx")
            flattentool.flatten(str(out / f"{name}.json"), output_name=book, output_format="xlsx")
            back = str(out / f"{name}.back.json")
            flattentool.unflatten(
                book, input_format="xlsx", output_name=back, root_list_path="main"
            )

    return work


STEPS: dict[str, Callable[[Path], Work]] = {
    "read": reading,
    "read: pandas": reading_with_pandas,
    "write": writing,
    "write: pandas": writing_with_pandas,
    "validate": validating,
    "validate: frictionless": validating_with_frictionless,
    "export": exporting,
    "export: openpyxl": exporting_with_pandas("openpyxl"),
    "export: xlsxwriter": exporting_with_pandas("xlsxwriter"),
    "export with proof": exporting_with_proof,
    "import": importing,
    "import: openpyxl": importing_with_pandas("openpyxl"),
    "import: calamine": importing_with_pandas("calamine"),
    "difference": differing,
    "difference: daff": differing_with_daff,
    "round trip: flatten-tool": going_round_with_flatten_tool,
}


def tables_of(folder: Path) -> Tables:
    """The tables of the fixtures."""
    return read_tables(package_of(folder)).tables


def edited_workbooks(folder: Path) -> list[Path]:
    """The edited workbooks, by name."""
    return sorted((folder / "edited").glob("*.xlsx"))


def data_titles(folder: Path) -> list[str]:
    """The names of the sheets that hold rows which people edit."""
    tables = tables_of(folder)
    return [sheet.title for sheet in data_sheets(tables, party_views(tables)[0])]


def _frames(tables: Tables) -> Frames:
    import pandas

    return {
        name: pandas.DataFrame(
            [dict(row) for row in table.rows], columns=list(table.resource.field_names), dtype="str"
        )
        for name, table in tables.items()
    }


def _sheet_frames(tables: Tables, party: str) -> Frames:
    """The data sheets of a Party: the columns that its workbook has, without helper columns."""
    view = next(view for view in party_views(tables) if view.name == party)
    frames = _frames(rows_of(tables, view))
    return {
        sheet.title: frames[sheet.resource.name][[c.field.name for c in sheet.columns if c.field]]
        for sheet in data_sheets(tables, view)
    }


def _empty(folder: Path) -> Path:
    """The folder, new and with nothing in it but what tables go into."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tables").mkdir(parents=True)
    return folder


def timed(name: str, folder: Path, warm: Path) -> dict[str, float]:
    """The seconds that a step takes, and the most bytes of memory that this process had."""
    STEPS[name](warm)()
    work = STEPS[name](folder)
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "peak": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


if __name__ == "__main__":
    print(json.dumps(timed(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
