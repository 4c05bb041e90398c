"""Bold and italic type of a source, written in one way: on whole words, as ``**`` and ``*``.

Converters and Word cut a word where its formatting changes: ``**req****uires**``, ``re**quires**``
and ``__requires__`` are all ``**requires**``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

_UNDERSCORES = re.compile(
    r"(?<![\w\\])(_{1,3})(?=[^\s_])(.*?[^\s_])\1(?!\w)"
    r"|(?<![_\\])(__)(?=[^\s_])([^_]*?[^\s_])__(?!_)",
    re.DOTALL,
)
_BETWEEN_UNDERSCORES = re.compile(r"(?<=[^\W_])____(?=[^\W_])")
_MIXED = re.compile(r"\w\*+\w|\*{4}")
_NOT_TEXT = re.compile(r"(<[^<>\s]+>|\]\((?:[^()]++|\([^()]*+\))*+\)|\\.)")
_WORD = re.compile(r"(\w+)")
# What is longer is no paragraph of a factsheet; the search for pairs must end.
_LONGEST = 20_000


def with_one_emphasis(text: str) -> str:
    """The text with its emphasis as ``**`` and ``*``, on whole words.

    >>> with_one_emphasis("re**quires** and __invites__, **re****quests**")
    '**requires** and **invites**, **requests**'
    """
    if "_" in text and len(text) < _LONGEST:
        text = _without_underscores(text)
    if not _MIXED.search(text) or len(text) > _LONGEST:
        return text
    runs = _runs(text) or _runs(text, of_four=2)
    return "".join(written(_on_whole_words(runs))) if runs else text


def _without_underscores(text: str) -> str:
    """The text with ``*`` for the ``_`` of emphasis; addresses and escaped characters stay."""
    parts = _NOT_TEXT.split(_BETWEEN_UNDERSCORES.sub("", text))
    kept = iter(parts[1::2])
    hidden = "\ufffe".join(parts[::2])
    last = ""
    while hidden != last:
        last = hidden
        hidden = _UNDERSCORES.sub(_with_stars, hidden)
    return re.sub("\ufffe", lambda _: next(kept), hidden)


def _with_stars(found: re.Match[str]) -> str:
    stars = "*" * len(found[1] or found[3])
    return f"{stars}{found[2] or found[4]}{stars}"


@dataclass(frozen=True)
class Run:
    """A piece of text with one formatting; ``address`` is where a link on it leads."""

    text: str
    bold: bool = False
    italic: bool = False
    address: str = ""


def _runs(text: str, of_four: int = 0) -> list[Run] | None:
    """The runs of a text; None where its marks are not balanced.

    Four marks end bold type and begin it again, or end bold italics and begin italics: then
    ``of_four`` is 2.
    """
    runs: list[Run] = []
    bold = italic = False
    for part in re.split(r"((?<!\\)\*+)", text):
        if part.startswith("*"):
            if len(part) > 6:
                return None
            count = (*range(4), of_four, 1, 0)[len(part)]
            bold, italic = bold != bool(count & 2), italic != bool(count & 1)
        elif part:
            runs.append(Run(part, bold, italic))
    return None if bold or italic else runs


def _on_whole_words(runs: list[Run]) -> list[Run]:
    """The runs with each word in one formatting: bold where a part of it is."""
    letters = [(letter, run) for run in runs for letter in run.text]
    text = "".join(letter for letter, _ in letters)
    styles = [(run.bold, run.italic) for _, run in letters]
    for word in _WORD.finditer(text):
        inner = set(styles[word.start() : word.end()])
        if len(inner) > 1 and any(bold for bold, _ in inner):
            styles[word.start() : word.end()] = [(True, False)] * len(word[0])
    made: list[Run] = []
    for (bold, italic), group in groupby(zip(text, styles, strict=True), key=lambda pair: pair[1]):
        made.append(Run("".join(letter for letter, _ in group), bold, italic))
    return made


def written(runs: list[Run]) -> Iterator[str]:
    """The runs as Markdown: marks stand at letters, not at spaces; links around bold type."""
    for address, linked in groupby(runs, key=lambda run: run.address):
        yield link("".join(_styled(linked)), address)


def _styled(runs: Iterable[Run]) -> Iterator[str]:
    """Runs as Markdown, bold type around italics."""
    for bold, group in groupby(runs, key=lambda run: run.bold):
        inner = (
            _marked("".join(run.text for run in part), "*" if italic else "")
            for italic, part in groupby(group, key=lambda run: run.italic)
        )
        yield _marked("".join(inner), "**" if bold else "")


def _marked(text: str, mark: str) -> str:
    inner = text.strip()
    if not inner or not mark:
        return text
    before, after = text.partition(inner)[::2]
    return f"{before}{mark}{inner}{mark}{after}"


def link(text: str, address: str) -> str:
    """A link as Markdown; an address that is shown as it is, as ``<address>``.

    >>> link(" words ", "https://example.org"), link("https://example.org", "https://example.org")
    (' [words](https://example.org) ', '<https://example.org>')
    """
    words = text.strip()
    if not words or not address:
        return text
    if re.sub(r"\s", "", words) == address:
        return text.replace(words, f"<{address}>")
    return text.replace(words, f"[{words}]({address})")
