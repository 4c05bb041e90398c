"""What a descriptor may say: by our profile, by the published one, and of its own parts."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lanzarote_data.cli import main
from lanzarote_data.model.descriptor import MOST_FAULTS, package_from
from lanzarote_data.model.errors import LanzaroteError, PackageError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.profile import MOST_SHOWN, profile, published_profile
from lanzarote_data.validate.package import descriptor_problems, validate_package
from tests.packages import DATA, ROOT, change_descriptor, copy_files, copy_package

Json = dict[str, Any]
TINY: Json = json.loads((DATA / "tiny" / DESCRIPTOR_NAME).read_text(encoding="utf-8"))
# Four tables, which are checked faster than all: rounds, Parties, documents and follow-up.
TINY["resources"] = [TINY["resources"][number] for number in (0, 1, 2, 14)]
del TINY["resources"][3]["schema"]["foreignKeys"]
NAME, NUMBER, TEXT, DATE = (
    *("resources/0/schema/fields/0", "resources/0/schema/fields/1"),
    *("resources/0/schema/fields/2", "resources/3/schema/fields/3"),
)
LIMITS = f"{NUMBER}/constraints"


def changed(changes: Json) -> Json:
    """The descriptor of the tiny package with the properties at some paths changed."""
    descriptor = copy.deepcopy(TINY)
    for path, value in changes.items():
        *parents, last = path.split("/")
        here: Any = descriptor
        for part in parents:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        here[int(last) if isinstance(here, list) else last] = value
    return descriptor


def found(changes: Json) -> list[tuple[str, str]]:
    """The code and the place of each problem of the changed descriptor."""
    return [
        (p.code.removeprefix("descriptor-"), p.location.field)
        for p in descriptor_problems(changed(changes))
    ]


def test_the_descriptors_of_our_packages_have_no_fault() -> None:
    folders = (DATA / name for name in ("tiny", "small", "frames", "release/small"))
    for folder in (ROOT, *folders):
        descriptor = json.loads((folder / DESCRIPTOR_NAME).read_text(encoding="utf-8"))
        assert descriptor_problems(descriptor) == [], folder


@pytest.mark.parametrize(
    "changes",
    [
        {"resources/0/dialect": {"delimiter": ",", "headerRows": [1], "commentRows": []}},
        {"resources/0/schema/fieldsMatch": ["exact"], "resources/0/mediatype": "text/plain"},
        {f"{DATE}/format": "default", f"{DATE}/constraints": {"minimum": "2020-01-01"}},
        {f"{TEXT}/constraints": {"pattern": "a", "minLength": 1, "maxLength": 2, "enum": ["é"]}},
        {LIMITS: {"exclusiveMinimum": 1, "exclusiveMaximum": "9", "enum": [2, 3], "unique": True}},
        {"dcat:theme": 1, "resources/0/dcat:x": 1, f"{NAME}/x:y": 1, f"{LIMITS}/x:y": 1},
        {"created": "2026-11-23T09:30:00.5+01:00"},
        {"resources/0/schema/primaryKey": "round_id", "resources/0/lanzarote:order": "number"},
        {"resources/0/title": "t" * 31, f"{NAME}/title": "https://example.org/"},
    ],
)
def test_what_is_followed_may_be_said(changes: Json) -> None:
    assert found(changes) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        # Data Package v2 that is not followed.
        ("resources/0/encoding", "latin-1"),
        ("resources/0/dialect/delimiter", ";"),
        ("resources/0/dialect/escapeChar", "\\"),
        ("resources/0/schema", "schema.json"),
        ("resources/0/schema/missingValues", ["", "-"]),
        (f"{NUMBER}/groupChar", ","),
        (f"{NUMBER}/categories", [1]),
        (f"{NUMBER}/type", "geopoint"),
        (f"{TEXT}/format", "email"),
        (f"{LIMITS}/minLength", 2),
        (f"{LIMITS}/jsonSchema", {}),
        (f"{TEXT}/constraints/minimum", "a"),
        ("resources/0/path", "https://example.org/rounds.csv"),
        ("resources/0/path", "t" * 401),
        # Values of the wrong type.
        (f"{LIMITS}/maximum", "1.5"),
        (f"{DATE}/constraints/minimum", "2020-02-30"),
        (f"{TEXT}/constraints/pattern", "(?=a)"),
        (f"{TEXT}/constraints/minLength", -1),
        (f"{TEXT}/constraints", {"minLength": 2, "maxLength": 1}),
        ("lanzarote:credit", 7),
        ("contributors/0/email", "staff@example"),
        ("sources/0/email", "a b@example.org"),
        ("created", "yesterday"),
        ("created", "2026-13-01T00:00:00Z"),
        ("created", "2026-11-23"),
        # Properties of ours.
        ("resources/0/lanzarote:label", ["title"]),
        ("resources/0/lanzarote:order", {}),
        ("resources/0/lanzarote:item", "yes"),
        ("resources/0/lanzarote:workbooks", "all"),
        ("resources/0/lanzarote:fixed/all/title", 1),
        # Names that files, sheets and columns cannot have.
        ("name", "../outside"),
        ("name", "name\n"),
        ("resources/0/name", "a" * 101),
        (f"{NAME}/name", "a\x1b[2J"),
        (f"{NAME}/title", "t" * 5_000),
        ("resources/0/title", "Rounds/2026"),
        ("resources/0/title", "Rounds [2]"),
        ("resources/0/title", "Rounds: all?"),
        ("resources/0/title", "'Rounds'"),
        ("resources/0/title", "t" * 32),
        ("resources/0/title", "𝒯" * 16),
        ("resources/0/title", "Rounds\x1b"),
        ("resources/0/title", "Rounds\0"),
        ("resources/0/title", " Rounds"),
        ("resources/0/title", "History"),
        ("resources/0/title", "READ ME"),
        # What its parts say of each other.
        ("resources/1/title", "MONITORING ROUNDS"),
        ("resources/1/name", "Rounds"),
        ("resources/1/path", "tables/Rounds.csv"),
        (f"{NUMBER}/title", "ROUND"),
        (f"{NUMBER}/name", "Round_id"),
        ("resources/0/lanzarote:label", "name"),
        ("resources/2/schema/foreignKeys/0/reference/resource", "round"),
        ("resources/2/schema/foreignKeys/0/reference/fields", ["x"]),
        ("resources/2/schema/foreignKeys/0/fields", ["x"]),
    ],
)
def test_what_cannot_be_used_is_a_problem_at_its_place(path: str, value: object) -> None:
    assert ("unusable", path) in found({path: value})
    with pytest.raises(PackageError) as refused:
        package_from(changed({path: value}), Path())
    assert refused.value.hint


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("resources/0/schema/primaryKey", [], "profile"),
        ("resources/0/path", "../rounds.csv", "profile"),
        ("resources", None, "profile"),
        ("contributors", [{}], "profile"),
        ("licenses", [{"title": "no name"}], "profile"),
        ("$schema", "https://example.org/", "profile"),
        ("resources/0/dialect", "dialect.json", "profile"),
        (f"{NUMBER}/type", "integr", "unknown-type"),
        (f"{NUMBER}/description", " ", "untold"),
        ("resources/0/title", "", "untold"),
        ("resources/0/lanzarote:ordre", ["number"], "unknown-property"),
        ("resources/0/dialect/delimeter", ",", "unknown-property"),
        ("resources/2/schema/foreignKeys/0/feilds", [], "unknown-property"),
        (f"{NUMBER}/constraints/requierd", True, "unknown-property"),
        ("lanzarote:", 1, "unknown-property"),
        (":x", 1, "unknown-property"),
    ],
)
def test_problems_have_codes_and_places(path: str, value: object, code: str) -> None:
    ((own, place),) = found({path: value})
    assert own == code
    assert f"{place}/".startswith(path)


def test_a_word_of_an_enumeration_must_be_in_its_canonical_form() -> None:
    words = {f"{TEXT}/constraints": {"enum": ["e\u0301", "a", "b "]}}
    places = [f"{TEXT}/constraints/enum/{n}" for n in (0, 2)]
    assert found(words) == [("unusable", place) for place in places]


def test_a_message_says_what_is_there_and_what_is_allowed() -> None:
    (problem,) = descriptor_problems(changed({"resources/0/dialect/delimiter": ";" * 999}))
    cut = '"' + ";" * (MOST_SHOWN - 1) + "…"
    assert problem.message == f"The property 'dialect/delimiter' of the table 'rounds' is {cut}."
    assert problem.hint == 'Write ",", or take it out.'
    (problem,) = descriptor_problems(changed({f"{NUMBER}/constraint": {}}))
    assert problem.hint == "Is 'constraints' meant?"


def test_all_faults_are_found_at_once_but_not_more_than_anybody_reads() -> None:
    places = ["name", f"{NUMBER}/type", "resources/1/path"]
    assert [place for _, place in found(dict.fromkeys(places, 7))] == places
    assert len(found({f"title{n}": n for n in range(MOST_FAULTS + 1)})) == MOST_FAULTS


def test_every_property_of_the_standard_is_known_to_our_profile() -> None:
    """What a later profile adds is to be thought of; until then this fails."""
    ours = profile()["definitions"]
    resource = published_profile()["properties"]["resources"]["items"]["properties"]
    schema = resource["schema"]["properties"]
    kinds = [kind["properties"] for kind in schema["fields"]["items"]["oneOf"]]
    for name, published in (
        ("package", {*published_profile()["properties"]}),
        ("resource", {*resource}),
        ("dialect", {*resource["dialect"]["properties"]}),
        ("schema", {*schema}),
        ("field", {name for kind in kinds for name in kind}),
        ("constraints", {n for kind in kinds for n in kind["constraints"]["properties"]}),
    ):
        own = {n for n in ours[name]["properties"] if not n.startswith("lanzarote:")}
        assert own == published, name


VALUES: st.SearchStrategy[object] = st.one_of(
    st.sampled_from([None, True, "", "a", "2020", "default", "-1", [], [""], ["a"], {}, 0, 1, 1.5]),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.lists(st.one_of(st.text(max_size=2), st.integers(), st.none()), max_size=2),
)
PLACES = sorted(
    f"{place}/{name}".lstrip("/")
    for kind, place in (
        *(("package", ""), ("resource", "resources/2"), ("dialect", "resources/2/dialect")),
        *(("schema", "resources/2/schema"), ("field", NUMBER), ("constraints", LIMITS)),
        *(("field", DATE), ("constraints", f"{TEXT}/constraints")),
    )
    for name in profile()["definitions"][kind]["properties"]
)


@pytest.mark.slow
@given(st.sampled_from(PLACES), VALUES)
@example(f"{TEXT}/constraints/maxLength", 2.0)
@settings(max_examples=40, deadline=None)
def test_whatever_a_property_is_only_problems_come_of_it(path: str, value: object) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(LanzaroteError):
        package = copy_package("tiny", Path(folder))
        text = json.dumps(changed({path: value}))
        (package.folder / DESCRIPTOR_NAME).write_text(text, encoding="utf-8")
        for problem in validate_package(package.folder):
            assert problem.message and problem.hint
            assert not re.search(r"\bNone\b|validat", problem.message)


RELEASE = ["release", "2026.1", "--date", "2026-01-01"]
LEFT_OUT = ("title", "description", "version", "keywords", "lanzarote:credit")
SPARSE = [
    {f"/{name}": None for name in (*LEFT_OUT, "contributors", "sources")},
    {
        "/contributors": [{"givenName": "A", "familyName": "B"}, {"organization": "C"}],
        "/licenses": [{"path": "https://example.org/terms"}, {"name": "CC-BY-4.0"}],
        "/sources": [{"path": "https://example.org"}, {"email": "a@example.org"}],
    },
]


@pytest.mark.slow
@pytest.mark.parametrize("changes", SPARSE)
def test_no_command_needs_what_a_descriptor_may_leave_out(changes: Json, tmp_path: Path) -> None:
    copy_files("tiny", tmp_path)
    change_descriptor(tmp_path, changes)
    commands = (["validate"], ["build"], ["status"], ["site"], ["credit"], RELEASE)
    for command in commands:
        where = [str(tmp_path)] if command == ["validate"] else ["--package", str(tmp_path)]
        is_refused = command is RELEASE and changes is SPARSE[0]  # a release describes itself
        assert main([*command, *where]) == int(is_refused), command
