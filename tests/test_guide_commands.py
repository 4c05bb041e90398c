"""The commands of the guides run as they stand, on one copy of the data."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lanzarote_data.cli import COMMANDS, DONE, UNUSABLE, main
from tests.packages import ROOT, change_descriptor
from tests.workbooks import edit, put

PAGES = (*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")))
BLOCK = re.compile(r"^```(?:sh)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RUN = ("lanzarote ", "cp ", "cd ")
SERVERS = ("lanzarote desk", "lanzarote watch")


def commands(page: Path) -> Iterator[str]:
    """The commands in the blocks of a page that are ours."""
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith(RUN):
                yield re.sub(r"\s{2,}#.*", "", line)


GUIDES = [page for page in PAGES if any(commands(page))]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data with the files that the guides speak of."""
    folder = tmp_path_factory.mktemp("guides") / "copy"
    folder.mkdir()
    for name in ("datapackage.json", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    for name in ("tables", "workbooks", "tests/data/another-committee"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(folder / "tables" / "parties.csv", folder / "from-a-colleague.csv")
    shutil.copy(folder / "workbooks" / "BEL.xlsx", folder / "from-anna.xlsx")
    package = ["--package", str(folder)]
    source = str(folder / "factsheet-moldova.docx")
    assert main(["factsheet", "MDA", "--out", source, *package]) == DONE
    for party, name in (("BEL", "BEL-returned.xlsx"), ("FRA", "FRA.xlsx")):
        assert main(["form", party, *package]) == DONE
        (folder / "forms" / f"{party}.xlsx").rename(folder / name)
    shutil.copytree(folder, later := folder.with_name("later"))
    documents = later / "tables" / "documents.csv"
    text = documents.read_text(encoding="utf-8")
    documents.write_text(text.replace("2023-05-25", "2026-06-01"), encoding="utf-8")
    edition = str(folder / "factsheet-belgium-2026.docx")
    assert main(["factsheet", "BEL", "--out", edition, "--package", str(later)]) == DONE
    assert main(["release", "2026.1", "--out", str(folder / "releases"), *package]) == DONE
    shutil.copy(next((folder / "releases").iterdir()), folder)
    for arguments in (["init", "-q", "-b", "main"], ["add", "tables", "datapackage.json"]):
        git(folder, *arguments)
    for message in ("Begin", "Go on"):
        git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return folder


def git(folder: Path, *arguments: str) -> None:
    own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *own, *arguments], check=True)


def write_the_version(folder: Path) -> None:
    """What the guide for publishers says to write before a release."""
    change_descriptor(folder, {"/version": "2026.2.0", "/created": "2026-12-01T00:00:00Z"})


def edit_belgium(folder: Path) -> None:
    """What somebody did in the workbook that the keeper imports."""
    text = "A synthetic fact.[^1]"
    edit(folder / "workbooks" / "BEL.xlsx", put("Observations", "R2-BEL-II-o1", "Text", text))


def move_edited_away(folder: Path) -> None:
    (folder / "workbooks" / "BEL.xlsx").rename(folder / "BEL-imported.xlsx")


BEFORE = {
    ("publishers", "lanzarote status"): write_the_version,
    ("keeper", "lanzarote status"): edit_belgium,
    ("keeper", "lanzarote build"): move_edited_away,
}
"""What the guides say to do by hand, before which command."""


def call(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command as a shell would; the exit status."""
    line, _, output = line.partition(" > ")
    program, *words = shlex.split(line)
    if program == "cd":
        monkeypatch.chdir(words[0])
    elif program == "cp":
        shutil.copytree(words[-2], words[-1])
    else:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = main(words)
        if output:
            (folder / output).write_text(printed.getvalue(), encoding="utf-8")
            assert printed.getvalue()
        return status
    return DONE


@pytest.mark.slow
@pytest.mark.xdist_group("guides")
@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_the_commands_of_a_guide_run_as_they_stand(
    page: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    monkeypatch.delenv("LANZAROTE_PUBLISH_TOKEN", raising=False)
    for line in commands(page):
        BEFORE.get((page.stem, line), lambda _: None)(data)
        if not line.startswith(SERVERS):
            # Without the token of a server nothing is sent.
            expected = UNUSABLE if "--publish" in line else DONE
            assert call(line, data, monkeypatch) == expected, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_and_options_within_sentences_are_there(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in re.findall(r"`lanzarote ([a-z][^`|]*)`", page.read_text(encoding="utf-8")):
        name, *words = re.findall(r"(?<![\w-])-{0,2}[a-z][a-z-]*", line.partition(" > ")[0])
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert (name in COMMANDS, ended.value.code) == (True, 0), line
        options = {word for word in words if word.startswith("-")}
        assert options <= set(re.findall(r"--?[a-z-]+", capsys.readouterr().out)), line


def test_the_tasks_that_the_documentation_names_are_there() -> None:
    defined = re.findall(r"^def (\w+)", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE)
    named = {n for page in PAGES for n in re.findall(r"nox -s (\w+)", page.read_text("utf-8"))}
    assert named
    assert named <= set(defined)
