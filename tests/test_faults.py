"""The process killed at any step, and two at once: the tables are all old or all new."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lanzarote_data.cli import main
from lanzarote_data.package import Package, load_package
from lanzarote_data.storage import read_tables
from lanzarote_data.tables import Tables
from lanzarote_data.validation import validate_package
from tests.packages import DATA, copy_own_package, copy_package
from tests.workbooks import edit, make, put, remove

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
OPERATIONS = ((os, "fsync"), (Path, "replace"), (Path, "open"), (Path, "unlink"), (Path, "mkdir"))
KILLED = 77


def in_child(work: Callable[[], int]) -> int:
    """Run in a process of its own, silently; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(step: int, work: Callable[[], int]) -> Callable[[], int]:
    """The work, killed before the file operation with this number (from 0)."""

    def run() -> int:
        count = 0

        def counted(real: Callable[..., object]) -> Callable[..., object]:
            def operation(*arguments: object, **settings: object) -> object:
                nonlocal count
                count += 1
                if count > step:
                    os._exit(KILLED)
                return real(*arguments, **settings)

            return operation

        for owner, name in OPERATIONS:
            setattr(owner, name, counted(getattr(owner, name)))
        return work()

    return run


def prepared_import(folder: Path) -> list[str]:
    """A package with a workbook whose import changes three tables."""
    package = copy_package("tiny", folder)
    path = make(package)
    edit(
        path,
        put("Observations", "R2-BEL-II-o1", "Text", "A changed fact.[^1]"),
        remove("Recommendations", "R2-BEL-II-1"),
        remove("Citations", "R2-BEL-II-1.1"),
    )
    return ["import", str(path)]


def prepared_ingest(folder: Path) -> list[str]:
    """Our package without the rows of Belgium, and its factsheet."""
    package = copy_own_package(folder)
    for resource in package.resources:
        if resource.name in ("rounds", "parties", "documents"):
            continue
        path = package.table_path(resource)
        path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n")
    return ["ingest", str(DATA / "factsheets" / "belgium-2023-05-25.md")]


def prepared_build(folder: Path) -> list[str]:
    """A package whose tables are not in canonical form yet."""
    package = copy_package("tiny", folder, DATA / "invalid" / "not-canonical")
    make(package)
    return ["build"]


def state(package: Package) -> Tables:
    """The tables as the next reader finds them, which must be valid or hold no rows yet."""
    return read_tables(package).tables


@pytest.mark.parametrize(
    ("prepare", "stride"),
    [(prepared_import, 1), (prepared_ingest, 1), (prepared_build, 6)],
    ids=["import", "ingest", "build"],
)
def test_killed_at_any_step_the_tables_are_all_old_or_all_new(
    prepare: Callable[[Path], list[str]], stride: int, tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    arguments = [*prepare(tmp_path / "whole"), "--package", str(tmp_path / "whole")]
    old = state(load_package(tmp_path / "whole"))
    assert main(arguments) == 0  # here, so that the children have all libraries loaded
    new = state(load_package(tmp_path / "whole"))
    seen, step, status = set(), 0, KILLED
    while status == KILLED:
        folder = tmp_path / str(step)
        folder.mkdir()
        arguments = [*prepare(folder), "--package", str(folder)]
        status = in_child(killed_at(step, lambda a=arguments: main(a)))  # type: ignore[misc]
        found = state(load_package(folder))
        assert found in (old, new), step
        seen.add(found == new)
        if step % (5 * stride) == 0:
            assert in_child(lambda a=arguments: main(a)) == 0, step  # type: ignore[misc]
            assert state(load_package(folder)) == new, step
        step += stride
    assert step >= 30
    assert seen == {True} if old == new else {False, True}


def _import(folder: str, name: str) -> None:
    main(["import", f"{folder}/workbooks/{name}.xlsx", "--package", folder])


def test_two_imports_at_once_both_arrive(tmp_path: Path) -> None:
    package = copy_package("tiny", tmp_path)
    for name, row_id in (("BEL", "R2-BEL-II-o1"), ("FIN", "R2-FIN-II-o1")):
        edit(make(package, name), put("Observations", row_id, "Text", f"By {name}.[^1]"))
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_import, args=(str(tmp_path), n)) for n in ("BEL", "FIN")]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    texts = [row["text"] for row in state(package).rows("observations")]
    assert {"By BEL.[^1]", "By FIN.[^1]"} <= set(texts)
    assert validate_package(tmp_path) == []


def _write_to_and_fro(folder: str, stop: object) -> None:
    from lanzarote_data.holding import locked
    from lanzarote_data.storage import write_tables
    from tests.test_storage import twice_edited

    package = load_package(Path(folder))
    one = read_tables(package).tables
    other = twice_edited(one)
    while not stop.is_set():  # type: ignore[attr-defined]
        with locked(package):
            write_tables(package, other)
        with locked(package):
            write_tables(package, one)


def test_a_reader_sees_one_state_while_another_process_writes(tmp_path: Path) -> None:
    from tests.test_storage import twice_edited

    package = copy_package("tiny", tmp_path)
    one = state(package)
    other = twice_edited(one)
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    writer = context.Process(target=_write_to_and_fro, args=(str(tmp_path), stop))
    writer.start()
    try:
        seen = set()
        for _ in range(150):
            tables = _patiently(package)
            assert tables in (one, other)
            seen.add(tables == one)
    finally:
        stop.set()
        writer.join(60)
    assert writer.exitcode == 0


def _patiently(package: Package) -> Tables:
    """The tables; a reader that found them always changing tries again, as it is told."""
    from lanzarote_data.errors import StorageError

    for _ in range(50):
        try:
            return state(package)
        except StorageError as reason:
            assert "being changed" in str(reason)
    raise AssertionError("the tables never held still")
