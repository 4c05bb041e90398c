"""Two editors against a model of cells; and faults put in on purpose, which it must find.

``pytest tests/test_two_editors.py --hypothesis-profile=long`` runs hundreds of longer stories.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanzarote_data.model.merge import MergeResult
from lanzarote_data.model.merge import merge as real_merge
from lanzarote_data.model.tables import Table
from lanzarote_data.workbook import edits, imports
from lanzarote_data.workbook import undo as undoing
from lanzarote_data.workbook.earlier import Earlier
from lanzarote_data.workbook.identify import MISALIGNED, Identified
from lanzarote_data.workbook.identify import identify as real_identify
from tests.two_editors import CHOICE, NAMES, NUMBERS, TwoEditors, delete_rows

pytestmark = pytest.mark.slow

LEAN = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
IS_LONG = settings.get_current_profile_name() == "long"
TestTwoEditors = TwoEditors.TestCase
TestTwoEditors.settings = settings() if IS_LONG else LEAN


def _takes_theirs(base: Any, ours: Any, theirs: Any, settle: Any = None) -> MergeResult:
    return real_merge(base, ours, theirs, settle or "theirs")


def _forgets_topics(base: Any, ours: Any, theirs: Any, settle: Any = None) -> MergeResult:
    result = real_merge(base, ours, theirs, settle)
    table = result.tables["recommendations"]
    old = ours["recommendations"].by_key
    rows = ({**row, "topic": old.get(table.key(row), row)["topic"]} for row in table.rows)
    return replace(result, tables=result.tables.with_table(Table(table.resource, tuple(rows))))


def _sees_no_misaligned_ids(*given: Any) -> Identified:
    found = real_identify(*given)
    return replace(found, problems=tuple(p for p in found.problems if p.code != MISALIGNED))


def _forgets_what_was_imported(_: Any, edits: Any, *__: Any) -> Earlier:
    return Earlier(edits.base)


def _undoes_nothing(*_: Any) -> tuple[()]:
    return ()


def _misaligned(story: TwoEditors) -> None:
    story.sort_columns_loose(name="Ann", table="recommendations")


def _conflicting(story: TwoEditors) -> None:
    for name, number in (("Ann", 1), ("Ben", 2)):
        story.edit_text(name=name, chosen=0, number=number)
        story.take_in(names=(name,))


def _with_a_topic(story: TwoEditors) -> None:
    story.edit_topic(name="Ann", chosen=2, topic="A synthetic topic")
    story.take_in(names=("Ann",))


def _twice_and_undone(story: TwoEditors) -> None:
    for number in (1, 0):
        story.edit_text(name="Ann", chosen=0, number=number)
        story.take_in(names=("Ann",))
    story.undo(chosen=0)


@pytest.mark.parametrize(
    ("module", "name", "fault", "tell"),
    [
        (imports, "merge", _takes_theirs, _conflicting),
        (imports, "merge", _forgets_topics, _with_a_topic),
        (edits, "identify", _sees_no_misaligned_ids, _misaligned),
        (imports, "look_back", _forgets_what_was_imported, _twice_and_undone),
        (undoing, "_newest_first", _undoes_nothing, _twice_and_undone),
    ],
)
def test_the_model_finds_a_fault(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
    fault: Callable[..., Any],
    tell: Callable[[TwoEditors], None],
) -> None:
    def told() -> None:
        story = TwoEditors()
        story.begin()
        try:
            tell(story)
            story.the_tables_are_those_of_the_model()
        finally:
            story.teardown()

    told()
    monkeypatch.setattr(module, name, fault)
    with pytest.raises(AssertionError):
        told()


EDITS: dict[str, Callable[[TwoEditors, str, int, int], None]] = {
    "text": lambda story, name, chosen, number: story.edit_text(name, chosen, number),
    "topic": lambda story, name, chosen, number: story.edit_topic(name, chosen, "A" * number),
    "new": lambda story, name, _, number: story.add_observation(name, with_note=number > 1),
    "delete": lambda story, name, chosen, _: story.delete_row(name, chosen, with_notes=True),
}
EDIT = st.tuples(st.sampled_from(["text", "topic", "text", "topic", "new", "delete"]), CHOICE)
HAND_IN = st.tuples(
    NAMES,
    st.lists(st.tuples(EDIT, NUMBERS), max_size=4),
    st.sampled_from([None, None, "ours", "theirs", "review", "undo"]),
)


@settings(LEAN, max_examples=1_000 if IS_LONG else 10)
@given(st.lists(HAND_IN, min_size=2, max_size=3), st.data())
def test_one_export_handed_in_again_loses_and_invents_nothing(
    script: list[tuple[str, list[tuple[tuple[str, int], int]], Any]], data: st.DataObject
) -> None:
    story = TwoEditors()
    story.begin()
    try:
        for name, edits_made, then in script:
            for (kind, chosen), number in edits_made:
                EDITS[kind](story, name, chosen % 3, number)
            if then in ("ours", "theirs"):
                story.settle_for_a_side(name, then)
            elif then == "review" and story.conflicting():
                story.settle_in_a_review(data)
            else:
                story.take_in((name,))
            if then == "undo" and story.log:
                story.undo(len(story.log))
            story.the_tables_are_those_of_the_model()
            story.the_tables_are_valid()
    finally:
        story.teardown()


def test_an_id_that_one_workbook_takes_away_is_not_given_by_the_next() -> None:
    story = TwoEditors()
    story.begin()
    story.add_observation(name="Ann", with_note=False)
    story.take_in(names=("Ann",))
    story.export(name="Ann", view="BEL")
    ann = story.desks["Ann"]
    del ann.mine["observations", "R2-BEL-II-o2"]
    ann.pending.append(delete_rows("observations", "R2-BEL-II-o2"))
    story.add_observation(name="Ben", with_note=False)
    story.take_in(names=("Ann", "Ben"))
    assert ("observations", "R2-BEL-II-o3") in story.truth
    story.teardown()


@pytest.mark.parametrize("by_ben", ["new", "delete"])
def test_a_new_row_that_comes_back_after_an_undo_has_a_position_of_its_own(by_ben: str) -> None:
    story = TwoEditors()
    story.begin()
    EDITS["new"](story, "Ann", 0, 1)
    story.take_in(names=("Ann",))
    story.undo(chosen=0)
    for _ in range(2):  # a row that others point to is not deleted
        EDITS[by_ben](story, "Ben", 2, 1)
    story.take_in(names=("Ben",))
    EDITS["new"](story, "Ann", 0, 1)
    story.take_in(names=("Ann",))
    story.the_tables_are_those_of_the_model()
    story.the_tables_are_valid()
    story.teardown()
