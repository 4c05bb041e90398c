"""How a text stays the text that it is in the files that we hand to spreadsheet programs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767
"""How many UTF-16 units a cell of a workbook holds."""

# A CSV says nothing of types: programs run what begins so, some also in full width, and some after
# white space, a mark without width or a quotation mark. An apostrophe is how people write a text.
_LIKE_A_FORMULA = re.compile(r"['\t\r]|[\s\u200b-\u200f\u2060\ufeff\"]*[=+\-@＝＋－＠]")


def units(text: str) -> int:
    r"""The length of a text as spreadsheet programs count it: in UTF-16 units.

    >>> units("a"), units("\U0001f600")
    (1, 2)
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str) -> str:
    """A text that is only shown, cut where a cell cannot hold all of it.

    >>> fitting("one"), len(fitting("x" * 40_000))
    ('one', 32767)
    """
    if units(text) <= LONGEST_CELL:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_CELL - 4]
    return f"{kept.decode('utf-16-le', 'ignore')} …"


def as_csv(lines: Iterable[Iterable[str]], end: str = "\n", quoted: bool = False) -> str:
    """Lines of cells as CSV; ``quoted`` puts all cells in quotation marks, not only if needed."""
    out = io.StringIO()
    writer = csv.writer(
        out, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writerows(lines)
    return out.getvalue()


def csv_text(text: str) -> str:
    """A text for a CSV that people open in a spreadsheet program, in which nothing is run.

    It has an apostrophe before it where it might be taken for a formula, and where it begins with
    one, so that :func:`text_of_csv` always finds the text again.

    >>> csv_text("=1+1"), csv_text("one")
    ("'=1+1", 'one')
    """
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def text_of_csv(cell: str) -> str:
    """The text of a cell that :func:`csv_text` made."""
    return cell.removeprefix("'")


def footer_text(text: str) -> str:
    """A text for the foot of printed pages, where & begins a code."""
    return text.replace("&", "&&")


def write_cell(
    worksheet: Worksheet, row: int, column: int, text: str, look: Format | None = None
) -> None:
    """Write a text of at most :data:`LONGEST_CELL` units as a text, whatever it looks like."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes a whole text of this form for its own XML, but not in parts.
        worksheet.write_rich_string(row, column, "<", "r", text[2:], *filter(None, [look]))
    else:
        worksheet.write_string(row, column, text, look)
