"""What converters to Markdown write in their own ways, brought to one way, line by line.

Lines stay where they are, so that a place in the report is a line of the source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from lanzarote_data.ingest.blocks import Doubt
from lanzarote_data.model.problems import shown

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_BLOCK_OF_FIELDS = re.compile(r"---\n((?:[^\n]*\n){1,60}?)(?:---|\.\.\.)\n")
_FIELD = re.compile(r"^([A-Za-z][\w-]{0,40}):[ \t]*(.*)")
_SHOWN_FIELDS = ("title", "subtitle", "date")
_STRUCK = re.compile(r"~~([^~\n]{1,500})~~|<(del|s|strike)>([^<>\n]{1,500})</\2>")
_TAGS = (
    (r"</?(?:strong|b)(?: [^<>]*)?>", "**"),
    (r"</?(?:em|i)>", "*"),
    (r"<a (?:id|name)=\"[^\"<>]*\">\s*</a>|<!--[^<>]*-->|</?(?:span|u|ins)(?: [^<>]*)?>", ""),
    (r"(?i:^[ \t]*(?:<(?:p|div)(?: [^<>\n]*)?>)+|(?:</(?:p|div)>)+[ \t]*$)", ""),
    (r"\[\]\{[^{}\n]{1,200}\}", ""),  # an anchor of pandoc
)
_MARKS = (
    # Pandoc and mammoth escape more than they need; at the beginning of a line it may be needed.
    (r"(?<=\S)\\([-.!#(){}+>|~\"'$%&,/:;<=?@^`])", r"\1"),
    (r"(?<=\S)[ \t]*\{[#.][^{}\n]{1,200}\}(?=[ \t]*$)", ""),  # attributes of a heading
    (r"\[([^\[\]]{1,500})\]\{\.[a-z]+\}", r"\1"),
    (r"\[((?:https?|mailto):[^\[\]\s()<>]{1,2000})\]\(\1\)", r"<\1>"),
    # MarkItDown: ``[[2]](#footnote-3)``, and at the end ``1. Para. 49. [↑](#footnote-ref-2)``.
    (r"\[\\?\[([0-9]{1,3})\\?\]\]\(#(?:foot|end)note-[0-9]+\)", r"[^\1]"),
    (
        r"^[ \t]*([0-9]{1,3})[.)][ \t]+((?:[^\n]+\n){0,40}?[^\n]*?)[ \t]*"
        r"\[(?:↑|\\?\^|↩)\ufe0e?\]\(#(?:foot|end)note-ref-[0-9]+\)[ \t]*$",
        r"[^\1]: \2",
    ),
)
_GRID_RULE = re.compile(r"[ \t]*\+(?:[-=:]+\+)+[ \t]*")
_GRID_LINE = re.compile(r"[ \t]*\|(.*)\|[ \t]*")
_UNDERLINE = re.compile(r"[ \t]{0,3}(=+|-{3,})[ \t]*")
_NO_HEADING = re.compile(r"\s*(?:#|>|\||[-*+•–] |[0-9]{1,3}\s*$|\[\^|[-*_=]{3,}\s*$)|.*[.;,]\W*$")


def from_converters(text: str) -> tuple[str, list[Doubt]]:
    """The text of a source as this program writes Markdown, and what a person should know."""
    text = _with_fields_as_lines(text)
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text, struck = _without_struck(_replaced(text, _TAGS))
    text, doubts = _without_ligatures(text)
    lines = _with_grids_as_frames(_replaced(text, _MARKS).split("\n"))
    return "\n".join(_with_marked_headings(list(lines))), [*struck, *doubts]


def _replaced(text: str, patterns: Iterable[tuple[str, str]]) -> str:
    for pattern, replacement in patterns:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


def _without_struck(text: str) -> tuple[str, list[Doubt]]:
    """The text without the words that are struck through, and what they were."""
    doubts = [
        Doubt(
            "hidden-text",
            text.count("\n", 0, found.start()) + 1,
            f"{shown(found[1] or found[3])} is struck through; it was left out.",
        )
        for found in _STRUCK.finditer(text)
    ]
    return _STRUCK.sub("", text) if doubts else text, doubts


def _without_ligatures(text: str) -> tuple[str, list[Doubt]]:
    first = _LIGATURE.search(text)
    if not first:
        return text, []
    count = len(_LIGATURE.findall(text))
    message = f"{count} ligatures such as “{first[0]}” were read as the letters that they join."
    line = text.count("\n", 0, first.start()) + 1
    return text.translate(_LIGATURES), [Doubt("ligatures", line, message)]


def _with_fields_as_lines(text: str) -> str:
    """The block of fields that pandoc writes at the top, with its title and date as text."""
    found = _BLOCK_OF_FIELDS.match(text)
    if not found or not re.search(_FIELD.pattern, found[1], re.MULTILINE):
        return text
    lines = found[1].rstrip("\n").split("\n")
    return "\n".join(("", *map(_field, lines), "", text[found.end() :]))


def _field(line: str) -> str:
    """A line of the block: the value of a field that the title page has, else the line."""
    field = _FIELD.fullmatch(line)
    if not field:
        return line
    name, value = field[1].lower(), field[2].strip().strip("'\"").strip()
    if name not in _SHOWN_FIELDS:
        return line
    return f"# {value}" if name == "title" and value not in ("", "|", ">") else value.strip("|>")


def _with_grids_as_frames(lines: list[str]) -> Iterator[str]:
    """The lines with tables drawn of ``+---+`` as block quotes; their rules as empty lines."""
    in_grid = False
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        cells = _GRID_LINE.fullmatch(line)
        if _GRID_RULE.fullmatch(line):
            goes_on = bool(_GRID_LINE.fullmatch(following))
            yield ">" if in_grid and goes_on else ""
            in_grid = goes_on
        elif in_grid and cells:
            yield f"> {cells[1].strip()}".rstrip() if "|" not in cells[1] else line
        else:
            in_grid = False
            yield line


def _with_marked_headings(lines: list[str]) -> list[str]:
    """The lines with headings that are underlined marked by ``#``."""
    made = list(lines)
    for index, line in enumerate(lines):
        found = _UNDERLINE.fullmatch(line)
        first = _start_of_paragraph(lines, index)
        if not found or first is None:
            continue
        level = "#" if found[1].startswith("=") else "##"
        title = " ".join(part.strip() for part in lines[first:index])
        made[first] = f"{level} {title}"
        made[first + 1 : index + 1] = [""] * (index - first)
    return made


def _start_of_paragraph(lines: list[str], end: int) -> int | None:
    """Where the paragraph begins that ends before a line, if it may be a heading."""
    start = end
    while start > 0 and end - start < 4 and lines[start - 1].strip():
        start -= 1
    may_be = start < end and not any(_NO_HEADING.match(line) for line in lines[start:end])
    return start if may_be and (start == 0 or not lines[start - 1].strip()) else None
