"""Files that mean harm, to every command that reads them: refused with a sentence, at no cost."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.errors import WorkbookError
from lanzarote_data.model.expected import matcher
from lanzarote_data.store.lock import LOCK
from lanzarote_data.workbook.safe_open import read_sheets
from tests.hostile import packages, releases, sources, workbooks
from tests.hostile.files import NO_FILES, make_no_file, written
from tests.hostile.packages import DESCRIPTORS, TABLE, TABLES
from tests.hostile.runs import call, check_words, content, enter, refused, run_cheaply
from tests.packages import DATA, copy_package, own_tables
from tests.release_support import small_files, summed, unpacked
from tests.workbooks import make

pytestmark = pytest.mark.slow

WORKBOOK = "workbooks/BEL.xlsx"
READING = (("validate",), ("status",), ("diff", ".", WORKBOOK), ("build",))
OTHERS = (
    ("import", WORKBOOK),
    ("export", "--out", "there"),
    ("ingest", str(DATA / "factsheets" / "belgium-2023-05-25.md")),
    ("release", "2026.1", "--out", "there"),
    ("factsheet", "BEL"),
    ("site", "--out", "there"),
    ("stats",),
    ("credit",),
)
# What a command may answer to a workbook: status tells of one that is refused.
OF_WORKBOOKS = {
    ("validate", WORKBOOK): (1, 2),
    ("import", WORKBOOK): (1, 2),
    ("diff", ".", WORKBOOK): (1, 2),
    ("status",): (0,),
    ("export", "--party", "BEL"): (1,),
}
OF_RELEASES = {
    "verify": ("verify", "a.zip"),
    "diff": ("diff", ".", "a.zip"),
    "release": ("release", "2026.2", "--previous", "a.zip", "--date", "2026-11-01"),
    "site": ("site", "--release", "a.zip"),
}
SOURCES = {f"{name}.docx": make for name, make in sources.WORD.items()}
SOURCES |= {f"{name}.md": make for name, make in sources.TEXTS.items()}
RELEASES = {**releases.EVERYWHERE, **releases.TABLES, **releases.WITHDRAWN_IDS}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a workbook."""
    folder = tmp_path_factory.mktemp("prepared")
    make(copy_package("tiny", folder))
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy in the current folder, from which nothing reaches another machine."""
    folder = shutil.copytree(prepared, tmp_path / "package")
    enter(folder, monkeypatch)
    return folder


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_descriptor_is_refused(name: str, folder: Path) -> None:
    DESCRIPTORS[name](folder)
    before = content(folder)
    status, out, err = call("validate")
    check_words(status, out, err)
    assert status in ((0,) if name in packages.HARMLESS else (1, 2)), (out, err)
    for arguments in READING[1:] if name not in packages.HARMLESS else ():
        check_words(*call(*arguments))
    assert content(folder) == before


@pytest.mark.parametrize("name", [name for name in TABLES if name not in packages.HEAVY])
def test_a_table_is_refused(name: str, folder: Path) -> None:
    TABLES[name](folder)
    for arguments in READING:
        refused(arguments, folder)


@pytest.mark.parametrize("arguments", OTHERS, ids=lambda arguments: arguments[0])
@pytest.mark.parametrize(
    "change",
    [DESCRIPTORS["a pattern that refers back"], TABLES["UTF-16"]],
    ids=["descriptor", "table"],
)
def test_every_command_refuses_a_package(
    arguments: tuple[str, ...], change: Callable[[Path], object], folder: Path
) -> None:
    change(folder)
    refused(arguments, folder)


@pytest.mark.parametrize("name", workbooks.SMALL)
def test_every_command_refuses_a_workbook(name: str, folder: Path) -> None:
    written(workbooks.SMALL[name], WORKBOOK)(folder)
    before, is_harmless = content(folder), name in workbooks.HARMLESS
    for arguments, allowed in OF_WORKBOOKS.items():
        if is_harmless and arguments[0] == "export":
            continue  # there is nothing in it that an export would lose
        status, out, err = call(*arguments)
        check_words(status, out, err)
        assert status in ((0, 1) if is_harmless else allowed), (arguments, out, err)
        for review in folder.glob("workbooks/*.review*.xlsx"):
            review.unlink()
        assert content(folder) == before, arguments


@pytest.mark.parametrize("name", [n for n in workbooks.HEAVY if n not in workbooks.CHOSEN])
def test_a_bomb_is_refused(name: str, folder: Path) -> None:
    written(workbooks.HEAVY[name], WORKBOOK)(folder)
    status, out, err = call("validate", WORKBOOK)
    check_words(status, out, err)
    assert status == 2 or name.startswith("just"), (out, err)


def test_a_workbook_that_is_cut_off_at_any_length_is_refused() -> None:
    data = workbooks.sound()
    for length in range(0, len(data), 61):
        with pytest.raises(WorkbookError):
            read_sheets(data[:length], "BEL.xlsx")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_of_a_factsheet_is_refused(name: str, folder: Path) -> None:
    file = f"a{Path(name).suffix}"
    written(SOURCES[name], file)(folder)
    refused(("ingest", file), folder)


def test_the_release_that_is_changed_is_sound(folder: Path) -> None:
    written(releases.released, "a.zip")(folder)
    status, out, err = call(*OF_RELEASES["verify"])
    assert status == 0, (out, err)


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_is_refused(name: str, folder: Path) -> None:
    """``diff`` and ``site`` read a release by the same function as ``release --previous``."""
    written(RELEASES[name], "a.zip")(folder)
    chosen = OF_RELEASES if name in ("a bomb", "a link") else ("verify", "release")
    for command in chosen:
        refused(OF_RELEASES[command], folder)


def test_a_pipe_in_the_folder_of_a_release_is_not_read(folder: Path) -> None:
    release = unpacked(folder / "release", small_files())
    (release / "README.md").unlink()
    os.mkfifo(release / "README.md")
    refused(("verify", "release"), folder)


# What costs much if it is not refused early: a name, how it is made, a command.
COSTLY = [
    *((name, TABLES[name], ("validate",)) for name in packages.HEAVY),
    *(
        (name, DESCRIPTORS[name], ("validate",))
        for name in (
            *("100 megabytes", "deep lists", "many fields", "many values in a list"),
            "repeats in repeats",
        )
    ),
    *(
        (name, written(workbooks.HEAVY[name], WORKBOOK), ("import", "--dry-run", WORKBOOK))
        for name in workbooks.CHOSEN
    ),
    *(
        (name, written(SOURCES[name], f"a{Path(name).suffix}"), ("ingest", f"a{Path(name).suffix}"))
        for name in (
            "entities.docx",
            "50 megabytes in one paragraph.docx",
            "a line of 50 megabytes.md",
            "just as many lines as may be.md",
            "just as many practices as may be.md",
            "underlines.md",
        )
    ),
    *(
        (name, written(RELEASES[name], "a.zip"), OF_RELEASES[command])
        for name, command in (
            *(("a bomb", command) for command in OF_RELEASES),
            ("many files", "verify"),
            ("a large zip that differs at its end", "verify"),
            ("a table of one long cell", "diff"),
            ("a table of many wrong lines", "site"),
            ("withdrawn ids of one long cell", "release"),
        )
    ),
]


@pytest.mark.parametrize(
    ("name", "put", "arguments"), COSTLY, ids=[f"{case[2][0]} {case[0]}" for case in COSTLY]
)
def test_it_costs_next_to_nothing(
    name: str, put: Callable[[Path], object], arguments: tuple[str, ...], folder: Path
) -> None:
    put(folder)
    before = stamps(folder)
    done = run_cheaply(*arguments, folder=folder)
    check_words(done.status, done.out, done.err)
    allowed = (1, 2) if arguments[0] in ("validate", "verify") else (2,)
    assert done.status in allowed or (name.startswith("just") and done.status in (0, 1)), done
    assert stamps(folder) == before


def stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    """The size and the time of each file, for files that are too large to be read."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != LOCK)
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def test_to_compare_long_texts_costs_next_to_nothing(tmp_path: Path) -> None:
    ours, theirs = map(releases.long_texts, ("words of a synthetic text ", "a text of others "))
    unpacked(tmp_path, {**small_files(), **ours})
    (tmp_path / "SHA256SUMS").unlink()  # it is a package, and no release
    (tmp_path / "a.zip").write_bytes(zip_bytes(summed({**small_files(), **theirs})))
    done = run_cheaply("diff", "a.zip", ".", "--format", "html", folder=tmp_path)
    check_words(done.status, done.out[:1_000], done.err)
    assert done.status == 0, done.err


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize(
    ("place", "commands"),
    [
        ("datapackage.json", [("validate", "."), ("status", "--package", ".")]),
        (TABLE, [("validate", "."), ("status", "--package", ".")]),
        (WORKBOOK, [("validate", WORKBOOK), ("import", WORKBOOK), ("diff", ".", WORKBOOK)]),
        ("a.docx", [("ingest", "a.docx")]),
        ("a.md", [("ingest", "a.md")]),
        ("a.zip", OF_RELEASES.values()),
    ],
)
def test_what_is_no_file_is_not_read(
    kind: str, place: str, commands: list[tuple[str, ...]], folder: Path
) -> None:
    (folder / place).unlink(missing_ok=True)
    make_no_file(kind, folder / place)
    for arguments in commands:
        status, out, err = call(*arguments)
        check_words(status, out, err)
        assert status == 2 or (arguments[0] == "verify" and status == 1), (out, err)


JOURNALS = (
    b"",
    b"\xff",
    b"[" * 100_000,
    b"7",
    b'{"a": 1}',
    b"[[]]",
    b'[{"temporary": 1, "target": 2, "sha256": 3}]',
    b'[{"temporary": "../x", "target": "tables/parties.csv", "sha256": ""}]',
    b'[{"temporary": "tables/.parties.csv.a.new", "target": "/etc/passwd", "sha256": ""}]',
    b'[{"temporary": "tables/.parties.csv.a.new", "target": "../outside.csv", "sha256": ""}]',
)


@pytest.mark.parametrize("journal", JOURNALS, ids=range(len(JOURNALS)))
def test_a_journal_that_lies_changes_nothing(journal: bytes, folder: Path) -> None:
    (folder.parent / "outside.csv").write_text("kept")
    (folder / ".lanzarote-writing.json").write_bytes(journal)
    before = content(folder.parent)
    for arguments in (("validate",), ("import", WORKBOOK)):
        refused(arguments, folder)
    assert content(folder.parent) == before


def test_all_our_own_patterns_mean_what_they_meant() -> None:
    """RE2 and Python's own expressions agree on them, for each text that our tables hold."""
    tables = own_tables()
    texts = {text for table in tables.values() for row in table.rows for text in row.values()}
    texts |= {text[:-1] for text in texts} | {f"{text}\n" for text in texts}
    fields = [field for resource in tables.package.resources for field in resource.fields]
    patterns = {field.constraints.pattern for field in fields} - {""}
    assert len(patterns) > 5
    for pattern in patterns:
        matches, python = matcher(pattern), re.compile(pattern)
        assert [matches(t) for t in texts] == [bool(python.fullmatch(t)) for t in texts], pattern


def test_json_for_programs_is_the_same_without_what_steers_a_terminal(folder: Path) -> None:
    TABLES["words that steer the terminal"](folder)
    status, out, _ = call("validate", "--format", "json")
    assert status == 1
    assert "\x9b" not in out and "\u202e" not in out
    assert json.loads(out)["valid"] is False
