"""A person with a real browser at the desk; journeys end with tables compared with the truth."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from waitress.server import create_server

from lanzarote_data.desk.app import create_app
from lanzarote_data.desk.desk import Desk
from lanzarote_data.desk.safety import Session
from lanzarote_data.desk.serve import bound
from lanzarote_data.model.package import Package
from lanzarote_data.render.factsheet import rendered
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from tests.forms import change, entry, fill
from tests.packages import copy_own_package, edited, with_row
from tests.test_desk import OBS, OURS, REC, THEIRS, change_tables, saved, tables_of, without_belgium
from tests.test_site_browser import STANDARDS
from tests.workbooks import Edit, add, edit, make, put, tables_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Page

pytestmark = pytest.mark.browser

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Person:
    """Somebody who got the address of the page, and knows Excel."""

    package: Package
    page: Page

    def hand_in(self, *paths: Path) -> None:
        """Choose files on the start page and hand them in."""
        self.page.get_by_role("link", name="Start", exact=True).click()
        self.page.get_by_label("Drop files here").set_input_files([str(path) for path in paths])
        self.page.get_by_role("button", name="Hand in").click()
        self.page.wait_for_load_state()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=re.compile(name)).click()
        self.page.wait_for_load_state()

    def apply(self) -> None:
        """Make the changes."""
        self.press("^Make ")
        assert self.page.get_by_role("status").inner_text().startswith("Done")

    def save(self, name: str, *edits: Edit) -> Path:
        """A workbook that was edited elsewhere."""
        return saved(self.package, name, *edits)

    def download(self, name: str) -> Download:
        """Download by a link."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name).first.click()
        return waiting.value


def opened(browser: Browser, package: Package, **settings: object) -> Iterator[Person]:
    """The desk of a package in a browser, which must not complain."""
    listening = bound(0)
    session = Session(f"http://127.0.0.1:{listening.getsockname()[1]}")
    app = create_app(Desk(package.path, "Ann", lambda: None), session)
    server = create_server(app, sockets=[listening], threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    context = browser.new_context(viewport=WIDE, **settings)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if "409" not in m.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda r: said.append(r.url) if session.origin not in r.url else None)
    page.goto(session.address)
    page.get_by_label("Drop files here").wait_for()
    assert session.token not in page.url
    yield Person(package, page)
    context.close()
    server.close()
    assert said == []


@pytest.fixture
def person(browser: Browser, small: Package) -> Iterator[Person]:
    yield from opened(browser, small)


@pytest.fixture
def patient(browser: Browser, small: Package) -> Iterator[Person]:
    """Somebody whose browser runs no scripts."""
    yield from opened(browser, small, java_script_enabled=False)


def test_a_typo_is_handed_in_the_fresh_workbook_comes_back_and_it_is_undone(
    person: Person,
) -> None:
    text = "The Committee observes a synthetic matter.[^1]"
    before = tables_bytes(person.package)
    truth = edited(tables_of(person.package), "observations", "R2-BEL-II-o1", text=text)
    person.hand_in(person.save("BEL.xlsx", put(OBS, "R2-BEL-II-o1", "Text", text)))
    page = person.page
    assert (page.locator("del").all_inner_texts(), page.locator("ins").all_inner_texts()) == (
        ["fact"], ["matter"],
    )  # fmt: skip
    person.apply()
    assert tables_of(person.package) == truth
    fresh = person.download("Download BEL.xlsx")
    exported = person.package.folder / "workbooks" / "BEL.xlsx"
    assert Path(fresh.path()).read_bytes() == exported.read_bytes()
    page.get_by_role("link", name="Undo").click()
    person.press("^Undo 1 change")
    assert page.get_by_text("Undone by 2").is_visible()
    assert tables_bytes(person.package) == before


def test_without_scripts_and_by_keyboard_a_follow_up_entry_is_handed_in(patient: Person) -> None:
    entry = {
        "date": "2026-11-30", "kind": "measure", "status": "reported",
        "text": "A synthetic measure.", "source": "A synthetic source",
    }  # fmt: skip
    tables = tables_of(patient.package)
    code = tables.rows("report_recommendations")[-1]["report_recommendation_id"]
    truth = with_row(
        tables, "follow_up", follow_up_id=f"{code}.BEL.f1", report_recommendation_id=code,
        party_id="BEL", **entry,
    )  # fmt: skip
    cells = {name.capitalize(): text for name, text in entry.items()}
    path = patient.save("BEL.xlsx", add("Follow-up", **{"Report recommendation": code}, **cells))
    keyboard = patient.page.keyboard
    patient.page.get_by_label("Drop files here").set_input_files(str(path))
    patient.page.get_by_label("Drop files here").focus()
    keyboard.press("Tab")
    keyboard.press("Enter")
    button = patient.page.get_by_role("button", name=re.compile("^Make 1 change"))
    button.wait_for()
    button.focus()
    keyboard.press("Enter")
    patient.page.get_by_role("status").wait_for()
    assert tables_of(patient.package) == truth


def test_a_factsheet_in_word_is_taken_over(browser: Browser, own: Package, tmp_path: Path) -> None:
    document = document_of(Items(tables_of(own)), "BEL")
    (tmp_path / "factsheet.docx").write_bytes(rendered(document, "docx"))
    (tmp_path / "package").mkdir()
    for person in opened(browser, without_belgium(tmp_path / "package")):
        person.hand_in(tmp_path / "factsheet.docx")
        assert "Recommendations: 76 in the file, 76 new" in person.page.inner_text("main")
        person.press("Take it over")
        person.page.get_by_role("link", name="Download BEL.xlsx").wait_for()
        found, truth = tables_of(person.package), tables_of(own)
        for name in ("recommendations", "observations", "practices", "citations"):
            assert found.rows(name) == truth.rows(name)


def test_a_form_goes_out_and_comes_back(person: Person, tmp_path: Path) -> None:
    person.page.get_by_role("link", name="Forms").click()
    person.page.get_by_label("Party:").select_option(label="Belgium")
    person.page.get_by_label("Until:").fill("2026-12-31")
    person.press("Make the form")
    path = tmp_path / "returned.xlsx"
    person.download("Download BEL.xlsx").save_as(path)
    reported = entry("II-6")
    person.hand_in(change(path, fill(reported)))
    before = tables_of(person.package)
    person.apply()
    date, status, text, source, url = reported[1:]
    assert tables_of(person.package) == with_row(
        before, "follow_up", follow_up_id="R2-II-6.BEL.f1", report_recommendation_id="R2-II-6",
        party_id="BEL", kind="measure", date=date, status=status, text=text, source=source, url=url,
    )  # fmt: skip


def test_a_forgotten_name_of_a_new_row_is_written_on_the_page(person: Person) -> None:
    row = {
        "chapter_id": "R2-II", "addressing": "named", "urgency": "invite",
        "lead_in": "The Committee **invites** {party}:",
        "text": "to write a synthetic recommendation.[^1][^2]",
    }  # fmt: skip
    headers = ("Chapter", "Addressed to", "Urgency", "Lead-in", "Text")
    footnotes = [
        {"Belongs to": "new 1", "Marker": n, "Kind": "note", "Text of the footnote": f"Note {n}."}
        for n in (1, 2)
    ]
    new = add(REC, **dict(zip(headers, row.values(), strict=True)))
    person.hand_in(person.save("BEL.xlsx", new, *(add("Citations", **one) for one in footnotes)))
    assert "new 1" in person.page.locator(".fault").inner_text()
    assert person.page.get_by_label("The cell, to correct here").input_value() == "new 1"
    person.press("Check again")
    truth = with_row(
        tables_of(person.package), "recommendations", recommendation_id="R2-BEL-II-n1",
        scope="specific", party_id="BEL", layout="bullet", document_id="R2-BEL-FACTSHEET",
        position="80", **row,
    )  # fmt: skip
    for number in ("1", "2"):
        truth = with_row(
            truth, "citations", citation_id=f"R2-BEL-II-n1.{number}", marker=number, kind="note",
            recommendation_id="R2-BEL-II-n1", text=f"Note {number}.",
        )  # fmt: skip
    person.apply()
    assert tables_of(person.package) == truth


def test_a_third_text_settles_a_conflict(person: Person) -> None:
    path = person.save("BEL.xlsx", put(REC, "R2-BEL-II-1", "Text", THEIRS))
    change_tables(person.package, "R2-BEL-II-1", OURS)
    third = "to consider a third.[^1]"
    truth = edited(tables_of(person.package), "recommendations", "R2-BEL-II-1", text=third)
    person.hand_in(path)
    assert "ours" in " ".join(person.page.locator(".sides ins").all_inner_texts())
    person.page.get_by_label("Another text").fill(third)
    assert person.page.get_by_label("Take this text").is_checked()
    person.press("Check again")
    person.apply()
    assert tables_of(person.package) == truth


def test_faults_in_two_workbooks_are_corrected_on_the_page(person: Person) -> None:
    text = "The Committee welcomes a synthetic matter.[^1]"
    finland = edit(make(person.package, "FIN"), put(OBS, "R2-FIN-II-o1", "Text", text))
    tables = edited(tables_of(person.package), "observations", "R2-FIN-II-o1", text=text)
    truth = edited(tables, "recommendations", "R2-BEL-II-1", text="to write.[^1]")
    before = tables_bytes(person.package)
    person.hand_in(person.save("a.xlsx", put(REC, "R2-BEL-II-1", "Text", "=NOW()")), finland)
    person.page.get_by_label("The cell, to correct here").fill("to write.[^1]")
    person.press("Check again")
    assert tables_bytes(person.package) == before
    person.apply()
    assert tables_of(person.package) == truth


def test_a_file_that_is_dropped_is_handed_in_and_one_of_no_use_refused(person: Person) -> None:
    path = person.save("BEL.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"))
    drop = """([name, bytes]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], name));
        const event = new DragEvent("drop", {dataTransfer: transfer, bubbles: true});
        document.getElementById("drop").dispatchEvent(event);
    }"""
    person.page.evaluate(drop, ["notes.xlsx", list(b"Not a workbook.")])
    assert "notes.xlsx" in person.page.get_by_role("alert").inner_text()
    person.page.get_by_role("link", name="Start", exact=True).click()
    person.page.evaluate(drop, ["BEL.xlsx", list(path.read_bytes())])
    person.page.get_by_role("button", name=re.compile("^Make 1 change")).wait_for()


def pages_of(person: Person) -> Iterator[str]:
    """Each page of the desk in turn, by a name."""
    yield "start"
    path = person.save("BEL.xlsx", put(REC, "R2-BEL-II-1", "Text", THEIRS))
    change_tables(person.package, "R2-BEL-II-1", OURS)
    person.hand_in(path)
    yield "conflict"
    person.hand_in(person.save("bad.xlsx", put(REC, "R2-BEL-II-2", "Text", "=1+1")))
    yield "faults"
    person.hand_in(person.save("good.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]")))
    yield "changes"
    person.apply()
    yield "done"
    person.page.get_by_role("link", name="Undo").click()
    yield "undo"
    person.page.get_by_role("link", name="History", exact=True).click()
    yield "history"
    person.page.get_by_role("link", name="1 change").click()
    yield "an import"
    person.page.get_by_role("link", name="Forms").click()
    person.press("Make the form")
    yield "forms"
    person.page.get_by_role("link", name="Release and site").click()
    yield "release"
    person.press("Write the site")
    person.page.get_by_text("The site was written").wait_for()
    yield "the site is written"
    document = document_of(Items(tables_of(person.package)), "FIN")
    (person.package.folder / "factsheet.md").write_bytes(rendered(document, "md"))
    person.hand_in(person.package.folder / "factsheet.md")
    yield "a factsheet"
    (person.package.folder / "a.xlsx").write_bytes(b"x")
    person.hand_in(person.package.folder / "a.xlsx")
    yield "refused"
    person.page.get_by_role("link", name="Start", exact=True).click()
    yield "start with files that wait"
    person.press("Close the desk")
    yield "closed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(person: Person, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    options = {"runOnly": {"type": "tag", "values": STANDARDS}}
    for name in pages_of(person):
        for size in (PHONE, WIDE):
            person.page.set_viewport_size(size)  # type: ignore[arg-type]
            found = axe.Axe().run(person.page, options=options).response
            told = [(v["id"], [node["html"] for node in v["nodes"]]) for v in found["violations"]]
            assert told == [], (name, size)
            wide = person.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], (name, size)


def test_it_opens_at_the_projects_own_size(browser: Browser, tmp_path: Path) -> None:
    for person in opened(browser, copy_own_package(tmp_path)):
        make(person.package)
        person.page.reload()
        assert person.page.get_by_role("rowheader").all_inner_texts() == ["BEL.xlsx Belgium"]
