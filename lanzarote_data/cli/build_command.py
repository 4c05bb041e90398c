"""Main job: validate, export workbooks, check that they read back unchanged, render factsheets.

Workbooks go to workbooks/, everything else to build/. Only what changed is made again; a workbook
with edits that were not imported yet is left as it is.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.cli.export_command import say_exported
from lanzarote_data.model.errors import OccupiedError
from lanzarote_data.store.stamp import MADE, file_digest, read_made

if TYPE_CHECKING:
    from lanzarote_data.model.package import Package
    from lanzarote_data.model.tables import Tables
    from lanzarote_data.workbook.layout import View

EXAMPLE = "lanzarote build"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="instead of build/")


def run(options: argparse.Namespace) -> int:
    from lanzarote_data.store.lock import locked

    package = common.own_package_of(options)
    with locked(package):
        return _build(package, common.output_path(package, "build", given=options.out))


def _build(package: Package, out: Path) -> int:
    tables = _checked(package)
    if tables is None:
        return PROBLEMS
    rows = sum(len(table.rows) for table in tables.values())
    common.say(f"{package.title}: {len(tables)} tables with {rows:,} rows are valid.")
    return _Build(package, tables, out).run()


def _checked(package: Package) -> Tables | None:
    """The tables, valid and in canonical form; None where they are not valid, which is told.

    Tables that a person edited get their canonical form; no value changes by it.
    """
    from lanzarote_data.store.stamp import stamped, write_stamp
    from lanzarote_data.store.tables import write_tables

    tables = common.valid_tables(package)
    checked = tables.checked if tables else None
    if tables and checked and not stamped(package, checked.digest):
        written = write_tables(package, tables)
        for path in written:
            common.say(f"{path.name}: put in order (rows, quotes, line ends); no value changed.")
        if written:
            return _checked(package)
        write_stamp(package, checked)
    return tables


class _Build:
    """One run: what was made from what is kept in a file of stamps, by digest."""

    def __init__(self, package: Package, tables: Tables, out: Path) -> None:
        self.package = package
        self.tables = tables
        self.out = out
        self.old = read_made(out)
        self.new: dict[str, list[str]] = {}
        self.occupied = False

    def run(self) -> int:
        from lanzarote_data.store.atomic import write_file
        from lanzarote_data.text.items import Items, missing_for_factsheets
        from lanzarote_data.workbook.layout import views

        self.items = Items(self.tables)
        self.has_factsheets = not missing_for_factsheets(self.package)
        chosen = views(self.tables)
        self.counter = common.Progress(len(chosen), "workbook")
        results = [self._view(view) for view in chosen]
        self.counter.clear()
        content = json.dumps(self.new, indent=1, sort_keys=True) + "\n"
        if self.new != self.old:
            write_file(self.out / MADE, content.encode("utf-8"), inside=self.out)
        made, kept = results.count("written"), results.count("kept")
        same = len(results) - made - kept
        common.say(f"Workbooks: {made} made and read back unchanged, {same} up to date.")
        return PROBLEMS if kept or self.occupied else DONE

    def _view(self, view: View) -> str:
        from lanzarote_data.text.rounds import factsheets_of
        from lanzarote_data.workbook.exports import export_workbook
        from lanzarote_data.workbook.status import made_from

        folder = common.output_path(self.package, "workbooks")
        self.counter.step(view.name)
        source = made_from(self.tables, view)
        path = folder / f"{view.name}.xlsx"
        state = "unchanged"
        if not self._is_fresh(path, source):
            exported = export_workbook(self.tables, view, folder)
            state = exported.state
            self.counter.clear()
            say_exported(exported)
        if state != "kept":
            self.new[path.name] = [source, file_digest(path)]
        if view.party_id and self.has_factsheets:
            for name, round_id in factsheets_of(self.tables, view.party_id).items():
                for kind in ("md", "html"):
                    self._factsheet(view.party_id, round_id, f"{name}.{kind}", source)
        return state

    def _factsheet(self, party_id: str, round_id: str, name: str, source: str) -> None:
        """Render a factsheet in a format that needs nothing more than the tables."""
        from lanzarote_data.render.factsheet import rendered
        from lanzarote_data.store.atomic import write_file
        from lanzarote_data.text.document import document_of

        path = self.out / "factsheets" / name
        if not self._is_fresh(path, source):
            document = document_of(self.items, party_id, round_id)
            self.counter.clear()
            try:
                write_file(path, rendered(document, path.suffix[1:]), inside=self.out)
            except OccupiedError as reason:
                self.occupied = True
                return common.say(f"{path}: NOT written. {reason.hint}")
            common.say(f"{path}: written")
        self.new[path.name] = [source, file_digest(path)]
        return None

    def _is_fresh(self, path: Path, source: str) -> bool:
        """Whether a file was made from this very source and was not touched since."""
        digest = file_digest(path)
        return bool(digest) and self.old.get(path.name) == [source, digest]
