"""What a hand-in of workbooks would do, in the words of the sheets that staff know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lanzarote_data.desk.changes import ChangeList
from lanzarote_data.ingest.ingest import Ingestion
from lanzarote_data.model.merge import Cell, Conflict, Side
from lanzarote_data.model.package import Package, titles_of
from lanzarote_data.model.problems import Location, Problem
from lanzarote_data.model.tables import Row
from lanzarote_data.text.items import RECOMMENDATIONS, grouped
from lanzarote_data.workbook.choices import in_words
from lanzarote_data.workbook.earlier import conflict_problem
from lanzarote_data.workbook.imports import MergedWorkbook, Outcome
from lanzarote_data.workbook.review import Place, corrected_bytes, place_in_sheet, text_at

MOST_FAULTS = 200
THIRD = "third"


@dataclass(frozen=True)
class Question:
    """A conflict for a person to settle; ``name`` is that of its fields in the form.

    One that ``may_stay`` is only told: the tables have a newer text, which stays unless the person
    chooses otherwise. ``since`` says who made the tables what they are; ``other`` names a workbook
    that is handed in together with this one, and has the text in place of the tables.
    A side is None where it lacks the row. A text has a ``place``, where a third one may be written;
    a whole row has none.
    """

    name: str
    conflict: Conflict
    where: str
    sides: tuple[str | None, ...]
    place: Place | None
    may_stay: bool = False
    since: str = ""
    other: str = ""


@dataclass(frozen=True)
class Fault:
    """A place with problems; a cell has a ``name``, that of its field in the form, and a text.

    The text is what stands in the cell or, where that is certain, what should stand there.
    """

    name: str
    where: str
    problems: list[Problem]
    place: Place | None = None
    text: str = ""


def lines(text: str, width: int = 80, most: int = 12) -> int:
    r"""How many lines a field should have for a text.

    >>> lines(""), lines("one\ntwo"), lines("x" * 200)
    (1, 2, 3)
    """
    return min(most, sum(len(line) // width + 1 for line in text.split("\n")))


class WorkbooksPreview:
    """What importing some workbooks would change, and what prevents it."""

    def __init__(self, outcome: Outcome, package: Package) -> None:
        self.outcome = outcome
        self.package = package
        self.listed = ChangeList(outcome.changes, outcome.workbooks[-1].result.tables)
        self.names = [workbook.path.name for workbook in outcome.workbooks]
        self.questions = [list(self._questions(w, n)) for n, w in enumerate(outcome.workbooks)]
        self.faults = [list(self._faults(w, n)) for n, w in enumerate(outcome.workbooks)]
        self.warnings = list(dict.fromkeys(filter(_is_of_a_sheet, outcome.problems)))

    @property
    def refused(self) -> bool:
        """Whether conflicts or errors prevent the import."""
        return self.outcome.refused

    @property
    def views(self) -> list[str]:
        """The names of the workbooks to export again."""
        handed_in = (w.edits.content.base.view.subject for w in self.outcome.workbooks)
        return list(dict.fromkeys((*handed_in, *self.listed.views)))

    def corrected(self, form: Mapping[str, str]) -> dict[int, bytes]:
        """The workbooks that a filled-in form corrects, by their number."""
        done = {}
        for number, workbook in enumerate(self.outcome.workbooks):
            sides, texts = self._settled(number, form)
            texts |= {
                fault.place: text
                for fault in self.faults[number]
                if fault.place
                and (text := _typed(form, fault.name, fault.text)) != text_at(workbook, fault.place)
            }
            if sides or texts:
                done[number] = corrected_bytes(workbook, texts, sides)
        return done

    def _settled(
        self, number: int, form: Mapping[str, str]
    ) -> tuple[dict[Cell, Side], dict[Place, str]]:
        """The sides that the form chooses in conflicts, and the third texts in it."""
        sides: dict[Cell, Side] = {}
        texts: dict[Place, str] = {}
        for question in self.questions[number]:
            text = _typed(form, f"{question.name}-text", question.sides[2] or "")
            is_new = THIRD if text != (question.sides[2] or "") else ""
            everywhere = "" if question.may_stay else form.get("all")
            chosen = everywhere or form.get(question.name) or is_new
            if chosen in ("ours", "theirs", THIRD):
                sides[question.conflict.cell] = "ours" if chosen == "ours" else "theirs"
            if chosen == THIRD and question.place:
                texts[question.place] = text
        return sides, texts

    @property
    def is_open(self) -> bool:
        """Whether there is anything to settle, or that may be."""
        return any((*self.questions, *self.faults))

    @property
    def is_settled(self) -> bool:
        """Whether a choice is to be recorded though nothing changes by it."""
        return any(workbook.settled for workbook in self.outcome.workbooks)

    def _questions(self, workbook: MergedWorkbook, number: int) -> Iterator[Question]:
        """The conflicts of a workbook; those with a later one are asked there."""
        asked = [(conflict, False) for conflict in workbook.result.conflicts]
        asked += [(conflict, True) for conflict in workbook.told]
        for index, (conflict, may_stay) in enumerate(asked):
            origin = conflict.origin
            other = origin.name if origin and not origin.time else ""
            if other not in self.names[number + 1 :]:
                versions = conflict.versions
                three = (versions.base, versions.ours, versions.theirs)
                yield Question(
                    f"conflict-{number}-{index}",
                    conflict,
                    self._where(workbook, conflict_problem(conflict).location),
                    tuple(self._in_words(side, conflict.resource) for side in three),
                    place_in_sheet(conflict.source) if conflict.field else None,
                    may_stay,
                    str(origin) if origin else "",
                    other,
                )

    def _in_words(self, side: str | Row | None, resource: str) -> str | None:
        """One side of a conflict: a text, or the cells of a row under their headers."""
        if side is None or isinstance(side, str):
            return side
        return in_words(side, titles_of(self.package, resource)[1])

    def _faults(self, workbook: MergedWorkbook, number: int) -> Iterator[Fault]:
        """The places with errors, each with all of them."""
        errors = [p for p in workbook.problems if p.severity == "error"]
        by_place = grouped(errors, lambda problem: problem.location.source)
        for index, (source, problems) in enumerate(list(by_place.items())[:MOST_FAULTS]):
            where = self._where(workbook, problems[0].location)
            place = place_in_sheet(source)
            if place and place[0] in (grid.title for grid in workbook.edits.content.grids):
                text = workbook.edits.corrections.get(place) or text_at(workbook, place)
                yield Fault(f"cell-{number}-{index}", where, problems, place, text)
            else:
                yield Fault("", where, problems)

    def _where(self, workbook: MergedWorkbook, at: Location) -> str:
        """A place in words: file, sheet and cell, header, id."""
        file = workbook.path.name if len(self.outcome.workbooks) > 1 else ""
        shown = self.package.titled(at)
        return " · ".join(filter(None, (file, shown.source.replace("!", " "), shown.field, at.key)))


def _typed(form: Mapping[str, str], name: str, default: str) -> str:
    """What was typed into a field; browsers send line breaks as CRLF."""
    return form.get(name, default).replace("\r\n", "\n")


def _is_of_a_sheet(problem: Problem) -> bool:
    """Whether a problem is a warning about something that the person can see in a workbook."""
    where = problem.location
    is_seen = place_in_sheet(where.source) is not None or not where.key
    return problem.severity == "warning" and is_seen and problem.code != "older-text"


class SourcePreview:
    """What ingesting the text of a factsheet would add, and what of it is doubtful."""

    def __init__(self, done: Ingestion) -> None:
        self.done = done
        self.listed = ChangeList(done.changes, done.tables)
        self.errors = [p for p in done.problems if p.severity == "error"]
        self.doubts = [p for p in done.problems if _is_doubt(p)]
        self.left_out = Counter(p.message for p in done.problems if p.code == "left-out")

    @property
    def refused(self) -> bool:
        """Whether errors prevent the ingestion."""
        return self.done.refused

    @property
    def views(self) -> list[str]:
        """The names of the workbooks to export again."""
        return self.listed.views

    @property
    def counts(self) -> list[tuple[str, int, int]]:
        """The tables that the source has rows of: title, how many, how many of them are new."""
        new = Counter(change.resource for change in self.done.changes if change.kind == "added")
        package, counts = self.done.tables.package, self.done.counts
        return [(package.resource(n).title, count, new[n]) for n, count in counts.items()]

    @property
    def urgencies(self) -> Counter[str]:
        """How many new recommendations have each urgency."""
        changes = self.done.changes
        rows = (change.new for change in changes if change.resource == RECOMMENDATIONS)
        words = (row.get("urgency", "") for row in rows if isinstance(row, Mapping))
        return Counter(filter(None, words))


def _is_doubt(problem: Problem) -> bool:
    """Whether a problem is a warning about the source, which the table of a file has none of."""
    of_source = not problem.location.source.partition(":")[0].endswith(".csv")
    return problem.severity == "warning" and problem.code != "left-out" and of_source


Preview = WorkbooksPreview | SourcePreview


def preview_of(done: Outcome | Ingestion, package: Package) -> Preview:
    """What is shown of a dry run."""
    return WorkbooksPreview(done, package) if isinstance(done, Outcome) else SourcePreview(done)
