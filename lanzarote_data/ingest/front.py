"""The title page of a factsheet: which Party, which round, which date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lanzarote_data.ingest.blocks import TITLE, Block, Doubt
from lanzarote_data.model.errors import SourceError
from lanzarote_data.text.rights import NOT_OFFICIAL

_UPDATE = re.compile(r"(?:Last )?updated?\s*(?:on\b|:)?\s*(.+)", re.IGNORECASE)
_FIGURES = re.compile(r"(?:([0-9]{1,2})\s*[./-]\s*)?([0-9]{1,2})\s*[./-]\s*([0-9]{4})\.?")
_WRITTEN = re.compile(r"(?:([0-9]{1,2})(?:st|nd|rd|th)?\s+)?([A-Za-z]+)\.?,?\s+([0-9]{4})\.?")
_MONTHS = (
    "january february march april may june july august september october november december".split()
)


@dataclass(frozen=True)
class Front:
    """The title page: the Party as the title names it, the title, the date, the words of it all.

    ``date`` is ISO 8601, or empty where the page gives none; ``left_out`` is what is neither
    title nor date nor the name of the report.
    """

    party_name: str
    title: str
    date: str
    texts: tuple[str, ...]
    left_out: tuple[Block, ...]
    doubts: tuple[Doubt, ...]


def read_front(blocks: Sequence[Block], source: str) -> Front:
    """Read the title page; ``source`` is the name of the file.

    :raises SourceError: there is no title “FACTSHEET – …”.
    """
    lines = _title_in_one_line(blocks)
    title = next((block for block in lines if TITLE.fullmatch(block.words)), None)
    if title is None:
        raise SourceError(
            f"The title “FACTSHEET – ” with the name of the Party was not found in {source}.",
            "Give the text of a whole factsheet, with its title.",
        )
    found = TITLE.fullmatch(title.words)
    name = (found[1] or found[2]) if found else ""
    known = [block for block in lines if block is title or _is_of_the_title_page(block)]
    date = next(filter(None, (_date(block.words) for block in lines)), "")
    doubt = Doubt("no-date", title.line, "The title page gives no date of the last update.")
    return Front(
        party_name=name,
        title=title.words if found and found[1] else f"FACTSHEET – {name}",
        date=date,
        texts=tuple(block.words for block in known),
        left_out=tuple(block for block in lines if block not in known),
        doubts=() if date else (doubt,),
    )


def _title_in_one_line(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with a title on two lines (“FACTSHEET”, “BELGIUM”) put on one."""
    lines: list[Block] = []
    for block in blocks:
        if lines and re.fullmatch(r"FACTSHEET\s*(?:[–—:]|-{1,3})?", lines[-1].words, re.IGNORECASE):
            head = lines[-1].words
            words = f"{head} {block.words}" if head[-1] in "–—:-" else f"{head} – {block.words}"
            lines[-1] = replace(lines[-1], text=words)
        else:
            lines.append(block)
    return lines


def _is_of_the_title_page(block: Block) -> bool:
    """Whether a line names the report or its theme, gives the date, or is the one that we add."""
    words = block.words
    if words.lstrip("*_").startswith(NOT_OFFICIAL):
        return True
    return bool(re.search(r"\bReport\b", words, re.IGNORECASE) or _date(words)) or (
        words[:1] in '“"«' and words[-1:] in '”"»'
    )


def _date(text: str) -> str:
    """The date of the last update in ISO 8601; empty where the line gives none.

    >>> _date("Last update: 25.05.2023"), _date("Updated on 3 June 2024"), _date("Update: 6.2023")
    ('2023-05-25', '2024-06-03', '2023-06')
    """
    update = _UPDATE.fullmatch(text)
    figures = _FIGURES.fullmatch(update[1]) if update else None
    written = _WRITTEN.fullmatch(update[1]) if update else None
    if figures:
        day, month, year = figures[1], int(figures[2]), figures[3]
    elif written and written[2].lower() in _MONTHS:
        day, month, year = written[1], _MONTHS.index(written[2].lower()) + 1, written[3]
    else:
        return ""
    return f"{year}-{month:02}" + (f"-{day.zfill(2)}" if day else "")
