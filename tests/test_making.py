"""Datasets of packages, releases and frames: loaded, made, written, compared."""

from __future__ import annotations

from pathlib import Path

import pytest

import lanzarote_data as lz
from lanzarote_data.model.tables import Tables
from tests.packages import copy_package
from tests.synthetic import synthetic_data
from tests.workbooks import edit, make, put

pytestmark = pytest.mark.slow

DATA = synthetic_data()


def frames() -> dict[str, object]:
    return {name: DATA[name] for name in DATA}


def test_a_dataset_of_its_own_frames_is_the_same() -> None:
    again = lz.Dataset.from_frames(frames(), like=DATA)  # type: ignore[arg-type]
    assert again.tables == DATA.tables
    assert lz.diff(DATA, again).empty


def test_a_dataset_names_its_tables() -> None:
    assert list(DATA) == list(DATA.tables) and len(DATA) == len(DATA.tables)
    assert DATA["parties"].equals(DATA.parties)
    assert DATA.version == DATA.package.version
    assert "<td>3</td>" in DATA._repr_html_()


def test_what_is_written_is_loaded_again(tmp_path: Path) -> None:
    changed = DATA.with_rows("parties", [{"party_id": "BEL", "name": "Changed"}])
    folder = changed.write(tmp_path / "new" / "folder")
    assert lz.load(folder).tables == changed.tables
    assert not any(p.code == "not-canonical" for p in lz.validate(folder))
    with pytest.raises(lz.LanzaroteError, match="already"):
        DATA.write(folder)
    DATA.write(folder, overwrite=True)
    assert lz.load(folder).tables == DATA.tables
    lines = lz.diff(folder, changed, table="parties").to_numpy().tolist()
    assert lines == [["changed", "parties", "BEL", "name", "Belgium", "Changed"]]


def test_a_workbook_is_compared_with_what_it_holds(tmp_path: Path) -> None:
    package = copy_package("frames", tmp_path)
    path = make(package)
    assert lz.diff(path, tmp_path).empty and lz.diff(path, path).empty
    edit(path, put("Recommendations", "R2-BEL-II-1", "Text", "Other synthetic words.[^1]"))
    for old in (tmp_path, lz.load(tmp_path)):
        ((kind, table, key, field, _, new),) = lz.diff(old, path).to_numpy().tolist()
        assert (kind, table, key, field) == ("changed", "recommendations", "R2-BEL-II-1", "text")
        assert new == "Other synthetic words.[^1]"
    edit(path, put("Recommendations", "R2-BEL-II-1", "Text", "=1+1"))
    with pytest.raises(lz.LanzaroteError, match="formula"):
        lz.diff(tmp_path, path)
    with pytest.raises(lz.LanzaroteError, match="different rows"):
        lz.diff(make(package), make(package, "FRA"))


def test_rows_are_added_and_derived_tables_follow() -> None:
    row = {"citation_id": "R2-BEL-II-1.1", "locator": "II-2"}
    data = DATA.with_rows("citations", [row])
    assert data.citation_targets.report_recommendation_id["R2-BEL-II-1.1", 1] == "R2-II-2"
    added = DATA.with_rows("rounds", [{"round_id": "R7", "number": 7}])
    assert set(lz.diff(DATA, added).field) == {"round_id", "number"}


def test_a_release_is_loaded_and_validated_and_a_changed_one_is_not(
    tmp_path: Path, release_zip: Path
) -> None:
    assert lz.validate(release_zip).ok
    data = lz.load(release_zip)
    assert isinstance(data.tables, Tables) and lz.diff(release_zip, data).empty
    damaged = tmp_path / "changed.zip"
    content = bytearray(release_zip.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    assert not lz.validate(damaged).ok
    with pytest.raises(lz.LanzaroteError):
        lz.load(damaged)


@pytest.fixture(scope="module")
def release_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from lanzarote_data.cli import main

    folder = tmp_path_factory.mktemp("release")
    copy_package("frames", folder)
    assert main(["release", "2026.1", "--package", str(folder), "--out", str(folder)]) == 0
    return next(folder.glob("*.zip"))


def test_frictionless_validates_the_package() -> None:
    package = DATA.to_frictionless()
    assert package.validate().valid
    assert [r.name for r in package.resources] == list(DATA)
