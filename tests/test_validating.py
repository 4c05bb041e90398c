"""One fault, one code: by the schema, in a frame, in a CSV file, in a workbook; and all sources."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pytest
from pandera.errors import SchemaErrors

import lanzarote_data as lz
from lanzarote_data.cli import main
from lanzarote_data.frames.base import frame_of
from lanzarote_data.frames.making import table_of
from lanzarote_data.model.tables import Table
from lanzarote_data.store.csv_file import table_text
from tests.packages import copy_package
from tests.synthetic import synthetic_tables
from tests.workbooks import add, edit, make, put

pytestmark = pytest.mark.slow

OURS = synthetic_tables()

# Table, row, the cells that are changed, the code; the workbook in which a person can do it.
FAULTS = [
    ("recommendations", "R2-BEL-II-1", {"text": None}, "missing-value", "BEL"),
    ("recommendations", "R2-BEL-II-1", {"layout": "box"}, "not-in-list", "BEL"),
    ("recommendations", "R2-BEL-II-1", {"position": -1}, "too-small", "BEL"),
    ("recommendations", "R2-BEL-II-1", {"position": "first"}, "wrong-type", "BEL"),
    ("recommendations", "R2-BEL-II-1", {"text": "a\x07b"}, "text-not-canonical", "BEL"),
    ("recommendations", "R2-BEL-II-1", {"text": "a\ufffdb"}, "replacement-character", "BEL"),
    ("recommendations", "R2-ALL-IX-4", {"addressing": "named"}, "scope-and-party", "ALL"),
    ("recommendations", "R2-BEL-II-1", {"text": "*one[^1]"}, "markdown-unbalanced", "BEL"),
    ("recommendations", "R2-BEL-II-1", {"lead_in": "{country}:"}, "unknown-template", "BEL"),
    ("observations", "R2-BEL-II-o1", {"chapter_id": "R2-I"}, "id-disagrees", "BEL"),
    # In a workbook a footnote has one place to belong to, and another number renames it.
    ("citations", "R2-BEL-II-1.1", {"observation_id": "R2-BEL-II-o1"}, "citation-parent", ""),
    ("citations", "R2-BEL-II-1.1", {"marker": 2}, "citation-id", ""),
    ("citations", "R2-BEL-II-1.1", {"locator": None}, "locator-disagrees", "BEL"),
    ("citations", "R2-BEL-II-1.1", {"url": "https://example.org/"}, "address-disagrees", "BEL"),
    ("citations", "R2-BEL-II-1.1", {"url": "example"}, "wrong-pattern", "BEL"),
    ("chapters", "R2-II", {"number": "IV"}, "chapter-id", "ALL"),
    ("report_paragraphs", "R2-P20", {"number": 21}, "paragraph-id", "ALL"),
    ("parties", "FRA", {"name": "Belgium"}, "doubled-value", "ALL"),
    ("follow_up", "R2-II-1.BEL.f1", {"party_id": "FRA"}, "follow-up-id", ""),
]


def planted(name: str, row_id: str, values: dict[str, object]) -> pandas.DataFrame:
    """The frame of a table with one row changed; the types of its columns stay."""
    frame = frame_of(OURS, name)
    for field, value in values.items():
        if hasattr(frame[field], "cat"):
            frame[field] = frame[field].astype("string")
        column = frame[field].to_dict() | {row_id: pandas.NA if value is None else value}
        is_word = isinstance(value, str) and frame[field].dtype == "Int64"
        frame[field] = pandas.Series(column, dtype=object if is_word else frame[field].dtype)
    return frame


def by_schema(frame: pandas.DataFrame, name: str) -> set[str]:
    """The names of the checks of the schema that a frame fails."""
    try:
        lz.schema(name, package=OURS.package).validate(frame, lazy=True)
    except SchemaErrors as errors:
        return {getattr(e.check, "name", "") for e in errors.schema_errors}
    return set()


@pytest.mark.parametrize(("name", "row_id", "values", "code", "view"), FAULTS)
def test_a_fault_has_one_code_wherever_it_is(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    row_id: str,
    values: dict[str, object],
    code: str,
    view: str,
) -> None:
    package = copy_package("frames", tmp_path)
    frame = planted(name, row_id, values)
    assert code in by_schema(frame, name)
    found = lz.validate(frame, table=name, against=tmp_path).to_frame()
    assert row_id in set(found[found.code == code].key)
    table = table_of(OURS, name, frame).table
    (tmp_path / "from-elsewhere.csv").write_text(table_text(table), encoding="utf-8")
    arguments = ["validate", str(tmp_path / "from-elsewhere.csv"), "--as", name, "--format", "json"]
    assert main(arguments) == 1
    listed = json.loads(capsys.readouterr().out)["problems"]
    assert (code, row_id) in {(p["code"], p["location"]["key"]) for p in listed}
    if view:
        resource = package.resource(name)
        titles = {field: resource.field(field).title for field in values}
        # A workbook has control characters as _x0007_, which openpyxl does not write.
        cells = {f: "a_x0007_b" if v == "a\x07b" else v for f, v in values.items()}
        edits = [put(resource.title, row_id, titles[f], value) for f, value in cells.items()]
        problems = lz.validate(edit(make(package, view), *edits))
        assert code in {p.code for p in problems if p.location.key == row_id}


def test_a_duplicated_key_has_one_code_wherever_it_is(tmp_path: Path) -> None:
    package = copy_package("frames", tmp_path)
    frame = pandas.concat([frame_of(OURS, "parties"), frame_of(OURS, "parties").head(1)])
    assert "doubled-key" in by_schema(frame, "parties")
    (tmp_path / "twice.csv").write_text(table_text(table_of(OURS, "parties", frame).table), "utf-8")
    for source in (frame, tmp_path / "twice.csv"):
        assert "doubled-key" in {p.code for p in lz.validate(source, table="parties")}
    twice = [add("Parties", Party="QQQ", Name=name) for name in ("One", "Two")]
    found = lz.validate(edit(make(package, "ALL"), *twice))
    assert ("doubled-key", "QQQ") in {(p.code, p.location.key) for p in found}


def test_a_fault_is_planted_for_every_check_of_every_schema() -> None:
    schemas = map(lz.schema, lz.load())
    checks = [c for s in schemas for part in (s, s.index, *s.columns.values()) for c in part.checks]
    levels = [
        c
        for s in map(lz.schema, lz.load())
        for i in getattr(s.index, "indexes", ())
        for c in i.checks
    ]
    names = {check.name for check in (*checks, *levels)}
    assert names == {code for *_, code, _ in FAULTS} | {"doubled-key"}


@pytest.mark.parametrize("name", list(lz.load()))
def test_the_schema_passes_the_frame_of_every_table(name: str) -> None:
    frame = getattr(lz, name)
    assert lz.schema(name).validate(frame, lazy=True).equals(frame)
    assert lz.validate(frame, table=name).ok
    assert lz.validate(frame.reset_index(), table=name).ok


def test_every_source_is_validated_by_one_function(tmp_path: Path) -> None:
    package = copy_package("frames", tmp_path)
    frames = {name: frame_of(OURS, name) for name in OURS}
    path = tmp_path / "tables" / "parties.csv"
    descriptor = tmp_path / "datapackage.json"
    for source in (tmp_path, descriptor, str(tmp_path), path, lz.load(tmp_path)):
        assert lz.validate(source).ok
    assert lz.validate(frames, against=tmp_path).ok
    assert lz.validate(make(package)).ok
    text = path.read_text(encoding="utf-8").replace("Belgium", "", 1)
    path.write_text(text, encoding="utf-8")
    assert {p.code for p in lz.validate(path)} >= {"missing-value"}
    assert lz.validate(tmp_path) == lz.validate(descriptor)


def test_frames_as_plain_pandas_reads_them_are_valid(tmp_path: Path) -> None:
    copy_package("frames", tmp_path)
    frames = {n: pandas.read_csv(tmp_path / "tables" / f"{n}.csv") for n in OURS}
    assert lz.validate(frames, against=tmp_path).ok


def test_references_are_checked_against_the_other_tables(tmp_path: Path) -> None:
    copy_package("frames", tmp_path)
    frame = frame_of(OURS, "observations")
    frame["party_id"] = "ZZZ"
    found = lz.validate(frame, table="observations", against=tmp_path)
    assert {"dangling-reference"} <= {p.code for p in found}
    assert {p.location.resource for p in found} == {"observations"}
    assert found[0].location.source == "observations:1"


def test_columns_that_are_not_as_declared_are_found() -> None:
    frame = lz.parties.drop(columns="iso2").assign(flag="x")
    frame.insert(0, "name", "y", allow_duplicates=True)
    codes = {(p.code, p.location.field) for p in lz.validate(frame, table="parties")}
    expected = {("missing-column", "iso2"), ("unknown-column", "flag"), ("doubled-column", "name")}
    assert expected <= codes
    assert ("missing-value", "iso2") not in codes


def test_values_of_any_kind_are_found_and_break_nothing() -> None:
    frame = lz.chapters.copy()
    count = len(frame) - 2
    frame["position"] = pandas.Series(["first", 2.5, *range(count)], frame.index, dtype=object)
    titles = ["\x07", ["a", "list"], *"x" * count]
    frame["title"] = pandas.Series(titles, frame.index, dtype=object)
    found = lz.validate(frame, table="chapters").to_frame()
    assert {("wrong-type", "R2-I"), ("text-not-canonical", "R2-I")} <= set(
        zip(found.code, found.key, strict=True)
    )
    assert {"wrong-type", "text-not-canonical"} <= by_schema(frame, "chapters")


def test_problems_are_a_frame_and_readable(tmp_path: Path) -> None:
    frame = planted("recommendations", "R2-BEL-II-1", {"text": "<b>*one[^1]"})
    problems = lz.validate(frame, table="recommendations")
    listed = problems.to_frame()
    columns = "code severity table key field source message hint".split()
    assert list(listed.columns) == columns
    assert len(listed) == len(problems)
    html = problems._repr_html_()
    assert "markdown-unbalanced" in html and "<b>" not in html
    assert not problems.ok
    with pytest.raises(lz.LanzaroteError, match="markdown-unbalanced"):
        problems.raise_if_errors()
    lz.Problems().raise_if_errors()
    assert lz.Problems().ok and lz.Problems().to_frame().empty


def test_the_report_for_a_colleague_names_columns_by_their_titles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copy_package("tiny", tmp_path, "dangling-marker").path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"title": "Recommendations"', '"title": "Own title"'), "utf-8")
    assert main(["validate", str(tmp_path), "--format", "html"]) == 1
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>") and "<h2>Own title</h2>" in page


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        (7, {}),
        (lz.parties, {}),
        (lz.parties, {"table": "party"}),
        ({"parties": 3}, {}),
        ({"parties": lz.parties}, {"table": "parties"}),
        ("nowhere.csv", {"table": "parties"}),
        (__file__, {}),
        (lz.parties, {"table": "parties", "against": 7}),
        (lz.parties, {"table": "parties", "against": "nowhere"}),
    ],
)
def test_what_cannot_be_validated_ends_in_a_sentence(source: object, arguments: object) -> None:
    with pytest.raises(lz.LanzaroteError) as refused:
        lz.validate(source, **arguments)  # type: ignore[arg-type]
    assert refused.value.hint


def test_a_table_by_another_name_is_refused(tmp_path: Path) -> None:
    package = copy_package("frames", tmp_path)
    stray = tmp_path / "stray.csv"
    stray.write_text(table_text(Table(package.resource("parties"))), encoding="utf-8")
    with pytest.raises(lz.LanzaroteError, match="is not a table"):
        lz.validate(stray)
    with pytest.raises(lz.LanzaroteError):
        lz.validate(make(package), table="parties")
