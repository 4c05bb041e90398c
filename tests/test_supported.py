"""What of the standard is not followed is refused, and never passed over."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lanzarote_data.model.errors import LanzaroteError, PackageError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.supported import MOST_SHOWN, check_supported
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.validate.descriptor import profile
from lanzarote_data.validate.package import validate_package
from tests.packages import ROOT, copy_package

Json = dict[str, Any]
ENTRY: Json = {
    "name": "words",
    "path": "tables/words.csv",
    "schema": {"fields": [{"name": "word", "type": "string"}, {"name": "rank", "type": "integer"}]},
}


def entry(**changed: Any) -> Json:
    """The entry of a table, with some properties of its own."""
    made: Json = json.loads(json.dumps(ENTRY))
    return made | changed


def with_field(**changed: Any) -> Json:
    """The entry of a table whose second field has some properties."""
    made = entry()
    made["schema"]["fields"][1] |= changed
    return made


def refusal(resource: Json) -> tuple[str, str]:
    """What is said of the entry of a table, and what to do."""
    with pytest.raises(PackageError) as refused:
        check_supported(resource)
    return refused.value.message, refused.value.hint


def test_our_own_descriptor_asks_for_nothing_else() -> None:
    for resource in json.loads((ROOT / DESCRIPTOR_NAME).read_text(encoding="utf-8"))["resources"]:
        check_supported(resource)


def test_what_says_how_tables_are_read_anyway_may_stand_there() -> None:
    dialect = {"delimiter": ",", "quoteChar": '"', "header": True, "headerRows": [1]}
    made = entry(type="table", format="csv", encoding="utf-8", mediatype="x", dialect=dialect)
    made["schema"] |= {"missingValues": [""], "fieldsMatch": ["exact"]}
    made["schema"]["fields"] += [
        {"name": "when", "type": "date", "format": "default", "constraints": {"minimum": "2020"}},
        {"name": "yes", "type": "boolean", "trueValues": ["true", "True", "TRUE", "1"]},
        {"name": "code", "constraints": {"pattern": "a", "minLength": 1, "maxLength": 2}},
        {"name": "part", "type": "number", "bareNumber": True, "decimalChar": "."},
    ]
    check_supported(made)


@pytest.mark.parametrize(
    ("made", "message", "hint"),
    [
        (
            entry(encoding="latin-1"),
            "The property 'encoding' of the table 'words' is \"latin-1\", which is not followed "
            "here.",
            'Write "utf-8", or take it out.',
        ),
        (
            entry(data=[]),
            "The property 'data' of the table 'words' is [], which is not followed here.",
            "Take it out.",
        ),
        (
            entry(dialect={"header": True, "delimiter": ";", "quoteChar": "'"}),
            "The property 'delimiter' of the dialect of the table 'words' is \";\", which is not "
            "followed here.",
            'Write ",", or take it out.',
        ),
        (
            entry(dialect="dialect.json"),
            "The dialect of the table 'words' stands in another file, \"dialect.json\".",
            "Write it into the descriptor, or take it out.",
        ),
        (
            entry(schema={"fields": [], "missingValues": ["", "-"]}),
            "The property 'missingValues' of the table 'words' is [\"\", \"-\"], which is not "
            "followed here.",
            'Write [""], or take it out.',
        ),
        (
            with_field(groupChar="," * 400),
            "The property 'groupChar' of the field 'rank' of the table 'words' is \""
            f"{',' * (MOST_SHOWN - 1)}…, which is not followed here.",
            "Take it out.",
        ),
        (
            with_field(groupChar="," * (MOST_SHOWN - 2)),
            "The property 'groupChar' of the field 'rank' of the table 'words' is \""
            f'{"," * (MOST_SHOWN - 2)}", which is not followed here.',
            "Take it out.",
        ),
        (
            with_field(format="any"),
            "The property 'format' of the field 'rank' of the table 'words' is \"any\", which is "
            "not followed here.",
            "Write \"default\", or take it out. The constraint 'pattern' can say the form of a "
            "text.",
        ),
        (
            with_field(categories=["é"]),
            "The property 'categories' of the field 'rank' of the table 'words' is [\"é\"], which "
            "is not followed here.",
            "Take it out. The constraint 'enum' lists the values that are allowed.",
        ),
        (
            with_field(constraints={"required": True, "minLength": 2}),
            "The constraint 'minLength' of the field 'rank' of the table 'words' is one that only "
            'texts have; the field has the type "integer".',
            "Take it out, or correct the type.",
        ),
        (
            with_field(type="boolean", constraints={"exclusiveMaximum": 2}),
            "The constraint 'exclusiveMaximum' of the field 'rank' of the table 'words' is one "
            'that only numbers, dates and years have; the field has the type "boolean".',
            "Take it out, or correct the type.",
        ),
        (
            with_field(constraints={"jsonSchema": {}}),
            "The constraint 'jsonSchema' of the field 'rank' of the table 'words' is one that "
            'none of the types here has; the field has the type "integer".',
            "Take it out, or correct the type.",
        ),
    ],
)
def test_what_is_not_followed_is_refused(made: Json, message: str, hint: str) -> None:
    assert refusal(made) == (message, hint)


def test_every_property_of_the_standard_is_followed_or_refused() -> None:
    """What a later profile adds is to be thought of; until then this fails."""
    resource = profile()["properties"]["resources"]["items"]["properties"]
    schema = resource["schema"]["properties"]
    kinds = [kind["properties"] for kind in schema["fields"]["items"]["oneOf"]]
    described = {"$schema", "name", "title", "description"}
    assert passed_over(resource, lambda name: entry(**{name: "?"})) == described | {
        *("path", "homepage", "licenses", "mediatype", "sources"),
        *("bytes", "hash"),
    }
    dialect = resource["dialect"]["properties"]
    assert passed_over(dialect, lambda name: entry(dialect={name: "?"})) == {"$schema"}
    names = {*schema} - {"fields"}
    assert passed_over(names, lambda name: entry(schema={"fields": [], name: "?"})) == {
        *("$schema", "primaryKey", "uniqueKeys", "foreignKeys"),
    }
    for kind in kinds:
        names = {*kind} - {"constraints"}
        assert passed_over(names, lambda name: with_field(**{name: "?"})) <= {
            *described,
            *("type", "example", "rdfType"),
        }
    limits = {name for kind in kinds for name in limits_of(kind)}
    assert passed_over(limits, lambda name: with_field(constraints={name: 1})) == {
        *("required", "unique", "enum"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    }


def passed_over(names: Iterable[str], made: Callable[[str], Json]) -> set[str]:
    """The properties that an entry may have with any value."""
    return {name for name in names if not _is_refused(made(name))}


def _is_refused(made: Json) -> bool:
    try:
        check_supported(made)
    except (PackageError, TypeError, AttributeError):  # the last two where the form is wrong
        return True
    return False


def test_no_command_uses_a_descriptor_that_asks_for_more(tmp_path: Path) -> None:
    copy_package("tiny", tmp_path)
    path = tmp_path / DESCRIPTOR_NAME
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    field = descriptor["resources"][0]["schema"]["fields"][-1]
    field["constraints"] = {**field.get("constraints", {}), "jsonSchema": {}}
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(PackageError, match="jsonSchema"):
        load_package(tmp_path)
    (problem,) = validate_package(tmp_path)
    assert problem.code == "descriptor-unusable"


VALUES: st.SearchStrategy[object] = st.one_of(
    st.sampled_from([None, True, "", "a", "2020", "default", "-1", [], [""], ["a"], {}, 0, 1, 1.5]),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=3),
    st.lists(st.one_of(st.text(max_size=2), st.integers(), st.none()), max_size=2),
)


def places(descriptor: Json, table: int, field: int) -> list[tuple[Json, set[str]]]:
    """The places in a descriptor where properties stand, and those that the standard has there."""
    resource = profile()["properties"]["resources"]["items"]["properties"]
    kinds = [k["properties"] for k in resource["schema"]["properties"]["fields"]["items"]["oneOf"]]
    entry = descriptor["resources"][table]
    fields = entry["schema"]["fields"]
    chosen = fields[field % len(fields)]
    return [
        (chosen.setdefault("constraints", {}), {n for k in kinds for n in limits_of(k)}),
        (chosen, {name for kind in kinds for name in kind}),
        (entry["schema"], {*resource["schema"]["properties"]}),
        (entry, {*resource}),
        (entry["dialect"], {*resource["dialect"]["properties"]}),
    ]


def limits_of(kind: Json) -> Json:
    """The constraints that the profile knows of a type of field."""
    limits: Json = kind["constraints"]["properties"]
    return limits


@given(st.integers(0, 10), st.integers(0, 20), st.integers(0, 4), st.integers(0, 40), VALUES)
@example(0, 3, 0, 4, 2)
@settings(max_examples=100, deadline=None)
def test_whatever_a_property_is_only_problems_come_of_it(
    table: int, field: int, place: int, name: int, value: object
) -> None:
    descriptor: Json = json.loads((ROOT / DESCRIPTOR_NAME).read_text(encoding="utf-8"))
    entry, names = places(descriptor, table, field)[place]
    entry[sorted(names)[name % len(names)]] = value
    with tempfile.TemporaryDirectory() as folder, suppress(LanzaroteError):
        package = copy_package("tiny", Path(folder))
        (package.folder / DESCRIPTOR_NAME).write_text(json.dumps(descriptor), encoding="utf-8")
        for problem in validate_package(package.folder):
            assert problem.message and problem.hint
