"""Characters that were damaged on their way, and those that nobody sees: wherever texts come in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lanzarote_data.model.package import Package
from lanzarote_data.text.garbled import garbled
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook.imports import import_workbooks
from tests.packages import copy_package
from tests.workbooks import edit, make, put

TEXT = "The Committee notes"
MOJIBAKE = {
    "the Party’s law": "the Party\u00e2\u20ac\u2122s law",
    "école": "Ã©cole",
    "“words”": "\u00e2\u20ac\u0153words\u00e2\u20ac\u009d",
    "§ 5": "Â§ 5",
    "5\u00a0years": "5Â\u00a0years",
    "à la": "Ã\u00a0 la",
    "Łódź": "Å\u0081Ã³dÅº",
    "Привет": "ÐŸÑ€Ð¸Ð²ÐµÑ‚",
    "naïve": "na√Øve",
    "child’s": "child‚Äôs",
}
SOUND = [
    "CAFÉ’s", "‘É’", "MÜLLER”", "Privé»", "Ôté", "„Ärger“", "Łódź", "Ελλάδα", "Україна", "x ≈ y",
    "👩\u200d👧", "می\u200cخواهم", "5\u00a0years", "co\u2011operation", "√2", "€ 5–6 …", "ﬁ", "a²",
]  # fmt: skip
INVISIBLE = [
    "\u00ad", "\u200b", "\u200d", "\u200e", "\u202e", "\u2028", "\u2060", "\u2067", "\ufeff",
    "\ufff9", "\U000e0041",
]  # fmt: skip


@pytest.mark.parametrize("meant", MOJIBAKE)
def test_text_read_in_a_wrong_encoding_is_found_with_what_it_was(meant: str) -> None:
    text = MOJIBAKE[meant]
    found = list(garbled(text))
    assert {one.kind for one in found} == {"mojibake"}
    for one in reversed(found):
        text = text[: one.start] + one.meant + text[one.start + len(one.characters) :]
    assert text == meant


@pytest.mark.parametrize("text", ["the Party\u00e2\u20ac s", "\u00e2\u20acwords"])
def test_a_mark_whose_last_byte_was_cut_off_is_found(text: str) -> None:
    assert [(one.kind, one.meant) for one in garbled(text)] == [("mojibake", "")]


@pytest.mark.parametrize("text", SOUND)
def test_letters_of_the_languages_of_europe_are_sound(text: str) -> None:
    assert list(garbled(text)) == []


@pytest.mark.parametrize("character", INVISIBLE)
def test_a_character_that_nobody_sees_is_found(character: str) -> None:
    (found,) = garbled(f"a word{character}s")
    assert (found.kind, found.start) == ("invisible-character", 6)
    assert f"U+{ord(character):04X}" in found.sentence(f"a word{character}s")


CASES = [
    ("replacement-character", "error", "the Party\ufffds rights"),
    ("mojibake", "warning", "the Party\u00e2\u20ac\u2122s rights"),
    ("invisible-character", "warning", "the Party\u200bs rights"),
]


@pytest.mark.parametrize(("code", "severity", "text"), CASES)
def test_in_a_file_of_a_table(code: str, severity: str, text: str, tmp_path: Path) -> None:
    package: Package = copy_package("tiny", tmp_path)
    path = tmp_path / "tables" / "observations.csv"
    path.write_text(path.read_text("utf-8").replace("BEL,,", f"BEL,{text},", 1), "utf-8")
    found = validate_package(package.folder)
    assert [(p.code, p.severity, p.location.source) for p in found] == [
        (code, severity, "observations.csv:2")
    ]


@pytest.mark.parametrize(("code", "severity", "text"), CASES)
def test_in_a_workbook(code: str, severity: str, text: str, tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    path = edit(make(package), put("Observations", "R2-BEL-II-o1", "Sub-heading", text))
    outcome = import_workbooks(package, [path], dry_run=True)
    (problem,) = outcome.problems
    assert (problem.code, problem.location.field) == (code, "topic")
    assert re.fullmatch("Observations![A-Z]2", problem.location.source)
    assert outcome.refused is (severity == "error")
