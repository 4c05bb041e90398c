"""Nothing that comes from outside steers the terminal, whatever it is the name of."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from lanzarote_data.cli import common, main
from lanzarote_data.cli.common import show_notes
from tests.packages import copy_package
from tests.workbooks import make

KINDS = ("text", "html", "csv", "json")
ESCAPES = ["\x1b[2J", "\x9b31m", "\x07", "\u202e", "\r"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package in a folder whose name has all escapes, with a workbook whose name has them."""
    folder = tmp_path / f"a{''.join(ESCAPES)}b"
    folder.mkdir()
    path = make(copy_package("tiny", folder))
    name = f"c{''.join(ESCAPES)}d.xlsx"
    path.rename(path.with_name(name))
    path.with_name(f"~${name}").write_bytes(b"")
    path.with_name(f".~lock.{name}#").write_bytes(b"")
    return folder


def runs(folder: Path) -> list[list[str]]:
    (workbook,) = (folder / "workbooks").glob("c*.xlsx")
    lock = workbook.with_name(f"~${workbook.name}")
    (folder / "damaged.xlsx").write_bytes(b"x")
    return [
        ["status"],
        ["import", "--dry-run", str(workbook), str(lock)],
        ["import", "--dry-run", str(folder / "damaged.xlsx")],
        ["validate", str(workbook)],
        ["validate", str(folder / "tables" / "parties.csv"), "--format", "html"],
        *(
            ["diff", str(folder), str(workbook), "--format", kind]
            for kind in ("text", "html", "csv")
        ),
        ["diff", str(folder), str(folder / "missing")],
        ["factsheet", "BEL", "--out", str(folder / "x.html")],
        ["ingest", str(folder / "missing.docx")],
    ]


def test_no_command_prints_an_escape(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in runs(folder):
        main([*command, "--package", str(folder)])
        said = "".join(capsys.readouterr())
        assert said
        assert not [sign for sign in ESCAPES if sign in said], command


def test_a_note_of_the_program_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    show_notes()
    logging.getLogger("lanzarote_data.store").warning("%s was left", "".join(ESCAPES))
    said = capsys.readouterr().err
    assert "was left" in said and not [sign for sign in ESCAPES if sign in said]


def test_a_document_is_escaped_on_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"one{''.join(ESCAPES)}\ntwo\n"
    common.write_out(text)
    assert capsys.readouterr().out == text
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    common.write_out(text)
    said = capsys.readouterr().out
    assert not [sign for sign in ESCAPES if sign in said] and said.endswith("\ntwo\n")
