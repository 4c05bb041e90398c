"""The command line: the contract of its exit codes and JSON, and what people read."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from lanzarote_data.cli import COMMANDS, main
from lanzarote_data.model.package import Package
from lanzarote_data.store import stamp
from lanzarote_data.store.lock import LOCK
from lanzarote_data.validate import package as validation
from tests.packages import DATA, ROOT, copy_own_package, copy_package
from tests.shell import Shell
from tests.workbooks import edit, make, put, remove, tables_bytes

REC = "Recommendations"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A small package in a folder of its own, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    return copy_package("tiny", tmp_path)


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from lanzarote_data.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas','numpy','openpyxl','xlsxwriter','pandera','frictionless','jsonschema'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert all(f" {name} " in done.stdout or f" {name}\n" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, shell: Shell) -> None:
    words = import_module(f"lanzarote_data.cli.{name}_command").__doc__
    assert words and COMMANDS[name] == words.partition("\n")[0].rstrip(".")
    status, out, _ = shell(name, "--help")
    assert status == 0
    assert f"Example: lanzarote {name}" in out


def test_an_unknown_command_is_status_two(shell: Shell) -> None:
    status, _, err = shell("frobnicate")
    assert status == 2
    assert "invalid choice" in err


def test_validate_says_that_all_is_well(package: Package, shell: Shell) -> None:
    said = f"Valid: 0 errors, 0 warnings in {package.path}.\n"
    assert shell("validate") == (0, said, "")
    assert shell.json("validate") == (
        0,
        {"format": "lanzarote.validate/1", "valid": True, "problems": []},
    )


def fault(package: Package) -> None:
    """Put a fault into the package."""
    overlay = DATA / "invalid" / "urgency-against-verb"
    shutil.copytree(overlay, package.folder, dirs_exist_ok=True)


def test_validate_gives_problems_to_programs_people_and_github(
    package: Package, shell: Shell
) -> None:
    fault(package)
    status, result = shell.json("validate")
    assert (status, result["valid"]) == (1, False)
    (problem,) = result["problems"]
    assert list(problem) == ["code", "severity", "message", "hint", "location"]
    assert problem["location"] == {
        "resource": "recommendations",
        "key": "R2-BEL-II-1",
        "field": "urgency",
        "source": "recommendations.csv:2",
    }
    status, out, _ = shell("validate")
    assert status == 1
    assert "recommendations.csv:2, urgency: error: The urgency is require" in out
    assert out.endswith(f"Not valid: 1 error, 0 warnings in {package.path}.\n")
    _, out, _ = shell("validate", "--format", "github")
    assert out.startswith(
        "::error file=tables/recommendations.csv,line=2,title=urgency-disagrees::"
    )


def test_validate_takes_a_package_a_table_and_a_workbook(package: Package, shell: Shell) -> None:
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", 7))
    assert shell("validate", "datapackage.json")[0] == 0
    assert shell("validate", "tables/parties.csv")[0] == 0
    status, out, _ = shell("validate", str(path))
    assert status == 1
    assert "Recommendations!D2, Text: error: " in out
    assert shell("validate", "nothing.csv")[0] == 2
    (package.folder / "notes.txt").write_text("x")
    assert shell("validate", "notes.txt")[0] == 2
    other = package.folder / "x" / "parties.csv"
    other.parent.mkdir()
    other.write_text("what,ever\n")
    status, out, err = shell("validate", "x/parties.csv")
    assert (status, out) == (2, "")
    assert "x/parties.csv is not a table of the package" in err


def test_what_cannot_be_read_is_one_sentence(package: Package, shell: Shell) -> None:
    for call in (["validate", "n" * 300], ["export", "--out", "datapackage.json"]):
        status, _, err = shell(*call)
        assert status == 2
        assert err.startswith("lanzarote: ")
        assert "Traceback" not in err
    (package.folder / "datapackage.json").write_text("{")
    status, out, err = shell("validate")
    assert (status, out) == (2, "")
    assert "cannot be read as JSON" in err


def test_build_does_the_main_job_then_nothing_then_what_changed(
    package: Package, shell: Shell
) -> None:
    status, out, _ = shell("build")
    assert status == 0
    assert "3 made and read back unchanged" in out
    made = times(package.folder)
    status, out, _ = shell("build")
    assert status == 0
    assert "0 made" in out
    assert times(package.folder) == made
    path = package.folder / "tables" / "observations.csv"
    path.write_text(path.read_text().replace("The Committee welcomes", "The Committee notes"))
    _, out, _ = shell("build")
    assert "1 made and read back unchanged, 2 up to date" in out
    assert "FIN.xlsx: written" in out


def times(folder: Path) -> dict[Path, int]:
    """When each file was written last, but the lock, which every command takes."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != LOCK)
    return {path: path.stat().st_mtime_ns for path in paths}


def test_build_keeps_edits_and_writes_nothing_of_invalid_tables(
    package: Package, shell: Shell
) -> None:
    shell("build")
    path = package.folder / "workbooks" / "BEL.xlsx"
    edit(path, put(REC, "R2-BEL-II-1", "Text", "to reconsider.[^1]"))
    before = path.read_bytes()
    status, out, _ = shell("build")
    assert status == 1
    assert "BEL.xlsx: NOT written, because it has edits that were not imported yet" in out
    assert path.read_bytes() == before
    fault(package)
    status, out, _ = shell("build", "--out", "other")
    assert status == 1
    assert "Not valid, so nothing was written." in out
    assert not (package.folder / "other").exists()


def test_export_writes_the_workbooks_asked_for(package: Package, shell: Shell) -> None:
    assert shell("export", "--party", "bel", "--out", "there")[0] == 0
    assert [p.name for p in (package.folder / "there").iterdir()] == ["BEL.xlsx"]
    status, _, err = shell("export", "--party", "XYZ")
    assert status == 2
    assert "There is no Party 'XYZ'" in err
    status, _, err = shell("export", "--party", "Belgim")
    assert (status, err.splitlines()[1].strip()) == (2, "Is BEL meant?")


@pytest.mark.parametrize(("written", "times"), [("True", 2), ("TRUE", 1)])
def test_a_value_in_the_form_of_another_program_is_one_problem(
    package: Package, written: str, times: int, shell: Shell
) -> None:
    path = package.folder / "tables" / "parties.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",true", f",{written}", times), encoding="utf-8")
    status, result = shell.json("validate")
    (problem,) = result["problems"]
    assert (status, problem["code"]) == (1, "value-not-canonical")
    assert problem["location"]["source"] == "parties.csv:2"
    assert (f"{times} rows" in problem["message"]) == (times > 1)


def test_the_index_of_a_frame_is_named(package: Package, shell: Shell) -> None:
    path = package.folder / "tables" / "rounds.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    lines = [f",{header}", *(f"{number},{row}" for number, row in enumerate(rows))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, result = shell.json("validate")
    (problem,) = result["problems"]
    assert (problem["code"], "index=False" in problem["hint"]) == ("unknown-column", True)


def test_status_counts_what_was_edited_there_and_elsewhere(package: Package, shell: Shell) -> None:
    shell("export")
    path = package.folder / "workbooks" / "BEL.xlsx"
    edit(path, put(REC, "R2-BEL-II-1", "Text", "to reconsider.[^1]"))
    status, result = shell.json("status")
    assert status == 0
    assert result["format"] == "lanzarote.status/1"
    states = {w["path"]: w["state"] for w in result["workbooks"]}
    assert states["workbooks/BEL.xlsx"] == "edited"
    assert states["workbooks/ALL.xlsx"] == "unchanged"
    edited = next(w for w in result["workbooks"] if w["state"] == "edited")
    assert (edited["changed_cells"], edited["added_rows"], edited["deleted_rows"]) == (1, 0, 0)
    _, out, _ = shell("status")
    assert "BEL.xlsx: edited, not imported yet (1 cell changed, 0 rows added" in out
    path.rename(package.folder / "from-anna.xlsx")
    _, result = shell.json("status", "from-anna.xlsx", "missing.xlsx")
    found = [(book["path"], book["state"]) for book in result["workbooks"]]
    assert found == [("from-anna.xlsx", "edited"), ("missing.xlsx", "unreadable")]


def test_import_shows_the_changes_and_then_makes_them(package: Package, shell: Shell) -> None:
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to reconsider.[^1]"))
    status, out, _ = shell("import", str(path), "--dry-run")
    assert status == 0
    assert "Recommendations R2-BEL-II-1, Text:" in out
    assert "1 change would be made (--dry-run)." in out
    status, result = shell.json("import", str(path))
    assert (status, result["applied"]) == (0, True)
    (change,) = result["changes"]
    assert change == {
        "kind": "changed",
        "resource": "recommendations",
        "key": "R2-BEL-II-1",
        "field": "text",
        "old": "to consider a synthetic recommendation.[^1]",
        "new": "to reconsider.[^1]",
    }
    assert "nothing to import" in shell("import", str(path))[1]
    edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to\u00a0reconsider.[^1]"))
    assert "Only spaces or line breaks differ." in shell("import", str(path))[1]


def test_import_stops_at_a_conflict_and_settles_it_when_told(
    package: Package, shell: Shell
) -> None:
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", "to theirs.[^1]"))
    table = package.folder / "tables" / "recommendations.csv"
    table.write_text(table.read_text().replace("to consider a synthetic", "to ours: a synthetic"))
    status, result = shell.json("import", str(path))
    assert (status, result["applied"]) == (1, False)
    (conflict,) = result["conflicts"]
    assert conflict["source"] == "Recommendations!D2"
    assert conflict["theirs"] == "to theirs.[^1]"
    status, out, _ = shell("import", str(path))
    assert status == 1
    assert "in the workbook: to theirs.[^1]" in out
    assert "Nothing was imported" in out
    assert shell("import", str(path), "--on-conflict", "theirs")[0] == 0
    assert "to theirs.[^1]" in table.read_text()


def test_import_of_a_refused_workbook_writes_nothing(package: Package, shell: Shell) -> None:
    before = tables_bytes(package)
    path = edit(make(package), remove(REC, "R2-BEL-II-1"))
    status, result = shell.json("import", str(path))
    assert (status, result["applied"]) == (1, False)
    assert [p["code"] for p in result["problems"]] == ["deleted-but-needed"]
    assert tables_bytes(package) == before
    (package.folder / "x.xlsx").write_bytes(b"x")
    status, out, err = shell("import", "x.xlsx", "--format", "json")
    assert (status, out) == (2, "")
    assert "x.xlsx is not an Excel workbook" in err


def test_diff_of_two_packages_and_of_a_workbook(
    package: Package, shell: Shell, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    copy_package("tiny", other)
    path = make(package)
    status, result = shell.json("diff", ".", "other")
    assert (status, result) == (0, {"format": "lanzarote.diff/1", "changes": []})
    edit(path, put(REC, "R2-BEL-II-1", "Text", "to reconsider.[^1]"))
    _, result = shell.json("diff", ".", str(path))
    assert [change["new"] for change in result["changes"]] == ["to reconsider.[^1]"]
    _, out, _ = shell("diff", ".", str(path), "--format", "csv")
    header, line = csv.reader(out.splitlines())
    assert header == ["kind", "resource", "key", "field", "old", "new"]
    assert line[:4] == ["changed", "recommendations", "R2-BEL-II-1", "text"]
    _, out, _ = shell("diff", ".", str(path))
    assert out.endswith("1 difference.\n")
    edit(path, put(REC, "R2-BEL-II-1", "Text", 7))
    status, out, err = shell("diff", ".", str(path), "--format", "json")
    assert (status, json.loads(out)["format"]) == (1, "lanzarote.diff/1")
    assert "Recommendations!D2" in err
    status, out, err = shell("diff", str(path), str(make(package, "ALL")))
    assert (status, out) == (2, "")
    assert "they hold different rows" in err


def test_ingest_of_a_factsheet_that_is_there_already_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    monkeypatch.chdir(tmp_path)
    package = copy_own_package(tmp_path)
    before = tables_bytes(package)
    source = DATA / "factsheets" / "belgium-2023-05-25.md"
    status, result = shell.json("ingest", str(source), "--party", "BEL")
    assert (status, result["applied"]) == (0, True)
    assert result["counts"]["recommendations"] == 76
    assert result["counts"]["citations"] == 145
    assert {p["severity"] for p in result["problems"]} == {"warning"}
    assert tables_bytes(package) == before


def test_ingest_refuses_what_it_cannot_read(package: Package, shell: Shell) -> None:
    (package.folder / "a.pdf").write_bytes(b"%PDF-1.7")
    status, _, err = shell("ingest", "a.pdf")
    assert (status, err.partition(" ")[2].startswith("a.pdf")) == (2, True)
    (package.folder / "a.md").write_text("Nothing of the kind.")
    status, _, err = shell("ingest", "a.md")
    assert status == 2
    assert "No chapter heading" in err


def test_the_factsheet_goes_to_standard_output(package: Package, shell: Shell) -> None:
    status, out, _ = shell("factsheet", "BEL")
    assert status == 0
    assert "# FACTSHEET – BELGIUM\n" in out
    assert shell("factsheet", "XYZ")[0] == 2


def test_the_installed_copy_is_read_only_whatever_folder_others_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    installed = tmp_path / "dist-packages" / "lanzarote_data" / "data"
    installed.mkdir(parents=True)
    package = copy_own_package(installed)
    monkeypatch.setattr(
        "lanzarote_data.cli.common.installed_descriptor", lambda: installed / "datapackage.json"
    )
    monkeypatch.chdir(tmp_path)
    before = tables_bytes(package)
    assert shell("validate")[0] == 0
    status, _, err = shell("build")
    assert status == 2
    assert "read-only" in err
    source = str(DATA / "factsheets" / "belgium-2023-05-25.md")
    assert shell("ingest", source, "--party", "BEL")[0] == 2
    files = sorted(installed.iterdir())
    assert shell("ingest", source, "--party", "BEL", "--dry-run")[0] == 0
    assert sorted(installed.iterdir()) == files
    assert tables_bytes(package) == before
    own = tmp_path / "site-packages"
    own.mkdir()
    copy_package("tiny", own)
    monkeypatch.chdir(own)
    assert shell("export", "--party", "BEL")[0] == 0


def test_capital_letters_in_the_end_of_a_name_do_not_matter(package: Package, shell: Shell) -> None:
    path = make(package)
    path = path.rename(path.with_suffix(".XLSX"))
    assert shell("validate", str(path))[0] == 0
    assert shell("diff", ".", str(path)) == (0, "0 differences.\n", "")


def test_diff_says_what_it_compares(package: Package, shell: Shell) -> None:
    (package.folder / "empty").mkdir()
    for wrong in ("nope.json", "tables/parties.csv", "empty"):
        status, _, err = shell("diff", ".", wrong)
        assert status == 2
        assert wrong in err
        assert "--package" not in err
        assert "a datapackage.json or its folder, a release" in err


def git(package: Package, *arguments: str) -> None:
    own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(package.folder), *own, *arguments], check=True)


def test_diff_compares_with_a_revision_in_git(package: Package, shell: Shell) -> None:
    git(package, "init", "-q", "-b", "main")
    for number in (1, 2):
        git(package, "add", "-A")
        git(package, "commit", "-qm", "Change")
        path = package.folder / "tables" / "parties.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("BEL,Belgium", f"BEL,Belgium{number}"), encoding="utf-8")
    for revision, new, name in (("main", ".", "Belgium21"), ("HEAD~1", "HEAD", "Belgium1")):
        _, result = shell.json("diff", revision, new)
        (change,) = result["changes"]
        assert (change["key"], change["field"], change["new"]) == ("BEL", "name", name)
    assert shell.json("diff", "main") == shell.json("diff", "main", ".")
    git(package, "rm", "-q", "--cached", "tables/parties.csv")
    git(package, "commit", "-qm", "Change")
    for wrong, where in (("nope", "nope"), ("--", "--"), ("main", "tables/parties.csv")):
        status, out, err = shell("diff", "--", wrong)
        assert (status, out) == (2, "")
        assert where in err


@pytest.mark.parametrize("programs", ["", os.environ["PATH"]])
def test_diff_with_a_revision_needs_git_and_a_repository(
    package: Package,
    programs: str,
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", programs)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(package.folder.parent))
    status, out, err = shell("diff", "main")
    assert (status, out) == (2, "")
    assert "Git" in err


def test_diff_as_csv_holds_no_formula(package: Package, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = copy_package("tiny", tmp_path / "other")
    table = other.folder / "tables" / "recommendations.csv"
    table.write_text(table.read_text().replace("to consider a synthetic", "=1+1 a synthetic"))
    _, out, _ = shell("diff", ".", "other", "--format", "csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[1][4].startswith("to consider")
    assert rows[1][5].startswith("'=1+1")


def test_annotations_of_a_workbook_name_its_file(package: Package, shell: Shell) -> None:
    path = edit(make(package), put(REC, "R2-BEL-II-1", "Text", 7))
    path = path.rename(path.with_name("BEL, corrected.xlsx"))
    relative = path.relative_to(package.folder)
    _, out, _ = shell("validate", str(relative), "--format", "github")
    name = relative.as_posix().replace(",", "%2C")
    assert out.startswith(f"::error file={name},line=1,title=")
    assert "::Recommendations!D2: text: " in out


def test_annotations_take_the_place_of_a_table_from_the_descriptor(
    package: Package, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(package)
    descriptor = package.folder / "datapackage.json"
    descriptor.write_text(descriptor.read_text().replace('"tables/', '"csv/'))
    (package.folder / "tables").rename(package.folder / "csv")
    _, out, _ = shell("validate", "--format", "github")
    assert out.startswith("::error file=csv/recommendations.csv,line=2,")
    monkeypatch.chdir(package.folder.parent)
    _, out, _ = shell("validate", package.folder.name, "--format", "github")
    assert out.startswith(f"::error file={package.folder.name}/csv/recommendations.csv,line=2,")


def test_progress_is_shown_on_a_terminal_alone(
    package: Package, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell("export")[2] == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    status, out, err = shell("build")
    assert status == 0
    assert "workbook 1 of 3: ALL" in err
    assert err.endswith("\r\x1b[K")
    assert "\r" not in out


@pytest.mark.slow
def test_no_colour_goes_into_a_pipe_and_no_locale_breaks_the_letters(package: Package) -> None:
    fault(package)
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lanzarote_data", "validate"]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert done.returncode == 1
    assert "“requires”" in done.stdout.decode("utf-8")
    assert b"\x1b" not in done.stdout


def test_build_checks_tables_again_only_where_they_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = copy_package("tiny", tmp_path)
    assert main(["build", "--package", str(tmp_path)]) == 0
    with monkeypatch.context() as patch:
        patch.setattr(validation, "validate_tables", None)  # whoever calls it fails
        assert main(["build", "--package", str(tmp_path)]) == 0
    path = package.table_path(package.resource("observations"))
    path.write_text(path.read_text(encoding="utf-8").replace("paragraph", "song"), encoding="utf-8")
    capsys.readouterr()
    assert main(["build", "--package", str(tmp_path)]) == 1
    assert "Not valid" in capsys.readouterr().out


def test_build_checks_tables_again_where_the_program_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_package("tiny", tmp_path)
    assert main(["build", "--package", str(tmp_path)]) == 0
    monkeypatch.setattr(stamp, "program_digest", lambda: "another program")
    monkeypatch.setattr(validation, "validate_tables", None)
    with pytest.raises(TypeError):
        main(["build", "--package", str(tmp_path)])
