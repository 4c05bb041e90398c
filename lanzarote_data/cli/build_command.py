"""Main job: validate, export workbooks, check that they read back unchanged, render factsheets.

Workbooks go to workbooks/, everything else to build/. Only what changed is made again; a workbook
with edits that were not imported yet is left as it is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.errors import OccupiedError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.lock import locked
from lanzarote_data.store.stamp import MADE, file_digest, read_made, stamped, write_stamp
from lanzarote_data.store.tables import write_tables
from lanzarote_data.text.items import Items, missing_for_factsheets
from lanzarote_data.text.rounds import factsheets_of
from lanzarote_data.workbook.layout import View, views
from lanzarote_data.workbook.status import made_from

EXAMPLE = "lanzarote build"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="instead of build/")


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options, to_write=True)
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
        self.items = Items(tables)
        self.old = read_made(out)
        self.new: dict[str, list[str]] = {}
        self.states: list[str] = []

    def run(self) -> int:
        chosen = views(self.tables)
        self.counter = common.Progress(len(chosen), "workbook")
        for view in chosen:
            self.counter.step(view.name)
            self._view(view)
        self.counter.clear()
        if self.new != self.old:
            content = json.dumps(self.new, indent=1, sort_keys=True) + "\n"
            write_file(self.out / MADE, content.encode("utf-8"), inside=self.out)
        made = self.states.count("written")
        same = len(chosen) - made - self.states.count("kept")
        common.say(f"Workbooks: {made} made and read back unchanged, {same} up to date.")
        return PROBLEMS if {"kept", "occupied"} & {*self.states} else DONE

    def _view(self, view: View) -> None:
        """Make the workbook of a view and the factsheets of its Party, where they are not fresh."""
        source = made_from(self.tables, view)
        path = common.output_path(self.package, "workbooks") / f"{view.name}.xlsx"
        self._make(path, source, lambda: self._export(view, path.parent))
        if not view.party_id or missing_for_factsheets(self.package):
            return
        for name, round_id in factsheets_of(self.tables, view.party_id).items():
            for kind in ("md", "html"):
                path = self.out / "factsheets" / f"{name}.{kind}"
                self._make(path, source, partial(self._render, view.party_id, round_id, path))

    def _make(self, path: Path, source: str, make: Callable[[], str]) -> None:
        """Make a file, unless it was made from this very source and was not touched since."""
        digest = file_digest(path)
        if not digest or self.old.get(path.name) != [source, digest]:
            state = make()
            self.states.append(state)
            if state in ("kept", "occupied"):
                return
            digest = file_digest(path)
        self.new[path.name] = [source, digest]

    def _export(self, view: View, folder: Path) -> str:
        from lanzarote_data.cli.export_command import say_exported
        from lanzarote_data.workbook.exports import export_workbook

        exported = export_workbook(self.tables, view, folder)
        self.counter.clear()
        say_exported(exported)
        return exported.state

    def _render(self, party_id: str, round_id: str, path: Path) -> str:
        """Render a factsheet in a format that needs nothing more than the tables."""
        from lanzarote_data.render.factsheet import rendered
        from lanzarote_data.text.document import document_of

        document = document_of(self.items, party_id, round_id)
        self.counter.clear()
        try:
            write_file(path, rendered(document, path.suffix[1:]), inside=self.out)
        except OccupiedError as reason:
            common.say(f"{path}: NOT written. {reason.hint}")
            return "occupied"
        common.say(f"{path}: written")
        return "rendered"
