"""How sources write characters and footnote markers, brought to one form.

A marker is ``[^7]`` from here on, with the number that the source gives its footnote. Sources
write ``<sup>7</sup>`` (also ``<sup>7 8</sup>``), ``[^7]``, ``[7]`` as Word does in plain text, or
a raised ⁷.
"""

from __future__ import annotations

import re
import unicodedata

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
