"""What every source of a factsheet is read into: blocks of text, footnotes, and what was left out.

The blocks come from a text or a Word file; from here on it makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lanzarote_data.ingest.notation import without_bold
from lanzarote_data.model.problems import Location, shown

BlockKind = Literal["heading", "paragraph", "bullet", "rule", "contents"]

ROMAN = tuple(
    tens + ones
    for tens in ("", "X", "XX", "XXX")
    for ones in ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
)
"""The Roman numerals of the numbers from 0, which has none, to 39."""
_NUMERAL = r"(?=[IVX])X{0,2}(?:IX|IV|V?I{0,3})"
CHAPTER = re.compile(rf"(?:Chapter\s+)?({_NUMERAL})(?:\\?\.|\)|\s*[–—:]|\s+-)\s+(.+)")
SPECIFIC = re.compile(r"(?:Observations|Recommendations)\b.*\bspecific to\b.*", re.IGNORECASE)
GENERIC = re.compile(
    r"(?:Generic|General) (?:observations and )?recommendations\b.*", re.IGNORECASE
)
BOX = re.compile(r"(?:Examples? of )?(?:promising|good|best) practices?\s*:?", re.IGNORECASE)
CONTENTS = re.compile(r"(?:Table of )?Contents\s*:?", re.IGNORECASE)
TITLE = re.compile(r"(?i:FACTSHEET)\s*(?:[–—:]|-{1,3}|(?i:ON)\b)\s*(.+)|FACTSHEET\s+([^a-z]+)")
_AFTER_A_SENTENCE = "\"'”’»)]*_"


@dataclass(frozen=True)
class Block:
    """One block of the source: its kind, its text, and the line (from 1) on which it begins.

    ``depth`` is the level of a heading, or the indentation of a bullet in characters; ``framed``
    says that the source sets the block in a frame, as boxes are. In Word, paragraphs count.
    """

    kind: BlockKind
    text: str
    line: int
    depth: int = 0
    framed: bool = False

    @cached_property
    def words(self) -> str:
        """The text as a heading has it: without bold type."""
        return without_bold(self.text)

    def doubt(self, code: str, message: str) -> Doubt:
        """A doubt about this block; the message goes on after its first words."""
        return Doubt(code, self.line, f"{shown(self.text)} {message}")


@dataclass(frozen=True)
class Footnote:
    """A footnote: the number that the source gives it, its text, and where it begins."""

    number: int
    text: str
    line: int


@dataclass(frozen=True)
class Doubt:
    """Something that a person should look at: the line of the source, and why."""

    code: str
    line: int
    message: str


@dataclass(frozen=True)
class SourceText:
    """A factsheet’s text: the blocks of its body, its footnotes, and what was left out.

    ``name`` is the name of its file; ``unit`` is what ``line`` counts, ``line`` or ``paragraph``.
    In a PDF ``pages`` gives the page of each paragraph. ``sha256`` is the digest of the file.
    """

    name: str
    unit: Literal["line", "paragraph"]
    body: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]
    left_out: tuple[Block, ...]
    doubts: tuple[Doubt, ...] = ()
    pages: Mapping[int, str] = field(default_factory=dict)
    sha256: str = ""

    def place(self, line: int) -> str:
        """Where a person finds a line: ``factsheet.md:12``, ``factsheet.docx, paragraph 12``."""
        if line in self.pages:
            return f"{self.name}, {self.pages[line]}"
        return f"{self.name}:{line}" if self.unit == "line" else f"{self.name}, paragraph {line}"

    def location(self, line: int | None = None) -> Location:
        """The place of a problem on a line, or in the whole source."""
        return Location(source=self.name if line is None else self.place(line))


def is_sentence_end(text: str) -> bool:
    """Whether a text without markers ends as a sentence, a clause or a lead-in does."""
    return text.rstrip(_AFTER_A_SENTENCE).endswith((".", ":", ";", "!", "?", "…"))


def is_part_heading(text: str) -> bool:
    """Whether a line is the heading of a specific or generic part, or of a box of practices."""
    found = SPECIFIC.fullmatch(text) or GENERIC.fullmatch(text)
    return bool(BOX.fullmatch(text) or (found and not text.endswith(".")))
