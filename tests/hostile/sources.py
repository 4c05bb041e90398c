"""Hostile sources of factsheets: Word files and texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tests.hostile.files import repacked
from tests.packages import DATA

DOCUMENT = "word/document.xml"
HEAD = "# FACTSHEET – BELGIUM\n\n## I. Legal frameworks\n\n"
Parts = dict[str, bytes]


@cache
def sound() -> bytes:
    """A Word file that is read as a factsheet."""
    return (DATA / "corpus" / "word" / "bosnia.docx").read_bytes()


def _packed(change: Callable[[Parts], object]) -> bytes:
    return repacked(sound(), change)


def _within(new: bytes, doctype: bytes = b"") -> Callable[[], bytes]:
    """The sound file with something at the beginning of its text."""

    def change(parts: Parts) -> None:
        text = parts[DOCUMENT].replace(b"<w:body>", b"<w:body>" + new, 1)
        parts[DOCUMENT] = text.replace(b"?>", b"?>" + doctype, 1)

    return lambda: _packed(change)


def _with(name: str, content: bytes) -> Callable[[], bytes]:
    return lambda: _packed(lambda parts: parts.update({name: content}))


def _paragraph(text: bytes) -> bytes:
    return b"<w:p><w:r><w:t>" + text + b"</w:t></w:r></w:p>"


_ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
_IMAGE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/image" Target="http://example.org/x.png" TargetMode="External"/>'
    b"</Relationships>"
)
WORD: dict[str, Callable[[], bytes]] = {
    "entities": _within(
        _paragraph(b"&a8;"), b'<!DOCTYPE x [<!ENTITY a0 "' + b"a" * 50 + b'">' + _ENTITIES + b"]>"
    ),
    "an external entity": _within(
        _paragraph(b"&e;"), b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://example.org/x">]>'
    ),
    "deep XML": _within(b"<w:sdt><w:sdtContent>" * 3_000 + b"</w:sdtContent></w:sdt>" * 3_000),
    "nested tables": _within(b"<w:tbl><w:tr><w:tc>" * 500 + b"</w:tc></w:tr></w:tbl>" * 500),
    "30,000 paragraphs of text": _within(_paragraph(b"a") * 30_000),
    "50 megabytes in one paragraph": lambda: _within(_paragraph(b"a" * 50_000_000))(),
    "a picture of 150 megabytes": lambda: _with("word/media/a.png", b"\0" * 150_000_000)(),
    "a part that leads outside": _with("../outside.xml", b"x"),
    "relations to an address": _with("word/_rels/document.xml.rels", _IMAGE),
    "no text": lambda: _packed(lambda parts: parts.pop(DOCUMENT)),
    "the mark of a zip": lambda: b"PK\x03\x04",
}
TEXTS: dict[str, Callable[[], bytes]] = {
    "100 megabytes": lambda: b"a" * 100_000_000,
    "a line of 50 megabytes": lambda: HEAD.encode() + b"a" * 50_000_000,
    "just as long a line as may be": lambda: b"a " * 950_000,
    "just as many lines as may be": lambda: HEAD.encode() + b"a\n" * 19_000,
    "just as many practices as may be": lambda: HEAD.encode() + b"> practice\n\n" * 9_000,
    "footnotes that name each other": lambda: (
        HEAD
        + "".join(f"The Committee invites.[^{n}]\n\n" for n in range(4_000))
        + "".join(f"[^{n}]: see [^{n + 1}]\n\n" for n in range(4_000))
    ).encode(),
    "deep frames": lambda: b">" * 1_000_000,
    "deep lists": lambda: (HEAD + "".join(" " * n + "- a\n" for n in range(1_500))).encode(),
    "one very long sentence": lambda: HEAD.encode() + b"The Committee invites. It is. " * 50_000,
    "underlines": lambda: HEAD.encode() + b"_" * 1_000_000,
    "NUL": lambda: b"# FACTSHEET \0\n",
    "all bytes": lambda: bytes(range(256)) * 100,
    "words that steer the terminal": lambda: (
        "# FACTSHEET – X\x1b[2J\x9b31m\n\n## I. A\x1b[2J\n\nThe Committee invites X\x1b[31m.[^1]\n"
    ).encode(),
    "UTF-16": lambda: HEAD.encode("utf-16"),
    "an old Word file": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
    "nothing": lambda: b"",
}
