"""A recommendation is read as one however it is written, or the report says that it may be one."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.ingest.ingest import Ingestion, Wishes, ingest
from lanzarote_data.ingest.text import read_text
from lanzarote_data.model.tables import Row
from tests.factsheet_variations import silent_misfilings, varied
from tests.factsheets import committed

pytestmark = pytest.mark.slow

FRONT = """# FACTSHEET – AUSTRIA

**Implementation Report on: “The protection of children against sexual exploitation and sexual \
abuse facilitated by information and communication technologies (ICTs): addressing the challenges \
raised by child self-generated sexual images and/or videos (CSGSIV)”**

Last update: 6 June 2023

## II. Legal frameworks

### Observations and recommendations of the Committee on the legal framework specific to Austria

"""
NOTES = "\n\n[^1]: Recommendation II-3.\n[^2]: Recommendation II-5.\n"
POINT = "\n\n- to carry out a synthetic recommendation.[^1]"
TOLD = (
    "observation-cites-recommendation",
    "practice-cites-recommendation",
    "recommendation-without-citation",
    "unknown-verb",
    "unclear-verb",
    "two-verbs",
    "empty-recommendation",
    "marker-in-lead-in",
    "lead-in-assumed",
    "point-assumed",
)


def read(body: str, notes: str = NOTES) -> Ingestion:
    return ingest(read_text(FRONT + body + notes, "austria.md"), committed())


def urgencies(result: Ingestion) -> dict[str, str]:
    """The urgencies of the Party's own recommendations, by the last part of their ids."""
    return {row["recommendation_id"].rpartition("-")[2]: row["urgency"] for row in _own(result)}


def _own(result: Ingestion) -> Iterator[Row]:
    for row in result.tables.rows("recommendations"):
        if row["party_id"] == "AUT":
            yield row


def told(result: Ingestion) -> set[str]:
    return {p.code for p in result.problems} & set(TOLD)


@pytest.mark.parametrize(
    "lead_in",
    [
        "The Committee **req****uires** Austria:",
        "The Committee re**quires** Austria:",
        "The Committee **req*****uires*** Austria:",
        "The Committee __requires__ Austria:",
        "The Committee ***requires*** Austria:",
        "The Committee **require**s Austria:",
        "The Committee REQUIRES Austria:",
        "The Committee **REQUIRES** Austria:",
        "**The Committee requires Austria:**",
        "***The Committee requires Austria:***",
        "**It also requires Austria:**",
        "Austria is therefore required:",
        "In this context, Austria is **required**:",
        "The Committee would like to require Austria:",
        "The Committee, in this context, requires Austria:",
        "The Committee welcomes a synthetic measure and requires Austria:",
    ],
)
def test_a_verb_is_read_in_any_form(lead_in: str) -> None:
    result = read(lead_in + POINT)
    assert urgencies(result) == {"3": "require"}
    assert next(_own(result))["lead_in"].count("{party}") == 1
    assert not result.counts.get("observations")
    assert told(result) == set()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Austria is invited to carry out a synthetic recommendation.[^1]", {"3": "invite"}),
        ("The Committee would like to invite Austria to do it.[^1]", {"3": "invite"}),
        (
            "The Committee **requires** Austria to do one thing[^1] and **invites** it to do "
            "another.[^2]",
            {"3": "require", "5": "invite"},
        ),
        (
            "The Committee requires Austria to do one thing,[^1] and invites it:\n\n"
            "- to do another.[^2]",
            {"3": "require", "5": "invite"},
        ),
        (
            "- The Committee **requires** Austria to do one thing[^1] and **invites** it to do "
            "another.[^2]",
            {"3": "require", "5": "invite"},
        ),
        (
            "The Committee **requires** Austria:\n\n1. to do one thing.[^1]\n2. to do another.[^2]",
            {"3": "require", "5": "require"},
        ),
        (
            "The Committee **requires** Austria:\n– to do one thing;[^1]\n– to do another.[^2]",
            {"3": "require", "5": "require"},
        ),
        *(
            (f"The Committee {verb} Austria:{POINT}", {"3": "require"})
            for verb in (
                "<strong>requires</strong>",
                '<b>req</b><b class="x">uires</b>',
                "<em>requires</em>",
                "**req[]{#_Hlk123}uires**",
                '**req**<a id="_Hlk1"></a>**uires**',
            )
        ),
        (
            "Good practice:\n\nA synthetic practice.\n\nThe Committee **requires** Austria to do "
            "it.[^1]",
            {"3": "require"},
        ),
        (
            "> **Promising practice:**\n>\n> A synthetic practice.\n\n"
            "+-----------------------------------------+\n"
            "| The Committee **requires** Austria:     |\n"
            "|                                         |\n"
            "| - to do one thing;[^1]                  |\n"
            "| - to do another thing that is longer    |\n"
            "|   than a line.[^2]                      |\n"
            "+-----------------------------------------+\n",
            {"3": "require", "5": "require"},
        ),
        (
            "| The Committee **requires** Austria: |\n|---|\n| - to do one thing;[^1] |\n"
            "| - to do another.[^2] |\n",
            {"3": "require", "5": "require"},
        ),
    ],
)
def test_each_recommendation_is_read_with_its_own_verb(body: str, expected: dict[str, str]) -> None:
    result = read(body)
    assert urgencies(result) == expected
    assert not result.counts.get("observations")
    assert told(result) == set()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"The Committee **requires** Austria{POINT}", "lead-in-assumed"),
        (f"The Committee **requires** Austria to do what follows.{POINT}", "lead-in-assumed"),
        ("The Committee **requires** Austria:\n\nto do one thing.[^1]", "point-assumed"),
        (f"The Committee requires Austria:[^2]{POINT}", "marker-in-lead-in"),
        ("The Committee requires and requests Austria to do it.[^1]", "two-verbs"),
        ("The Committee urges and **invites** Austria to do it.[^1]", "two-verbs"),
        ("The Committee requires and strongly urges Austria to do it.[^1]", "two-verbs"),
        (f"The Committee invites and encourages Austria:{POINT}", "two-verbs"),
        ("The Committee **encourages** Austria to do it.", "unknown-verb"),
        ("The Committee urges Austria to do it.", "unknown-verb"),
        ("The Committee would like to encourage Austria to do it.", "unknown-verb"),
        (f"The Committee calls on Austria:{POINT}", "unknown-verb"),
        ("Austria is encouraged to do it.", "unknown-verb"),
        ("The Committee strongly recommends that the Austrian authorities do it.", "unknown-verb"),
        ("The Committee considers that Austria should do it.", "unknown-verb"),
        ("Moreover, Austria, as a Party, should also do it.", "unknown-verb"),
        (
            "The Committee requires Austria:\n\n- to do it:[^1] (i) to begin;[^1] (ii) to end.[^2]",
            "merged-points",
        ),
        ("The Committee notes that the law requires Parties to do it.", "unclear-verb"),
        ("A synthetic fact is known.[^1]", "observation-cites-recommendation"),
        (
            "> **Promising practice:**\n>\n> - A synthetic practice.[^1]",
            "practice-cites-recommendation",
        ),
        (f"The Committee ~~invites~~ **requires** Austria:{POINT}", "hidden-text"),
        ("The Committee **invites** Austria.[^1]", "empty-recommendation"),
        ("The Committee **invites** Austria to do it.", "recommendation-without-citation"),
    ],
)
def test_what_is_not_plain_is_told_with_its_place(body: str, code: str) -> None:
    found = [p for p in read(body).problems if p.code == code]
    assert found, read(body).problems
    line = FRONT.count("\n") + 1
    assert found[0].location.source in [f"austria.md:{line + n}" for n in (0, 2)]


@pytest.mark.parametrize(
    "body",
    [
        "The Committee observes that the law of Austria requires a complaint first.[^3]",
        "The Committee notes that Austria encourages synthetic projects.[^3]",
        "Austria requested synthetic help in 2019.[^3]",
        "Austria reported that a synthetic office should open, as the Committee recommended.[^3]",
    ],
)
def test_an_observation_stays_one(body: str) -> None:
    result = read(body, "\n\n[^3]: Para. 49.\n")
    assert result.counts["observations"] == 1
    assert told(result) == set()


def test_words_that_a_round_defines_itself_are_its_verbs() -> None:
    body = FRONT.replace(
        "## II.",
        "## I. Introduction\n\nThe terms are:\n\n- **“Urge”**: when it is an obligation;\n"
        "- **“Call on”**: when it is a good idea.\n\n## II.",
    )
    text = f"{body}The Committee calls on Austria:{POINT}\n\nAustria is urged to do it.[^2]{NOTES}"
    result = ingest(read_text(text, "austria.md"), committed(), wishes=Wishes(keep_stored=True))
    assert urgencies(result) == {"3": "call on", "5": "urge"}


@pytest.mark.parametrize("seed", range(12))
def test_variations_of_belgium_misfile_nothing_in_silence(seed: int) -> None:
    assert silent_misfilings(varied(random.Random(seed))) == []


@pytest.mark.parametrize(
    "body",
    [
        "The Committee requires Austria to " * 3_000,
        "The Committee " * 25_000,
        "The Committee requires Austria:\n\n" + "- to do it\n" * 3_000,
        "a[^1] requires " * 3_000,
        "__a" * 30_000 + "a____b" * 10_000,
    ],
    ids=["verbs", "subjects", "points", "notes", "underscores"],
)
def test_a_text_that_repeats_a_thing_endlessly_takes_no_time(body: str) -> None:
    started = time.process_time()
    read(body)
    assert time.process_time() - started < 6


def test_the_command_tells_of_each_suspicion_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "austria.md"
    path.write_text(f"{FRONT}A synthetic fact is known.[^1]{NOTES}", encoding="utf-8")
    main(["ingest", str(path), "--dry-run", "--format", "json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    found = [p for p in problems if p["code"] == "observation-cites-recommendation"]
    assert [p["location"]["resource"] for p in found] == ["observations"]
