"""The data dictionary: every table and column, as Markdown and HTML, from the descriptor."""

from __future__ import annotations

from collections.abc import Iterator

from lanzarote_data.model.expected import bounds_in_words, length_in_words
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.render.pages import page
from lanzarote_data.text.rights import notice

_COLUMNS = ("Column", "Title", "Type", "What it means", "Rules")


def dictionary_files(package: Package) -> dict[str, bytes]:
    """The dictionary, as files of a release."""
    texts = {
        "dictionary/data-dictionary.md": _markdown(package),
        "dictionary/data-dictionary.html": _html(package),
    }
    return {path: text.encode("utf-8") for path, text in texts.items()}


def _title(package: Package) -> str:
    return f"{package.title}: data dictionary, version {package.version}"


def _lines(resource: Resource) -> Iterator[tuple[str, ...]]:
    """A line for each column of a table, as plain texts."""
    for field in resource.fields:
        rules = "; ".join(_rules(resource, field))
        yield field.name, field.title, field.type, field.description, rules


def _rules(resource: Resource, field: Field) -> Iterator[str]:
    limits = field.constraints
    if field.name in resource.primary_key:
        yield "part of the primary key" if len(resource.primary_key) > 1 else "primary key"
    reference = resource.reference(field.name)
    if reference:
        yield f"points to {reference.resource}.{reference.reference_fields[0]}"
    if limits.required:
        yield "never empty"
    if limits.unique:
        yield "never twice"
    if limits.enum:
        yield "one of " + ", ".join(limits.enum)
    if limits.pattern:
        yield f"of the form {limits.pattern}"
    yield from bounds_in_words(field).values()
    yield from filter(None, [length_in_words(field)])
    if field.markdown:
        yield "Markdown, with footnote markers [^1]"


def _keys(resource: Resource) -> str:
    text = f"Primary key: {', '.join(resource.primary_key)}."
    unique = " and ".join(f"({', '.join(key)})" for key in resource.unique_keys)
    text += f" Together never twice: {unique}." if unique else ""
    return f"{text} The program makes it from {resource.derived}." if resource.derived else text


def _markdown(package: Package) -> str:
    about = str(package.descriptor.get("description", ""))
    parts = [f"# {_title(package)}", notice(package), about]
    for resource in package.resources:
        head = f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}"
        lines = ("| " + " | ".join(map(_cell, line)) + " |" for line in _lines(resource))
        parts += [f"## {resource.title} (`{resource.name}`)", resource.description]
        parts += [_keys(resource), "\n".join([head, *lines])]
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    for character in "\\|*_[]<>`":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _html(package: Package) -> str:
    tables = [(r, _keys(r), list(_lines(r))) for r in package.resources]
    about = str(package.descriptor.get("description", ""))
    values = {"title": _title(package), "about": about, "columns": _COLUMNS, "tables": tables}
    return page("dictionary.html.j2", "release", rights=notice(package), **values)
