"""Ready citations of a row or of the whole data, all written from one CSL-JSON item."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from lanzarote_data.frames.finding import Found, as_text, find_row, notes_of
from lanzarote_data.metadata.about import contributors_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Row, Tables
from lanzarote_data.model.types import MONTHS
from lanzarote_data.text.references import codes

Style = Literal["text", "bibtex", "ris", "csl"]
Item = dict[str, Any]
ORDER = (
    *("id", "type", "title", "author", "container-title", "section", "number", "publisher"),
    *("version", "issued", "URL", "language", "note"),
)


def cited(items: list[Item], style: Style) -> str:
    """CSL-JSON items in a style.

    :raises LanzaroteError: there is no such style.
    """
    styles: dict[object, Callable[[Item], str]] = {"text": _text, "bibtex": _bibtex, "ris": _ris}
    if style == "csl":
        return json.dumps(items, ensure_ascii=False, indent=2)
    write = styles.get(style) if isinstance(style, str) else None
    if write is None:
        raise LanzaroteError(
            f"There is no style {style!r} of citation.", "Use one of text, bibtex, ris, csl."
        )
    return ("\n" if style in ("text", "ris") else "\n\n").join(map(write, items))


def item_of(tables: Tables, row_id: str) -> Item:
    """The CSL-JSON item of a document or of a row.

    :raises LanzaroteError: there is none with this id, or it cannot be cited by itself.
    """
    as_text(row_id, "id of a row or document", "one such as R2-BEL-II-6")
    if document := tables.find("documents", row_id):
        own = {"id": row_id, "type": "report", **{n: document.get(n) for n in ("title", "number")}}
        return _ordered(_source(document) | own | {"language": document.get("language")})
    return _row_item(tables, find_row(tables, row_id))


def data_item(package: Package) -> Item:
    """The CSL-JSON item of the data as a whole, from the descriptor."""
    return _ordered(
        {
            "id": package.name,
            "type": "dataset",
            "title": package.title,
            "author": [{"literal": one.name} for one in contributors_of(package)],
            "version": package.version,
            "issued": _issued(str(package.descriptor.get("created", ""))[:10]),
            "URL": str(package.descriptor.get("homepage", "")),
        }
    )


def _row_item(tables: Tables, found: Found) -> Item:
    """A row as a part of the document that it was taken from; a footnote is none."""
    row = found.row
    if "position" not in row or "document_id" not in row:
        other = tables.package.parent_of(row)[1] if found.name == "citations" else ""
        hint = f"Cite {other}, to which it belongs." if other else "Cite a row of that chapter."
        raise LanzaroteError(f"{found.row_id} cannot be cited by itself.", hint)
    document = tables.find("documents", row["document_id"]) or {}
    chapter = tables.find("chapters", row["chapter_id"]) or {"number": "", "title": ""}
    own = {
        "id": found.row_id,
        "type": "chapter",
        "title": _title(tables, found),
        "container-title": document.get("title"),
        "section": f"{chapter['number']}. {chapter['title']}",
        "language": "en",
        "note": f"{found.row_id} in: {_text(data_item(tables.package))}",
    }
    return _ordered(_source(document) | own)


def _source(document: Row) -> Item:
    """What an item has from a document: whose it is, from when, and where."""
    body, _, organisation = document.get("publisher", "").rpartition(", ")
    return {
        "author": [{"literal": body or organisation}] if organisation else [],
        "publisher": organisation,
        "issued": _issued(document.get("date", "")),
        "URL": document.get("url"),
    }


def _ordered(item: Item) -> Item:
    return {name: item[name] for name in ORDER if item.get(name)}


def _title(tables: Tables, found: Found) -> str:
    """What a row is in words: ``Recommendation II-6 to Belgium``."""
    resource = found.table.resource
    kind = resource.field(resource.primary_key[0]).title
    party = tables.find("parties", found.row.get("party_id", "")) or {}
    name = party.get("name_in_sentence", "all Parties")
    if found.name != "recommendations":
        return f"{kind} on {name}" if party else kind
    cited = [code for note in notes_of(tables, found.row_id) for code in codes(note["locator"])]
    plural = "s" if len(cited) > 1 else ""
    return f"{kind}{plural} {_and(cited)} to {name}" if cited else f"{kind} to {name}"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _issued(date: str) -> dict[str, list[list[int]]]:
    """A date as far as it is known, as CSL-JSON has it; empty where none is."""
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else {}


def _parts(item: Item) -> list[int]:
    parts: list[int] = item.get("issued", {"date-parts": [[]]})["date-parts"][0]
    return parts


def _text(item: Item) -> str:
    parts = _parts(item)
    month = [MONTHS[parts[1] - 1]] if len(parts) > 1 else []
    date = " ".join([*map(str, parts[2:]), *month, *map(str, parts[:1])])
    source = f"in: {item['container-title']}" if "container-title" in item else ""
    title = f"“{item['title']}”" if source else item["title"]
    number = item.get("number", "")
    version = f"version {item['version']}" if "version" in item else ""
    section = f"chapter {item['section']}" if "section" in item else ""
    authors = "; ".join(author["literal"] for author in item.get("author", ()))
    known = [authors, title, number, source, section, version, date, item.get("URL")]
    sentence = ", ".join(part for part in known if part).rstrip(".") + "."
    return f"{sentence} {item['note']}" if "note" in item else sentence


def _bibtex(item: Item) -> str:
    kind = "incollection" if "container-title" in item else "misc"
    lines = [f"  {name} = {value}," for name, value in _bibtex_fields(item)]
    return "\n".join([f"@{kind}{{{item['id']},", *lines, "}"])


def _bibtex_fields(item: Item) -> Iterator[tuple[str, str]]:
    names = {"container-title": "booktitle", "section": "chapter", "URL": "url"}
    authors = " and ".join(_braced(author["literal"]) for author in item.get("author", ()))
    if authors:
        yield "author", f"{{{authors}}}"
    known = ("title", "container-title", "section", "number", "publisher", "version", "URL", "note")
    for name in known:
        if name in item:
            value = item[name] if name == "URL" else _braced(item[name])
            yield names.get(name, name), f"{{{value}}}"
    for name, number in zip(("year", "month", "day"), _parts(item), strict=False):
        yield name, MONTHS[number - 1][:3].lower() if name == "month" else f"{{{number}}}"


# BibTeX counts braces even after a backslash, so that they have to go by name.
_BY_NAME = {
    "\\": "textbackslash",
    "~": "textasciitilde",
    "^": "textasciicircum",
    "{": "textbraceleft",
    "}": "textbraceright",
}


def _braced(text: str) -> str:
    """A text for BibTeX, its capitals and commas kept, its special characters escaped."""

    def escaped(found: re.Match[str]) -> str:
        name = _BY_NAME.get(found[0])
        return f"\\{name}{{}}" if name else f"\\{found[0]}"

    return "{" + re.sub(r"[\\~^{}&%$#_]", escaped, text) + "}"


def _ris(item: Item) -> str:
    names = {
        "title": "TI",
        "container-title": "T2",
        "section": "SE",
        "number": "M1",
        "publisher": "PB",
        "version": "ET",
        "URL": "UR",
        "language": "LA",
        "note": "N1",
    }
    lines = [("TY", "CHAP" if "container-title" in item else "DATA"), ("ID", item["id"])]
    lines += [("AU", _ris_name(author["literal"])) for author in item.get("author", ())]
    lines += [(tag, item[name]) for name, tag in names.items() if name in item]
    parts = [f"{part:02}" for part in _parts(item)]
    if parts:
        lines += [("PY", parts[0]), ("DA", "/".join([*parts, "", "", ""][:4]))]
    return "".join(f"{tag}  - {value}\n" for tag, value in [*lines, ("ER", "")])


def _ris_name(name: str) -> str:
    """The name of a body: a comma would make its last part a given name."""
    body, _, organisation = name.rpartition(", ")
    return f"{body} ({organisation})" if body else organisation
