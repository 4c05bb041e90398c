"""The guide, the notebook and the reference for analysts: all of it runs and is current."""

from __future__ import annotations

import doctest
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import nbformat
import pytest
from mypy import api
from nbclient import NotebookClient

import lanzarote_data as lz
from docs import problem_codes

pytestmark = pytest.mark.slow

mpl.use("agg")

TOP = Path(__file__).parent.parent
DOCS = TOP / "docs"
FLAGS = doctest.NORMALIZE_WHITESPACE


def examples(path: Path) -> Iterator[doctest.Example]:
    """The examples in the fenced blocks of a guide."""
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"^```pycon\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        line = text.count("\n", 0, found.start()) + 1
        for example in doctest.DocTestParser().get_examples(found[1]):
            example.lineno += line
            yield example


def test_the_examples_of_the_guide_give_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # an example saves a picture
    path = DOCS / "analysts.md"
    found = list(examples(path))
    assert len(found) > 25
    test = doctest.DocTest(found, {}, path.name, str(path), 0, None)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert result.failed == 0, "".join(report)
    assert (tmp_path / "belgium.png").read_bytes().startswith(b"\x89PNG")


def test_the_examples_of_the_page_on_validation_give_what_it_says() -> None:
    path = DOCS / "validation.md"
    found = list(examples(path))
    assert len(found) > 6
    test = doctest.DocTest(found, {}, path.name, str(path), 0, None)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert result.failed == 0, "".join(report)


def test_each_question_takes_fewer_than_ten_lines() -> None:
    text = (DOCS / "analysts.md").read_text(encoding="utf-8")
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
    guides = [*examples(DOCS / "analysts.md"), *examples(DOCS / "validation.md")]
    source = "".join(example.source for example in guides)
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
