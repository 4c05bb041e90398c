"""How footnotes name what they cite: the paragraphs and recommendations of a report.

The Secretariat writes ``Para. 49.``, ``Paras. 50-51.``, ``Recommendation III-11.``,
``Recommendations V-4, V-7, V-12.``, ``Recommendation III-3 and III-7.``, with or without full
stop. The canonical *locator* of each is ``49``, ``50-51``, ``III-11``, ``V-4;V-7;V-12``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Any word with a capital letter first and a number in it: each round has a form of its own, which
# the rule ``code-form`` compares with the one that the table of rounds declares.
CODE = r"(?=[A-Z-]*[0-9])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*[a-z]?"
_CODE = re.compile(CODE)
_PARAGRAPHS = re.compile(r"Para(?:s|graphs?)?\b\.? *(?P<list>[0-9][0-9 ,;and–-]*?)\.?")
_RECOMMENDATIONS = re.compile(
    rf"[Rr]ecommendations? +(?P<list>{CODE}(?:(?:, and|,|;| and)? *{CODE})*)\.?"
)
_HYPHEN = re.compile(r"(?<=[A-Z0-9])[\u2010\u2011–](?=[0-9])")  # as Word writes those of codes
_SPAN = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")
LOCATOR = "locator"
"""The field of a citation that has its locator."""
LONGEST_SPAN = 1_000
_MARKER = re.compile(r"\[\^([0-9]{1,18})\]")
_ADDRESS = re.compile(r"https?://[^\s<>()\]]+|mailto:[^\s<>()\]]+")
_LINK_ONLY = re.compile(r"<[^<>\s]+>\.?|\[[^\]]*\]\([^)]*\)\.?|https?://\S+|www\.\S+")


@dataclass(frozen=True)
class Reference:
    """What a footnote cites: its ``kind`` and its canonical ``locator`` (empty for other kinds)."""

    kind: str
    locator: str = ""


def read_reference(text: str) -> Reference:
    """What the text of a footnote cites.

    A footnote that is nothing but an address is a ``link``; one that names a work in italics
    with an address, as bibliographies do, is ``literature``; any other text is a ``note``.

    >>> read_reference("Recommendations V-4, V-7 and V-12.")
    Reference(kind='recommendation', locator='V-4;V-7;V-12')
    >>> read_reference("Paras. 50-51")
    Reference(kind='paragraph', locator='50-51')
    """
    found = _RECOMMENDATIONS.fullmatch(_HYPHEN.sub("-", text))
    if found:
        return Reference("recommendation", ";".join(re.findall(CODE, found["list"])))
    found = _PARAGRAPHS.fullmatch(text)
    if found:
        return Reference("paragraph", _paragraph_locator(found["list"]))
    if _LINK_ONLY.fullmatch(text):
        return Reference("link")
    literature = _ADDRESS.search(text) and re.search(r"(?<!\*)\*[^*]+\*(?!\*)", text)
    return Reference("literature" if literature else "note")


def _paragraph_locator(text: str) -> str:
    spans = re.findall(r"([0-9]+)(?: *[–-] *([0-9]+))?", text)
    return ";".join(f"{first}-{last}" if last else first for first, last in spans)


def canonical_locator(text: str) -> str:
    """The canonical locator that people mean by a list; another text as it is.

    >>> canonical_locator("III-3 , III-7 and III-9"), canonical_locator("50 – 51; 60")
    ('III-3;III-7;III-9', '50-51;60')
    """
    words = re.sub(r"\s*([;,])\s*", r"\1 ", " ".join(text.split())).strip("; ,")
    read = (read_reference(f"{name} {words}").locator for name in ("Recommendations", "Paras."))
    return next(filter(None, read), text)


def codes(locator: str) -> list[str]:
    """The recommendation codes of a locator, each once: ``III-3;III-7`` gives two."""
    return list(filter(_CODE.fullmatch, dict.fromkeys(locator.split(";"))))


def paragraphs(locator: str) -> list[int]:
    """The paragraph numbers of a locator, each once; spans are written out, from either end.

    >>> paragraphs("50-52;60")
    [50, 51, 52, 60]
    """
    found = (_SPAN.fullmatch(part) for part in locator.split(";"))
    spans = (sorted((int(span[1]), int(span[2] or span[1]))) for span in found if span)
    numbers = (
        n for first, last in spans for n in range(first, min(last, first + LONGEST_SPAN) + 1)
    )
    return list(dict.fromkeys(numbers))


def markers(text: str) -> list[int]:
    """The numbers of the footnote markers in a text, in order.

    >>> markers("One.[^1] Two,[^2][^3] three.")
    [1, 2, 3]
    """
    return list(map(int, marker_texts(text)))


def marker_texts(text: str) -> list[str]:
    """The numbers of the footnote markers in a text as they are written, in order.

    >>> marker_texts("One.[^1] Two.[^02]")
    ['1', '02']
    """
    return _MARKER.findall(text) if "[^" in text else []


def addresses(text: str) -> list[str]:
    """The web and e-mail addresses in a text, in order, without the full stop that ends it."""
    return [address.rstrip(".,;") for address in _ADDRESS.findall(text)]
