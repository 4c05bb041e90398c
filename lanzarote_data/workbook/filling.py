"""Rows put into the sheets of a workbook that has everything else already.

XlsxWriter makes the looks, lists, help, filters and print set-up of a workbook. To write a cell it
makes some calls of Python, and again some when the file is made. Rows are many and all alike; here
they become XML a column at a time, which takes a tenth of that.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice, repeat, zip_longest
from typing import IO

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.text.spreadsheets import LONGEST_CELL, units
from lanzarote_data.workbook.layout import letter

Value = str | float
TEXTS = "xl/sharedStrings.xml"
COMPRESSION = 4
ROWS_AT_A_TIME = 2_000
_ROWS_END = re.compile(r"<sheetData/>|</sheetData>")
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')
_COLUMN = re.compile(r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"')
_ITEM = re.compile(r"<si>(.*?)</si>", re.DOTALL)
_COUNTS = re.compile(r' count="(\d+)" uniqueCount="\d+"')
# As Excel writes what XML cannot hold, and what looks like that.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class SheetRows:
    """Rows of a sheet, from the row ``first`` (counted from 1) on, as its columns from A.

    A column may be shorter than others, and an empty text is an empty cell. ``heights`` are those
    of the rows in points, if they have any; those that are as high as ``usual`` are left to the
    sheet.
    """

    title: str
    columns: Sequence[Sequence[Value]]
    first: int = 1
    heights: Sequence[float] = ()
    usual: float = 0

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first - 1 + max(map(len, self.columns), default=0)


def fill(content: bytes, sheets: Sequence[SheetRows | None]) -> bytes:
    """The workbook that XlsxWriter made, with these rows in its sheets, one after the other.

    A cell has the look of its column.

    :raises WorkbookError: a text is longer than a cell can hold, or the workbook has another form
        than XlsxWriter gives it.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
    ):
        texts = SharedTexts(made.read(TEXTS).decode("utf-8"))
        rows = {f"xl/worksheets/sheet{n}.xml": rows for n, rows in enumerate(sheets, start=1)}
        for name in made.namelist():
            if name == TEXTS:
                continue  # known when all sheets are written
            with _part(archive, name) as file:
                _write_part(file, made.read(name), rows.get(name), texts)
        with _part(archive, TEXTS) as file:
            texts.write(file)
    return out.getvalue()


def _part(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A part to write to. It gets no time, so that the same rows give the same bytes."""
    return archive.open(name, "w")


def _write_part(file: IO[bytes], part: bytes, rows: SheetRows | None, texts: SharedTexts) -> None:
    if rows is None:
        file.write(part)
    else:
        _write_sheet(file, part.decode("utf-8"), rows, texts)


class SharedTexts:
    """The texts that the cells of a workbook share, each with its number."""

    def __init__(self, part: str) -> None:
        self._head = part.partition("<si>")[0]
        self._items = {item: number for number, item in enumerate(_ITEM.findall(part))}
        self._numbers: dict[str, int] = {}
        self._cells = 0

    def numbers(self, texts: Sequence[str]) -> Mapping[str, int]:
        """The numbers of texts that cells hold; the empty text has none."""
        known, items = self._numbers, self._items
        for text in dict.fromkeys(texts):
            if text not in known and text:
                known[text] = items.setdefault(_item(text), len(items))
        self._cells += len(texts) - texts.count("")
        return known

    def write(self, file: IO[bytes]) -> None:
        """Write the part of the workbook that holds them."""
        found = _COUNTS.search(self._head)
        before = int(found[1]) if found else 0
        counts = f' count="{before + self._cells}" uniqueCount="{len(self._items)}"'
        file.write(_COUNTS.sub(counts, self._head).encode("utf-8"))
        items = list(self._items)
        for start in range(0, len(items), ROWS_AT_A_TIME):
            some = items[start : start + ROWS_AT_A_TIME]
            file.write("".join([f"<si>{item}</si>" for item in some]).encode("utf-8"))
        file.write(b"</sst>")


def _item(text: str) -> str:
    """A text as an item of the shared ones, as XlsxWriter writes it too."""
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", text)
    if not text.isprintable():  # few are; the quick look spares the others the long one
        text = _UNABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{kept}>{text}</t>"


def _write_sheet(file: IO[bytes], part: str, rows: SheetRows, texts: SharedTexts) -> None:
    """Write a sheet with its rows."""
    styles = {
        number: f' s="{style}"'
        for first, last, style in _COLUMN.findall(part)
        for number in range(int(first) - 1, int(last))
    }
    end = _ROWS_END.search(part)
    if end is None:
        raise WorkbookError(
            f"The sheet {rows.title} cannot be filled: XlsxWriter made it in a form of its own.",
            "Install the version of XlsxWriter that lanzarote-data was tested with.",
        )
    has_rows = end[0] != "<sheetData/>"
    head = part[: end.start()] if has_rows else f"{part[: end.start()]}<sheetData>"
    area = f"A1:{letter(max(len(rows.columns) - 1, 0))}{max(rows.last, 1)}"
    file.write(_DIMENSION.sub(f'<dimension ref="{area}"/>', head).encode("utf-8"))
    columns = [
        _cells(rows, number, styles.get(number, ""), texts) for number in range(len(rows.columns))
    ]
    lines = _lines(rows, columns)
    while some := "".join(islice(lines, ROWS_AT_A_TIME)):
        file.write(some.encode("utf-8"))
    file.write(f"</sheetData>{part[end.end() :]}".encode())


def _cells(rows: SheetRows, number: int, style: str, texts: SharedTexts) -> list[str]:
    """The cells of a column as XML; empty ones as nothing."""
    values = rows.columns[number]
    words = [value for value in values if isinstance(value, str)]
    if 2 * max(map(len, words), default=0) > LONGEST_CELL:
        _check_lengths(rows, number)
    known = texts.numbers(words)
    begin = f'<c r="{letter(number)}'
    if len(words) == len(values):
        end = f'"{style} t="s"><v>'
        each = enumerate(words, start=rows.first)
        return [f"{begin}{row}{end}{known[text]}</v></c>" if text else "" for row, text in each]
    return [
        f'{begin}{row}"{style}{_content(value, known)}</v></c>' if value != "" else ""
        for row, value in enumerate(values, start=rows.first)
    ]


def _content(value: Value, known: Mapping[str, int]) -> str:
    """The kind and the value of a cell as XML."""
    return f' t="s"><v>{known[value]}' if isinstance(value, str) else f"><v>{value:.16G}"


def _check_lengths(rows: SheetRows, number: int) -> None:
    for row, value in enumerate(rows.columns[number], start=rows.first):
        check_length(str(value), f"{rows.title}!{letter(number)}{row}")


def check_length(text: str, place: str) -> None:
    """See that a cell can hold a text.

    :raises WorkbookError: it cannot.
    """
    if 2 * len(text) > LONGEST_CELL and units(text) > LONGEST_CELL:
        raise WorkbookError(
            f"A text for {place} has {units(text)} characters; "
            f"a cell holds {LONGEST_CELL} at most.",
            "Divide the row, or shorten its text in the table.",
        )


def _lines(rows: SheetRows, columns: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as XML; those without cells as nothing."""
    heights = chain(rows.heights, repeat(rows.usual))
    lines = map("".join, zip_longest(*columns, fillvalue=""))
    for row, line, height in zip(count(rows.first), lines, heights, strict=False):
        if line:
            high = f' ht="{height:g}" customHeight="1"' if height != rows.usual else ""
            yield f'<row r="{row}"{high}>{line}</row>'
