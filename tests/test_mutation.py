"""The list of explained mutants, and what counts as the mere wording of a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation import PLANS
from mutation.survivors import Change, change_of, explanations
from tests.packages import ROOT

DIFF = """# lanzarote_data.model.merge.x_merge__mutmut_1: survived
--- lanzarote_data/merge.py
+++ lanzarote_data/merge.py
@@ -1,3 +1,3 @@
 def merge(a):
-    return a == 1
+    return a != 1
"""


def test_a_change_is_read_off_what_mutmut_shows() -> None:
    name = "lanzarote_data.model.merge.xǁ_TableMergeǁrow__mutmut_1"
    assert change_of(name, DIFF) == Change("_TableMerge.row", "return a == 1", "return a != 1")


@pytest.mark.parametrize(
    ("now", "wording"),
    [
        ('say("a-code", "XXThis is wrong.XX")', True),
        ('say("a-code", "THIS IS WRONG.")', True),
        ('say("A-CODE", "This is wrong.")', False),
        ('say("a-code", None)', False),
        ('say("a-code", )', False),
    ],
)
def test_only_letters_of_a_sentence_are_wording(now: str, wording: bool) -> None:
    assert Change("f", 'say("a-code", "This is wrong.")', now).is_wording is wording


def test_plans_name_modules_and_tests_that_are_there() -> None:
    for module, tests in PLANS.items():
        assert (ROOT / "lanzarote_data" / f"{module}.py").is_file()
        assert [path for path in tests if not (ROOT / path).is_file()] == []


def test_every_explanation_is_of_a_planned_module_and_of_a_line_that_is_there() -> None:
    for module, found in explanations().items():
        text = (ROOT / "lanzarote_data" / f"{module}.py").read_text(encoding="utf-8")
        lines = {line.strip() for line in text.splitlines()}
        for change in found:
            assert set(change.was.splitlines()) <= lines, (module, change)


def test_an_explanation_without_a_reason_is_none(tmp_path: Path) -> None:
    path = tmp_path / "explained.toml"
    path.write_text('[[survivor]]\nmodule = "m"\nfunction = "f"\nwas = "a"\nnow = "b"\nwhy = " "\n')
    with pytest.raises(ValueError, match="no reason"):
        explanations(path)
