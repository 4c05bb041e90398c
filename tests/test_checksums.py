"""Tables that are not the files that the descriptor declares."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import Location, has_errors
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.validate.package import METHODS, checksum_problems, validate_package
from tests.packages import change_descriptor
from tests.release_support import small_files, unpacked

PARTIES = 1  # the number of its resource


def content(package: Package) -> bytes:
    return package.table_path(package.resource("parties")).read_bytes()


def codes(package: Package, **declared: object) -> list[str]:
    """The codes of what is found where something is declared of the Parties; only warnings."""
    changes = {f"/resources/{PARTIES}/{name}": value for name, value in declared.items()}
    change_descriptor(package.folder, changes)
    problems = list(checksum_problems(load_package(package.folder)))
    assert not has_errors(problems)
    assert all(p.location == Location("parties", source="parties.csv") for p in problems)
    return [problem.code for problem in problems]


@pytest.mark.parametrize("method", METHODS)
def test_a_file_with_the_declared_size_and_checksum_is_as_declared(
    package: Package, method: str
) -> None:
    digest = hashlib.new(method, content(package)).hexdigest()
    for written in (f"{method}:{digest}", f"{method.upper()}:{digest.upper()}"):
        assert codes(package, bytes=len(content(package)), hash=written) == []


def test_a_checksum_without_a_method_is_md5_and_an_empty_one_says_nothing(package: Package) -> None:
    assert codes(package, hash=hashlib.md5(content(package)).hexdigest()) == []
    assert codes(package, hash="0" * 32) == ["not-as-declared"]
    assert codes(package, hash="") == []


@pytest.mark.parametrize(
    "declared",
    [{"bytes": 7}, {"hash": f"sha256:{'0' * 64}"}, {"hash": "crc32:00000000"}],
)
def test_another_size_checksum_or_method_is_a_warning(
    package: Package, declared: dict[str, object]
) -> None:
    assert codes(package, **declared) == ["not-as-declared"]


def test_a_file_that_cannot_be_read_stops_the_work(package: Package) -> None:
    package.table_path(package.resource("parties")).unlink()
    with pytest.raises(StorageError):
        list(checksum_problems(package))


def test_an_unpacked_release_is_as_declared_until_a_table_is_changed(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "release", small_files())
    assert validate_package(folder) == []
    table = folder / "tables" / "places.csv"
    table.write_bytes(table.read_bytes().replace(b"First", b"Other"))
    assert [problem.code for problem in validate_package(folder)] == ["not-as-declared"]
