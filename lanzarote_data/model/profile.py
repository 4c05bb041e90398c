"""What a descriptor may say: ``profile.json``, checked by jsonschema, its faults in plain words.

The profile says what of Data Package v2 is followed and which properties are ours. Programs differ
in what they follow; to ignore a property such as ``missingValues`` would call tables valid that
are not, so what is not followed is a fault.
"""

from __future__ import annotations

import datetime
import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lanzarote_data.model.expected import matcher
from lanzarote_data.model.types import FORMS, parse, text_fault

if TYPE_CHECKING:
    from jsonschema import Draft7Validator, FormatChecker
    from jsonschema.exceptions import ValidationError

PUBLISHED = "https://datapackage.org/profiles/2.0/datapackage.json"
# Beyond these a check takes far longer than of any package of ours, and nobody reads the faults.
MOST_TABLES = 200
MOST_FIELDS = 1_000
MOST_VALUES = 10_000
MOST_SHOWN = 200
_STANDARD = "https://datapackage.org/standard/data-package/"
_PLAIN_WORDS = "Say in plain words what it is."
OTHER_KIND = "descriptor-other-kind"
_FOREIGN = re.compile("(?!lanzarote:)[^:]+:")
_TYPES = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "array": "a list",
    "object": "an object",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a descriptor: its code, the path of the property, and what to do."""

    code: str
    path: str
    message: str
    hint: str

    @property
    def is_fatal(self) -> bool:
        """Whether the descriptor cannot be used because of it."""
        return self.code in ("descriptor-unusable", "descriptor-unknown-type", OTHER_KIND)


def faults(descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """What in a descriptor is not as our profile has it, one fault for each place."""
    if kind := _other_kind(descriptor):
        hint = f"This program reads Data Packages of version 2: {_STANDARD}"
        yield Fault(OTHER_KIND, "", f"The descriptor is {kind}.", hint)
        return
    if _is_huge(descriptor):
        most = f"{MOST_TABLES} tables, {MOST_FIELDS:,} fields or {MOST_VALUES:,} enumerated values"
        message = f"The descriptor has more than {most}."
        yield Fault("descriptor-unusable", "resources", message, "Divide the package.")
        return
    seen = set()
    for error in _errors("#/definitions/package", descriptor):
        for fault in _faults_of(error, descriptor):
            if fault.path not in seen:
                seen.add(fault.path)
                yield fault


def _other_kind(descriptor: Mapping[str, Any]) -> str:
    """What a descriptor is that is no Data Package of version 2; empty where it may be one."""
    schema = str(descriptor.get("$schema") or "")
    if "csvw" in json.dumps(descriptor.get("@context", "")):
        return "a description of CSV on the Web (CSVW), not a Data Package"
    if "@context" in descriptor:
        return "JSON-LD, not a Data Package"
    if "frictionlessdata.io" in schema or ("profile" in descriptor and not schema):
        return "a Data Package of version 1"
    if "fields" in descriptor and "resources" not in descriptor:
        return "a Table Schema, not a Data Package"
    return ""


def published_faults(descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """What in a descriptor is not as the published profile of Data Package v2 has it."""
    from jsonschema.exceptions import best_match

    for error in _errors(PUBLISHED, descriptor) if not _is_huge(descriptor) else ():
        for fault in _faults_of(best_match([error]) or error, descriptor):
            yield replace(fault, code="descriptor-profile")


def _errors(reference: str, descriptor: Mapping[str, Any]) -> Iterator[ValidationError]:
    """The errors of jsonschema; an object or list may be nested deeper than Python can follow."""
    try:
        yield from _validator(reference).iter_errors(descriptor)
    except RecursionError:
        from jsonschema.exceptions import ValidationError

        yield ValidationError("", instance="nested too deeply", schema={})


def _is_huge(descriptor: Mapping[str, Any]) -> bool:
    tables = _below([descriptor], "resources")
    fields = _below(_below(tables, "schema"), "fields")
    values = _below(_below(fields, "constraints"), "enum")
    return len(tables) > MOST_TABLES or len(fields) > MOST_FIELDS or len(values) > MOST_VALUES


def _below(entries: Iterable[Any], name: str) -> list[Any]:
    """What those entries that are objects have under a name; of a list each item."""
    found = (entry[name] for entry in entries if isinstance(entry, Mapping) and name in entry)
    return [item for value in found for item in (value if isinstance(value, list) else [value])]


@cache
def profile() -> dict[str, Any]:
    """Our profile."""
    return _read("lanzarote_data.model", "profile.json")


@cache
def published_profile() -> dict[str, Any]:
    """The JSON Schema of Data Package v2, which dplib-py carries, so that no network is needed."""
    return _read("dplib", "profiles/2.0/datapackage.json")


def _read(package: str, path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((files(package) / path).read_text(encoding="utf-8"))
    return content


@cache
def _validator(reference: str) -> Draft7Validator:
    from jsonschema import Draft7Validator

    if reference == PUBLISHED:
        return Draft7Validator(published_profile())
    definitions = profile()["definitions"]
    schema = {"$ref": reference, "definitions": definitions}
    return Draft7Validator(schema, format_checker=format_checker())


def _faults_of(error: ValidationError, descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """What an error says; some keywords are about several properties of an object."""
    if error.validator == "additionalProperties":
        properties = error.schema["properties"]
        unknown = [n for n in error.instance if n not in properties and not _FOREIGN.match(n)]
        yield from (_unknown(error, name, descriptor) for name in unknown)
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (_missing(error, name, descriptor) for name in missing)
    else:
        yield _wrong(error, descriptor)


def _unknown(error: ValidationError, name: str, descriptor: Mapping[str, Any]) -> Fault:
    near = difflib.get_close_matches(name, sorted(error.schema["properties"]), 1)
    hint = f"Is {near[0]!r} meant?" if near else "Take it out."
    parts = [*error.absolute_path, name]
    message = f"{_subject(parts, descriptor)} is not known."
    return Fault("descriptor-unknown-property", _path(parts), message, hint)


def _missing(error: ValidationError, name: str, descriptor: Mapping[str, Any]) -> Fault:
    parts = [*error.absolute_path, name]
    owner = _subject(parts[:-1], descriptor)
    if name in ("title", "description"):
        return Fault("descriptor-untold", _path(parts), f"{owner} has no {name}.", _PLAIN_WORDS)
    message = f"{owner} has no property {name!r}."
    code = "descriptor-profile" if name == "$schema" else "descriptor-unusable"
    needed = error.schema.get("properties", {}).get(name, {})
    hint = f"Write {written(needed['const'])}." if "const" in needed else "Add it."
    return Fault(code, _path(parts), message, hint)


def _wrong(error: ValidationError, descriptor: Mapping[str, Any]) -> Fault:
    parts = list(error.absolute_path)
    code = _code(error, str(parts[-1]) if parts else "")
    has = "has the name" if "propertyNames" in error.absolute_schema_path else "is"
    reason = f": {error.cause}" if error.validator_value == "re2" else ""
    message = f"{_subject(parts, descriptor)} {has} {written(error.instance)}{reason}."
    hint = _PLAIN_WORDS if code == "descriptor-untold" else f"{_expected(error)}."
    return Fault(code, _path(parts), message, hint)


def _code(error: ValidationError, name: str) -> str:
    if name == "$schema":
        return "descriptor-profile"
    if error.validator == "pattern" and name in ("title", "description"):
        return "descriptor-untold"
    if error.validator == "enum" and name == "type" and error.instance not in _field_types():
        return "descriptor-unknown-type"
    return "descriptor-unusable"


@cache
def _field_types() -> list[str]:
    resource = published_profile()["properties"]["resources"]["items"]["properties"]
    kinds = resource["schema"]["properties"]["fields"]["items"]["oneOf"]
    return [name for kind in kinds for name in kind["properties"]["type"].get("enum", ())]


def _expected(error: ValidationError) -> str:
    """What is allowed in place of a value, as a sentence without its full stop."""
    own = error.schema.get("description", "") if error.schema.get("title") is None else ""
    if error.validator == "not":
        return f"Take it out: {own}" if own else "Take it out"
    if error.validator == "const":
        is_needed = error.absolute_path[-1] == "$schema"
        instead = "" if is_needed else ", or take it out" + (own and f": {own}")
        return f"Write {written(error.validator_value)}{instead}"
    if error.validator == "enum":
        return f"Write one of {', '.join(map(str, error.validator_value))}"
    if own:
        return f"It must be {own}"
    if error.validator == "type":
        kinds = error.validator_value
        named = [_TYPES.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
        return f"It must be {' or '.join(named)}"
    return f"The standard says what is allowed: {_STANDARD}"


def _subject(parts: Sequence[str | int], descriptor: Mapping[str, Any]) -> str:
    """What stands at a path, in words: a property, a field or a table."""
    owner, rest = "the descriptor", list(parts)
    if rest[:1] == ["resources"] and len(rest) > 1:
        table, rest = descriptor["resources"][rest[1]], rest[2:]
        owner = f"the table {_name(table)}"
        if rest[:2] == ["schema", "fields"] and len(rest) > 2:
            field, rest = table["schema"]["fields"][rest[2]], rest[3:]
            owner = f"the field {_name(field)} of {owner}"
    named = "/".join(map(str, rest))
    return f"The property {named[:MOST_SHOWN]!r} of {owner}" if rest else f"T{owner[1:]}"


def _name(entry: object) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return repr(name[:MOST_SHOWN]) if isinstance(name, str) else "without a name"


def _path(parts: Sequence[str | int]) -> str:
    return "/".join(map(str, parts))


def written(value: object) -> str:
    """A value as it is written in the descriptor; a long one is cut."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


LONGEST_SHEET_NAME = 31
_RESERVED = ("read me", "to correct", "conflicts", "where addressed", "_base", "_lists", "history")
"""The sheets that workbooks have beside those of tables, and the name that Excel reserves."""


def format_checker() -> FormatChecker:
    """A checker of our formats alone; of texts it checks no other value, which ``type`` refuses."""
    from jsonschema import FormatChecker

    checker = FormatChecker(())
    for kind in FORMS:
        checker.checks(kind, ValueError)(
            lambda value, kind=kind: parse(kind, str(value)) is not None
        )
    for name, check in _TEXT_FORMATS.items():
        checker.checks(name, ValueError)(
            lambda value, check=check: not isinstance(value, str) or bool(check(value))
        )
    return checker


def _is_moment(text: str) -> bool:
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
    return bool(re.fullmatch(form, text) and datetime.datetime.fromisoformat(text))


def _is_inside(path: str) -> bool:
    """Whether a path is relative and below the package: no address, no way out of the folder."""
    pure = PurePosixPath(path)
    outside = pure.is_absolute() or ".." in pure.parts or ":" in path or "\\" in path
    return bool(path) and path.isprintable() and not outside


def _is_sheet_name(text: str) -> bool:
    length = len(text.encode("utf-16-le")) // 2  # as Excel counts
    is_plain = text.isprintable() and text == text.strip().strip("'")
    is_free = text.casefold() not in _RESERVED
    return 0 < length <= LONGEST_SHEET_NAME and is_plain and is_free and not set(text) & _SIGNS


_E_MAIL = re.compile(
    r"(?=.{1,64}@)[\w%+-]+(\.[\w%+-]+)*@([a-zA-Z0-9]+(-+[a-zA-Z0-9]+)*\.)+[a-zA-Z]{2,63}", re.ASCII
)
_SIGNS = set("/\\[]*?:")
_TEXT_FORMATS: dict[str, Callable[[str], object]] = {
    "moment": _is_moment,
    "path-inside": _is_inside,
    "sheet-name": _is_sheet_name,
    "e-mail": _E_MAIL.fullmatch,
    "printable": str.isprintable,
    "canonical-text": lambda text: not text_fault(text),
    "re2": matcher,
}
