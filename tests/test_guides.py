"""The guide, the notebook and the reference for analysts: all of it runs and is current."""

from __future__ import annotations

import doctest
import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
import pytest
import yaml
from mypy import api
from nbclient import NotebookClient

import lanzarote_data as lz
from docs import problem_codes
from lanzarote_data.cli import main
from tests.clients import ClientMissingError, pyright
from tests.packages import copy_package
from tests.workbooks import make

pytestmark = pytest.mark.slow

mpl.use("agg")

TOP = Path(__file__).parent.parent
DOCS = TOP / "docs"
GUIDES = ("analysts.md", "validation.md")
FLAGS = doctest.NORMALIZE_WHITESPACE


def examples(path: Path) -> Iterator[doctest.Example]:
    """The examples in the fenced blocks of a guide."""
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"^```pycon\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        line = text.count("\n", 0, found.start()) + 1
        for example in doctest.DocTestParser().get_examples(found[1]):
            example.lineno += line
            yield example


@pytest.mark.parametrize(("guide", "least"), [("analysts.md", 25), ("validation.md", 7)])
def test_the_examples_of_a_guide_give_what_it_says(
    guide: str, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # an example saves a picture
    found = list(examples(DOCS / guide))
    assert len(found) >= least
    test = doctest.DocTest(found, {}, guide, str(DOCS / guide), 0, None)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert result.failed == 0, "".join(report)
    pictures = [path.read_bytes()[:4] for path in tmp_path.iterdir()]
    assert pictures == ([b"\x89PNG"] if guide == "analysts.md" else [])


def recipes(kind: str) -> list[str]:
    """The fenced blocks of one language in the page on validation, in order."""
    text = (DOCS / "validation.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_recipes_in_python_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_package("tiny", tmp_path / "path/to/package")
    make(copy_package("tiny", tmp_path))
    monkeypatch.chdir(tmp_path)
    with_pytest, in_a_notebook, with_pandas, with_polars = recipes("python")
    (tmp_path / "test_data.py").write_text(with_pytest, encoding="utf-8")
    assert pytest.main(["-q", "-n0", "-p", "no:cacheprovider", "--rootdir=.", "test_data.py"]) == 0
    names: dict[str, Any] = {}
    for recipe in (with_pytest, in_a_notebook, with_pandas, with_polars):
        exec(recipe, names)
    assert lz.validate(names["tables"], against="path/to/package").ok
    assert names["frame"].schema["date"] == names["polars"].Date
    (tmp_path / "path/to/package/tables/parties.csv").write_text("party_id\n", encoding="utf-8")
    with pytest.raises(lz.LanzaroteError):
        names["test_the_data_is_valid"]()


def test_the_recipes_of_commands_and_hooks_are_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(copy_package("tiny", tmp_path))
    shutil.copy(tmp_path / "tables" / "parties.csv", tmp_path / "from-a-colleague.csv")
    monkeypatch.chdir(tmp_path)
    hook, job = map(yaml.safe_load, recipes("yaml"))
    listed = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())
    ours = {one["id"]: one for one in listed}
    hooks = [ours[one["id"]]["entry"] for where in hook["repos"] for one in where["hooks"]]
    steps = [step.get("run", "") for step in job["steps"]]
    lines = [line.partition("#")[0].partition(">")[0] for line in recipes("sh")[0].splitlines()]
    commands = [c.split()[1:] for c in (*hooks, *steps, *lines) if c.startswith("lanzarote ")]
    assert len(commands) == 7
    for command in commands:
        assert main(command) == 0, command


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed.")
def test_the_recipe_in_r_runs(tmp_path: Path) -> None:
    copy_package("tiny", tmp_path / "path/to/package")
    (recipe,) = recipes("r")
    asked = ["Rscript", "-e", "stopifnot(requireNamespace('frictionless'))"]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("The package frictionless of R is not installed.")
    subprocess.run(["Rscript", "-e", recipe], cwd=tmp_path, check=True, timeout=120)


def test_each_of_ten_questions_takes_fewer_than_ten_lines() -> None:
    text = (DOCS / "analysts.md").read_text(encoding="utf-8")
    questions = re.findall(r"^## ([0-9]+)\. (.*)\?$", text, re.MULTILINE)
    assert [int(number) for number, _ in questions] == list(range(1, 11))
    assert sum("several Parties" in words for _, words in questions) == 2
    for block in re.findall(r"^```pycon\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        assert len(re.findall(r"^(?:>>>|\.\.\.)", block, re.MULTILINE)) < 10


WRONG = """
lz.recomendations
lz.counts("urgency", partei="BEL")
lz.cite("R2-BEL-II-6", style="mla")
lz.citing(paragraph=1.5)
"""


def test_type_checkers_accept_the_examples_and_find_mistakes(tmp_path: Path) -> None:
    program = tmp_path / "examples.py"
    source = "".join(e.source for name in GUIDES for e in examples(DOCS / name))
    reveal = "reveal_type(lz.citations.locator)\nreveal_type(lz.load().chapters)\n"
    program.write_text(source + reveal + WRONG, encoding="utf-8")
    out, err, _ = api.run(
        [str(program), "--strict", "--config-file=", f"--cache-dir={TOP / '.mypy_cache'}"]
    )
    assert not err
    errors = [line.partition("error: ")[2] for line in out.splitlines() if "error: " in line]
    starts = ("Module has no attribute", "Unexpected keyword", "Argument ", "Argument ")
    assert [error.startswith(start) for error, start in zip(errors, starts, strict=True)], out
    assert re.search(r'Revealed type is "pandas\S*Series\[str\]"', out)
    assert 'Revealed type is "lanzarote_data.frames.columns.Chapters"' in out


def test_pyright_accepts_the_examples_and_finds_mistakes(tmp_path: Path) -> None:
    source = "".join(e.source for name in GUIDES for e in examples(DOCS / name))
    (tmp_path / "examples.py").write_text(source + WRONG, encoding="utf-8")
    try:
        found = pyright(tmp_path / "examples.py", TOP)
    except ClientMissingError as reason:
        pytest.skip(str(reason))
    first = source.count("\n") + 2
    assert found == list(range(first, first + 4))


def test_generated_files_are_current() -> None:
    """``python docs/generate.py`` makes them."""
    generated = runpy.run_path(str(DOCS / "generate.py"))["generated"]()
    assert {path.name for path in generated} == {"api.md", "columns.py", "problem-codes.md"}
    for path, content in generated.items():
        assert path.read_text(encoding="utf-8") == content, f"{path.name}: run docs/generate.py"


def test_a_problem_code_without_a_meaning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem_codes, "_meanings", lambda: {"Tables": {"of-nothing": "…"}})
    with pytest.raises(ValueError, match=r"doubled-key.*of-nothing"):
        problem_codes.page()


def test_the_reference_has_every_public_name_with_its_words() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for name in lz.__all__:
        assert f"`lz.{name}`" in text or f"`lz.{name}." in text, name
    assert ":raises" not in text
    assert "``" not in text.replace("```", "")


def test_the_notebook_runs(tmp_path: Path) -> None:
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    saved = [cell for cell in notebook.cells if cell.cell_type == "code"]
    pictures = [shows_picture(cell) for cell in saved]
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert [shows_picture(cell) for cell in saved] == pictures
    assert any(pictures)


def shows_picture(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell has a picture among its outputs."""
    return any("image/png" in output.get("data", {}) for output in cell.outputs)
