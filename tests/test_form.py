"""Reporting forms: out, filled in, and back; only entries of the right kind ever arrive."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook

from benchmarks.generate import generate
from lanzarote_data.cli import main
from lanzarote_data.model.package import Package
from lanzarote_data.model.problems import has_errors
from lanzarote_data.model.tables import Row
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.base import base_lines
from lanzarote_data.workbook.form import form_tables, form_view
from lanzarote_data.workbook.imports import Outcome, import_workbooks, merge_workbooks
from lanzarote_data.workbook.review import write_review
from tests.clients import ClientMissingError, Edit, gnumeric, sheetjs
from tests.forms import Entry, change, entry, fill, make_form, put, sort
from tests.office import Office, type_text
from tests.packages import change_descriptor, copy_package
from tests.workbooks import edit, make, remove, tables_bytes
from tests.workbooks import put as put_into

pytestmark = pytest.mark.slow


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """Three synthetic Parties, with some follow-up; BEL is addressed by nine codes."""
    return copy_package("frames", tmp_path / "package")


@pytest.fixture
def form(package: Package, tmp_path: Path) -> Path:
    return make_form(package, tmp_path / "returned.xlsx", due="2026-12-31")


def entries(package: Package, kind: str = "measure") -> list[Entry]:
    """The entries of a kind in the data, without ids."""
    rows = read_tables(package).tables.rows("follow_up")
    return sorted(_told(row) for row in rows if row["kind"] == kind)


def _told(row: Row) -> Entry:
    code = row["report_recommendation_id"].removeprefix("R2-")
    return (code, *(row[name] for name in ("date", "status", "text", "source", "url")))


def added(outcome: Outcome) -> list[str]:
    assert all(change.kind == "added" for change in outcome.changes)
    return [change.key[0] for change in outcome.changes]


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.code, problem.location.source) for problem in outcome.problems]


def test_a_form_has_what_is_addressed_to_its_party_in_the_order_of_the_factsheet(
    form: Path,
) -> None:
    book = load_workbook(form)
    first, sheet = book["Read me"], book["Report"]
    told = {row[0].value: row[1].value for row in first.iter_rows()}
    assert (told["Until when"], told["Send it to"]) == ("2026-12-31", None)
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=2)]
    # One generic recommendation cites IX-4 and IX-9; its words are the same for both.
    assert [row[0] for row in rows] == [
        *("II-1", "II-2", "II-3", "II-5", "II-6", "IX-4", "IX-9", "IX-5"),
    ]
    assert rows[0][1:3] == [
        "invite",
        "The Committee invites Belgium: to keep a synthetic register.",
    ]
    assert rows[1][3].startswith("2024-06-30: partially implemented")
    assert rows[2][3] == "nothing reported"
    assert sheet.protection.sheet
    assert all(sheet.cell(2, column).protection.locked for column in range(1, 5))
    # Cells that are not in the file, as those to fill in, are as their column says.
    assert not any(sheet.column_dimensions[c].protection.locked for c in "ABCDEFGHI")


def test_where_to_send_it_is_a_setting_of_the_package(package: Package, tmp_path: Path) -> None:
    change_descriptor(package.folder, {"/lanzarote:sendTo": "desk@example.org"})
    assert main(["form", "Belgium", "--package", str(package.folder)]) == 0
    sheet = load_workbook(package.folder / "forms" / "BEL.xlsx")["Read me"]
    assert "desk@example.org" in [row[1].value for row in sheet.iter_rows()]


def test_entries_arrive_once_and_the_return_handed_in_again_adds_nothing(
    package: Package, form: Path
) -> None:
    own = [entry("II-3"), entry("IX-9", 2, "2025-12-01"), entry("IX-9", 3), entry("II-1", 4)]
    before = entries(package)
    change(form, fill(*own))
    outcome = import_workbooks(package, [form])
    assert (codes(outcome), outcome.applied) == ([], True)
    assert entries(package) == sorted([*before, *own])
    # The earlier of two entries on one recommendation has the lower number.
    assert added(outcome)[-2:] == ["R2-IX-9.BEL.f1", "R2-IX-9.BEL.f2"]
    for again in ([form], [form, form]):
        outcome = import_workbooks(package, again)
        assert (outcome.changes, outcome.conflicts, codes(outcome)) == ((), (), [])


def test_an_empty_form_adds_nothing(package: Package, form: Path) -> None:
    assert codes(import_workbooks(package, [form])) == []


def test_a_stakeholder_gives_comments_and_never_measures(package: Package, tmp_path: Path) -> None:
    path = make_form(package, tmp_path / "x.xlsx", addressee="stakeholder")
    before = entries(package)
    change(path, fill(entry("II-3")))
    assert import_workbooks(package, [path]).applied
    assert entries(package) == before
    assert entry("II-3") in entries(package, "comment")


@pytest.mark.parametrize(
    ("edits", "place"),
    [
        ([put("E4", None)], ("missing-value", "Report!E4")),
        ([put("F4", "done")], ("not-in-list", "Report!F4")),
        ([put("G4", None)], ("missing-value", "Report!G4")),
        ([put("H4", None)], ("missing-value", "Report!H4")),
        ([put("E4", "31/31/2026")], ("wrong-type", "Report!E4")),
        ([put("G4", "=1+1")], ("formula", "Report!G4")),
        ([put("I4", "letter 3")], ("wrong-pattern", "Report!I4")),
        ([put("A4", None)], ("missing-value", "Report!A4")),
        # The code of another row beside the words of this one: which is meant?
        ([put("A4", "II-5")], ("ids-cut-loose", "Report!A4")),
    ],
)
def test_what_cannot_be_an_entry_is_refused_at_its_cell(
    package: Package, form: Path, edits: list[object], place: tuple[str, str]
) -> None:
    change(form, fill(entry("II-3")), *edits)  # type: ignore[arg-type]
    before = tables_bytes(package)
    outcome = import_workbooks(package, [form])
    assert not outcome.applied
    assert codes(outcome) == [place]
    assert tables_bytes(package) == before


@pytest.mark.parametrize(
    ("code", "problem"),
    [("IX-2", "follow-up-party"), ("II-99", "dangling-reference")],  # IX-2 is to FRA alone
)
def test_a_code_that_is_not_addressed_to_the_party_is_refused(
    package: Package, form: Path, code: str, problem: str
) -> None:
    change(form, fill(entry(code)))
    assert codes(import_workbooks(package, [form])) == [(problem, "Report!A10")]


def test_what_else_was_changed_is_reported_and_not_imported(package: Package, form: Path) -> None:
    before = tables_bytes(package)
    change(
        form,
        fill(entry("II-3")),
        put("B4", "invite"),
        put("C5", "Other words."),
        put("C6", None),
        put("D7", "=1+1"),
        lambda sheet: sheet.delete_rows(2),
        put("K1", "Remarks"),
    )
    outcome = import_workbooks(package, [form])
    assert outcome.applied
    assert added(outcome) == ["R2-II-3.BEL.f1"]
    assert sorted(codes(outcome)) == [
        ("added-column", "Report"),
        ("form-changed", "Report"),  # the row of II-1 is gone
        ("form-changed", "Report!B3"),
        ("form-changed", "Report!C4"),
        ("form-changed", "Report!C5"),
        ("formula", "Report!D6"),
    ]
    assert not has_errors(outcome.problems)
    after = tables_bytes(package)
    assert {name for name in after if after[name] != before[name]} == {"follow_up"}


def test_sorting_rows_is_fine_and_sorting_words_alone_is_refused(
    package: Package, form: Path
) -> None:
    change(form, fill(entry("II-3"), entry("IX-5", 2)), sort(reverse=True))
    assert import_workbooks(package, [form], dry_run=True).problems == ()
    change(form, sort(3, reverse=True))
    assert "ids-cut-loose" in {code for code, _ in codes(import_workbooks(package, [form]))}


def test_a_corrected_return_is_a_conflict_with_the_first_entry_by_entry(
    package: Package, form: Path, tmp_path: Path
) -> None:
    first = [entry("II-3"), entry("II-5", 2), entry("II-6", 3)]
    change(form, fill(*first))
    assert import_workbooks(package, [form]).applied
    # One text corrected; one with another date; one is new, of the same code and no correction.
    code, date, _, *others = entry("II-3")
    late = ("II-5", "2026-05-05", *entry("II-5", 2)[2:])
    new = (
        "II-6",
        "2026-04-04",
        "reported",
        "Quite another thing, of which nothing was said.",
        "L",
        "",
    )
    change(form, fill((code, date, "implemented", *others), late, first[2], new))
    outcome = import_workbooks(package, [form])
    assert not outcome.applied
    shown = [(c.key[0], c.source, c.field) for c in outcome.conflicts]
    assert shown == [
        ("R2-II-3.BEL.f1", "Report!A4", None),
        ("R2-II-5.BEL.f1", "Report!A5", None),
    ]
    versions = outcome.conflicts[0].versions
    assert isinstance(versions.ours, dict) and isinstance(versions.theirs, dict)
    assert (versions.ours["status"], versions.theirs["status"]) == ("under way", "implemented")
    # Settled in the review, as other conflicts are.
    review = write_review(merge_workbooks(read_tables(package).tables, [form])[0].workbooks[0])
    book = load_workbook(review)
    for line, choice in ((2, "my workbook"), (3, "the data")):
        book["Conflicts"].cell(line, 9).value = choice
    book.save(review)
    settled = import_workbooks(package, [review])
    assert settled.applied
    assert {c.key[0]: c.kind for c in settled.changes} == {
        "R2-II-3.BEL.f1": "changed",
        "R2-II-6.BEL.f2": "added",
    }


def test_an_entry_that_a_later_return_lacks_stays_and_is_reported(
    package: Package, form: Path
) -> None:
    own = form.read_bytes()
    change(form, fill(entry("II-3"), entry("II-5", 2)))
    import_workbooks(package, [form])
    form.write_bytes(own)
    change(form, fill(entry("II-5", 2)))
    outcome = import_workbooks(package, [form])
    assert (outcome.changes, codes(outcome)) == ((), [("entry-not-returned", "Report")])


def test_an_entry_that_staff_corrected_or_removed_stays_so(package: Package, form: Path) -> None:
    change(form, fill(entry("II-3"), entry("II-5", 2)))
    import_workbooks(package, [form])
    workbook = edit(
        make(package),
        put_into("Follow-up", "R2-II-3.BEL.f1", "Source", "Synthetic letter 1a"),
        remove("Follow-up", "R2-II-5.BEL.f1"),
    )
    assert import_workbooks(package, [workbook]).applied
    after = tables_bytes(package)
    # The very same file, and the same entries saved again, which are a correction for all we know.
    outcome = import_workbooks(package, [form])
    assert (outcome.changes, outcome.conflicts) == ((), ())
    change(form, put("C2", "Other words."))
    outcome = import_workbooks(package, [form])
    assert [conflict.key[0] for conflict in outcome.conflicts] == ["R2-II-3.BEL.f1"]
    assert ("entry-removed", "Report!A5") in codes(outcome)
    assert tables_bytes(package) == after


def test_undoing_a_return_lets_it_be_imported_again(package: Package, form: Path) -> None:
    change(form, fill(entry("II-3")))
    import_workbooks(package, [form])
    assert main(["undo", "1", "--package", str(package.folder)]) == 0
    assert entry("II-3") not in entries(package)
    assert added(import_workbooks(package, [form])) == ["R2-II-3.BEL.f2"]


def test_a_form_of_another_package_or_without_its_base_is_refused(
    package: Package, form: Path, tmp_path: Path
) -> None:
    change(form, fill(entry("II-3")))
    book = load_workbook(form)
    del book["_base"]
    book.save(tmp_path / "pasted.xlsx")
    run = partial(main, ["import", str(tmp_path / "pasted.xlsx"), "--package", str(package.folder)])
    assert run() == 2


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("R2-BEL.assessment.", ["form", "follow_up"]),  # no form asks for it
        ("R2-BEL.measure.", ["follow_up"]),
        ("R2-BEL.measure.", ["recommendations"]),
    ],
)
def test_a_forged_base_is_refused(
    package: Package, form: Path, view: str, names: list[str]
) -> None:
    tables = read_tables(package).tables
    if "form" in names:
        tables = form_tables(tables, form_view(tables, "BEL", "party", "", ""))
    book = load_workbook(form)
    sheet = book["_base"]
    sheet.delete_rows(1, sheet.max_row)
    for line in base_lines(tables, names, view):
        sheet.append(line)
    book.properties.description = sheet["B1"].value
    book.custom_doc_props["lanzarote-base"].value = sheet["B1"].value
    book.save(form)
    assert main(["import", str(form), "--package", str(package.folder)]) == 2


def test_the_review_of_a_form_marks_the_cell_and_can_be_corrected(
    package: Package, form: Path
) -> None:
    change(form, fill(entry("II-3")), put("H4", None))
    (workbook,) = merge_workbooks(read_tables(package).tables, [form])[0].workbooks
    review = write_review(workbook)
    sheet = load_workbook(review)["Report"]
    assert sheet["H4"].comment is not None
    assert import_workbooks(package, [change(review, put("H4", "A letter"))]).applied


def test_the_command_writes_the_same_bytes_and_never_over_entries(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ["--package", str(package.folder)]
    path = package.folder / "forms" / "BEL.xlsx"
    make = ["form", "BEL", "--due", "2026-06-30", *own]
    assert main(make) == 0
    content = path.read_bytes()
    assert main([*make, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2])["applied"] is False
    assert path.read_bytes() == content
    assert main(["form", "BEL", "--for", "stakeholder", *own]) == 0
    assert (package.folder / "forms" / "BEL-stakeholder.xlsx").exists()
    change(path, fill(entry("II-3")))
    assert main(["form", "BEL", *own]) == 1
    assert main(["import", str(path), *own]) == 0
    assert main(["form", "BEL", *own]) == 0
    with pytest.raises(SystemExit):
        main(["form", "BEL", "--due", "soon", *own])


def test_a_link_does_not_lead_forms_out_of_the_package(package: Package, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (package.folder / "forms").symlink_to(outside)
    assert main(["form", "BEL", "--package", str(package.folder)]) == 2
    assert list(outside.iterdir()) == []


def test_remind_lists_what_is_open_by_date_and_party(
    package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ["--package", str(package.folder)]
    for party, due in (("FRA", "2026-06-30"), ("BEL", "2026-06-30"), ("NLD", "2026-01-31")):
        assert main(["form", party, "--due", due, *own]) == 0
    returned = package.folder / "forms" / "BEL.xlsx"
    change(returned, fill(entry("II-3"), entry("IX-9")))
    assert main(["import", str(returned), *own]) == 0
    capsys.readouterr()
    assert main(["remind", "--by", "2026-06-30", "--format", "json", *own]) == 0
    forms = json.loads(capsys.readouterr().out)["forms"]
    assert [(f["due"], f["party_id"], len(f["open"]), f["asked"]) for f in forms] == [
        ("2026-01-31", "NLD", 3, 3),
        ("2026-06-30", "BEL", 6, 8),
        ("2026-06-30", "FRA", 5, 5),
    ]
    assert {o["code"] for o in forms[1]["open"]}.isdisjoint({"II-3", "IX-9"})
    assert main(["remind", "--by", "2026-02-01", *own]) == 0
    assert "NLD" in (out := capsys.readouterr().out) and "BEL" not in out


def test_forms_of_two_rounds_name_their_round(tmp_path: Path) -> None:
    package = copy_package("rounds", tmp_path)
    for round_id in ("R2", "R3"):
        main(["form", "BEL", "--round", round_id, "--package", str(package.folder)])
    assert {p.name for p in (tmp_path / "forms").iterdir()} == {"R2-BEL.xlsx", "R3-BEL.xlsx"}
    sheet = load_workbook(tmp_path / "forms" / "R3-BEL.xlsx")["Report"]
    assert all(str(row[0].value).startswith("R") for row in sheet.iter_rows(min_row=2))


def saved_by(program: Callable[[Path, Path], None], path: Path) -> Path:
    """The form as a program saves it; as it is where there is no such program."""
    target = path.with_name(f"saved-{path.name}")
    try:
        program(path, target)
    except ClientMissingError:
        return path
    return target


@pytest.mark.office
def test_forms_of_43_parties_come_back_in_any_order(office: Office, tmp_path: Path) -> None:
    programs = {3: sheetjs, 5: gnumeric, 7: office.convert}
    package = generate(tmp_path / "package", 43 * 60, parties=43)
    before, chance = tables_bytes(package), random.Random(20)
    parties = sorted(
        {row["party_id"] for row in read_tables(package).tables.rows("recommendations")} - {""}
    )
    assert len(parties) == 43
    paths, expected, tampered = [], [], []
    for number, party in enumerate(parties):
        path = make_form(package, tmp_path / f"{number}.xlsx", party)
        sheet = load_workbook(path, read_only=True)["Report"]
        offered = [str(row[0]) for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]
        chosen = [chance.choice(offered) for _ in range(8)]
        # SheetJS keeps dates only as texts: 2026-03-01 is written as a date, 2025-03-01 as a text.
        years = (5, 5) if programs.get(number % 10) is sheetjs else (5, 6)
        own = [entry(c, n, f"202{years[n % 2]}-0{n + 1}-01") for n, c in enumerate(chosen)]
        changes = [fill(*own)]
        if number % 4 == 1:
            changes.append(sort(reverse=number % 8 == 1))
        if number % 4 == 2:
            changes += [put("C3", "Other words."), put("B4", "urge")]
            tampered += [f"Report!{cell}" for cell in ("C3", "B4")]
        change(path, *changes)
        program = programs.get(number % 10)
        paths.append(saved_by(program, path) if program else path)
        expected += own
    chance.shuffle(paths)
    outcome = import_workbooks(package, paths)
    assert outcome.applied
    assert entries(package) == sorted(expected)
    unfit = [place for place in codes(outcome) if place[0] != "follow-up-order"]
    assert sorted(unfit) == sorted(("form-changed", place) for place in tampered)
    after = tables_bytes(package)
    assert {name for name in after if after[name] != before[name]} == {"follow_up"}
    # Again, saved once more, so that the files are others.
    chance.shuffle(paths)
    again = import_workbooks(package, [change(path) for path in paths])
    assert (again.changes, again.conflicts, tables_bytes(package)) == ((), (), after)


@pytest.mark.office
def test_forms_saved_by_other_programs_are_read(
    package: Package, form: Path, tmp_path: Path
) -> None:
    cells = {"E4": "2026-03-01", "F4": "reported", "G4": "A synthetic measure.", "H4": "Letter"}
    below = {"A10": "II-3", "E10": "2026-04-01", "F10": "reported", "G10": "More.", "H10": "L"}
    texts = [Edit("Report", cell, text) for cell, text in (cells | below).items()]
    try:
        sheetjs(form, tmp_path / "sheetjs.xlsx", texts)
        gnumeric(tmp_path / "sheetjs.xlsx", tmp_path / "gnumeric.xlsx")
    except ClientMissingError as reason:
        pytest.skip(str(reason))
    for name in ("sheetjs", "gnumeric"):
        outcome = import_workbooks(package, [tmp_path / f"{name}.xlsx"], dry_run=True)
        assert (codes(outcome), added(outcome)) == ([], ["R2-II-3.BEL.f1", "R2-II-3.BEL.f2"])


@pytest.mark.office
def test_a_form_filled_in_with_libreoffice_is_read(
    package: Package, form: Path, office: Office, tmp_path: Path
) -> None:
    cells = {"E4": "2026-03-01", "F4": "reported", "G4": "A synthetic measure.", "H4": "Letter"}
    cells |= {"A10": "II-5", "E10": "2026-04-01", "F10": "reported", "G10": "More.", "H10": "L"}
    steps = [type_text("Report", cell, text) for cell, text in cells.items()]
    office.edit(form, tmp_path / "office.xlsx", *steps)
    outcome = import_workbooks(package, [tmp_path / "office.xlsx"])
    assert codes(outcome) == []
    assert added(outcome) == ["R2-II-3.BEL.f1", "R2-II-5.BEL.f1"]
