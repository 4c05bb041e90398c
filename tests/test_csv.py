"""CSV files as people and programs leave them: what is read, and which problem has which line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.store import csv_file
from lanzarote_data.store.csv_file import TableFile, read_file
from lanzarote_data.store.tables import read_sound_tables, read_tables
from lanzarote_data.validate.package import validate_package
from tests.packages import DATA, copy_package

HEADER = "party_id,name,name_in_sentence,council_of_europe_member"
BEL, FIN = "BEL,Belgium,Belgium,true", "FIN,Finland,Finland,true"


@pytest.fixture
def path(package: Package) -> Path:
    return package.table_path(package.resource("parties"))


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """The limit of a cell is one for the whole process."""
    before = csv.field_size_limit()
    yield
    csv.field_size_limit(before)


def put(path: Path, *lines: str, end: str = "\n") -> None:
    """Write lines."""
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode("utf-8"))


def read(package: Package) -> TableFile:
    """The table of the Parties, each row with all fields and a source."""
    resource = package.resource("parties")
    found = read_file(resource, package.table_path(resource))
    assert len(found.table.sources) == found.table.count
    assert all(list(row) == HEADER.split(",") for row in found.table.rows)
    return found


def cells(found: TableFile) -> list[list[str]]:
    return [list(row.values()) for row in found.table.rows]


def problems(found: TableFile) -> list[str]:
    return [
        f"{p.code} {p.location.source.removeprefix('parties.csv:')} {p.location.field}".rstrip()
        for p in found.problems
    ]


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\r\n{BEL}\r\n{FIN}\r\n",
        f"{HEADER}\r{BEL}\r{FIN}\r",
        f"{HEADER}\n{BEL}\n{FIN}",
        "name,council_of_europe_member,party_id,name_in_sentence\n"
        "Belgium,true,BEL,Belgium\nFinland,true,FIN,Finland\n",
    ],
    ids=["of Excel", "old line ends", "no last line end", "columns in another order"],
)
def test_a_file_in_another_form_is_read_all_the_same(
    package: Package, path: Path, content: str
) -> None:
    path.write_bytes(content.encode())
    found = read(package)
    assert (cells(found), problems(found)) == ([BEL.split(","), FIN.split(",")], [])


def test_a_row_begins_where_its_first_cell_begins(package: Package, path: Path) -> None:
    put(path, HEADER, 'BEL,"a', 'b ""c""",d,true', "FIN,a,b,true", 'XXX,a,"', '",true', "YYY,,,")
    found = read(package)
    assert found.problems == ()
    assert found.table.rows[0]["name"] == 'a\nb "c"'
    assert [source.line for source in found.table.sources] == [2, 4, 5, 7]
    assert found.table.location(2, "name").source == "parties.csv:5"


def test_rows_too_short_and_too_long_are_read_as_far_as_they_go(
    package: Package, path: Path
) -> None:
    put(path, HEADER, "BEL,Belgium", 'FIN,"a', 'b",c,true,more,more', "XXX,a,b,true")
    found = read(package)
    assert cells(found) == [
        ["BEL", "Belgium", "", ""],
        ["FIN", "a\nb", "c", "true"],
        ["XXX", "a", "b", "true"],
    ]
    assert problems(found) == ["row-width 2", "row-width 3"]


@pytest.mark.parametrize("blank", ["", ",,,", ",", '"",""'])
def test_blank_lines_hold_nothing(package: Package, path: Path, blank: str) -> None:
    put(path, HEADER, BEL, blank, FIN, blank, blank)
    found = read(package)
    assert (cells(found), problems(found)) == ([BEL.split(","), FIN.split(",")], [])
    assert [source.line for source in found.table.sources] == [2, 4]
    (problem,) = [p for p in validate_package(package.folder) if p.code == "not-canonical"]
    assert "blank lines" in problem.message


@pytest.mark.parametrize(("sign", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
@pytest.mark.parametrize("first", [[], ["sep=§"], ['"sep=§"']])
def test_other_separators_are_one_problem(
    package: Package, path: Path, sign: str, word: str, first: list[str]
) -> None:
    lines = [line.replace(",", sign) for line in (HEADER, BEL, 'FIN,"a§b",c,true')]
    put(path, *(line.replace("§", sign) for line in [*first, *lines]))
    found = read(package)
    assert cells(found) == [BEL.split(","), ["FIN", f"a{sign}b", "c", "true"]]
    assert problems(found) == ["wrong-separator 1"] and word in found.problems[0].message


def test_the_separator_may_be_said_to_be_a_comma(package: Package, path: Path) -> None:
    put(path, "sep=,", HEADER, BEL)
    found = read(package)
    assert (cells(found), problems(found)) == ([BEL.split(",")], [])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("base", [[], ["||||||| base", "BEL,Old,Old,true"]])
def test_merge_markers_are_one_problem(
    package: Package, path: Path, end: str, base: list[str]
) -> None:
    other = BEL.replace("true", "false")
    put(
        path,
        HEADER,
        "<<<<<<< HEAD",
        BEL,
        *base,
        "=======",
        other,
        "XXX,a",
        ">>>>>>> x",
        FIN,
        end=end,
    )
    found = read(package)
    assert cells(found) == [BEL.split(","), FIN.split(",")]
    assert problems(found) == ["merge-markers 2"]
    assert [source.line for source in found.table.sources] == [3, 8 + len(base)]


@pytest.mark.parametrize("text", ["<<<<<<< a", "=======", ">>>>>>> a", "<<<<<<<< a\n>>>>>>>> a"])
def test_a_text_with_one_marker_is_a_text(package: Package, path: Path, text: str) -> None:
    put(path, HEADER, f'BEL,"a\n{text}\nb",c,true')
    found = read(package)
    assert (cells(found), problems(found)) == ([["BEL", f"a\n{text}\nb", "c", "true"]], [])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (HEADER.replace("name,", "Name,", 1), ["renamed-column 1 name"]),
        (HEADER.replace("party_id", " party_id"), ["renamed-column 1 party_id"]),
        (
            HEADER.replace("party_id,name", "Id,Country"),
            ["renamed-column 1 party_id", "renamed-column 1 name"],
        ),
        (BEL, ["missing-header 1"]),
    ],
)
def test_other_names_of_columns_are_one_problem_each(
    package: Package, path: Path, header: str, expected: list[str]
) -> None:
    put(path, header, FIN)
    found = read(package)
    rows = [BEL.split(",")] * (header == BEL)
    assert (cells(found), problems(found)) == ([*rows, FIN.split(",")], expected)


def test_titles_in_place_of_names_are_one_problem(package: Package, path: Path) -> None:
    titles = [field.title for field in package.resource("parties").fields]
    put(path, ",".join([*titles[:2], "Another", titles[3].upper()]), FIN)
    found = read(package)
    assert (cells(found), problems(found)) == ([FIN.split(",")], ["missing-header 1"])


def test_one_renamed_column_is_known_wherever_it_is(package: Package, path: Path) -> None:
    put(path, "name,name_in_sentence,member,party_id", "Finland,Finland,true,FIN")
    found = read(package)
    assert cells(found) == [FIN.split(",")]
    assert problems(found) == ["renamed-column 1 council_of_europe_member"]


@pytest.mark.parametrize("name", ["recommendations", "chapters"])
@pytest.mark.parametrize("change", ["semicolons", "header", "markers", "cut"])
def test_nothing_that_only_follows_is_told(tmp_path: Path, name: str, change: str) -> None:
    package = copy_package("small", tmp_path)
    path = package.table_path(package.resource(name))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    lines = path.read_text("utf-8").splitlines()
    if change == "semicolons":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    elif change == "header":
        put(path, lines[0].replace("_id", "Id", 1), *lines[1:])
    elif change == "markers":
        put(path, lines[0], "<<<<<<< a", *lines[1:], "=======", *lines[1:3], ">>>>>>> b")
    else:
        put(path, lines[0], f'"{lines[1]}')
    before = {problem.code for problem in validate_package(DATA / "small")}
    found = [p for p in validate_package(package.folder) if p.code not in before]
    codes = {
        "semicolons": "wrong-separator",
        "header": "renamed-column",
        "markers": "merge-markers",
    }
    if change != "cut":
        assert [p.code for p in found] == [codes[change]]
    assert "dangling-reference" not in {p.code for p in found}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (HEADER.encode("utf-16"), "UTF-16"),
        (f"{HEADER}\nBEL,é,c,true".encode("cp1252"), "byte 61"),
    ],
)
def test_a_file_in_another_encoding_is_refused_with_a_reason(
    package: Package, path: Path, content: bytes, word: str
) -> None:
    path.write_bytes(content)
    with pytest.raises(StorageError, match=word):
        read(package)


def test_empty_columns_beside_a_table_are_no_matter(package: Package, path: Path) -> None:
    put(path, f"{HEADER},,", f"{BEL},,", FIN, ",,,,,", f"{FIN},x", f"{FIN},,,")
    found = read(package)
    assert cells(found)[:2] == [BEL.split(","), FIN.split(",")]
    assert problems(found) == ["row-width 5", "row-width 6"]


def test_a_byte_order_mark_is_named(package: Package, path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    (problem,) = [p for p in validate_package(package.folder) if p.code == "not-canonical"]
    assert "byte-order mark" in problem.message


def test_every_fault_of_the_header_is_found(package: Package, path: Path) -> None:
    header = f"name,remarks,name,{'x' * 70},party_id,council_of_europe_member,party_id"
    put(path, header, "a,b,c,d,e,f,g")
    found = read(package)
    assert cells(found) == [["g", "c", "", "f"]]
    assert problems(found) == [
        "unknown-column 1 remarks",
        f"unknown-column 1 {'x' * 60}",
        "missing-column 1 name_in_sentence",
        "doubled-column 1 name",
        "doubled-column 1 party_id",
    ]
    path.write_bytes(b"")
    found = read(package)
    assert cells(found) == []
    assert problems(found) == [f"missing-column 1 {name}" for name in HEADER.split(",")]


@pytest.mark.parametrize("row", ['FIN,"a"b,c,true', 'FIN,"a'])
def test_a_quotation_mark_that_does_not_fit_ends_the_reading(
    package: Package, path: Path, row: str
) -> None:
    put(path, HEADER, BEL, row)
    found = read(package)
    assert (cells(found), problems(found)) == ([BEL.split(",")], ["csv-syntax 3"])


@pytest.mark.parametrize(
    ("name", "most", "within", "beyond", "line"),
    [
        ("LARGEST_CELL", 200_000, [f"BEL,{'a' * 200_000},b,c"], [f"BEL,{'a' * 200_001},b,c"], 2),
        ("LONGEST_LINE", 200, [f"BEL,{'a' * 190},b,c"], [f"BEL,{'a' * 200},b,c"], 1),
        ("MOST_FAULTS", 2, [BEL, "FIN"], ["FIN", BEL, "FIN", BEL], 4),
        ("MOST_COLUMNS", 4, [BEL], [], 0),
        ("MOST_COLUMNS", 3, [], [BEL], 1),
    ],
)
def test_each_limit_ends_the_reading(
    package: Package,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    most: int,
    within: list[str],
    beyond: list[str],
    line: int,
) -> None:
    monkeypatch.setattr(csv_file, name, most)
    if within:
        put(path, HEADER, *within)
        found = read(package)
        assert found.table.count == len(within)
        assert "csv-syntax" not in {problem.code for problem in found.problems}
    if beyond:
        put(path, HEADER, *beyond)
        assert problems(read(package))[-1] == f"csv-syntax {line}"


def refusal(package: Package) -> str:
    """The message with which tables are refused."""
    with pytest.raises(StorageError) as refused:
        read_tables(package)
    assert refused.value.hint
    return refused.value.message


def test_what_is_no_readable_file_is_refused_by_its_path(
    package: Package, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "LARGEST_TABLE", 1)
    assert "larger than" in refusal(package)
    monkeypatch.undo()
    path.unlink()
    assert str(path) in refusal(package)
    path.symlink_to(path)
    assert str(path) in refusal(package)
    path.unlink()
    path.mkdir()
    assert refusal(package) == f"{path} cannot be read: it is a folder."


LONG = "é" * 40_000


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff", 1),
        (b"abc\xe9,d", 4),
        (b"a" + LONG.encode() + b"\xe9\n", 80_002),
        (b"a" * 65_534 + b"\xe2\x82" + b"\n" + b"a" * 70_000, 65_535),
        (b"abc\xe2\x82", 4),
    ],
)
def test_a_byte_that_is_no_text_is_found(
    package: Package, path: Path, content: bytes, place: int
) -> None:
    path.write_bytes(content)
    message = refusal(package)
    assert str(path) in message and f"byte {place} " in message


@pytest.mark.parametrize(
    "rows", [("BEL,Belgium", "FIN,Finland"), (BEL, FIN, "BEL,c,d,true")], ids=["form", "keys"]
)
def test_tables_that_would_lose_something_are_not_sound(
    package: Package, path: Path, rows: tuple[str, ...]
) -> None:
    assert read_sound_tables(package) == read_tables(package).tables
    put(path, HEADER, *rows)
    with pytest.raises(StorageError, match="parties"):
        read_sound_tables(package)
