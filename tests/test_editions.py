"""A later edition of a factsheet replaces the stored one, and every difference is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import lanzarote_data as lz
from lanzarote_data.cli import main
from lanzarote_data.model.tables import Row
from tests.packages import copy_package

Answer = tuple[int, dict[str, object]]
Ingest = Callable[..., Answer]
NEW = "R3-BEL-FACTSHEET-3"
GONE = "R3-BEL-II-R11"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package of two rounds, and the working folder."""
    folder = copy_package("rounds", tmp_path / "package").folder
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def text(here: Path) -> str:
    """The factsheet on Belgium that the package has, as it writes it."""
    assert main(["factsheet", "BEL", "--out", "f.md"]) == 0
    return (here / "f.md").read_text(encoding="utf-8")


@pytest.fixture
def third(text: str) -> str:
    """A third edition: a text reworded with its footnote, one dropped, two added, one as it was."""
    for old, new in (
        ("01.02.2025", "01.03.2026"),
        ("second edition", "third edition"),
        ("to keep a synthetic register.", "to keep and to publish a synthetic register."),
        ("[^1]: Para. 49.", "[^1]: Paras. 49 and 50."),
        ("The Committee **invites** Belgium:\n\n- to follow a synthetic example.[^5]\n", ""),
        ("[^5]: Recommendation R11.\n", ""),
        ("### Generic", "- to add a synthetic entry.[^9]\n\n### Generic"),
        ("[^2]: Rec", "[^9]: Recommendation R12.\n[^2]: Rec"),
        ("The Committee **urges**", "It welcomes a synthetic register.\n\nThe Committee **urges**"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def ingest(here: Path, capsys: pytest.CaptureFixture[str]) -> Ingest:
    """Ingests a text; the exit status and the JSON answer."""

    def call(text: str, *flags: str) -> Answer:
        (here / "f.md").write_text(text, encoding="utf-8")
        capsys.readouterr()
        status = main(["ingest", "f.md", "--format", "json", *flags])
        return status, json.loads(capsys.readouterr().out)

    return call


def codes(answer: dict[str, object], *severities: str) -> set[str]:
    problems = answer["problems"]
    assert isinstance(problems, list)
    return {p["code"] for p in problems if p["severity"] in (severities or ("error",))}


def row(folder: Path, table: str, row_id: str) -> Row:
    found = lz.load(folder).tables.find(table, row_id)
    assert found, row_id
    return found


@pytest.mark.parametrize(("party", "round_id"), [("BEL", "R3"), ("BEL", "R2"), ("FIN", "R2")])
def test_the_stored_edition_changes_nothing(
    here: Path, ingest: Ingest, party: str, round_id: str
) -> None:
    assert main(["factsheet", party, "--round", round_id, "--out", "own.md"]) == 0
    for flags in ((), ("--edition", "--withdraw")):
        before = lz.load(here).tables
        status, answer = ingest((here / "own.md").read_text(encoding="utf-8"), *flags)
        assert (status, answer["problems"]) == (0, [])
        assert lz.load(here).tables == before


def test_a_later_edition_is_recognised_and_an_earlier_one_refused(
    here: Path, ingest: Ingest, third: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lz.load(here).tables
    status, answer = ingest(third)
    assert (status, codes(answer)) == (1, {"newer-edition"})
    status, answer = ingest(third.replace("Last update: 01.03.2026", ""), "--edition")
    assert (status, codes(answer) & {"edition-without-date"}) == (1, {"edition-without-date"})
    (here / "f.md").write_text(third.replace("2026", "2024"), encoding="utf-8")
    assert main(["ingest", "f.md", "--edition"]) == 2
    assert "a later one" in capsys.readouterr().err
    assert lz.load(here).tables == before


def test_an_edition_shows_every_difference_and_keeps_the_ids(
    here: Path, ingest: Ingest, third: str
) -> None:
    status, answer = ingest(third, "--edition")
    assert (status, codes(answer, "error", "warning")) == (0, {"gone", "document-without-address"})
    edition = answer["edition"]
    assert isinstance(edition, dict)
    assert edition["new"] == ["R3-BEL-I-o2", "R3-BEL-I-R12"]
    assert (edition["gone"], edition["same"]) == ([GONE], ["R3-ALL-I-R9", "R3-BEL-II-o1"])
    changed = {(c["key"], c["field"]) for c in edition["changed"]}
    assert changed == {
        ("R3-BEL-I-R7", "text"),
        ("R3-BEL-I-o1.1", "text"),
        ("R3-BEL-I-o1.1", "locator"),
    }
    document = row(here, "documents", NEW)
    assert (document["replaces"], document["date"]) == ("R3-BEL-FACTSHEET-2", "2026-03-01")
    for table, row_id in (("recommendations", "R3-BEL-I-R7"), ("observations", "R3-BEL-II-o1")):
        assert row(here, table, row_id)["document_id"] == NEW
    dropped = row(here, "recommendations", GONE)
    assert (dropped["document_id"], dropped["withdrawn_in"]) == ("R3-BEL-FACTSHEET-2", "")
    assert main(["factsheet", "BEL", "--out", "again.md"]) == 0
    written = (here / "again.md").read_text(encoding="utf-8")
    assert "to keep and to publish" in written
    assert "a synthetic example" in written, "it is not withdrawn yet"


def test_what_is_gone_is_withdrawn_when_that_is_confirmed(
    here: Path, ingest: Ingest, third: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest(third, "--edition")
    status, answer = ingest(third, "--edition", "--withdraw")
    assert status == 0
    assert row(here, "recommendations", GONE)["withdrawn_in"] == NEW
    status, answer = ingest(third, "--edition", "--withdraw")
    assert (status, codes(answer, "warning") & {"gone"}) == (0, set())
    assert main(["validate"]) == 0
    assert main(["factsheet", "BEL", "--out", "again.md"]) == 0
    assert "a synthetic example" not in (here / "again.md").read_text(encoding="utf-8")
    data = lz.load(here)
    assert list(data.follow_up_history("R8").status) == ["reported"]
    assert "R3-R11" in {r["report_recommendation_id"] for r in data.tables.rows("citation_targets")}


def test_news_on_a_withdrawn_recommendation_stays_and_may_be_added(
    here: Path, ingest: Ingest, text: str
) -> None:
    """The second edition dropped R8, on which there is news; the third states it again."""
    again = text.replace("01.02.2025", "01.03.2026").replace(
        "- to keep a synthetic register.[^2]",
        "- to keep a synthetic register.[^2]\n"
        "- to keep a register that the second edition no longer mentions.[^8]",
    )
    again = again.replace("[^2]: Rec", "[^8]: Recommendation R8.\n[^2]: Rec")
    status, _ = ingest(again, "--edition")
    assert status == 0
    back = row(here, "recommendations", "R3-BEL-I-R8")
    assert (back["withdrawn_in"], back["document_id"]) == ("", NEW)
    assert list(lz.load(here).follow_up_history("R8").status) == ["reported"]


def test_a_new_text_never_gets_the_id_of_a_deleted_one(
    here: Path, ingest: Ingest, third: str
) -> None:
    (here / "tables" / "withdrawn-ids.txt").write_text("R3-BEL-I-o2\n", encoding="utf-8")
    _, answer = ingest(third, "--edition", "--dry-run")
    edition = answer["edition"]
    assert isinstance(edition, dict)
    assert "R3-BEL-I-o3" in edition["new"]


def test_the_words_that_changed_are_marked(
    here: Path, third: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "f.md").write_text(third, encoding="utf-8")
    capsys.readouterr()
    assert main(["ingest", "f.md", "--edition", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "to keep {+and to publish +}a synthetic register." in said
    assert "[-Para-]{+Paras+}. 49{+ and 50+}." in said
    assert f"gone: {GONE}" in said
    assert "2 new, 2 changed, 1 gone, 2 the same" in said
