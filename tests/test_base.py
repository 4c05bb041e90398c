"""The base that a workbook carries: written, read again, and refused where it is damaged."""

from __future__ import annotations

import base64
import json
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Table
from lanzarote_data.workbook import base
from lanzarote_data.workbook.base import Base, base_lines, read_base
from lanzarote_data.workbook.layout import rows_of, view_named
from tests.packages import edited, tiny_tables

TINY = tiny_tables()
PACKAGE = TINY.package
CHOSEN = rows_of(TINY, view_named("BEL"))
NAMES = ["observations", "practices", "follow_up"]
LINES = base_lines(CHOSEN, NAMES, "BEL")
CONTENT = {
    name: {field: CHOSEN[name].column(field) for field in CHOSEN[name].resource.field_names}
    for name in NAMES
}
DIGEST = "ead4e4054974994a3dcd21a465147666b0795a45cc0e1848f96f969cc329c7cb"
OTHER_VERSION, OTHER_PACKAGE = "another version", "'another'"
HEAD, NO_DIGEST, NO_TABLES = "first line", "does not match its digest", "does not contain tables"
CHANGED, MORE_OR_LESS = "was changed", "was added to it or removed"


def refused(
    words: str,
    lines: Sequence[Sequence[str]],
    package: Package = PACKAGE,
    copies: Sequence[str] = (),
) -> None:
    """See that a base is refused for the reason with these words."""
    with pytest.raises(WorkbookError) as refusal:
        read_base(lines, package, copies)
    assert words in refusal.value.message
    assert refusal.value.hint


def sealed(content: bytes, packed: bytes | None = None) -> list[list[str]]:
    """The lines of a base with this content, and a digest that fits it."""
    digest = base._digest(PACKAGE.name, "1.0", "BEL", content)
    head = ["lanzarote.base/3", digest, PACKAGE.name, "1.0", "BEL"]
    text = base64.b64encode(packed if packed is not None else zlib.compress(content)).decode()
    return [head, [text.rstrip("=")]]


def forged(content: Any) -> list[list[str]]:
    return sealed(json.dumps(content).encode())


# Written and read again.


def test_the_lines_are_a_head_and_texts() -> None:
    head, *texts = base_lines(CHOSEN, NAMES, "BEL")
    assert head[0] == "lanzarote.base/3"
    assert head[2:] == ["lanzarote-data", PACKAGE.version, "BEL"]
    assert all(len(line) == 1 for line in texts)
    packed = "".join(text for (text,) in texts)
    content = zlib.decompress(base64.b64decode(packed + "=" * (-len(packed) % 4)))
    assert content == json.dumps(CONTENT, separators=(",", ":")).encode("ascii")
    assert "=" not in packed


def test_the_digest_is_that_of_all_that_the_workbook_was_made_from() -> None:
    # SHA-256 of '["lanzarote-data","2026.1","BEL"]\\n{}', as sha256sum gives it.
    assert base._digest("lanzarote-data", "2026.1", "BEL", b"{}") == DIGEST
    other = replace(PACKAGE, version="2027.1")
    digests = {
        base_lines(CHOSEN, NAMES, "BEL")[0][1],
        base_lines(CHOSEN, NAMES, "FIN")[0][1],
        base_lines(CHOSEN, NAMES[:2], "BEL")[0][1],
        base_lines(type(TINY)(other, CHOSEN.values()), NAMES, "BEL")[0][1],
    }
    assert len(digests) == 4


def test_a_base_is_read_as_it_was_written() -> None:
    found = read_base(LINES, PACKAGE, [LINES[0][1]] * 2)
    assert found == Base(
        view=view_named("BEL"),
        tables=type(TINY)(PACKAGE, [CHOSEN[name] for name in NAMES]),
        digest=LINES[0][1],
        names=tuple(NAMES),
        lines=tuple(map(tuple, LINES)),
        left_out=(),
    )


def test_long_bases_stand_in_several_cells() -> None:
    dice = random.Random(1)
    text = "".join(chr(dice.randrange(0x4E00, 0x9FFF)) for _ in range(40_000))
    tables = edited(CHOSEN, "observations", "R2-BEL-II-o1", text=text)
    _, *texts = lines = base_lines(tables, NAMES, "BEL")
    assert len(texts) > 2
    assert {len(text) for (text,) in texts[:-1]} == {30_000}
    assert read_base(lines, PACKAGE, []).tables["observations"] == tables["observations"]


@pytest.mark.parametrize("length", range(8))
def test_a_base_of_any_length_is_read(length: int) -> None:
    tables = edited(CHOSEN, "observations", "R2-BEL-II-o1", text="x" * length + "ü\U0001f600\n")
    lines = base_lines(tables, NAMES, "BEL")
    assert read_base(lines, PACKAGE, []).tables["observations"] == tables["observations"]


def test_a_base_is_read_whatever_its_last_letter_is() -> None:
    last, dice = set(), random.Random(1)
    for _ in range(2_000):
        text = "".join(dice.choices("abcdefghijklmnop", k=dice.randrange(40)))
        tables = edited(CHOSEN, "practices", "R2-BEL-II-p1", text=text)
        lines = base_lines(tables, ["practices"], "BEL")
        last.add(lines[-1][0][-1])
        assert read_base(lines, PACKAGE, []).tables["practices"] == tables["practices"]
    assert len(last) == 64


def test_cells_that_programs_add_are_passed_over() -> None:
    head, *texts = LINES
    wide = [[*head, "", ""], *([text, ""] for (text,) in texts), ["", ""], []]
    found = read_base(wide, PACKAGE, [])
    assert found.lines == tuple(map(tuple, LINES))
    cut = [text[i : i + 5] for (text,) in texts for i in range(0, len(text), 5)]
    assert read_base([head, cut], PACKAGE, []).tables == found.tables


# What is refused.


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [[]],
        [[""]],
        [["lanzarote.base/3"]],
        [LINES[0][:4], *LINES[1:]],
        [[*LINES[0], "x"], *LINES[1:]],
        [["x", *LINES[0][1:]], *LINES[1:]],
    ],
)
def test_a_head_that_is_not_as_it_was_written_is_refused(lines: list[list[str]]) -> None:
    refused(HEAD, lines)


@pytest.mark.parametrize("head", [["lanzarote.base/2"], ["lanzarote.base/", *LINES[0][1:]]])
def test_a_base_of_another_form_is_refused(head: list[str]) -> None:
    refused(OTHER_VERSION, [head, *LINES[1:]])


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_head_that_somebody_changed_is_refused(place: int) -> None:
    head = [*LINES[0]]
    head[place] += "x"
    refused(NO_DIGEST, [head, *LINES[1:]])


def test_a_digest_that_is_another_one_elsewhere_is_refused() -> None:
    refused("digest in the properties", LINES, copies=[LINES[0][1], "x"])


def test_a_workbook_of_another_package_is_refused() -> None:
    refused(OTHER_PACKAGE, LINES, replace(PACKAGE, name="another"))


@pytest.mark.parametrize(
    "change",
    [
        lambda t: f"{t[:-9]}!{t[-8:]}",
        lambda t: "x" + t,
        lambda t: f"{t[:5]}!!!!{t[5:]}",
        lambda t: t.replace("A", "ü"),
    ],
)
def test_texts_that_are_not_as_they_were_written_are_refused(
    change: Callable[[str], str],
) -> None:
    (text,) = LINES[1]
    refused(CHANGED, [LINES[0], [change(text)]])


def test_a_base_that_is_not_whole_is_refused() -> None:
    packed = zlib.compress(b"{}")
    refused(MORE_OR_LESS, sealed(b"{}", packed[:-1]))
    refused(MORE_OR_LESS, sealed(b"{}", packed + b"x"))
    refused(MORE_OR_LESS, sealed(b"{}", b""))
    assert read_base(sealed(b"{}", packed), PACKAGE, []).names == ()


def test_a_base_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = forged({"observations": {}})
    size = len(json.dumps({"observations": {}}))
    monkeypatch.setattr(base, "LARGEST_CONTENT", size)
    assert read_base(lines, PACKAGE, []).names == ("observations",)
    monkeypatch.setattr(base, "LARGEST_CONTENT", size - 1)
    refused(MORE_OR_LESS, lines)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 200_000,
        b"null",
        b"[]",
        b'"x"',
        b'{"observations": []}',
        b'{"observations": null}',
        b'{"observations": {"text": "x"}}',
        b'{"observations": {"text": {"0": "x"}}}',
        b'{"observations": {"text": [null]}}',
        b'{"observations": {"text": ["x", 1]}}',
        b'{"observations": {"text": ["x", ["y"]]}}',
        b'{"observations": {"text": ["x"], "topic": []}}',
        b'{"practices": {}, "observations": {"text": [1]}}',
    ],
)
def test_a_content_without_tables_is_refused(content: bytes) -> None:
    refused(NO_TABLES, sealed(content))


def test_a_duplicated_id_is_refused() -> None:
    twice = {"observation_id": ["R2-BEL-II-o1"] * 2}
    refused("the same id", forged({"observations": twice}))
    refused("the same id", forged({**CONTENT, "observations": twice}))


# What the package of today no longer has, or has besides.


def test_a_table_without_a_field_of_today_has_rows_without_it() -> None:
    fields = {name: texts for name, texts in CONTENT["observations"].items() if name != "topic"}
    found = read_base(forged({"observations": fields}), PACKAGE, [])
    assert [*found.tables["observations"].rows] == [
        {name: text for name, text in row.items() if name != "topic"}
        for row in CHOSEN.rows("observations")
    ]
    assert (found.names, found.left_out) == (("observations",), ())


def test_what_the_data_no_longer_has_is_left_out() -> None:
    content = {
        "remarks": {"words": ["x"]},
        "observations": {"old": ["x", "y"], **CONTENT["observations"], "older": ["x", "y"]},
        "practices": CONTENT["practices"],
    }
    found = read_base(forged(content), PACKAGE, [])
    assert found.left_out == ("remarks", "observations/old", "observations/older")
    assert found.names == ("remarks", "observations", "practices")
    assert found.tables["observations"] == CHOSEN["observations"]
    assert found.tables["practices"] == CHOSEN["practices"]


def test_an_empty_table_is_read_as_one() -> None:
    found = read_base(forged({"observations": {}, "follow_up": CONTENT["follow_up"]}), PACKAGE, [])
    assert found.tables["observations"] == Table(PACKAGE.resource("observations"))
    assert found.tables["follow_up"].count == 0
