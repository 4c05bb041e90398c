"""The wording of all messages, in one file that a person reviews: ``tests/wording.txt``.

Other tests assert codes, places and values. After a change of words run
``pytest tests/test_wording.py --update-wording`` and read what changed in the file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from lanzarote_data.validate.package import validate_package
from tests.factsheets import BELGIUM
from tests.hostile import packages, releases, sources, workbooks
from tests.hostile.files import written
from tests.hostile.runs import call, enter
from tests.packages import DATA, copy_files, copy_package, put_fault, told
from tests.workbooks import Edit, add, edit, put, remove

PATH = Path(__file__).with_name("wording.txt")
REC = "Recommendations"
LINES, WIDTH = 30, 300
CHANGING = r"[0-9a-f]{64}|\d+(?= files)|(?<=imported on )[0-9]+ \w+ 20[0-9]{2}|[-0-9]+ [:0-9]+ UTC"
Step = Callable[[Path], object] | str
"""A command line as people type it, or something else that they do in the folder."""


def in_workbook(*edits: Edit) -> Step:
    return lambda folder: edit(folder / "workbooks" / "BEL.xlsx", *edits)


def in_table(name: str, old: str, new: str) -> Step:
    def change(folder: Path) -> None:
        path = folder / "tables" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return change


def with_file(name: str, content: bytes) -> Step:
    return lambda folder: (folder / name).write_bytes(content)


BEL = Path("workbooks/BEL.xlsx")
EDITED = in_workbook(put(REC, "R2-BEL-II-1", "Text", "to reconsider.[^1]"))
STORY: dict[str, tuple[Step, ...]] = {
    "a sound package": (
        "validate", "build", "build", "status", "export --party BEL", "export --party XYZ",
        "stats", "credit", "factsheet XYZ", "validate nothing.csv", "validate README.txt",
        "diff . nothing", "diff workbooks/BEL.xlsx workbooks/ALL.xlsx",
        "release 2026.1 --out out --date 2026-11-01",
        "verify out/lanzarote-data-2026.1.0.zip", "verify nothing.zip", "site --out site",
    ),
    "an edit": (
        "export", EDITED, "status", "validate workbooks/BEL.xlsx", "build", "export --party BEL",
        "diff . workbooks/BEL.xlsx", "import workbooks/BEL.xlsx --dry-run",
        "import workbooks/BEL.xlsx", "import workbooks/BEL.xlsx", "status",
    ),
    "a conflict": (
        "export", EDITED, in_table("recommendations", "to consider a synth", "to ours: a synth"),
        "status", "import workbooks/BEL.xlsx", "import workbooks/BEL.xlsx --on-conflict theirs",
    ),
    "a workbook handed in again": (
        "export", EDITED, "import workbooks/BEL.xlsx",
        in_workbook(put(REC, "R2-BEL-II-1", "Text", "to consider a synthetic recommendation.[^1]")),
        "import workbooks/BEL.xlsx", in_workbook(put(REC, "R2-BEL-II-1", "Text", "to look.[^1]")),
        "import workbooks/BEL.xlsx", "import workbooks/BEL.xlsx --on-conflict theirs", "status",
        "undo 1", "undo --dry-run", "undo", "undo 2", "history --row R2-BEL-II-1",
    ),
    "two workbooks at once": (
        "undo", "export", EDITED,
        lambda folder: (folder / "BEN.xlsx").write_bytes(BEL.read_bytes()),
        in_workbook(put(REC, "R2-BEL-II-1", "Text", "to look.[^1]")),
        "import workbooks/BEL.xlsx BEN.xlsx",
    ),
    "rows added and deleted": (
        "export",
        in_workbook(
            add(REC, Chapter="R2-II", Addressed_to="named", Text="A text.", Urgency="invite"),
            remove(REC, "R2-BEL-II-1"),
        ),
        "import workbooks/BEL.xlsx",
    ),
    "cells of other kinds": (
        "export",
        in_workbook(
            put(REC, "R2-BEL-II-1", "Text", 7),
            put(REC, "R2-BEL-II-1", "Urgency", "=1+1"),
            put(REC, "R2-BEL-II-1", "Position", "first"),
        ),
        "import workbooks/BEL.xlsx", "validate workbooks/BEL.xlsx",
    ),
    "tables with faults": (
        lambda folder: put_fault(folder, "urgency-against-verb"),
        "validate", "build", "export", "release 2026.1 --out out", "site --out site", "stats",
    ),
    "tables that cannot be read": (
        lambda folder: put_fault(folder, "csv-quote"),
        "validate", "status", "import nothing.xlsx", "factsheet BEL",
    ),
    "a factsheet": (
        f"ingest {BELGIUM.name} --dry-run", with_file("a.md", b"Nothing of the kind."),
        "ingest a.md", with_file("a.pdf", b"%PDF-1.7"), "ingest a.pdf",
    ),
}  # fmt: skip
HOSTILE: dict[str, tuple[str, dict[str, Callable[[Path], object]]]] = {
    "hostile workbook": (
        "validate workbooks/BEL.xlsx",
        {name: written(make, "workbooks/BEL.xlsx") for name, make in workbooks.SMALL.items()},
    ),
    "hostile descriptor": ("validate", packages.DESCRIPTORS),
    "hostile table": (
        "validate",
        {name: change for name, change in packages.TABLES.items() if name not in packages.HEAVY},
    ),
    "hostile text": (
        "ingest a.md",
        {
            name: written(make, "a.md")
            for name, make in sources.TEXTS.items()
            if not name.startswith("just as")
        },
    ),
    "hostile Word file": (
        "ingest a.docx",
        {name: written(make, "a.docx") for name, make in sources.WORD.items()},
    ),
    "hostile release": (
        "verify a.zip",
        {
            name: written(make, "a.zip")
            for name, make in (releases.EVERYWHERE | releases.TABLES).items()
        },
    ),
}


def invalid(folder: Path) -> Iterator[tuple[str, str]]:
    """What is said of the invalid packages."""
    for fault in sorted(path.name for path in (DATA / "invalid").iterdir()):
        copy_files("tiny", folder / fault, fault)
        yield f"invalid: {fault}", "".join(map(told, validate_package(folder / fault)))


def run(command: str) -> str:
    """A command and what it printed, with its exit status; of much output only the beginning."""
    status, out, err = call(*command.split())
    lines = re.sub(CHANGING, "…", out + err).splitlines()
    more = [f"… {len(lines) - LINES} more lines"] if len(lines) > LINES else []
    shown = [line if len(line) <= WIDTH else f"{line[:WIDTH]} …" for line in lines[:LINES] + more]
    return "\n".join([f"$ lanzarote {command}", *shown, f"→ {status}", ""])


def story(folder: Path, steps: tuple[Step, ...]) -> Iterator[str]:
    copy_package("tiny", folder)
    (folder / BELGIUM.name).write_bytes(BELGIUM.read_bytes())
    for step in steps:
        if isinstance(step, str):
            yield run(step)
        else:
            step(folder)


def hostile(folder: Path, command: str, change: Callable[[Path], object]) -> str:
    copy_package("tiny", folder)
    (folder / "workbooks").mkdir()
    change(folder)
    return run(command)


PARTS = ("invalid", "session", *HOSTILE)


def part_of(title: str) -> str:
    """The part of the file that a section is in."""
    kind, _, name = title.partition(": ")
    return kind if name else "session"


def sections(part: str, new: Callable[[], Path]) -> Iterator[tuple[str, str]]:
    """The sections of a part, as they are now: title, text."""
    if part == "invalid":
        yield from invalid(new())
    for title, steps in STORY.items() if part == "session" else ():
        folder = new()
        yield title, "".join(story(folder, steps)).replace(str(folder), "…")
    command, cases = HOSTILE.get(part, ("", {}))
    for name, change in cases.items():
        folder = new()
        yield f"{part}: {name}", hostile(folder, command, change).replace(str(folder), "…")


def reviewed() -> dict[str, str]:
    """The sections as they are in the file."""
    _, *found = re.split(r"^== (.*)\n", PATH.read_text(encoding="utf-8") + "\n", flags=re.M)
    return dict(zip(found[::2], (text.removesuffix("\n") for text in found[1::2]), strict=True))


def lines(kept: Mapping[str, str]) -> list[str]:
    """The lines of the file that has these sections."""
    return "\n".join(f"== {title}\n{text}" for title, text in kept.items()).splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_all_messages_are_worded_as_reviewed(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("LOGNAME", "keeper")
    numbers = count()

    def new() -> Path:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        enter(folder, monkeypatch)
        return folder

    now = dict(sections(part, new))
    if pytestconfig.getoption("--update-wording"):
        kept = {title: text for title, text in reviewed().items() if part_of(title) != part} | now
        titles = sorted(kept, key=lambda title: PARTS.index(part_of(title)))
        PATH.write_text("\n".join(lines({t: kept[t] for t in titles})) + "\n", encoding="utf-8")
    kept = {title: text for title, text in reviewed().items() if part_of(title) == part}
    changes = difflib.unified_diff(lines(kept), lines(now), lineterm="", n=2)
    assert kept == now, "\n".join([*changes][:200])
