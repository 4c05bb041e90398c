"""The source of the tables makes the tables, once, and nothing is lost on the way."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.ingest.ingest import Ingestion, Wishes, ingest
from lanzarote_data.ingest.notation import clean, with_markers, words
from lanzarote_data.ingest.sources import read_source_file
from lanzarote_data.ingest.text import read_text
from lanzarote_data.model.changes import difference
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.validate.package import validate_tables
from tests.factsheets import BELGIUM, DATA, committed, copy_of_package, empty

FRENCH = "Le Comité observe que les autorités ont adopté une loi pour les enfants dans le pays.\n"
COLUMNS = "The Committee observes that a synthetic       to carry out a synthetic recommendation\n"


@pytest.fixture(scope="module")
def belgium() -> Ingestion:
    return ingest(read_source_file(BELGIUM), empty())


def test_the_source_makes_exactly_the_committed_tables(belgium: Ingestion) -> None:
    assert difference(committed(), belgium.tables) == ()


def test_the_known_counts(belgium: Ingestion) -> None:
    counts = {name: belgium.counts[name] for name in ("chapters", "citations", "practices")}
    assert counts == {"chapters": 11, "citations": 145, "practices": 9}
    rows = belgium.tables.rows("recommendations")
    assert Counter(row["urgency"] for row in rows) == {"require": 9, "request": 11, "invite": 56}
    assert Counter(row["scope"] for row in rows) == {"specific": 24, "generic": 52}
    kinds = Counter(row["kind"] for row in belgium.tables.rows("citations"))
    assert (kinds["recommendation"], kinds["paragraph"]) == (76, 53)


def test_what_was_made_is_valid(belgium: Ingestion) -> None:
    assert not has_errors(belgium.problems)
    assert not has_errors(validate_tables(belgium.tables))


def test_each_uncertain_join_is_a_warning_with_its_line(belgium: Ingestion) -> None:
    joins = {(p.code, p.location.source) for p in belgium.problems if p.code != "left-out"}
    lines = BELGIUM.read_text(encoding="utf-8").split("\n")
    assert {code for code, _ in joins} == {"joined-across-box", "joined-to-footnote"}
    for code, place in joins:
        line = lines[int(place.rpartition(":")[2]) - 1]
        starts = (
            ("children as well",) if code == "joined-across-box" else ("States", "the ", "<http")
        )
        assert line.startswith(starts)


def test_again_changes_nothing(belgium: Ingestion) -> None:
    again = ingest(read_source_file(BELGIUM), belgium.tables)
    assert again.changes == ()
    assert not has_errors(again.problems)


def test_every_word_of_the_source_is_in_a_row_or_in_the_report(belgium: Ingestion) -> None:
    source = _source_words()
    reported = Counter(
        word for p in belgium.problems if p.code == "left-out" for word in words(p.message)
    )
    assert source - _row_words(belgium) - reported - _title_page(belgium) == Counter()


def _source_words() -> Counter[str]:
    """The words of the file, but for the numbers that begin its footnotes."""
    text = with_markers(clean(BELGIUM.read_text(encoding="utf-8")))
    return Counter(words(re.sub(r"^\[\^[0-9]+\]", "", text, flags=re.MULTILINE)))


def _row_words(result: Ingestion) -> Counter[str]:
    """The words of all rows; what several rows share is counted once, as it stands there once."""
    texts: list[str] = []
    shared: set[tuple[str, ...]] = set()
    for table in ("recommendations", "observations", "practices"):
        for row in result.tables.rows(table):
            texts.append(row["text"])
            place = (table, row["chapter_id"], row.get("party_id", "practice"))
            runs = (row.get("topic", ""), row.get("lead_in", ""), row.get("heading", ""))
            shared.update((*place, text.replace("{party}", "Belgium")) for text in runs)
    for row in result.tables.rows("chapters"):
        texts += [row["number"], row["title"], row["introduction"]]
        texts += [row["specific_heading"], row["generic_heading"]]
    texts += [row["text"] for row in result.tables.rows("citations")]
    texts += [place[-1] for place in shared]
    return Counter(word for text in texts for word in words(text.replace("{party}", "Belgium")))


def _title_page(result: Ingestion) -> Counter[str]:
    document = result.tables.find("documents", "R2-BEL-FACTSHEET") or {}
    report = result.tables.find("documents", "R2-REPORT") or {}
    date = "Last update: " + ".".join(reversed(document["date"].split("-")))
    return Counter(
        word for text in (document["title"], report["title"], date) for word in words(text)
    )


def test_a_text_without_a_place_stops_the_ingestion_and_is_named() -> None:
    text = BELGIUM.read_text(encoding="utf-8").replace(
        "The Committee **requests** all Parties, including Belgium:\n\n- to extend",
        "A synthetic sentence that has no place here.\n\n"
        "The Committee **requests** all Parties, including Belgium:\n\n- to extend",
    )
    problems = ingest(read_text(text, "changed.md"), empty()).problems
    found = [p for p in problems if p.severity == "error"]
    assert [p.code for p in found] == ["not-placed"]
    assert "A synthetic sentence that has no place here." in found[0].message
    line = text.split("\n").index("A synthetic sentence that has no place here.") + 1
    assert found[0].location.source == f"changed.md:{line}"


@pytest.mark.parametrize(
    ("old", "new", "code", "words_of_it"),
    [
        ("<sup>2</sup> Para. 49.\n", "\n", "footnote-missing", "footnote 2"),
        (
            "as defined within Article 20(2) of the Lanzarote Convention.<sup>2</sup>",
            "as defined.",
            "marker-missing",
            "Para. 49.",
        ),
        (
            "<sup>6</sup> Para. 68.",
            "<sup>6</sup> Para. 68.\n\n<sup>6</sup> A second one.",
            "marker-missing",
            "more than one footnote 6",
        ),
        (
            "invites** Belgium:\n\n- to rather",
            "invites** Belgium,[^2] too:\n\n- to rather",
            "marker-in-lead-in",
            "footnote 2",
        ),
    ],
)
def test_faults_of_footnotes_are_errors(old: str, new: str, code: str, words_of_it: str) -> None:
    text = BELGIUM.read_text(encoding="utf-8")
    assert old in text
    result = ingest(read_text(text.replace(old, new, 1), "changed.md"), empty())
    found = [p for p in result.problems if p.code == code and p.severity == "error"]
    assert any(words_of_it in p.message for p in found), found


def test_another_wording_of_a_generic_recommendation_shows_both() -> None:
    text = BELGIUM.read_text(encoding="utf-8").replace(
        "- to regularly assess the difficulties", "- to assess now and then the difficulties"
    )
    text = text.replace("FACTSHEET – BELGIUM", "FACTSHEET – ALBANIA").replace("Belgium", "Albania")
    source = read_text(text, "albania.md")
    found = [p for p in ingest(source, committed()).problems if p.severity == "error"]
    assert [p.location.key for p in found] == ["R2-ALL-V-5"]
    assert "to regularly assess the difficulties" in found[0].message
    assert "to assess now and then the difficulties" in found[0].message
    kept = ingest(source, committed(), wishes=Wishes(keep_stored=True))
    assert not has_errors(kept.problems)
    assert kept.tables.find("recommendations", "R2-ALL-V-5") == committed().find(
        "recommendations", "R2-ALL-V-5"
    )


def test_another_wording_of_a_row_of_the_own_factsheet_is_an_error_even_if_stored_is_kept() -> None:
    text = BELGIUM.read_text(encoding="utf-8").replace("is a common challenge", "is a challenge")
    text = text.replace("to strengthen the protection of children by", "to strengthen it by")
    result = ingest(read_text(text, "changed.md"), committed(), wishes=Wishes(keep_stored=True))
    severities = {
        p.location.key: p.severity for p in result.problems if p.code.startswith("differs")
    }
    assert severities == {"R2-I": "warning", "R2-BEL-II-2": "error"}


def test_a_difference_is_shown_by_its_first_words_and_its_likely_cause() -> None:
    text = BELGIUM.read_text(encoding="utf-8")
    for old, new, cause in (
        ("to strengthen the protection", "to strength en the protection", "divided or joined"),
        ("only as a last resort.", "only as a.", "ends earlier"),
        ("is stated in", "is declared in", ""),
    ):
        result = ingest(read_text(text.replace(old, new, 1), "changed.md"), committed())
        for found in [p for p in result.problems if p.code == "differs-from-stored"]:
            assert cause in found.message
            assert len(found.message) < 500


def test_what_follows_from_one_fault_is_one_problem() -> None:
    text = BELGIUM.read_text(encoding="utf-8")
    without = re.sub(r"^<sup>[0-9]+</sup> .*$", "", text, flags=re.MULTILINE)
    found = ingest(read_text(without, "x.md"), empty()).problems
    missing = [p for p in found if p.code == "footnote-missing"]
    assert len(missing) == 1
    assert "145 footnotes" in missing[0].message
    assert "1–145" in missing[0].message
    lead_in = "The Committee **requests** all Parties, including Belgium:\n\n- to extend"
    assert lead_in in text
    misplaced = text.replace("**invites** all Parties", "**asks** all Parties")
    problems = ingest(read_text(misplaced, "x.md"), empty()).problems
    folded = [p for p in problems if p.code == "marker-missing"]
    assert len(folded) == 1
    assert "was not placed" in folded[0].message


@pytest.mark.parametrize(
    ("character", "code", "severity"),
    [
        ("\ufffd", "replacement-character", "error"),
        ("\u00e2\u20ac\u2122", "mojibake", "warning"),
        ("\u202e", "invisible-character", "warning"),
        ("\u00ad", "invisible-character", "warning"),
    ],
)
def test_garbled_characters_are_told_with_their_place(
    character: str, code: str, severity: str
) -> None:
    old = "to strengthen the protection of children by"
    text = BELGIUM.read_text(encoding="utf-8")
    line = next(n for n, row in enumerate(text.split("\n"), start=1) if old in row)
    changed = text.replace(old, old.replace("protection", f"protec{character}tion"), 1)
    problems = ingest(read_text(changed, "x.md"), empty()).problems
    found = [(p.severity, p.location.source) for p in problems if p.code == code]
    assert found == [(severity, f"x.md:{line}")]


# --- the command --------------------------------------------------------------------------------


def test_the_command_writes_and_says_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    descriptor = copy_of_package(tmp_path, empty())
    call = ["ingest", str(BELGIUM), "--package", str(descriptor)]
    assert main([*call, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "Recommendations: 76 in the source, 76 new" in said
    assert "R2-BEL-II-6 [request]: “to ensure in its legal framework" in said
    assert "Left out as no part of the text: “---”. (17 times)" in said
    assert difference(empty(), _stored(descriptor)) == ()
    assert main(call) == 0
    assert "The tables were written." in capsys.readouterr().out
    assert difference(committed(), _stored(descriptor)) == ()
    for file in (tmp_path / "tables").glob("*.csv"):
        assert file.read_bytes() == (DATA.parents[2] / "tables" / file.name).read_bytes()
    assert main(call) == 0
    assert "Already up to date" in capsys.readouterr().out


def test_the_command_writes_nothing_when_there_are_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    descriptor = copy_of_package(tmp_path, empty())
    text = BELGIUM.read_text(encoding="utf-8").replace("<sup>2</sup> Para. 49.\n", "")
    source = tmp_path / "changed.md"
    source.write_text(text, encoding="utf-8")
    call = ["ingest", str(source), "--package", str(descriptor), "--format", "json"]
    assert main(call) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["format"] == "lanzarote.ingest/1"
    assert answer["applied"] is False
    assert "footnote-missing" in {p["code"] for p in answer["problems"]}
    assert difference(empty(), _stored(descriptor)) == ()


def _stored(descriptor: Path) -> Tables:
    return read_tables(load_package(descriptor)).tables


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("factsheet.pdf", b"%PDF-1.7 ...", "is not a PDF, or it is damaged"),
        ("renamed.txt", b"%PDF-1.7 ...", "is not a PDF, or it is damaged"),
        ("page.html", b"<!DOCTYPE html>\n<html><p>FACTSHEET</p></html>", "is a web page"),
        ("french.md", ("## I. Introduction\n\n" + FRENCH * 9).encode(), "is in French; only"),
        ("columns.txt", (COLUMNS * 40).encode(), "two columns side by side"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Word file of the old kind"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "has a password"),
        ("some.rtf", b"{\\rtf1 ...}", "which is not read"),
        ("broken.docx", b"PK\x03\x04 not really", "is damaged"),
        ("cut.docx", b"no zip at all", "is damaged"),
        ("latin.txt", "Türkiye".encode("latin-1"), "is not UTF-8 text"),
        ("empty.md", b" \n", "is empty"),
        ("other.md", b"# Another text\n\nNo factsheet.\n", "No chapter heading"),
        ("untitled.md", b"## I. Introduction\n\nText.\n", "The title"),
    ],
)
def test_what_is_no_factsheet_is_refused_with_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
    sentence: str,
) -> None:
    descriptor = copy_of_package(tmp_path, empty())
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["ingest", str(path), "--package", str(descriptor)]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert name in said
    assert len(said.strip().split("\n")) == 2, "a sentence and a next step"


def test_a_missing_file_an_unknown_party_and_an_unknown_round_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = ["--package", str(copy_of_package(tmp_path, empty()))]
    assert main(["ingest", str(tmp_path / "nowhere.md"), *package]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["ingest", str(BELGIUM), "--party", "ZZZ", *package]) == 2
    assert "no Party 'ZZZ'" in capsys.readouterr().err
    for albania in ("ALB", "al", "Albania"):
        assert main(["ingest", str(BELGIUM), "--party", albania, "--dry-run", *package]) == 0
        assert "names Belgium, but the rows would be those of Albania" in capsys.readouterr().out
    assert main(["ingest", str(DATA / "turkiye.txt"), *package]) == 2
    assert "no theme of a monitoring round" in capsys.readouterr().err
