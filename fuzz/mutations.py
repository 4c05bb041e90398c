"""Mutations that know the structure of what they change: each makes a similar, worse file.

All take the bytes and a source of chance, and give bytes; what they cannot read as what it should
be, they change byte by byte.
"""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeVar
from xml.sax.saxutils import escape

T = TypeVar("T")
Mutation = Callable[[bytes, Random], bytes]

NUMBERS = ("-1", "0", "1", "2", "007", "1e999", "-1e-999", "nan", "inf", "99999999999999999999", "")
TEXTS = (
    *NUMBERS,
    "=1+1",
    "\ufeff",
    "\u202e",
    "\ud7ff\U0010ffff",
    "e\u0301",
    "_x000D_",
    "_xD800_",
    "[^1]",
    "[^0]: ",
    "**",
    "A" * 300,
)
_XML_TEXTS = (*TEXTS, "A0", "A1", "XFD1048576", "AAAA1", "a1", "$A$1", "A1:B2", "B2:A1", "A:A")
_XML_KINDS = ("s", "b", "e", "n", "d", "str", "inlineStr", "x")
_XML_PATHS = ("../sheet2.xml", "/xl/styles.xml", "xl/worksheets/sheet3.xml", "file:///x", "")
_XML_PIECES = (
    '<c r="A2" t="s"><v>99999</v></c>',
    '<c r="B2" t="e"><v>#REF!</v></c>',
    '<c r="C3" t="inlineStr"><is><r><rPr><b/></rPr><t>x</t></r></is></c>',
    "<c><f>1/0</f><v></v></c>",
    '<c r="D2" t="d"><v>2023-02-30</v></c>',
    '<f t="shared" si="7"/>',
    '<f t="array" ref="A1:B2">1</f>',
    '<mergeCells><mergeCell ref="A1:C4"/></mergeCells>',
    '<row r="5"/>',
    '<row r="0"><c r="A0"/></row>',
    "<r><t xml:space='preserve'> x </t></r>",
    "<!-- x -->",
    "<?x y?>",
    "<![CDATA[<x>]]>",
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    "&#0;",
    "&#xD800;",
    "&a;",
    '<w:footnoteReference w:id="99"/>',
    '<w:br w:type="page"/>',
    "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
)
_LINES = (
    "",
    "# A",
    "## II. A synthetic chapter",
    "### Specific recommendations",
    "- A point",
    "  - A point of a point",
    "> A frame",
    "| a | b |",
    "|---|---|",
    "[^1]: A note.",
    "A text.[^1][^2]",
    "---",
    "12",
    "\f",
    "The Committee **invites** all Parties to act:",
)
_JSON_VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1.5, 10**30, "", "x", "\ud800", "(a+)+$", "[", [], {}, [None], [{}],
    {"": ""}, "../x.csv", "string", "date", "party_id",
)  # fmt: skip


def mutate_bytes(data: bytes, dice: Random) -> bytes:
    """A bit flipped, or bytes taken out, doubled or put in."""
    if not data:
        return dice.randbytes(3)
    start = dice.randrange(len(data))
    end = min(len(data), start + dice.choice((1, 1, 2, 8, 64)))
    piece = data[start:end]
    flipped = bytes([piece[0] ^ 1 << dice.randrange(8)]) + piece[1:]
    new = dice.choice((b"", flipped, piece * 2, dice.randbytes(len(piece))))
    return data[:start] + new + data[end:]


def mutate_text(data: bytes, dice: Random) -> bytes:
    """Lines of a text taken out, doubled, moved, cut or joined, or others put in."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    _mutate_list(lines, dice, lambda: dice.choice((*_LINES, *TEXTS)), _mutate_line)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _mutate_line(line: str, dice: Random) -> str:
    at = dice.randint(0, len(line))
    end = dice.randint(at, len(line))
    put = dice.choice((*TEXTS, "\n", " ", "\t", ":", ".", "*", "(", "[^12]", line[at:end] * 2))
    return line[:at] + put + line[dice.choice((at, end)) :]


def mutate_table(data: bytes, dice: Random) -> bytes:
    """A table of CSV with rows and cells changed, or quotes and line ends."""
    if not dice.randrange(4):
        return mutate_text(data, dice)
    rows = [line.split(",") for line in data.decode("utf-8", "surrogateescape").split("\n")]
    cells = dice.choice(rows)
    others = (*TEXTS, '"', '""', '"a\nb"', "\r", "\x00", "true", "2023-05-25", "BEL")
    _mutate_list(cells, dice, lambda: dice.choice(others), _mutate_line)
    if not dice.randrange(3):
        _mutate_list(rows, dice, lambda: list(cells), lambda row, _: row[::-1])
    return "\n".join(map(",".join, rows)).encode("utf-8", "surrogateescape")


def _mutate_list(
    items: list[T], dice: Random, new: Callable[[], T], change: Callable[[T, Random], T]
) -> None:
    """One item taken out, doubled, moved, changed, or a new one put in."""
    at = dice.randrange(len(items) + 1)
    if at == len(items) or not items:
        items.insert(at, new())
        return
    action = dice.randrange(5)
    if action == 0:
        del items[at]
    elif action == 1:
        items.insert(dice.randrange(len(items) + 1), items[at])
    elif action == 2:
        items.insert(dice.randrange(len(items)), items.pop(at))
    elif action == 3:
        items.insert(at, new())
    else:
        items[at] = change(items[at], dice)


def mutate_json(data: bytes, dice: Random) -> bytes:
    """A JSON text with one value somewhere in it taken out, changed, or put elsewhere."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return mutate_bytes(data, dice)
    places = list(_places(content))
    if not places or not dice.randrange(20):
        return mutate_text(data, dice)
    holder, key = dice.choice(places)
    action = dice.randrange(4)
    if action == 0:
        del holder[key]
    elif action == 1:
        other, name = dice.choice(places)
        holder[key] = other[name]
    elif action == 2 and isinstance(holder, dict):
        holder[dice.choice(("name", "x", "lanzarote:order", "enum", "pattern"))] = holder.pop(key)
    else:
        holder[key] = dice.choice(_JSON_VALUES)
    try:
        return json.dumps(content, indent=1).encode()
    except (ValueError, RecursionError):  # a value put into itself
        return mutate_bytes(data, dice)


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every object and list with each key or index of it; no deeper than a descriptor is."""
    waiting = [(content, 0)]
    while waiting:
        item, depth = waiting.pop()
        keys = item.keys() if isinstance(item, dict) else range(len(item))
        for key in keys:
            yield item, key
            if isinstance(item[key], (dict, list)) and depth < 12:
                waiting.append((item[key], depth + 1))


def mutate_zip(data: bytes, dice: Random) -> bytes:
    """A zip, such as a workbook or a Word file, with one of its parts changed; rarely the zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # what is no zip any more
        return mutate_bytes(data, dice)
    if not parts or not dice.randrange(20):
        return mutate_bytes(data, dice)
    if dice.randrange(12):
        at = dice.randrange(len(parts))
        name, content = parts[at]
        parts[at] = (name, mutate_part(name, content, dice))
    else:
        _mutate_list(parts, dice, lambda: (dice.choice(_PARTS), b"<x/>"), _renamed)
    return zip_of(parts)


_PARTS = ("xl/vbaProject.bin", "xl/comments1.xml", "xl/calcChain.xml", "../x", "/x", "", "mimetype")


def _renamed(part: tuple[str, bytes], dice: Random) -> tuple[str, bytes]:
    return dice.choice((part[0].upper(), part[0] + "x", dice.choice(_PARTS))), part[1]


def mutate_part(name: str, content: bytes, dice: Random) -> bytes:
    """A part of a zip changed, by what it is."""
    kind = name.rpartition(".")[2]
    mutate = _BY_KIND.get(kind, mutate_bytes) if dice.randrange(20) else mutate_bytes
    return mutate(content, dice)


def zip_of(parts: list[tuple[str, bytes]]) -> bytes:
    """A zip of the parts, in their order; one name may stand twice."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


def mutate_xml(data: bytes, dice: Random) -> bytes:
    """XML with an element, attribute or text of it taken out, doubled, moved or changed."""
    tokens = _TOKEN.findall(data.decode("utf-8", "surrogateescape"))
    if not tokens:
        return mutate_bytes(data, dice)
    at = dice.randrange(len(tokens))
    end = _element_end(tokens, at)
    action = dice.randrange(8)
    if action == 0:
        del tokens[at:end]
    elif action == 1:
        tokens[at:at] = tokens[at:end]
    elif action == 2:
        element = tokens[at:end]
        del tokens[at:end]
        to = dice.randint(0, len(tokens))
        tokens[to:to] = element
    elif action == 3:
        tokens.insert(at, dice.choice(_XML_PIECES))
    else:
        tokens[at] = _mutate_token(tokens[at], dice)
    return "".join(tokens).encode("utf-8", "surrogateescape")


def _element_end(tokens: list[str], start: int) -> int:
    """The index after the element that begins here; what begins none is one token."""
    depth = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.startswith("</"):
            depth -= 1
        elif token.startswith("<") and not token.endswith(("/>", "?>")):
            depth += 1
        if depth <= 0:
            return index + 1
    return start + 1


def _mutate_token(token: str, dice: Random) -> str:
    """A text replaced, or a tag with one attribute changed, renamed, doubled or taken out."""
    attributes = list(_ATTRIBUTE.finditer(token))
    if not token.startswith("<"):
        return escape(dice.choice(_XML_TEXTS)) if dice.randrange(3) else _mutate_line(token, dice)
    if not attributes:
        return token.replace("<", "<x") if not dice.randrange(4) else token[:-1] + ' t="s">'
    chosen = dice.choice(attributes)
    value = dice.choice((*_XML_TEXTS, *_XML_KINDS, *_XML_PATHS, dice.choice(attributes)[2]))
    new = dice.choice((
        f'{chosen[1]}="{quoted(value)}"', f'{chosen[1]}="{quoted(value)}"',
        f'{chosen[1]}x="{chosen[2]}"', f"{chosen[0]} {chosen[0]}", "",
    ))  # fmt: skip
    return token[: chosen.start()] + new + token[chosen.end() :]


def quoted(value: str) -> str:
    """A text as the value of an attribute."""
    return escape(value, {'"': "&quot;"})


_BY_KIND: dict[str, Mutation] = {
    "xml": mutate_xml,
    "rels": mutate_xml,
    "xlsx": mutate_zip,
    "json": mutate_json,
    "csv": mutate_table,
    "md": mutate_text,
}
