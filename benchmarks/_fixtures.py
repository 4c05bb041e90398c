"""What the steps work on, made once for each size: a package, its workbooks, edited workbooks.

A folder holds ``package/``, ``workbooks/`` and ``edited/``, and ``changed/``, the package with
the same edits made. One text in a hundred is edited.
"""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from collections import Counter
from pathlib import Path

from benchmarks._generate import generate
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Row, Table, Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.workbook.layout import Sheet, View, rows_of, sheets, views
from lanzarote_data.workbook.write import workbook_bytes

EDITED = ("recommendations", "observations")
ONE_IN = 100
ADDED = " Edited."
_TEXT = "text"
_NUMBER = re.compile(r"<v>([0-9]+)</v>")


def make(folder: Path, rows: int, parties: int) -> None:
    """Make everything in a folder, or nothing where it is there already.

    What a run that was stopped left is made anew; ``edited/`` is there only when all is.
    """
    if (folder / "edited").is_dir():
        return
    for name in ("package", "workbooks", "changed", "edited.part"):
        shutil.rmtree(folder / name, ignore_errors=True)
    package = generate(folder / "package", rows, parties)
    tables = read_tables(package).tables
    (folder / "workbooks").mkdir()
    chosen = party_views(tables)
    for view in chosen:
        (folder / "workbooks" / f"{view.name}.xlsx").write_bytes(workbook_bytes(tables, view))
    shutil.copytree(folder / "package", folder / "changed", dirs_exist_ok=True)
    write_tables(load_package(folder / "changed"), edited_tables(tables))
    (folder / "edited.part").mkdir()
    for view in chosen:
        edit_workbook(tables, view, folder)
    (folder / "edited.part").rename(folder / "edited")


def party_views(tables: Tables) -> list[View]:
    """The views of the Parties; the one that all Parties share is left out."""
    return [view for view in views(tables) if view.party_id]


def data_sheets(tables: Tables, view: View) -> list[Sheet]:
    """The sheets of a view that hold rows which people edit."""
    return sheets(rows_of(tables, view), view)


def edited_tables(tables: Tables) -> Tables:
    """The tables with the same edits as the workbooks."""
    for name in EDITED:
        seen: Counter[str] = Counter()
        rows = tuple(_edited(row, seen) for row in tables[name].rows)
        tables = tables.with_table(Table(tables[name].resource, rows))
    return tables


def _edited(row: Row, seen: Counter[str]) -> Row:
    """A row, edited if it is one in a hundred of its Party; ``seen`` counts them."""
    party = row["party_id"]
    seen[party] += 1
    is_chosen = party and seen[party] % ONE_IN == 1
    return {**row, _TEXT: row[_TEXT] + ADDED} if is_chosen else row


def edit_workbook(tables: Tables, view: View, folder: Path) -> None:
    """Copy a workbook with texts edited, as a spreadsheet program keeps them: as shared strings.

    The parts of the file are changed themselves, as openpyxl would take minutes at 100,000 rows.
    """
    name = f"{view.name}.xlsx"
    shown = [sheet.resource.name for sheet in data_sheets(tables, view)]
    with (
        zipfile.ZipFile(folder / "workbooks" / name) as old,
        zipfile.ZipFile(folder / "edited.part" / name, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        strings = _Strings(old.read(_STRINGS).decode("utf-8"))
        # The first sheet is the one that explains; the others come in the order of the layout.
        parts = {f"xl/worksheets/sheet{shown.index(table) + 2}.xml": table for table in EDITED}
        for part in old.namelist():
            if part in parts:
                sheet = data_sheets(tables, view)[shown.index(parts[part])]
                xml = old.read(part).decode("utf-8")
                new.writestr(part, _edit_cells(xml, _letter(sheet), strings))
            elif part != _STRINGS:
                new.writestr(part, old.read(part))
        new.writestr(_STRINGS, strings.xml())


_STRINGS = "xl/sharedStrings.xml"


def _letter(sheet: Sheet) -> str:
    """The column of the text."""
    fields = [column.field.name if column.field else "" for column in sheet.columns]
    return chr(ord("A") + fields.index(_TEXT))


def _edit_cells(xml: str, letter: str, strings: _Strings) -> str:
    """Point the text of every hundredth row, from the first below the header, to a new string."""
    cell = re.compile(rf'<c r="{letter}([0-9]+)"[^>]*t="s"><v>([0-9]+)</v></c>')

    def edit(found: re.Match[str]) -> str:
        if int(found[1]) % ONE_IN != 2:
            return found[0]
        number = strings.with_more(int(found[2]))
        return _NUMBER.sub(f"<v>{number}</v>", found[0])

    return cell.sub(edit, xml)


class _Strings:
    """The shared strings of a workbook, to which edited ones are added."""

    def __init__(self, xml: str) -> None:
        self._items = re.findall(r"<si>.*?</si>", xml, re.DOTALL)
        self._head = xml[: xml.index("<si>")]

    def with_more(self, number: int) -> int:
        """Add the string of this number with what an edit adds to it; the number of the new one."""
        self._items.append(self._items[number].replace("</t></si>", f"{ADDED}</t></si>"))
        return len(self._items) - 1

    def xml(self) -> str:
        """The whole part."""
        head = re.sub(r'uniqueCount="[0-9]+"', f'uniqueCount="{len(self._items)}"', self._head)
        return f"{head}{''.join(self._items)}</sst>"


def package_of(folder: Path) -> Package:
    """The package in a folder of fixtures."""
    return load_package(folder / "package")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
