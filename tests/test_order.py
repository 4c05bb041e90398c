"""Order that means something gives the same in every tool."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import duckdb
import pandas
import polars
import pytest

import lanzarote_data as lz
from lanzarote_data.formats.parquet import write_parquet

pytestmark = pytest.mark.slow

COLUMNS = [("urgency", "request", "urgency_rank"), ("chapter_id", "R2-IV", "chapter_position")]
RANKS = {"urgency": ("urgencies", "rank"), "chapter_id": ("chapters", "position")}
OPERATORS = ["<", "<=", ">", ">="]


def in_pandas(frame: pandas.DataFrame, column: str, sign: str, word: str) -> int:
    return len(frame.query(f"{column} {sign} {word!r}"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exits")
    lz.to_parquet(path)
    lz.to_sqlite(path / "data.sqlite")
    for name, content in write_parquet(lz.load().tables).items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(content)
    return path


@pytest.mark.parametrize("sign", OPERATORS)
@pytest.mark.parametrize(("column", "word", "rank"), COLUMNS)
def test_a_comparison_gives_the_same_everywhere(
    folder: Path, column: str, word: str, rank: str, sign: str
) -> None:
    expected = in_pandas(lz.recommendations, column, sign, word)
    assert 0 < expected < len(lz.recommendations)
    read = pandas.read_parquet(folder / "recommendations.parquet")
    assert in_pandas(read, column, sign, word) == expected
    operators = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
    compared = getattr(polars.col(column), operators[sign])(polars.lit(word))
    assert lz.to_polars("recommendations").filter(compared).height == expected
    query = f"select count(*) as n from recommendations where {column} {sign} $word::{column}"
    assert lz.sql(query, {"word": word}).n[0] == expected
    table, field = RANKS[column]
    ranked = f"{rank} {sign} (select {field} from {table} where {column} = '{word}')"
    query = f"select count(*) as n from recommendations_ranked where {ranked}"
    assert lz.sql(query).n[0] == expected
    with closing(sqlite3.connect(folder / "data.sqlite")) as connection:
        assert connection.execute(query).fetchone()[0] == expected
    for place in (folder, folder / "parquet"):
        one, other = (f"'{place}/{n}.parquet'" for n in ("recommendations", table))
        limit = f"(select {field} from {other} where {column} = '{word}')"
        joined = f"select count(*) from {one} join {other} t using ({column}) where t.{field}"
        assert duckdb.execute(f"{joined} {sign} {limit}").fetchall() == [(expected,)]
        left, right = (
            polars.read_parquet(place / f"{n}.parquet") for n in ("recommendations", table)
        )
        found = left.with_columns(polars.col(column).cast(polars.String)).join(
            right.with_columns(polars.col(column).cast(polars.String)), on=column, suffix="_t"
        )
        by = f"{field}_t" if f"{field}_t" in found.columns else field
        ranks = dict(right.select(polars.col(column).cast(polars.String), field).iter_rows())
        limited = getattr(polars.col(by), operators[sign])(ranks[word])
        assert found.filter(limited).height == expected


def groups(values: Iterable[object]) -> list[object]:
    """The different values, in the order in which they come."""
    return list(dict.fromkeys(map(str, values)))


@pytest.mark.parametrize(("column", "rank"), [(c, rank) for c, _, rank in COLUMNS])
def test_sorting_gives_the_same_everywhere(folder: Path, column: str, rank: str) -> None:
    expected = groups(lz.recommendations[column].sort_values())
    read = pandas.read_parquet(folder / "recommendations.parquet")
    assert groups(read[column].sort_values()) == expected
    assert groups(lz.to_polars("recommendations")[column].sort()) == expected
    query = f"select {column} from recommendations order by {column}"
    assert groups(lz.sql(query)[column]) == expected
    query = f"select {column} from recommendations_ranked order by {rank}"
    with closing(sqlite3.connect(folder / "data.sqlite")) as connection:
        assert groups(row[0] for row in connection.execute(query)) == expected


def test_the_answer_of_sql_has_the_dtypes_of_the_frames() -> None:
    for name in lz.load():
        ours = getattr(lz, name).reset_index()
        answer = lz.sql(f"select * from {name}")
        assert dict(answer.dtypes.astype(str)) == dict(ours.dtypes.astype(str))
        for column in ours:
            if hasattr(ours[column], "cat"):
                assert answer[column].cat.ordered == ours[column].cat.ordered


def test_a_database_is_overwritten_only_if_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "data.sqlite"
    path.write_bytes(b"something else")
    with pytest.raises(lz.LanzaroteError, match="already"):
        lz.to_sqlite(path)
    assert path.read_bytes() == b"something else"
    lz.to_sqlite(path, overwrite=True)
    assert path.read_bytes().startswith(b"SQLite format 3")
