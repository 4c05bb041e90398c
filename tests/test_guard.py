"""Files that are no workbooks, are damaged, or mean harm: each is refused with a sentence."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lanzarote_data import zips
from lanzarote_data.errors import LanzaroteError, WorkbookError
from lanzarote_data.workbook import guard
from lanzarote_data.workbook.imports import read_edits
from lanzarote_data.workbook.layout import view_named
from lanzarote_data.workbook.write import workbook_bytes
from tests.packages import tiny_tables

TABLES = tiny_tables()
SOUND = workbook_bytes(TABLES, view_named("BEL"))
SHEET = "xl/worksheets/sheet2.xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")

Parts = dict[str, bytes]


def rebuilt(change: Callable[[Parts], None], twice: str = "") -> bytes:
    """The sound workbook with its parts changed; ``twice`` names a part to put in again."""
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if twice:
            archive.writestr(twice, parts[twice])
    return out.getvalue()


def with_part(name: str, content: bytes = b"x") -> bytes:
    return rebuilt(lambda parts: parts.__setitem__(name, content))


def in_sheet(old: bytes, new: bytes) -> bytes:
    def change(parts: Parts) -> None:
        assert old in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(old, new, 1)

    return rebuilt(change)


def emptied(parts: Parts) -> None:
    """Take all parts out but one that means nothing."""
    parts.clear()
    parts["a"] = b"x"


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not an Excel workbook"),
        (b"hello", "is not an Excel workbook"),
        (OLE + b"\0" * 600, "old Excel format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (SOUND[: len(SOUND) // 2], "is damaged or was cut off"),
        (with_part("xl/vbaProject.bin"), "contains macros"),
        (with_part("xl/externalLinks/externalLink1.xml", b"<a/>"), "links to other workbooks"),
        (with_part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (rebuilt(emptied), "is not an Excel workbook"),
        (rebuilt(lambda _: None, twice=SHEET), "it has parts twice"),
        (in_sheet(b"<worksheet", DOCTYPE + b"<worksheet"), "document type definition"),
        (in_sheet(b"<worksheet", EXTERNAL + b"<worksheet"), "document type definition"),
        (
            in_sheet(b"<sheetData>", b'<sheetData><row><c r="XFD1048576"><v>1</v></c></row>'),
            "far outside",
        ),
        (in_sheet(b"<sheetData>", b'<sheetData><row><c r="@1"><v>1</v></c></row>'), "is damaged"),
        (in_sheet(b"</sheetData>", b""), "is damaged"),
    ],
)
def test_a_file_that_is_not_safe_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(WorkbookError, match=words) as refusal:
        guard.check(content, "BEL.xlsx")
    assert "BEL.xlsx" in refusal.value.message
    assert refusal.value.hint.endswith(".")


def test_a_sound_workbook_passes() -> None:
    guard.check(SOUND, "BEL.xlsx")


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = with_part("xl/media/image1.png", b"\0" * 30_000_000)
    assert len(bomb) < 200_000
    monkeypatch.setattr(zips, "LARGEST_UNPACKED", 3_000_000)
    monkeypatch.setattr("zipfile.ZipFile.open", None)
    with pytest.raises(WorkbookError, match="unpacks to more than 3 megabytes"):
        guard.check(bomb, "BEL.xlsx")


def test_too_many_cells_and_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_CELLS", 20)
    with pytest.raises(WorkbookError, match="more than 20 cells"):
        guard.check(SOUND, "BEL.xlsx")
    monkeypatch.setattr(zips, "MOST_PARTS", 3)
    with pytest.raises(WorkbookError, match="far too many"):
        guard.check(SOUND, "BEL.xlsx")


def outcome_of(content: bytes, folder: Path) -> str:
    """What comes of reading a file; anything but success or one of our errors escapes."""
    path = folder / "BEL.xlsx"
    path.write_bytes(content)
    try:
        edits = read_edits(path, TABLES)
    except LanzaroteError as reason:
        assert reason.message
        return "refused"
    return "read" if not edits.problems else "problems"


def test_a_file_cut_off_at_any_length_is_refused(tmp_path: Path) -> None:
    lengths = range(0, len(SOUND) - 1, max(1, len(SOUND) // 150))
    assert {outcome_of(SOUND[:length], tmp_path) for length in lengths} == {"refused"}


def test_flipped_bits_end_in_success_or_in_a_sentence(tmp_path: Path) -> None:
    dice = random.Random(1)
    outcomes = set()
    for _ in range(150):
        content = bytearray(SOUND)
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        outcomes.add(outcome_of(bytes(content), tmp_path))
    assert "refused" in outcomes


def test_flipped_bytes_within_the_parts_never_change_a_value_unseen(tmp_path: Path) -> None:
    """Damage that the archive does not notice: the digest of the base, or the merge, does."""
    dice = random.Random(2)
    for _ in range(60):

        def change(parts: Parts) -> None:
            name = dice.choice([n for n in parts if n.endswith(".xml")])
            content = bytearray(parts[name])
            content[dice.randrange(len(content))] = dice.randrange(32, 127)
            parts[name] = bytes(content)

        assert outcome_of(rebuilt(change), tmp_path) in ("refused", "read", "problems")
