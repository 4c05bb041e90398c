"""Tables that are not the files that the descriptor declares."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.model.problems import Location, has_errors
from lanzarote_data.validate.declared_sums import declared_sum_problems
from lanzarote_data.validate.package import validate_package
from tests.packages import copy_package, told
from tests.release_support import small_files, unpacked

HINT = (
    "Take the file anew from where it came; or, if it was changed on purpose, take 'bytes' and "
    "'hash' of the table out of the descriptor. A release writes both anew."
)


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return copy_package("tiny", tmp_path)


def content(package: Package) -> bytes:
    return package.table_path(package.resource("parties")).read_bytes()


def declare(package: Package, **properties: object) -> None:
    """Let the descriptor declare something of the Parties."""
    descriptor = json.loads(json.dumps(package.descriptor))
    (entry,) = [r for r in descriptor["resources"] if r["name"] == "parties"]
    entry |= properties
    (package.folder / DESCRIPTOR_NAME).write_text(json.dumps(descriptor), encoding="utf-8")


def found(package: Package) -> str:
    """What is told of the package; it is never more than a warning."""
    problems = validate_package(package.folder)
    assert not has_errors(problems)
    return "".join(map(told, problems))


def warned(words: str) -> str:
    line = f"parties.csv {words} in datapackage.json."
    return f"warning not-as-declared parties.csv\n    {line}\n    {HINT}\n"


@pytest.mark.parametrize("method", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_a_file_with_the_declared_size_and_sum_is_as_declared(
    package: Package, method: str
) -> None:
    digest = hashlib.new(method, content(package)).hexdigest()
    for written in (f"{method}:{digest}", f"{method.upper()}:{digest.upper()}"):
        declare(package, bytes=len(content(package)), hash=written)
        assert found(package) == ""


def test_a_sum_without_a_method_is_one_of_md5(package: Package) -> None:
    declare(package, hash=hashlib.md5(content(package)).hexdigest())
    assert found(package) == ""
    declare(package, hash="0" * 32)
    assert found(package) == warned("has another sum by md5 than the declared one")


def test_another_size_is_told_without_a_sum(package: Package) -> None:
    size = len(content(package))
    declare(package, bytes=1_234_567, hash=f"sha256:{'0' * 64}")
    assert found(package) == warned(f"has {size:,} bytes, and 1,234,567 are declared")


def test_another_sum_is_told(package: Package) -> None:
    declare(package, bytes=len(content(package)), hash=f"sha256:{'0' * 64}")
    assert found(package) == warned("has another sum by sha256 than the declared one")


def test_an_unknown_method_is_told(package: Package) -> None:
    declare(package, hash="crc32:00000000")
    assert found(package) == warned("has a declared sum by 'crc32', which is not known here")


def test_the_table_is_named(package: Package) -> None:
    declare(package, hash="0" * 32)
    (problem,) = validate_package(package.folder)
    assert problem.location == Location("parties", source="parties.csv")


def test_a_file_that_cannot_be_read_stops_the_work(package: Package) -> None:
    path = package.table_path(package.resource("parties"))
    path.unlink()
    with pytest.raises(StorageError) as refused:
        declared_sum_problems(package)
    assert refused.value.message == f"{path} cannot be read: No such file or directory."


def test_an_empty_sum_says_nothing(package: Package) -> None:
    declare(package, hash="")
    assert found(package) == ""


def test_an_unpacked_release_is_as_declared_until_a_table_is_changed(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "release", small_files())
    assert validate_package(folder) == []
    table = folder / "tables" / "places.csv"
    changed = table.read_bytes().replace(b"First", b"Other")
    table.write_bytes(changed)
    assert [problem.code for problem in validate_package(folder)] == ["not-as-declared"]
