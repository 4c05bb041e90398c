"""How sources write characters, footnote markers and type, brought to one form.

A marker is ``[^7]`` from here on, with the number that the source gives its footnote. Sources
write ``<sup>7</sup>`` (also ``<sup>7 8</sup>``), ``[^7]``, ``[7]`` as Word does in plain text, or
a raised ⁷. Bold and italic type is ``**`` and ``*`` on whole words. Converters and Word cut a word
where its formatting changes: ``**req****uires**``, ``re**quires**`` and ``__requires__`` are all
``**requires**``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TAGGED = re.compile(r"<sup>\s*([0-9]+(?:[\s,;]+[0-9]+)*)\s*</sup>", re.IGNORECASE)
_TAGGED_COMMA = re.compile(r"(?<=</sup>)\s*<sup>\s*[,;]?\s*</sup>\s*(?=<sup>)", re.IGNORECASE)
# Notations that also stand for other things are read only where a line of the source begins
# with one, as a footnote does.
_AMBIGUOUS = (r"\[([0-9]{1,3})\](?!\()", r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_MARKER = re.compile(r"\[\^([0-9]{1,18})\]")
# Possessive, so that no text makes the search long; an address may have parentheses in it.
_ADDRESS = re.compile(r"\]\((?:[^()]++|\([^()]*+\))*+\)")
_BEFORE = re.compile(r"(?<=\S) +(?=\[\^[0-9]+\](?!:))")
_BETWEEN = re.compile(r"(?<=[0-9]\])[ ,;]+(?=\[\^[0-9]+\](?!:))")
_NO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
# Joiners belong to the spelling of many scripts and of emoji; between Latin letters they are dirt.
_JOINERS = re.compile("(?<![\u0250-\U0010ffff])[\u200c\u200d]+(?![\u0250-\U0010ffff])")
# What Python also counts as white space, but no text of ours may hold: to be refused, not lost.
_WHITE_SPACE = re.compile(r"[^\S\n\t\f\x1c-\x1f]")
_UNDERSCORES = re.compile(
    r"(?<![\w\\])(_{1,3})(?=[^\s_])(.*?[^\s_])\1(?!\w)"
    r"|(?<![_\\])(__)(?=[^\s_])([^_]*?[^\s_])__(?!_)",
    re.DOTALL,
)
_BETWEEN_UNDERSCORES = re.compile(r"(?<=[^\W_])____(?=[^\W_])")
_MIXED = re.compile(r"\w\*+\w|\*{4}")
_NOT_TEXT = re.compile(rf"(<[^<>\s]+>|{_ADDRESS.pattern}|\\.)")
_WORD = re.compile(r"(\w+)")
# What is longer is no paragraph of a factsheet; the search for pairs must end.
_LONGEST = 20_000


def clean(text: str) -> str:
    r"""The text in canonical characters: NFC, plain spaces, LF, nothing without width or meaning.

    A no-break space comes from a typesetter, not from the author: with it and without, a
    footnote is the same citation.

    >>> clean("Para.\u00a049\r\nsub\u00adpoint")
    'Para. 49\nsubpoint'
    """
    text = unicodedata.normalize("NFC", _JOINERS.sub("", text.translate(_NO_WIDTH)))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return _WHITE_SPACE.sub(" ", text)


def in_one_line(text: str) -> str:
    r"""A clean text with a single space for each run of white space, and none at its edges.

    >>> in_one_line(" one\n\ttwo ")
    'one two'
    """
    return re.sub(r"[ \t\n\f]+", " ", text).strip(" ")


def with_markers(text: str) -> str:
    """The text of a whole source with its markers as ``[^7]``, without space before them.

    >>> with_markers("One. <sup>7, 8</sup>")
    'One.[^7][^8]'
    """
    text = _TAGGED.sub(lambda found: _marks(found[1]), _TAGGED_COMMA.sub("", text))
    for notation in _AMBIGUOUS:
        if re.search(rf"^[ \t]*{notation}[ \t]*\S", text, re.MULTILINE):
            text = re.sub(notation, lambda found: _marks(found[1]), text)
    return _BEFORE.sub("", _BETWEEN.sub("", text))


def _marks(numbers: str) -> str:
    found: list[str] = re.findall("[0-9]+", numbers.translate(_SUPERSCRIPTS))
    return "".join(f"[^{number}]" for number in found)


def renumber_markers(text: str) -> str:
    """The text with its markers as ``[^1]``, ``[^2]`` … in order.

    >>> renumber_markers("One[^7] two.[^8][^9]")
    'One[^1] two.[^2][^3]'
    """
    count = iter(range(1, len(text)))
    return _MARKER.sub(lambda _: f"[^{next(count)}]", text)


def without_markers(text: str) -> str:
    """The text without its markers."""
    return _MARKER.sub("", text)


def ends_with_marker(text: str) -> bool:
    """Whether the text ends with a footnote marker."""
    return bool(re.search(r"\[\^[0-9]+\]\W*$", text))


def without_bold(text: str) -> str:
    """A heading's words without the bold type, or bold italics, that some headings have.

    >>> without_bold("**Promising practice:**")
    'Promising practice:'
    """
    whole = re.fullmatch(r"(?:\*\*\*|\*\*_|_\*\*)([^*]+)(?:\*\*\*|_\*\*|\*\*_)", text.strip())
    return re.sub(r"\*\*|__", "", whole[1] if whole else text).strip()


def words(text: str) -> list[str]:
    """The words of a Markdown text, in small letters, without markers, marks and addresses of
    links: what must be the same where only the typesetting differs.

    >>> words("to *use* [the guide](#).[^1]")
    ['to', 'use', 'the', 'guide']
    """
    bare = _ADDRESS.sub("]", without_markers(text))
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", bare).casefold())


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


def paragraph_of(runs: list[Run]) -> str:
    """The Markdown of the runs of one paragraph, without space before its markers."""
    text = with_one_emphasis(in_one_line(clean("".join(written(runs)))))
    return re.sub(r" +(?=\[\^[0-9]+\])", "", text)


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
