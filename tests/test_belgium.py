"""The tables of Belgium against their source: known counts, and the words in their order.

The counts were made by hand from the source. The words are compared with the source itself, by a
reader of its own that knows nothing of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

import pytest

from lanzarote_data.model.tables import Row
from lanzarote_data.text.references import codes
from tests.packages import DATA, own_tables

SOURCE = DATA / "factsheets" / "belgium-2023-05-25.md"
TABLES = own_tables()


def source_lines() -> list[str]:
    return SOURCE.read_text(encoding="utf-8").split("\n")


def source_footnotes() -> dict[int, str]:
    """The footnotes as the source prints them; a line that runs on is joined by hand."""
    found: dict[int, str] = {}
    lines = source_lines()
    for index, line in enumerate(lines):
        note = re.match(r"<sup>(\d+)</sup> (.*)", line)
        if note:
            found[int(note[1])] = note[2]
            follow = {68: 1, 103: 1, 144: 2, 145: 1}.get(int(note[1]), 0)
            rest = [text for text in lines[index + 1 :] if text.strip()][:follow]
            found[int(note[1])] = " ".join([note[2], *rest])
    return found


def items() -> list[tuple[str, str, Row]]:
    """All rows that hold footnote markers, in the order of the source: key, id, row."""
    keys = {"recommendations": "recommendation_id", "observations": "observation_id"}
    keys |= {"practices": "practice_id"}
    rows = [(key, row[key], row) for name, key in keys.items() for row in TABLES.rows(name)]
    order = {c["chapter_id"]: int(c["position"]) for c in TABLES.rows("chapters")}
    rows.sort(key=lambda item: (order[item[2]["chapter_id"]], int(item[2]["position"])))
    chapter = TABLES.find("chapters", "R2-I")
    assert chapter is not None
    return [("chapter_id", "R2-I", {"text": chapter["introduction"]}), *rows]


def test_the_known_counts() -> None:
    rows = TABLES.rows("recommendations")
    assert len(TABLES.rows("chapters")) == 11
    assert len(rows) == 76
    assert Counter(row["scope"] for row in rows) == {"specific": 24, "generic": 52}
    assert Counter(row["urgency"] for row in rows) == {"require": 9, "request": 11, "invite": 56}
    assert len(TABLES.rows("parties")) == 48
    assert len(TABLES.rows("urgencies")) == 3


def test_the_known_counts_of_practices() -> None:
    counts = Counter(row["chapter_id"] for row in TABLES.rows("practices"))
    assert counts == {"R2-V": 1, "R2-VII": 3, "R2-VIII": 2, "R2-IX": 1, "R2-X": 1, "R2-XI": 1}
    both = [
        r["party_id"]
        for r in TABLES.rows("practice_parties")
        if r["practice_id"] == "R2-BEL-VII-p3"
    ]
    assert both == ["BEL", "FIN"]


def test_the_known_counts_of_citations() -> None:
    rows = TABLES.rows("citations")
    kinds = Counter(row["kind"] for row in rows)
    assert len(rows) == 145
    assert (kinds["recommendation"], kinds["paragraph"]) == (76, 53)
    assert kinds["note"] + kinds["link"] + kinds["literature"] == 16
    cited = [codes(row["locator"]) for row in rows if row["kind"] == "recommendation"]
    assert len({code for listed in cited for code in listed}) == 85
    assert sum(len(listed) > 1 for listed in cited) == 7


def test_every_footnote_is_the_one_that_its_marker_points_to_in_the_source() -> None:
    notes = source_footnotes()
    texts = {row["citation_id"]: row["text"] for row in TABLES.rows("citations")}
    number = 0
    for _, row_id, row in items():
        for marker in re.findall(r"\[\^(\d+)\]", row["text"]):
            number += 1
            assert texts[f"{row_id}.{marker}"] == notes[number]
    assert number == len(notes) == 145


def test_the_words_before_every_marker_are_those_of_the_source() -> None:
    body = " ".join(line for line in source_lines() if not re.match(r"<sup>\d+</sup> ", line))
    number = 0
    for _, _, row in items():
        for found in re.finditer(r"\[\^\d+\]", row["text"]):
            number += 1
            before = re.sub(r"\[\^\d+\]", " ", row["text"][: found.start()])
            last = re.findall(r"\w+", before)[-3:]
            in_source = re.search(rf"<sup>(?:\d+ )?{number}(?: \d+)?</sup>", body)
            assert in_source, number
            words = re.sub(r"</?sup>|<sup>[\d ]+</sup>", " ", body[: in_source.start()])
            assert re.findall(r"[^\W\d]\w*", words)[-1] == [w for w in last if not w.isdigit()][-1]


def words(text: str) -> list[str]:
    return re.findall(r"[\w’'§]+", re.sub(r"<sup>[\d ]+</sup>|\[\^\d+\]|[*#]", " ", text))


def test_no_word_of_the_source_is_lost_and_none_is_added() -> None:
    lines = source_lines()
    contents = [line for line in lines if "....." in line]
    text = "\n".join(line for line in lines if line not in contents and line.strip() != "---")
    text = text.replace("## Table of Contents", "")
    assert Counter(words(text)) == Counter(words(_all_text()))


def test_the_words_of_the_body_stand_in_the_order_of_the_source() -> None:
    lines = source_lines()
    body = [line for line in lines if not re.match(r"<sup>\d+</sup> ", line)]
    matcher = SequenceMatcher(None, words("\n".join(body)), words(_body_text()), autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    assert same / len(words(_body_text())) > 0.98


def _body_text() -> str:
    """The words of the tables chapter by chapter; a lead-in counts once for its list."""
    parts: list[str] = []
    for chapter in TABLES.rows("chapters"):
        parts += [chapter["number"], chapter["title"], chapter["introduction"]]
        parts += _part(chapter)
    return " ".join(parts).replace("{party}", "Belgium")


def _part(chapter: Row) -> list[str]:
    parts: list[str] = []
    lead_in = topic = heading = box = ""
    rows = [row for _, _, row in items() if row.get("chapter_id") == chapter["chapter_id"]]
    for row in rows:
        if "heading" not in row:
            generic = row.get("scope") == "generic"
            now = chapter["generic_heading" if generic else "specific_heading"]
            if now != heading:
                parts.append(now)
                heading, topic, lead_in = now, "", ""
            if row["topic"] != topic:
                parts.append(row["topic"])
                topic, lead_in = row["topic"], ""
            if row["layout"] == "paragraph" or row["lead_in"] not in ("", lead_in):
                parts.append(row["lead_in"])
                lead_in = row["lead_in"] if row["layout"] == "bullet" else ""
        elif row["heading"] != box:
            box = row["heading"]
            parts.append(box)
        parts.append(row["text"])
    return parts


def _all_text() -> str:
    notes = " ".join(row["text"] for row in TABLES.rows("citations"))
    factsheet = TABLES.find("documents", "R2-BEL-FACTSHEET")
    report = TABLES.find("documents", "R2-REPORT")
    assert factsheet is not None
    assert report is not None
    date = ".".join(reversed(factsheet["date"].split("-")))
    front = f"{factsheet['title']} {report['title']} Last update: {date}"
    return f"{front} {_body_text()} {notes}"


@pytest.mark.parametrize(
    ("row_id", "begins", "urgency", "layout", "addressing"),
    [
        (
            "R2-BEL-III-11",
            "On this, the Committee **invites** Belgium",
            "invite",
            "inline",
            "named",
        ),
        ("R2-BEL-X-7", "The Committee also requests that Belgium", "request", "bullet", "named"),
        (
            "R2-BEL-IV-9",
            "The Committee **requests** Parties that are not",
            "request",
            "bullet",
            "conditional",
        ),
        (
            "R2-BEL-IV-5",
            "Therefore, the Committee **requires** Belgium",
            "require",
            "bullet",
            "named",
        ),
        ("R2-ALL-III-30", "to ensure that investigations", "require", "paragraph", "all"),
        (
            "R2-ALL-III-3",
            "to ensure that law enforcement and prosecution",
            "request",
            "paragraph",
            "conditional",
        ),
        ("R2-ALL-V-8", "to strengthen cooperation with relevant", "invite", "bullet", "all"),
        ("R2-ALL-IX-5", "to ensure that there is a standing national", "invite", "bullet", "all"),
        ("R2-ALL-VII-6", "to encourage the participation of children,", "invite", "bullet", "all"),
    ],
)
def test_awkward_places(
    row_id: str, begins: str, urgency: str, layout: str, addressing: str
) -> None:
    row = TABLES.find("recommendations", row_id)
    assert row is not None
    assert row["text"].startswith(begins)
    assert (row["urgency"], row["layout"], row["addressing"]) == (urgency, layout, addressing)


def test_a_bullet_that_a_box_cut_in_two_is_whole() -> None:
    row = TABLES.find("recommendations", "R2-ALL-V-8")
    assert row is not None
    assert "sexual abuse of children as well as for protecting" in row["text"]


def test_sub_points_stay_with_their_recommendation() -> None:
    for row_id, points in (("R2-BEL-X-5", 4), ("R2-BEL-X-6", 4), ("R2-BEL-II-6", 3)):
        row = TABLES.find("recommendations", row_id)
        assert row is not None
        assert row["text"].count("\n- ") == points


def test_two_markers_side_by_side_are_two_citations() -> None:
    row = TABLES.find("recommendations", "R2-BEL-III-17")
    assert row is not None
    assert row["text"].endswith(".[^1][^2]")
    kinds = [TABLES.find("citations", f"R2-BEL-III-17.{n}") for n in (1, 2)]
    assert [kind["kind"] for kind in kinds if kind] == ["note", "recommendation"]


def test_the_meanings_of_the_urgencies_are_the_words_of_the_introduction() -> None:
    chapter = TABLES.find("chapters", "R2-I")
    assert chapter is not None
    for row in TABLES.rows("urgency_meanings"):
        plain = chapter["introduction"].replace("[^1]", "")
        assert f"**“{row['urgency'].title()}”**: {row['meaning']}" in plain
