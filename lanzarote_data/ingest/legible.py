"""Texts that cannot be read as a factsheet, and the true reason why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lanzarote_data.model.errors import SourceError

# The small words of a language, none of which is a small word of another one here.
_SMALL_WORDS = {
    "English": "the of and that with for from which has have been their is are by",
    "French": "les des que dans pour avec est une sur par qui aux du ont leur",
    "German": "der die das und den dem mit nicht für auf ist werden eine zur",
    "Spanish": "los las que del para con por una su el como más sus",
    "Italian": "gli che della dei nel una per sono alla delle con il non",
    "Dutch": "het een van voor met zijn niet aan worden ook bij naar",
    "Portuguese": "dos das que para uma com não os ao pela são mais",
}
_LETTERS = {"Cyrillic": "\u0400-\u04ff", "Greek": "\u0370-\u03ff", "Armenian": "\u0530-\u058f"}
_ENOUGH = 80  # words, to tell a language
_TWO_COLUMNS = re.compile(r"^(?=.{60})\S.{20,}?\S {3,}\S.{12,}$")
_MANY = 0.25  # of the lines that have text


def check_language(texts: Iterable[str], name: str) -> None:
    """Refuse a text that is not English.

    :raises SourceError: with the language, where it can be told.
    """
    text = " ".join(texts)
    letters = len(re.findall(r"[^\W\d_]", text)) or 1
    for script, characters in _LETTERS.items():
        if len(re.findall(f"[{characters}]", text)) > letters / 2:
            raise _not_english(f"is written in {script} letters", name)
    words = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    found = {
        language: sum(words[word] for word in small.split())
        for language, small in _SMALL_WORDS.items()
    }
    language = max(found, key=lambda name: found[name])
    if language != "English" and words.total() >= _ENOUGH and found[language] > words.total() / 20:
        raise _not_english(f"is in {language}", name)


def _not_english(what: str, name: str) -> SourceError:
    hint = "Ingest the English factsheet."
    return SourceError(f"{name} {what}; only English is read so far.", hint)


def check_is_no_page(text: str, name: str) -> None:
    """Refuse a web page, and a text that has two columns side by side in its lines.

    :raises SourceError: with the reason.
    """
    if re.match(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", text, re.I):
        hint = "Open it in Word, save it as .docx, and ingest that."
        raise SourceError(f"{name} is a web page (HTML), which is not read.", hint)
    lines = [
        line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("|")
    ]
    if sum(bool(_TWO_COLUMNS.match(line)) for line in lines) > _MANY * len(lines):
        raise SourceError(
            f"{name} has two columns side by side in its lines, as “pdftotext -layout” writes "
            "them, so that each line has parts of two sentences.",
            "Ingest the PDF itself.",
        )
