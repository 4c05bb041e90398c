"""The tables for other tools: every value arrives with its type."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pandas
import polars
import pytest

import lanzarote_data as lz
from lanzarote_data.model.tables import Table
from lanzarote_data.store.atomic import has_temporary_name
from tests.faulty_files import ERRORS, HALF, KILL, KILLED, SHARING, SHORT, FaultyFiles
from tests.synthetic import synthetic_data


@pytest.fixture(scope="module")
def data() -> lz.Dataset:
    return synthetic_data()


@pytest.mark.slow
def test_sql_sees_every_table_under_its_name(data: lz.Dataset) -> None:
    for name, table in data.tables.items():
        assert data.sql(f"select count(*) as n from {name}").n[0] == len(table.rows)


def test_sql_joins_and_orders_by_urgency(data: lz.Dataset) -> None:
    frame = data.sql("""
        select urgency, p.name, count(*) as n
        from recommendations left join parties p using (party_id)
        group by all order by urgency desc, name
    """)
    assert frame.urgency.to_list()[0] == "invite"
    assert frame.n.sum() == 9


def test_sql_that_is_not_understood_or_asks_for_a_variable_of_ours_ends_in_a_sentence(
    data: lz.Dataset,
) -> None:
    with pytest.raises(lz.LanzaroteError, match="The tables are rounds, parties"):
        data.sql("select * from recs")
    for name in ("tables", "frame", "self"):
        with pytest.raises(lz.LanzaroteError):
            data.sql(f"select * from {name}")


def test_polars_has_the_same_rows_types_and_order(data: lz.Dataset) -> None:
    frame = data.to_polars("follow_up")
    assert frame.schema["date"] == polars.Date
    assert frame.height == 16
    entry = frame.row(by_predicate=polars.col("follow_up_id") == "R2-II-2.BEL.f2", named=True)
    assert entry["date"] == datetime.date(2024, 6, 30)
    assert entry["url"] is None
    urgency = data.to_polars("recommendations").sort("urgency")["urgency"]
    assert urgency[0] == "require"
    assert data.to_polars("parties").schema["council_of_europe_member"] == polars.Boolean
    assert data.to_polars("chapters").schema["position"] == polars.Int64
    for name, table in data.tables.items():
        assert data.to_polars(name).shape == (len(table.rows), len(table.resource.fields))
    with pytest.raises(lz.LanzaroteError, match="no table"):
        data.to_polars("recs")


def test_parquet_keeps_types_and_the_index(data: lz.Dataset, tmp_path: Path) -> None:
    paths = data.to_parquet(tmp_path / "new" / "folder")
    assert [path.stem for path in paths] == list(data.tables)
    frame = pandas.read_parquet(tmp_path / "new" / "folder" / "recommendations.parquet")
    ours = data.recommendations
    assert list(frame.index) == list(ours.index)
    assert frame.urgency.cat.ordered
    assert list(frame.urgency <= "request") == list(ours.urgency <= "request")
    assert frame.position.dtype == ours.position.dtype
    assert list(frame.position) == list(ours.position)


def test_sqlite_has_types_keys_and_references(data: lz.Dataset, tmp_path: Path) -> None:
    path = data.to_sqlite(tmp_path / "data.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        for name, table in data.tables.items():
            (number,) = connection.execute(f"select count(*) from {name}").fetchone()
            assert number == len(table.rows)
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        types = dict(connection.execute("select name, type from pragma_table_info('chapters')"))
        assert (types["position"], types["title"]) == ("INTEGER", "TEXT")
        row = connection.execute(
            "select c.position, p.council_of_europe_member, f.date, f.url "
            "from follow_up f join report_recommendations r using (report_recommendation_id) "
            "join chapters c using (chapter_id) join parties p on p.party_id = f.party_id "
            "where follow_up_id = 'R2-II-2.BEL.f2'"
        ).fetchone()
        assert row == (20, 1, "2024-06-30", None)
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("insert into urgencies values ('require', 'requires', 1)")
        connection.rollback()
        connection.execute("pragma foreign_keys = on")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            connection.execute("update citation_targets set report_recommendation_id = 'R2-II-9'")
            connection.commit()


def test_codes_need_no_splitting_in_sql(data: lz.Dataset, tmp_path: Path) -> None:
    query = "select code, count(*) as n from addressed group by code order by code"
    found = data.sql(query)
    expected = {"II-1": 2, "IX-4": 1, "IX-9": 1}
    counted = dict(zip(found.code, found.n, strict=True))
    assert {code: counted[code] for code in expected} == expected
    with closing(sqlite3.connect(data.to_sqlite(tmp_path / "data.sqlite"))) as connection:
        assert connection.execute(query).fetchall() == list(counted.items())
        rows = "select party_id, urgency, rank from addressed where code = 'II-1' order by 1"
        assert connection.execute(rows).fetchall() == [("BEL", "invite", 3), ("FRA", "invite", 3)]


def test_what_cannot_be_written_ends_in_a_sentence_and_leaves_what_is_there(
    data: lz.Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "mine.sqlite"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(lz.LanzaroteError, match="is there already"):
        data.to_sqlite(path)
    assert path.read_text(encoding="utf-8") == "mine"
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(lz.LanzaroteError, match="cannot be written"):
        data.to_sqlite(tmp_path / "file" / "data.sqlite")
    with pytest.raises(lz.LanzaroteError, match="cannot be written"):
        data.to_parquet(tmp_path / "file")


def test_tables_that_no_database_takes_end_in_a_sentence(tmp_path: Path) -> None:
    data = synthetic_data()
    rows = data.tables["urgencies"].rows
    twice = data.tables.with_table(Table(data.package.resource("urgencies"), (*rows, *rows)))
    with pytest.raises(lz.LanzaroteError, match="UNIQUE constraint failed"):
        lz.Dataset(twice).to_sqlite(tmp_path / "data.sqlite")
    assert not list(tmp_path.iterdir())


WRITERS: dict[str, Callable[[lz.Dataset, Path], object]] = {
    "to_sqlite": lambda data, folder: data.to_sqlite(folder / "data.sqlite"),
    "to_parquet": lambda data, folder: data.to_parquet(folder),
}


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("name", WRITERS)
def test_whatever_stops_the_writing_every_file_is_whole(
    data: lz.Dataset, tmp_path: Path, name: str
) -> None:
    def write() -> object:
        return WRITERS[name](data, folder)

    folder = tmp_path / "undisturbed"
    with FaultyFiles(tmp_path).installed() as layer:
        write()
    whole, points = _files(folder), layer.count
    assert points >= 7 * len(whole)
    trials = [(p, kind) for p in range(points) for kind in (KILL, HALF, SHORT, SHARING, *ERRORS)]
    for point, kind in trials[:: max(1, len(trials) // 40)]:
        folder = tmp_path / f"{point} {kind}"
        status = FaultyFiles(tmp_path, point, kind).child(write)
        assert status in {KILL: (KILLED,), HALF: (KILLED,)}.get(kind, (0, 1)), (point, kind, status)
        found = _files(folder) if folder.exists() else {}
        assert all(found[path] == whole[path] for path in found.keys() & whole.keys())
        left = found.keys() - whole.keys()
        assert all(has_temporary_name(folder / path) for path in left)
        assert not left or status == KILLED
        if (folder / "data.sqlite").exists():
            continue
        for path in left:
            os.utime(folder / path, (0, 0))  # so old that its writer is dead
        write()
        assert _files(folder) == whole


@pytest.mark.parametrize(
    ("library", "name", "call"),
    [
        ("duckdb", "sql", lambda data: data.sql("select 1")),
        ("polars", "polars", lambda data: data.to_polars("parties")),
        ("pyarrow", "parquet", lambda data: data.to_parquet("nowhere")),
        ("matplotlib.pyplot", "plots", lambda data: lz.plots.party_by_chapter(data=data)),
    ],
)
def test_a_missing_extra_says_how_to_install_it(
    data: lz.Dataset, monkeypatch: pytest.MonkeyPatch, library: str, name: str, call: object
) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(lz.LanzaroteError) as caught:
        call(data)  # type: ignore[operator]
    assert f'the extra "{name}"' in caught.value.hint
    assert library.partition(".")[0] in caught.value.message


@pytest.mark.slow
def test_order_counts_and_sorts_alike_in_every_tool(data: lz.Dataset, tmp_path: Path) -> None:
    data.to_parquet(tmp_path)
    data.to_sqlite(tmp_path / "a.sqlite")
    path, urgencies = tmp_path / "recommendations.parquet", tmp_path / "urgencies.parquet"
    frames = [data.recommendations, pandas.read_parquet(path)]
    words = {
        name: polars.Enum(polars.read_parquet(tmp_path / table).sort(order)[name].cast(str))
        for name, table, order in (
            ("urgency", "urgencies.parquet", "rank"),
            ("chapter_id", "chapters.parquet", "position"),
        )
    }
    read = polars.read_parquet(path).with_columns(
        polars.col(name).cast(str).cast(order) for name, order in words.items()
    )
    polars_frames = [data.to_polars("recommendations"), read]
    parquet = f"""select count(*) from '{path}' join '{urgencies}' u using (urgency)
        where u.rank <= (select rank from '{urgencies}' where urgency = ?)"""
    ranked = """select count(*) from recommendations_ranked
        where urgency_rank <= (select rank from urgencies where urgency = ?)"""
    typed = "select count(*) as n from recommendations where urgency <= ?::urgency"
    by = ["chapter_id", "urgency", "recommendation_id"]
    sorted_ids = "select recommendation_id from recommendations_ranked order by "
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as database, duckdb.connect() as duck:
        for level in data.urgencies.index:
            counts = [
                *(int((frame.urgency <= level).sum()) for frame in frames),
                *(frame.filter(polars.col("urgency") <= level).height for frame in polars_frames),
                data.sql(typed, [level]).n[0],
                *(duck.execute(parquet, [level]).fetchone() or ()),
                *database.execute(ranked, [level]).fetchone(),
            ]
            assert len(counts) == 7 and len(set(counts)) == 1, (level, counts)
        rows = database.execute(f"{sorted_ids} chapter_position, urgency_rank, recommendation_id")
        orders = [
            *(list(frame.reset_index().sort_values(by).recommendation_id) for frame in frames),
            *(frame.sort(by)["recommendation_id"].to_list() for frame in polars_frames),
            list(data.sql(f"from recommendations order by {', '.join(by)}").recommendation_id),
            [recommendation_id for (recommendation_id,) in rows],
        ]
    assert all(order == orders[0] for order in orders)
