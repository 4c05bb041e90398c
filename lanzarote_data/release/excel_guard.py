"""Look at the workbook of a release before a reader opens it, and refuse what is not safe to open.

Its parts are small beside what they can stand for: entities, looks without number, or parts that
unpack to gigabytes. Ours are not compressed, have no document types, and a few elements for each
cell of the tables, no merged cells, and no rows far below the others.
"""

from __future__ import annotations

import io
import zipfile
from xml.parsers import expat

from lanzarote_data.release.archive import read_zip
from lanzarote_data.release.cells import MOST_MORE

ELEMENTS_FREELY = 20_000
ELEMENTS_A_CELL = 20
LONGEST_ROW_NUMBER = len("1048576")


def check_workbook(content: bytes, name: str, cells: int) -> None:
    """See that a workbook holds no more than that of tables with so many cells.

    :raises ValueError: it does, or is not built as ours is.
    """
    parts = read_zip(content, name)
    for problem in parts.problems:
        raise ValueError(f"{problem.location}: {problem.message}")
    if "[Content_Types].xml" not in parts.files:
        raise ValueError("it is a zip, but no workbook")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(part.compress_type != zipfile.ZIP_STORED for part in archive.infolist()):
            raise ValueError("its parts are compressed, which those of a release are not")
    left = ELEMENTS_FREELY + cells * ELEMENTS_A_CELL
    for path, part in parts.files.items():
        left -= _elements(path, part, left)


def _elements(path: str, part: bytes, most: int) -> int:
    """How many elements a part has; ``path`` is where it stands in the workbook, for messages.

    :raises ValueError: more than ``most``; or it is not as we write it, or no XML.
    """
    count = rows = 0
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count, rows
        count += 1
        kind = tag.rpartition(" ")[2]
        rows += kind == "row"
        if count > most:
            raise ValueError("it has far more cells, looks or texts than the tables")
        if kind == "mergeCell":
            raise ValueError("it has merged cells, which ours never has")
        if kind == "row" and _row_number(attributes.get("r", "0")) > rows + MOST_MORE:
            raise ValueError("it has rows far below the others")

    def doctype(*_: object) -> None:
        raise ValueError("it has a document type definition, which ours never has")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(part, True)
    except expat.ExpatError as reason:
        raise ValueError(f"its part {path} is damaged: {reason}") from reason
    return count


def _row_number(text: str) -> int:
    if len(text) > LONGEST_ROW_NUMBER or not (text.isascii() and text.isdigit()):
        raise ValueError(f"it has a row with a number that is none: {text}")
    return int(text)
