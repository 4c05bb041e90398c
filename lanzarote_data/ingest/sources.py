"""The file of a factsheet, read by what it is (text, Word, PDF); and written as Markdown."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from lanzarote_data.ingest.blocks import Block, SourceText
from lanzarote_data.ingest.text import read_text
from lanzarote_data.model.errors import SourceError
from lanzarote_data.store.untrusted import SPREADSHEETS, file_bytes, in_megabytes

LARGEST_FILE = 100_000_000
LARGEST_TEXT = 2_000_000
MOST_LINES = 20_000
_OTHER_KINDS = {
    ".odt": "the OpenDocument format (.odt)",
    ".rtf": "Rich Text (.rtf)",
    ".pages": "the format of Apple Pages",
    ".docm": "Word’s format with macros (.docm)",
    ".wpd": "the format of WordPerfect",
}
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
_AS_DOCX = "Open it in Word or LibreOffice, save it as .docx, and ingest that."


def read_source_file(path: Path) -> SourceText:
    """Read the file of a factsheet: ``.docx``, ``.pdf``, or text in UTF-8.

    :raises SourceError: the file cannot be opened, or is of a kind that is not read.
    """
    try:
        content = file_bytes(path, LARGEST_FILE)
    except OSError as reason:
        why = reason.strerror or str(reason)
        raise SourceError(f"{path} cannot be read: {why}.", "Check its name.") from reason
    _refuse(path, content)
    source = _read(path, content)
    _check_language((block.text for block in source.body), path.name)
    return replace(source, sha256=hashlib.sha256(content).hexdigest())


def _read(path: Path, content: bytes) -> SourceText:
    """Read a file by what it is."""
    if path.suffix.lower() == ".docx" or content.startswith(b"PK\x03\x04"):
        from lanzarote_data.ingest.word import read_word

        return read_word(content, path.name)
    if path.suffix.lower() == ".pdf" or content.startswith(b"%PDF"):
        from lanzarote_data.ingest.pdf import read_pdf

        return read_pdf(content, path.name)
    if len(content) > LARGEST_TEXT:
        message = f"{path.name} is larger than {in_megabytes(LARGEST_TEXT)}: no factsheet is."
        raise SourceError(message, "Check that it is the right file.")
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as reason:
        hint = "Save it as plain text in the encoding UTF-8."
        raise SourceError(f"{path.name} is not UTF-8 text.", hint) from reason
    if text.count("\n") > MOST_LINES:
        message = f"{path.name} has more than {MOST_LINES:,} lines: no factsheet has."
        raise SourceError(message, "Check that it is the right file.")
    _check_is_no_page(text, path.name)
    return read_text(text, path.name)


def _refuse(path: Path, content: bytes) -> None:
    """Refuse a file from which a text cannot be read faithfully."""
    ending = path.suffix.lower()
    if ending in SPREADSHEETS or b"xl/workbook." in content[-100_000:]:
        hint = "Edits in a workbook are imported with 'lanzarote import'."
        message = f"{path.name} is a spreadsheet ({ending}), not the text of a factsheet."
        raise SourceError(message, hint)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(
            f"{path.name} is a Word file of the old kind, or has a password.", _AS_DOCX
        )
    is_rtf = content.startswith(b"{\\rtf")
    if kind := "Rich Text (.rtf)" if is_rtf else _OTHER_KINDS.get(ending, ""):
        raise SourceError(f"{path.name} is a document in {kind}, which is not read.", _AS_DOCX)
    if not content.strip():
        raise SourceError(f"{path.name} is empty.", "Check that it is the right file.")


def _check_language(texts: Iterable[str], name: str) -> None:
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


def _check_is_no_page(text: str, name: str) -> None:
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


def markdown_of_source(source: SourceText) -> str:
    """The blocks and footnotes of a source as Markdown.

    What was left out, such as page numbers, is not in it; the report of the ingestion lists it.
    """
    lines: list[str] = []
    before: Block | None = None
    for block in source.body:
        is_list = block.kind == "bullet" and before is not None and before.kind == "bullet"
        if before and not is_list:
            lines.append(">" if block.framed and before.framed else "")
        lines += _written(block)
        before = block
    lines += ["", *(f"[^{note.number}]: {note.text}" for note in source.footnotes)]
    return "\n".join(lines) + "\n"


def _written(block: Block) -> Iterator[str]:
    frame = "> " if block.framed else ""
    if block.kind == "heading":
        yield f"{frame}{'#' * min(max(block.depth, 1), 6)} {block.text}"
    elif block.kind == "bullet":
        yield f"{frame}{' ' * block.depth}- {block.text}"
    else:
        yield f"{frame}{block.text}"
