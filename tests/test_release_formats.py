"""Every format gives back what was put in, whatever the texts are."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lanzarote_data.formats.registry import FORMATS, Format
from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.tables import Tables
from lanzarote_data.model.types import canonical_text, serialize, text_fault
from lanzarote_data.release.build import csv_files
from lanzarote_data.release.format_check import problems_of
from lanzarote_data.text.spreadsheets import LONGEST_CELL
from tests.packages import tables_of as rows_as_tables
from tests.packages import without
from tests.release_support import REPOSITORY, tables_of, with_cell

pytestmark = pytest.mark.slow

TEXTS = (
    st.one_of(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=30),
        st.sampled_from(["=1+1", "'", "''=", "<r>x</r>", "NA", "null", "TRUE",
                         "1e5", "#N/A", "2023-05-25", "\u2028", "\u00a0", "\\n", '"', "a\nb"]),
    )
    .map(canonical_text)
    .filter(lambda text: bool(text) and not text_fault(text))
)  # fmt: skip
ROW = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "share": st.one_of(st.floats(1e-4, 1e15), st.integers(-(2**60), 2**60).map(float)).map(
            serialize
        ),
        "checked": st.sampled_from(["", "true", "false"]),
        "day": st.dates(min_value=datetime.date(1000, 1, 1)).map(serialize),
        "year": st.integers(1000, 9999).map(str),
    }
)


def _tables(cells: list[dict[str, str]]) -> Tables:
    base = {"place_id": "AAA", "kind": "first", "month": "2023-05"}
    rows = [
        {**base, **row, "note_id": f"N{n}", "position": str(n)} for n, row in enumerate(cells, 1)
    ]
    package = tables_of().package
    return rows_as_tables(package, {"notes": rows, "places": tables_of().rows("places")})


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
@settings(max_examples=25, deadline=None)
@given(cells=st.lists(ROW, max_size=5))
def test_what_is_written_is_read_back(kind: Format, cells: list[dict[str, str]]) -> None:
    tables = _tables(cells)
    back = kind.read(kind.write(tables), tables)
    for name, table in tables.items():
        assert back[name].rows == table.rows


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_a_format_whose_derived_table_differs_is_found(kind: Format) -> None:
    tables = tables_of(REPOSITORY)
    row = tables.rows("citation_targets")[0]
    fewer = without(tables, "citation_targets", row["citation_id"])
    [problem] = problems_of(kind, kind.write(fewer), tables)
    assert (problem.code, problem.location.resource) == ("formats-disagree", "citation_targets")
    assert problem.location.key == f"{row['citation_id']}/1"


def test_a_formula_in_the_workbook_is_found_whatever_value_it_shows() -> None:
    excel, tables = FORMATS[0], tables_of()
    [(name, content)] = excel.write(tables).items()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    shown = b"<v>0.5</v></c>"
    part = next(part for part, content in parts.items() if shown in content)
    parts[part] = parts[part].replace(shown, b"<f>RAND()</f>" + shown, 1)
    [problem] = problems_of(excel, {name: zip_bytes(parts)}, tables)
    assert problem.code == "formats-disagree"


def test_the_csv_is_the_canonical_one() -> None:
    for name, content in csv_files(tables_of()).items():
        assert (tables_of().package.folder / name).read_bytes() == content


def test_a_text_too_long_for_a_cell_is_refused_not_cut() -> None:
    excel = FORMATS[0]
    with pytest.raises(StorageError, match="a cell of a workbook holds"):
        excel.write(with_cell("N1", "text", "x" * (LONGEST_CELL + 1)))


def test_no_file_of_a_release_is_empty() -> None:
    """Many programs cannot open a file without a line; a table without rows is ``follow_up``."""
    tables = tables_of(REPOSITORY)
    assert not tables.rows("follow_up")
    for kind in FORMATS:
        assert all(kind.write(tables).values()), kind.name
