"""The factsheet on Belgium, typeset in other ways: the same rows come of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lanzarote_data.ingest.ingest import ingest
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.text import read_text
from lanzarote_data.model.changes import Change, difference
from lanzarote_data.model.errors import SourceError
from lanzarote_data.model.problems import has_errors
from lanzarote_data.validate.package import validate_tables
from tests.factsheets import BELGIUM, committed, empty

TEXT = BELGIUM.read_text(encoding="utf-8")
_NOTE = re.compile(
    r"^<sup>([0-9]+)</sup>(.*(?:\n\n?(?:States other|the participation|<https)[^\n]+)*)\n?", re.M
)


def _without_notes(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without its footnotes, and the footnotes: number and text in one line."""
    notes = [(n, " ".join(note.split())) for n, note in _NOTE.findall(text)]
    return _NOTE.sub("", text), notes


def _notes_at_the_end(text: str) -> str:
    body, notes = _without_notes(text)
    return body + "\n" + "\n\n".join(f"<sup>{n}</sup> {note}" for n, note in notes) + "\n"


def _notes_at_the_start(text: str) -> str:
    body, notes = _without_notes(text)
    head, mark, rest = body.partition("## I. Introduction\n")
    return (
        head + mark + "\n" + "\n".join(f"<sup>{n}</sup>{note}" for n, note in notes) + "\n\n" + rest
    )


def _commonmark_notes(text: str) -> str:
    body, notes = _without_notes(text)
    body = re.sub(
        r"<sup>([0-9 ]+)</sup>",
        lambda found: "".join(f"[^{n}]" for n in found[1].split()),
        body,
    )
    return body + "\n" + "\n".join(f"[^{n}]: {note}" for n, note in notes) + "\n"


def _bracketed_notes(text: str) -> str:
    marked = _commonmark_notes(text)
    return re.sub(r"\[\^([0-9]+)\]:?", r"[\1]", marked)


def _raised_notes(text: str) -> str:
    raise_ = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    body, notes = _without_notes(text)
    body = re.sub(
        r"<sup>([0-9 ]+)</sup>", lambda found: found[1].translate(raise_).replace(" ", " "), body
    )
    return body + "\n" + "\n".join(f"{n.translate(raise_)} {note}" for n, note in notes) + "\n"


def _single_markers(text: str) -> str:
    return re.sub(r"<sup>([0-9]+) ([0-9]+)</sup>", r"<sup>\1</sup> <sup>\2</sup>", text)


def _with_commas(text: str) -> str:
    return re.sub(r"<sup>([0-9]+) ([0-9]+)</sup>", r"<sup>\1,\2</sup>", text)


def _spaces_before_markers(text: str) -> str:
    return re.sub(r"(?<=\S)<sup>", " <sup>", text)


def _no_break_spaces(text: str) -> str:
    text = re.sub(r"(Paras?\.|Recommendations?) ", "\\1\u00a0", text)
    return re.sub(r"\b(the|of|all) (?=\w)", "\\1\u00a0", text)


def _soft_hyphens(text: str) -> str:
    return text.replace("recommend", "recom\u00admend").replace(
        "Committee ob", "Commit\u00adtee ob"
    )


def _frames(text: str) -> str:
    """Boxes as block quotes, as a converter may set them."""
    heading = r"^(?:#+ )?\**((?:Examples of p|P)romising practices?:)\**\n"
    box = re.compile(heading + r"((?:\n(?!#|-|children as|Finally).+\n)+)", re.M)

    def framed(found: re.Match[str]) -> str:
        inner = f"**{found[1]}**\n{found[2]}".rstrip("\n")
        return "\n".join(f"> {line}" for line in inner.split("\n")) + "\n"

    changed, times = box.subn(framed, text)
    assert times == 6
    return changed


def _page_numbers(text: str) -> str:
    pages = iter(range(2, 100))
    return re.sub(
        r"^---$",
        lambda _: f"FACTSHEET – BELGIUM\n\nPage {next(pages)} of 24\n\n\f---",
        text,
        flags=re.M,
    )


def _wrapped(text: str) -> str:
    """Every paragraph and point wrapped at eighty characters, as plain text may be."""
    import textwrap

    lines = []
    for line in text.split("\n"):
        plain = len(line) > 80 and not line.startswith(("#", "**“", "<sup>", "I", "V", "X"))
        indent = re.match(r"[-* ]*", line)
        within = " " * len(indent[0]) if indent else ""
        kept = {"break_long_words": False, "break_on_hyphens": False, "subsequent_indent": within}
        lines += textwrap.wrap(line, 80, **kept) if plain else [line]  # type: ignore[arg-type]
    return "\n".join(lines)


def _other_bullets(text: str) -> str:
    return re.sub(r"^( *)- ", lambda f: f"{f[1]}{'–' if f[1] else '•'}\t", text, flags=re.M)


def _deeper_bullets(text: str) -> str:
    return re.sub(r"^( *)- ", lambda f: f"{f[1] * 2}  * ", text, flags=re.M)


SAME: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "no rules": lambda text: re.sub(r"^---\n", "", text, flags=re.M),
    "other rules": lambda text: re.sub(r"^---$", "* * * *", text, flags=re.M),
    "all blank lines doubled": lambda text: text.replace("\n\n", "\n\n\n\n"),
    "spaces at the ends of lines": lambda text: text.replace("\n", "  \n"),
    "page numbers and running heads": _page_numbers,
    "notes at the end": _notes_at_the_end,
    "notes at the start": _notes_at_the_start,
    "notes as in CommonMark": _commonmark_notes,
    "notes in brackets": _bracketed_notes,
    "raised figures": _raised_notes,
    "a tag for each marker": _single_markers,
    "commas between markers": _with_commas,
    "spaces before markers": _spaces_before_markers,
    "no-break spaces": _no_break_spaces,
    "soft hyphens": _soft_hyphens,
    "boxes in frames": _frames,
    "wrapped lines": _wrapped,
    "other bullets": _other_bullets,
    "deeper bullets": _deeper_bullets,
    "headings in bold": lambda text: re.sub(r"^(#+) ([^*\n]+)$", r"\1 **\2**", text, flags=re.M),
    "no contents": lambda text: re.sub(r"^[IVX]+\.\t.*\n", "", text, flags=re.M),
    "contents without leaders": lambda text: text.replace(" .....\t", "\t"),
    "a date in words": lambda text: text.replace("25.05.2023", "25 May 2023"),
    "the title on two lines": lambda text: text.replace(
        "## FACTSHEET – BELGIUM", "## FACTSHEET\n\n## BELGIUM"
    ),
    "a decomposed accent": lambda text: text.replace("é", "e\u0301"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SAME)
def test_the_same_rows_come_of_another_typesetting(name: str) -> None:
    changed = SAME[name](TEXT)
    assert changed != TEXT
    result = ingest(read_text(changed, "changed.md"), empty())
    assert [p for p in result.problems if p.severity == "error"] == []
    assert difference(committed(), result.tables) == ()


def test_without_marks_for_headings_the_words_and_places_are_the_same() -> None:
    """Plain text: neither headings nor bold type are marked."""
    plain = re.sub(r"^#+ ", "", TEXT, flags=re.M).replace("**", "")
    result = ingest(read_text(plain, "plain.txt"), empty())
    assert [p for p in result.problems if p.severity == "error"] == []
    changes = [c for c in difference(committed(), result.tables) if not _is_typesetting(c)]
    assert changes == []


def test_without_full_stops_after_citations_the_locators_are_the_same() -> None:
    bare = re.sub(r"^(<sup>[0-9]+</sup> (?:Para|Recommendation).*)\.$", r"\1", TEXT, flags=re.M)
    assert bare != TEXT
    result = ingest(read_text(bare, "bare.md"), empty())
    assert not has_errors(result.problems)
    fields = {(c.resource, c.field) for c in difference(committed(), result.tables)}
    assert fields == {("citations", "text")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("party_id", "name", "title"),
    [
        ("MDA", "the Republic of Moldova", "REPUBLIC OF MOLDOVA"),
        ("MDA", "the Republic of Moldova", "THE REPUBLIC OF MOLDOVA"),
        ("MDA", "the Republic of Moldova", "MOLDOVA"),
        ("TUR", "Türkiye", "TÜRKİYE"),
        ("BIH", "Bosnia and Herzegovina", "BOSNIA AND HERZEGOVINA"),
        ("GBR", "the United Kingdom", "UNITED KINGDOM"),
    ],
)
def test_the_generic_part_of_another_party_is_known(party_id: str, name: str, title: str) -> None:
    """The same factsheet of another Party: all generic rows are there already."""
    text = TEXT.replace("FACTSHEET – BELGIUM", f"FACTSHEET – {title}").replace(
        "25.05.2023", "2.6.2024"
    )
    text = text.replace("Belgium", name).replace("’", "'").replace("\n", "\r\n")
    result = ingest(read_text(text, "other.md"), committed())
    assert [p for p in result.problems if p.severity == "error"] == []
    assert {p.code for p in validate_tables(result.tables)} <= {"document-without-address"}
    assert {c.kind for c in result.changes} == {"added"}
    ids = {c.key[0] for c in result.changes if c.resource != "practice_parties"}
    assert all(row_id.startswith(f"R2-{party_id}-") for row_id in ids)
    own = [c.key[0] for c in result.changes if c.resource == "recommendations"]
    stored = [r["recommendation_id"] for r in committed().rows("recommendations") if r["party_id"]]
    assert own == [row_id.replace("BEL", party_id) for row_id in stored]
    again = ingest(read_text(text, "other.md"), result.tables)
    assert again.changes == ()


def test_a_party_under_another_name_than_that_of_the_tables() -> None:
    """With --party, the name of the title is known in the text that all factsheets share."""
    text = TEXT.replace("FACTSHEET – BELGIUM", "FACTSHEET – TURKEY").replace("Belgium", "Turkey")
    with pytest.raises(SourceError, match="no Party TURKEY"):
        ingest(read_text(text, "other.md"), committed())
    result = ingest(read_text(text, "other.md"), committed(), "TUR")
    assert [p for p in result.problems if p.severity == "error"] == []
    assert {c.kind for c in result.changes} == {"added"}


def test_a_practice_that_another_factsheet_has_too_is_kept_and_named() -> None:
    text = TEXT.replace("FACTSHEET – BELGIUM", "FACTSHEET – FINLAND")
    result = ingest(read_text(text, "other.md"), committed())
    known = [p for p in result.problems if p.code == "practice-known"]
    assert len(known) == 9
    assert "R2-BEL-V-p1" in known[0].message


def _is_typesetting(change: Change) -> bool:
    old, new = change.old, change.new
    return isinstance(old, str) and isinstance(new, str) and words(old) == words(new)
