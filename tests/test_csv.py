"""CSV files as people and programs leave them: what is read, and what is told, with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Table
from lanzarote_data.store import csv_file as table_file
from lanzarote_data.store.csv_file import read_file
from lanzarote_data.store.tables import read_sound_tables, read_tables
from tests.packages import copy_package, told

HEADER = "party_id,name,name_in_sentence,council_of_europe_member"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return copy_package("tiny", tmp_path)


@pytest.fixture
def path(package: Package) -> Path:
    return package.table_path(package.resource("parties"))


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """The limit of a cell is one for the whole process."""
    csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(131_072)


def put(path: Path, *lines: str, end: str = "\n") -> None:
    """Write lines."""
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode("utf-8"))


def read(package: Package) -> tuple[list[list[str]], str]:
    """The cells of the Parties as they are read, and what is told of their file."""
    path = package.table_path(package.resource("parties"))
    found = read_file(package.resource("parties"), path)
    table = found.table
    assert len(table.sources) == len(table.rows)
    assert all(list(row) == HEADER.split(",") for row in table.rows)
    assert {(p.location.resource, p.location.key) for p in found.problems} <= {("parties", "")}
    return [list(row.values()) for row in table.rows], "".join(map(told, found.problems))


def text(lines: str) -> str:
    """Lines as they are told."""
    return dedent(lines).lstrip("\n")


def lines_of(table: Table) -> list[int]:
    """The line on which each row begins."""
    return [source.line for source in table.sources]


def test_a_file_of_excel_is_read_without_its_mark_and_its_line_ends(
    package: Package, path: Path
) -> None:
    content = f'{HEADER}\r\nBEL,"Bel\r\ngium","a ""b"", c",true\r\n'
    path.write_bytes(b"\xef\xbb\xbf" + content.encode())
    assert read(package) == ([["BEL", "Bel\ngium", 'a "b", c', "true"]], "")


def test_other_line_ends_and_none_at_the_end_are_read_too(package: Package, path: Path) -> None:
    put(path, HEADER, "BEL,Belgium,Belgium,true", "FIN,Finland,Finland,true", end="\r")
    expected = [["BEL", "Belgium", "Belgium", "true"], ["FIN", "Finland", "Finland", "true"]]
    assert read(package) == (expected, "")
    path.write_text(f"{HEADER}\nBEL,Belgium,Belgium,true\nFIN,Finland,Finland,true")
    assert read(package) == (expected, "")


def test_columns_may_stand_in_any_order(package: Package, path: Path) -> None:
    put(path, "name,council_of_europe_member,party_id,name_in_sentence", "a,true,BEL,b")
    assert read(package) == ([["BEL", "a", "b", "true"]], "")


def test_rows_begin_where_their_first_cell_begins(package: Package, path: Path) -> None:
    put(path, HEADER, 'BEL,"a', 'b",c,true', "FIN,a,b,true", 'XXX,a,"', '",true', "YYY,,,")
    found = read_file(package.resource("parties"), path)
    assert found.problems == ()
    assert lines_of(found.table) == [2, 4, 5, 7]
    assert found.table.location(2, "name").source == "parties.csv:5"


def test_rows_too_short_and_too_long_are_told_and_read_as_far_as_they_go(
    package: Package, path: Path
) -> None:
    put(path, HEADER, "BEL,Belgium", 'FIN,"a', 'b",c,true,more,more', "", "XXX,a,b,true")
    cells, said = read(package)
    assert cells == [
        ["BEL", "Belgium", "", ""],
        ["FIN", "a\nb", "c", "true"],
        ["", "", "", ""],
        ["XXX", "a", "b", "true"],
    ]
    assert said == text(
        """
        error row-width parties.csv:2
            This row has 2 cells, the header has 4.
            Look for a comma too many or too few; a text with commas needs quotation marks.
        error row-width parties.csv:3
            This row has 6 cells, the header has 4.
            Look for a comma too many or too few; a text with commas needs quotation marks.
        error row-width parties.csv:5
            This row has 0 cells, the header has 4.
            Look for a comma too many or too few; a text with commas needs quotation marks.
        """
    )


def test_every_fault_of_the_header_is_told(package: Package, path: Path) -> None:
    long = "x" * 70
    put(
        path,
        f"name,remarks,name,{long},party_id,council_of_europe_member,party_id",
        "a,b,c,d,e,f,g",
    )
    cells, said = read(package)
    assert cells == [["g", "c", "", "f"]]
    hint = f"The header must be: {', '.join(HEADER.split(','))}."
    assert said == "".join(
        f"error {code} parties.csv:1 {name}\n    The column {name!r} {fault}.\n    {hint}\n"
        for code, name, fault in (
            ("unknown-column", "remarks", "is not declared in datapackage.json"),
            ("unknown-column", "x" * 60, "is not declared in datapackage.json"),
            ("missing-column", "name_in_sentence", "is missing"),
            ("doubled-column", "name", "stands in the header more than once"),
            ("doubled-column", "party_id", "stands in the header more than once"),
        )
    )


def test_an_empty_file_lacks_all_columns(package: Package, path: Path) -> None:
    path.write_bytes(b"")
    cells, said = read(package)
    assert cells == []
    assert [line.split()[1:] for line in said.splitlines() if line.startswith("error")] == [
        ["missing-column", "parties.csv:1", name] for name in HEADER.split(",")
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('FIN,"a"b,c,true', "',' expected after '\"'"),
        ('FIN,"a', "unexpected end of data"),
    ],
)
def test_a_quotation_mark_that_does_not_fit_ends_the_reading(
    package: Package, path: Path, row: str, reason: str
) -> None:
    put(path, HEADER, "BEL,Belgium,Belgium,true", row)
    cells, said = read(package)
    assert cells == [["BEL", "Belgium", "Belgium", "true"]]
    assert said == text(
        f"""
        error csv-syntax parties.csv:3
            This line cannot be read as CSV: {reason}.
            A quotation mark is missing or stands alone; correct it there or shortly before.
        """
    )


def test_a_cell_has_a_limit(package: Package, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "LARGEST_CELL", 200_000)
    put(path, HEADER, f"BEL,{'a' * 200_000},b,true")
    cells, said = read(package)
    assert (len(cells), said) == (1, "")
    put(path, HEADER, f"BEL,{'a' * 200_001},b,true")
    cells, said = read(package)
    assert cells == []
    assert (
        "parties.csv:2\n    This line cannot be read as CSV: field larger than field limit" in said
    )


def test_a_line_has_a_limit(package: Package, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "LARGEST_CELL", 1_000_000)
    monkeypatch.setattr(table_file, "LONGEST_LINE", 200_000)
    first = ["BEL", "Belgium", "Belgium", "true"]
    put(path, HEADER, ",".join(first), f"FIN,{'a' * 199_000},b,true")
    cells, said = read(package)
    assert (len(cells), said) == (2, "")
    put(path, HEADER, ",".join(first), f"FIN,{'a' * 400_000},b,true")
    cells, said = read(package)
    assert cells == [first]
    assert said == text(
        """
        error csv-syntax parties.csv:2
            This line cannot be read as CSV: it is longer than 200,000 characters.
            A quotation mark is missing or stands alone; correct it there or shortly before.
        """
    )


def test_columns_have_a_limit(
    package: Package, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_file, "MOST_COLUMNS", 4)
    put(path, HEADER, "BEL,Belgium,Belgium,true")
    assert read(package) == ([["BEL", "Belgium", "Belgium", "true"]], "")
    put(path, f"{HEADER},more", "BEL,Belgium,Belgium,true,more")
    cells, said = read(package)
    assert cells == []
    assert said == text(
        """
        error csv-syntax parties.csv:1
            This line cannot be read as CSV: it has 5 columns.
            A quotation mark is missing or stands alone; correct it there or shortly before.
        """
    )


def test_faults_have_a_limit(package: Package, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MOST_FAULTS", 2)
    put(path, HEADER, "BEL,a", "XXX,a,b,true", "FIN,a", "YYY,a,b,true", "ZZZ")
    cells, said = read(package)
    assert [row[0] for row in cells] == ["BEL", "XXX"]
    assert said == text(
        """
        error row-width parties.csv:2
            This row has 2 cells, the header has 4.
            Look for a comma too many or too few; a text with commas needs quotation marks.
        error row-width parties.csv:4
            This row has 2 cells, the header has 4.
            Look for a comma too many or too few; a text with commas needs quotation marks.
        error csv-syntax parties.csv:4
            This line cannot be read as CSV: so many lines before are wrong that the rest is not read.
            A quotation mark is missing or stands alone; correct it there or shortly before.
        """  # noqa: E501
    )


def refusal(package: Package) -> tuple[str, str]:
    """The message and the hint with which tables are refused."""
    with pytest.raises(StorageError) as refused:
        read_tables(package)
    return refused.value.message, refused.value.hint


def test_a_missing_table_is_told(package: Package, path: Path) -> None:
    path.unlink()
    message = f"The table {path} is missing."
    assert refusal(package) == (message, "Restore it from the last version that has it.")


def test_a_folder_is_no_table(package: Package, path: Path) -> None:
    path.unlink()
    path.mkdir()
    assert refusal(package) == (
        f"{path} cannot be read: it is a folder.",
        "Check its permissions, and that it is the right file.",
    )


def test_a_fault_of_the_disk_is_told_in_its_words(
    package: Package, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no words of the system")

    monkeypatch.setattr(table_file, "file_bytes", refuse)
    assert refusal(package)[0] == (
        f"{package.table_path(package.resources[0])} cannot be read: no words of the system."
    )


def test_a_table_has_a_limit(package: Package, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    largest = max(package.table_path(r).stat().st_size for r in package.resources)
    monkeypatch.setattr(table_file, "LARGEST_TABLE", largest)
    assert read_tables(package).problems == ()
    monkeypatch.setattr(table_file, "LARGEST_TABLE", 1)
    assert refusal(package)[0].endswith(" cannot be read: it is larger than 0 megabytes.")


LONG = "é" * 40_000


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff", 1),
        (b"abc\xe9,d", 4),
        ("é".encode() + b"\xe9,d", 3),
        (LONG.encode() + b"\xe9\n", 80_001),
        (b"a" + LONG.encode() + b"\xe9\n", 80_002),
        (b"a" * 65_535 + b"\xe9\n", 65_536),
        (b"a" * 65_534 + b"\xe2\x82" + b"\n" + b"a" * 70_000, 65_535),
        (b"a" * 65_535 + b"\xe2\x82" + b"\n", 65_536),
        (b"abc\xe2\x82", 4),
        (b"a" * 65_536 + b"bcd\xe2", 65_540),
    ],
)
def test_a_byte_that_is_no_text_is_told_by_its_place(
    package: Package, path: Path, content: bytes, place: int
) -> None:
    path.write_bytes(content)
    assert refusal(package) == (
        f"{path} is not UTF-8 text: byte {place} does not fit.",
        "Save it as 'CSV UTF-8', or restore it.",
    )


def test_tables_with_a_fault_of_form_are_not_sound(package: Package, path: Path) -> None:
    assert read_sound_tables(package) == read_tables(package).tables
    put(path, HEADER, "BEL,Belgium", "FIN,Finland")
    with pytest.raises(StorageError) as refused:
        read_sound_tables(package)
    assert refused.value.message == (
        f"The tables in {package.folder} have faults that must be mended first. "
        "parties.csv:2: This row has 2 cells, the header has 4."
    )
    assert refused.value.hint == "Run 'lanzarote validate' to see all of them."


def test_two_rows_with_one_id_are_not_sound(package: Package, path: Path) -> None:
    put(path, HEADER, "BEL,a,b,true", "FIN,a,b,true", "BEL,c,d,true")
    with pytest.raises(StorageError) as refused:
        read_sound_tables(package)
    assert refused.value.message == (
        f"The tables in {package.folder} have faults that must be mended first. "
        "parties: two rows have one id."
    )


def test_a_link_that_leads_to_itself_is_refused(package: Package, path: Path) -> None:
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(StorageError) as refused:
        read_tables(package)
    assert refused.value.message.startswith(f"{path} cannot be read: ")
