"""Hostile packages: a small sound one with a descriptor or a table that means harm."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Change = Callable[[Any], object]
TABLE = "tables/recommendations.csv"


def descriptor(folder: Path, change: Change) -> None:
    """Change the descriptor of a package."""
    path = folder / "datapackage.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def _described(change: Change) -> Callable[[Path], None]:
    return lambda folder: descriptor(folder, change)


def _replaced(old: str, new: str) -> Callable[[Path], None]:
    """A change of the text of the descriptor, for what no JSON library writes."""

    def change(folder: Path) -> None:
        path = folder / "datapackage.json"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _path(value: object) -> Callable[[Path], None]:
    return _described(lambda d: d["resources"][5].update(path=value))


def _pattern(pattern: str, text: str = "") -> Callable[[Path], None]:
    """A pattern for the texts of observations, and a text that tries it."""

    def change(folder: Path) -> None:
        def put(d: Any) -> None:
            table = next(r for r in d["resources"] if r["name"] == "observations")
            field = next(f for f in table["schema"]["fields"] if f["name"] == "text")
            field.setdefault("constraints", {})["pattern"] = pattern

        descriptor(folder, put)
        if text:
            path = folder / "tables" / "observations.csv"
            path.write_text(path.read_text("utf-8").replace("The Committee", text, 1), "utf-8")

    return change


def _limit(name: str, value: object) -> Callable[[Path], None]:
    return _described(
        lambda d: d["resources"][5]["schema"]["fields"][1].update(constraints={name: value})
    )


def _linked(folder: Path) -> None:
    (folder / TABLE).rename(folder.parent / "outside.csv")
    (folder / TABLE).symlink_to(folder.parent / "outside.csv")


def _linked_folder(folder: Path) -> None:
    (folder / "tables").rename(folder.parent / "outside-tables")
    (folder / "tables").symlink_to(folder.parent / "outside-tables")


def _whole(content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / "datapackage.json").write_bytes(content)


DESCRIPTORS: dict[str, Callable[[Path], object]] = {
    "a path that is an address": _path("https://example.org/x.csv"),
    "a path that is absolute": _path("/etc/passwd"),
    "a path that leads outside": _path("../outside.csv"),
    "a path with backslashes": _path("..\\outside.csv"),
    "a path with NUL": _path("tables/\0.csv"),
    "a path that is a folder": _path("tables"),
    "data within": _described(lambda d: d["resources"][5].update(data=[[1]])),
    "more paths": _described(lambda d: d["resources"][5].update(extrapaths=["http://example.org"])),
    "a schema at an address": _described(
        lambda d: d["resources"][5].update(schema="http://example.org/schema.json")
    ),
    "a profile at an address": _described(lambda d: d.update({"$schema": "http://example.org/x"})),
    "a profile of a table at an address": _described(
        lambda d: d["resources"][5].update({"$schema": "http://example.org/x"})
    ),
    "a reference to an address": _described(lambda d: d.update({"$ref": "http://example.org/x"})),
    "no tables": _described(lambda d: d.update(resources=[])),
    "a name that leads outside": _described(lambda d: d.update(name="../../outside")),
    "a name of a table that leads outside": _described(
        lambda d: d["resources"][10].update(name="../outside")
    ),
    "a name of a table that steers the terminal": _described(
        lambda d: d["resources"][10].update(name="a\x1b[2J\x9b31m\nValid: 0 errors, 0 warnings.")
    ),
    "a name that is very long": _described(lambda d: d["resources"][10].update(name="a" * 100_000)),
    "foreign keys in a circle": _described(
        lambda d: d["resources"][1]["schema"].update(
            foreignKeys=[
                {
                    "fields": ["party_id"],
                    "reference": {"resource": "recommendations", "fields": ["party_id"]},
                }
            ]
        )
    ),
    "a foreign key of two lengths": _described(
        lambda d: d["resources"][9]["schema"]["foreignKeys"][0].update(fields=["marker", "kind"])
    ),
    "a type that is a list": _described(
        lambda d: d["resources"][5]["schema"]["fields"][0].update(type=[])
    ),
    "a length without end": _limit("maxLength", 10**400),
    "a limit of the wrong type": _limit("minimum", {"a": 1}),
    "a number that is infinite": _replaced('"resources"', '"lanzarote:x": 1e999, "resources"'),
    "a number that is none": _replaced('"resources"', '"lanzarote:x": NaN, "resources"'),
    "a number with many digits": _replaced(
        '"resources"', f'"lanzarote:x": {"9" * 50_000}, "resources"'
    ),
    "deep lists": _whole(b"[" * 200_000),
    "deep lists within": _replaced(
        '"resources"', '"lanzarote:x": ' + "[" * 50_000 + "]" * 50_000 + ', "resources"'
    ),
    "no JSON": _whole(b"resources: []"),
    "a list": _whole(b"[]"),
    "nothing": _whole(b""),
    "not UTF-8": _whole(b'{"name": "\xff"}'),
    "UTF-16": _whole('{"name": "a"}'.encode("utf-16")),
    "half a character": _whole(b'{"name": "\\ud800", "resources": []}'),
    "100 megabytes": lambda folder: _whole(b'{"name": "' + b"a" * 100_000_000 + b'"}')(folder),
    "many unknown properties": _described(
        lambda d: d.update({f"title{n}": n for n in range(50_000)})
    ),
    "many tables": _described(
        lambda d: d["resources"].extend({"name": f"t{n}", "path": "x"} for n in range(20_000))
    ),
    "many fields": _described(
        lambda d: d["resources"][5]["schema"]["fields"].extend(
            {"name": f"f{n}", "type": "string"} for n in range(20_000)
        )
    ),
    "many values in a list": _limit("enum", [f"{n}" for n in range(100_000)]),
    "a table that leads outside by a link": _linked,
    "a folder that leads outside by a link": _linked_folder,
    "a pattern that refers back": _pattern(r"(a+)\1+$"),
    "a pattern that is none": _pattern("(["),
    "a pattern that repeats too often": _pattern("((a{100}){100}){100}"),
    "a pattern that is too long": _pattern("a" * 200_000),
    "a pattern of deep groups": _pattern("(" * 5_000 + "a" + ")" * 5_000),
    "a pattern with half a character": _pattern("\ud800"),
    "repeats in repeats": _pattern("(a+)+$", "a" * 20_000 + "!"),
    "anything, often": _pattern("(.*)*(.*)*(.*)*x", "a" * 20_000 + "!"),
}
"""Descriptors, each made of the sound one in a folder."""

HARMLESS = {
    "a profile of a table at an address",
    "foreign keys in a circle",
    "a length without end",
}
"""What breaks no rule: nothing of it is fetched, followed or run."""


def _table(content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / TABLE).write_bytes(content)


def _appended(content: bytes) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        with (folder / TABLE).open("ab") as file:
            file.write(content)

    return change


def _recoded(codec: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / TABLE).read_text(encoding="utf-8")
        (folder / TABLE).write_bytes(text.encode(codec))

    return change


def _doubled_mark(folder: Path) -> None:
    content = (folder / TABLE).read_bytes()
    (folder / TABLE).write_bytes(b"\xef\xbb\xbf" * 2 + content)


def _sparse(size: int) -> Callable[[Path], object]:
    return lambda folder: os.truncate(folder / TABLE, size)


TABLES: dict[str, Callable[[Path], object]] = {
    "nothing": _table(b""),
    "NUL": _appended(b"a\0b,c\n"),
    "a picture": _table(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100),
    "UTF-16": _recoded("utf-16"),
    "Latin-1": _appended("é\n".encode("latin-1")),
    "the mark of UTF-8 twice": _doubled_mark,
    "half a character": _appended(b"\xed\xa0\x80\n"),
    "a quotation mark that stays open": _appended(b'"' + b"a,\n" * 1_000_000),
    "a cell of 200 megabytes": lambda folder: _appended(b"a" * 200_000_000)(folder),
    "a cell of many lines": _appended(b'"' + b"a\n" * 3_000_000 + b'"\n'),
    "three million columns": _table(b"a," * 3_000_000 + b"\n"),
    "100,000 columns of other names": _table(",".join(map(str, range(100_000))).encode()),
    "a row of a million cells": _appended(b"," * 1_000_000 + b"\n"),
    "a million blank rows": _appended(b"\n" * 1_000_000),
    "a million rows of one cell": _appended(b"a\n" * 1_000_000),
    "lines that end in all ways": _appended(b"a\rb\r\nc\n\r\x0b\x0c\x1c"),
    "20 gigabytes of nothing": _sparse(20_000_000_000),
    "words that steer the terminal": _appended("\x1b[2J\x9b31m,\u202e,\x07\n".encode()),
    "many sentences in a number": _appended(b"R2-BEL-II-9," + b"x," * 12 + b"\n"),
}
"""Tables, each made of the sound one in a folder."""

HEAVY = (
    "a quotation mark that stays open",
    "a cell of 200 megabytes",
    "a cell of many lines",
    "three million columns",
    "a million blank rows",
    "20 gigabytes of nothing",
)
"""Tables whose cost is measured."""
