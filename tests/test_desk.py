"""The desk without a browser: what it lets in, keeps, shows, corrects and imports."""

from __future__ import annotations

import io
import os
import re
import shutil
from html import unescape
from pathlib import Path
from threading import Event, Thread
from time import process_time, sleep
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from lanzarote_data.desk import inbox
from lanzarote_data.desk.app import create_app
from lanzarote_data.desk.desk import Desk
from lanzarote_data.desk.inbox import Inbox
from lanzarote_data.desk.safety import COOKIE, LARGEST_UPLOAD, Session
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.release.verify import verify
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables, write_tables
from lanzarote_data.validate.package import validate_package
from tests.factsheets import BELGIUM
from tests.faulty_files import KILL, KILLED, FaultyFiles
from tests.forms import change, entry, fill
from tests.hostile.workbooks import HEAVY, SMALL
from tests.packages import copy_own_package, copy_package, edited, with_row
from tests.workbooks import Edit, add, column, edit, make, put, remove, tables_bytes

REC, OBS = "Recommendations", "Observations"
ORIGIN = "http://127.0.0.1:4711"
SESSION = Session(ORIGIN)
File = tuple[str, bytes]


class Visitor:
    """Somebody with a browser at the desk of a package."""

    def __init__(self, package: Package, enters: bool = True) -> None:
        self.package = package
        self.desk = Desk(package.path, "Ann", lambda: None)
        app = create_app(self.desk, SESSION)
        app.testing = True
        self.client = app.test_client()
        if enters:
            assert self.get(f"/?token={SESSION.token}").status_code == 200

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(f"{SESSION.path}{address}", base_url=ORIGIN, headers=headers)

    def post(self, address: str, data: object = None, **headers: str) -> TestResponse:
        given = {"Origin": ORIGIN, **headers}
        place = f"{SESSION.path}{address}"
        return self.client.post(place, base_url=ORIGIN, headers=given, data=data)

    def drop(self, *files: File | Path) -> TestResponse:
        pairs = [(f.name, f.read_bytes()) if isinstance(f, Path) else f for f in files]
        return self.post("/hand-in", {"files": [(io.BytesIO(c), name) for name, c in pairs]})

    def hand_in(self, *files: File | Path) -> str:
        """Hand in files that can be read; the address of their page."""
        answer = self.drop(*files)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].removeprefix(SESSION.path)

    def sends(self, *edits: Edit, name: str = "BEL.xlsx") -> str:
        """Hand in a workbook with edits; the address of its page."""
        return self.hand_in(saved(self.package, name, *edits))

    def text(self, row_id: str) -> str:
        """The text of a recommendation as the tables have it."""
        found = tables_of(self.package).find("recommendations", row_id)
        assert found
        return found["text"]

    def page(self, address: str) -> str:
        answer = self.get(address)
        assert answer.status_code == 200
        return answer.text

    def send(self, address: str, what: str, **fields: str) -> str:
        """Send the form of a page, with its hidden digest; the page that comes after."""
        (digest,) = set(re.findall(r'name="digest" value="([^"]+)"', self.page(address)))
        place = f"{address}/{what}".rstrip("/")
        answer = self.post(place, {"digest": digest, **fields})
        assert answer.status_code == 303
        return self.page(answer.headers["Location"].removeprefix(SESSION.path))

    def field(self, address: str, text: str) -> str:
        """The name of the field that holds a text."""
        found = re.search(rf'<textarea[^>]* name="([^"]+)"[^>]*>{text}', self.page(address))
        assert found, self.page(address)
        return found[1]


@pytest.fixture
def visitor(small: Package) -> Visitor:
    return Visitor(small)


def tables_of(package: Package) -> Tables:
    return read_tables(package).tables


def saved(package: Package, name: str, *edits: Edit) -> Path:
    """A workbook that somebody saved elsewhere."""
    target = package.folder.parent / f"{package.folder.name}-{name}"
    shutil.copy(make(package), target)
    return edit(target, *edits)


def change_tables(package: Package, row_id: str, text: str) -> None:
    with locked(package):
        write_tables(package, edited(tables_of(package), "recommendations", row_id, text=text))


def marked(page: str, mark: str) -> list[str]:
    return [unescape(text) for text in re.findall(rf"<{mark}>(.*?)</{mark}>", page)]


# Who may use it.

STRANGERS: dict[str, dict[str, str]] = {
    "another host": {"Host": "127.0.0.1:4712"},
    "a name that was bound to this machine": {"Host": "example.org:4711"},
    "a page from elsewhere": {"Origin": "https://example.org"},
    "a page of another port": {"Origin": "http://127.0.0.1:8000"},
    "a page of no origin": {"Origin": "null"},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
def test_requests_from_elsewhere_are_refused_with_the_cookie_too(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    address = visitor.sends(put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"))
    before = tables_bytes(visitor.package)
    for answer in (
        visitor.get("/", **headers),
        visitor.post(f"{address}/apply", {"digest": ""}, **headers),
        visitor.post("/hand-in", {"files": (io.BytesIO(b"x"), "a.xlsx")}, **headers),
    ):
        assert answer.status_code in (403, 421)
        assert "BEL" not in answer.text
    assert tables_bytes(visitor.package) == before
    assert len(visitor.desk.inbox.all("waiting")) == 1


def test_without_the_token_nothing_is_shown_or_changed(small: Package) -> None:
    stranger = Visitor(small, enters=False)
    addresses = ("/", "/?token=wrong", "/assets/site.css", "/workbook/BEL.xlsx", "/none")
    assert [stranger.get(a).status_code for a in addresses] == [403] * 5
    assert stranger.client.get("/", base_url=ORIGIN).status_code == 403
    stranger.client.set_cookie(COOKIE, "wrong", domain="127.0.0.1", path=SESSION.home)
    assert stranger.post("/stop").status_code == 403
    assert stranger.drop(saved(small, "BEL.xlsx")).status_code == 403
    assert not (small.folder / inbox.FOLDER).exists()


def test_a_change_needs_our_origin_and_cookie_and_policy_are_strict(small: Package) -> None:
    visitor = Visitor(small, enters=False)
    answer = visitor.get(f"/?token={SESSION.token}")
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", f"Path={SESSION.home}"))
    policy = visitor.get("/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert SESSION.token not in visitor.page("/")
    answer = visitor.client.post(f"{SESSION.path}/stop", base_url=ORIGIN)
    assert answer.status_code == 403


# What it keeps.


@pytest.mark.parametrize("name", ["../../x.xlsx", "..\\x.xlsx", "/etc/x.xlsx", "..", "a\0.xlsx"])
def test_a_name_that_is_a_path_is_refused(visitor: Visitor, name: str) -> None:
    around = set(visitor.package.folder.parent.rglob("*"))
    content = make(visitor.package).read_bytes()
    answer = visitor.drop(("BEL.xlsx", content), (name, content))
    assert answer.status_code in (303, 400, 409)
    inside = visitor.package.folder
    new = set(visitor.package.folder.parent.rglob("*")) - around
    assert all(path.is_relative_to(inside) for path in new)
    if answer.status_code != 303:
        assert not visitor.desk.inbox.all("waiting")


REFUSED = (
    "nothing", "a text", "an old workbook", "an encrypted workbook", "an OpenDocument file",
    "a binary workbook", "macros", "links to other workbooks", "an external entity",
    "a part that leads outside", "sizes that are huge", "a far row",
    "a part that unpacks to 100 megabytes",
)  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_of_each_kind_that_cannot_be_read_is_refused_and_not_kept(
    visitor: Visitor, kind: str
) -> None:
    before = tables_bytes(visitor.package)
    answer = visitor.drop(("BEL.xlsx", {**SMALL, **HEAVY}[kind]()))
    assert answer.status_code == 409
    assert "BEL.xlsx" in answer.text
    assert not list((visitor.package.folder / inbox.FOLDER).glob("**/*.xlsx"))
    assert tables_bytes(visitor.package) == before


def test_what_is_too_large_is_refused_before_it_is_read(visitor: Visitor) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError(f"{size} bytes of it were read")

    answer = visitor.client.post(
        f"{SESSION.path}/hand-in",
        base_url=ORIGIN,
        headers={"Origin": ORIGIN},
        input_stream=Unread(),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)},
    )
    assert answer.status_code == 413


def test_names_that_are_no_names_of_files_are_made_safe(visitor: Visitor) -> None:
    content = make(visitor.package).read_bytes()
    other = saved(visitor.package, "a.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"))
    visitor.hand_in(
        ("CON.xlsx", content), ("Bélgica: “final”?.xlsx", content), ("CON.xlsx", other.read_bytes())
    )
    (kept,) = visitor.desk.inbox.all("waiting")
    assert [p.name for p in kept.files] == ["1-CON.xlsx", "3-CON.xlsx", "Bélgica_ _final__.xlsx"]


def test_what_waits_is_there_at_the_next_start_and_once(visitor: Visitor) -> None:
    path = saved(visitor.package, "BEL.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"))
    address = visitor.hand_in(path)
    assert visitor.hand_in(("Another name.xlsx", path.read_bytes())) == address
    (visitor.package.folder / inbox.FOLDER / ".a.new").mkdir()
    visitor.desk.inbox.tidy()
    assert f'href="{SESSION.path}{address}"' in Visitor(visitor.package).page("/")
    assert visitor.post(f"{address}/aside").status_code == 303
    assert not visitor.desk.inbox.all("waiting")
    assert visitor.desk.inbox.all("aside")[0].files[0].read_bytes() == path.read_bytes()
    assert visitor.post(f"{address}/apply").status_code == 410


# What it does.


def test_a_typo_is_shown_under_its_header_and_applied(visitor: Visitor) -> None:
    text = "The Committee observes a synthetic matter.[^1]"
    truth = edited(tables_of(visitor.package), "observations", "R2-BEL-II-o1", text=text)
    path = saved(visitor.package, "BEL.xlsx", put(OBS, "R2-BEL-II-o1", "Text", text))
    shutil.copy(path, visitor.package.folder / "workbooks" / "BEL.xlsx")
    address = visitor.hand_in(("Anna’s copy.xlsx", path.read_bytes()))
    page = visitor.page(address)
    assert (marked(page, "del"), marked(page, "ins")) == (["fact"], ["matter"])
    assert "Belgium · Observations" in page and "<dt>Text</dt>" in page
    assert tables_of(visitor.package) != truth
    visitor.send(address, "apply")
    assert tables_of(visitor.package) == truth
    (kept,) = visitor.desk.inbox.all("applied")
    assert kept.files[0].read_bytes() == path.read_bytes()
    exported = visitor.package.folder / "workbooks" / "BEL.xlsx"
    assert visitor.get("/workbook/BEL.xlsx").data == exported.read_bytes()
    assert "Unchanged" in visitor.page("/")
    again = visitor.page(visitor.hand_in(path))
    assert "apply" not in again


def test_two_workbooks_at_once_are_applied_together_or_not_at_all(visitor: Visitor) -> None:
    package = visitor.package
    text = "The Committee welcomes a synthetic matter.[^1]"
    finland = edit(make(package, "FIN"), put(OBS, "R2-FIN-II-o1", "Text", text))
    faulty = saved(package, "bad.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^9]"))
    before = tables_bytes(package)
    address = visitor.hand_in(finland, faulty)
    assert 'action="apply' not in visitor.page(address)
    visitor.post(f"{address}/apply", {"digest": visitor.desk.preview(_only(visitor))[0]})
    assert tables_bytes(package) == before
    truth = edited(tables_of(package), "observations", "R2-FIN-II-o1", text=text)
    truth = edited(truth, "observations", "R2-BEL-II-o1", text="Changed.[^1]")
    visitor.send(address, "correct", **{visitor.field(address, "Changed"): "Changed.[^1]"})
    visitor.send(address, "apply")
    assert tables_of(package) == truth


def _only(visitor: Visitor) -> inbox.HandIn:
    (waiting,) = visitor.desk.inbox.all("waiting")
    return waiting


def test_a_new_row_is_shown_as_its_sheet_shows_it(visitor: Visitor) -> None:
    text = "The Committee observes one more synthetic fact."
    page = visitor.page(visitor.sends(add(OBS, Chapter="R2-III", Text=text)))
    chapter = tables_of(visitor.package).find("chapters", "R2-III")
    assert chapter and f"R2-III {chapter['title']}" in marked(page, "dd")
    shown = re.findall(r"<dt>(.*?)</dt>", page)
    assert {"Chapter", "Text"} <= set(shown)
    assert not {"Party", "Observation", "chapter_id", "Scope"} & set(shown)


def test_a_cell_that_could_not_be_read_is_corrected_on_the_page(visitor: Visitor) -> None:
    path = saved(visitor.package, "BEL.xlsx", put(REC, "R2-BEL-II-1", "Text", "=1+1"))
    text = "to consider:\n- a synthetic <recommendation> & more.[^1]"
    truth = edited(tables_of(visitor.package), "recommendations", "R2-BEL-II-1", text=text)
    address = visitor.hand_in(path)
    field = visitor.field(address, re.escape("=1+1"))
    visitor.send(address, "correct", **{field: text.replace("\n", "\r\n")})
    assert _only(visitor).originals[0].read_bytes() == path.read_bytes()
    visitor.send(address, "apply")
    assert tables_of(visitor.package) == truth


def test_what_is_typed_over_a_suggestion_counts(visitor: Visitor) -> None:
    row = add(REC, Chapter="R2-II", Text="to consider a synthetic text.[^1]")
    footnote = {"Belongs_to": "new 1", "Marker": 1, "Text_of_the_footnote": "A synthetic note."}
    address = visitor.sends(row, add("Citations", **footnote))
    visitor.send(address, "correct", **{visitor.field(address, "new 1"): "new 2"})
    (corrected,) = _only(visitor).files
    sheet = load_workbook(corrected)[REC]
    assert sheet.cell(sheet.max_row, column(sheet, "↳ Id")).value == "new 2"


def test_a_deleted_row_is_named_by_its_sheet(visitor: Visitor) -> None:
    page = visitor.page(visitor.sends(remove(REC, "R2-BEL-II-1")))
    assert "Recommendations · R2-BEL-II-1<" in page
    assert "recommendations ·" not in page


THEIRS, OURS = "to consider theirs.[^1]", "to consider ours.[^1]"


@pytest.mark.parametrize(
    ("choice", "third", "expected"),
    [
        ("ours", "", OURS),
        ("theirs", "", THEIRS),
        ("third", "to consider a third.[^1]", "to consider a third.[^1]"),
        ("", "to consider a third.[^1]", "to consider a third.[^1]"),
        ("all", "", THEIRS),
    ],
)
def test_a_conflict_is_settled(visitor: Visitor, choice: str, third: str, expected: str) -> None:
    other = "to follow theirs.[^1][^2]"
    path = saved(
        visitor.package,
        "BEL.xlsx",
        put(REC, "R2-BEL-II-1", "Text", THEIRS),
        put(REC, "R2-BEL-II-2", "Text", other),
    )
    change_tables(visitor.package, "R2-BEL-II-1", OURS)
    tables = edited(tables_of(visitor.package), "recommendations", "R2-BEL-II-2", text=other)
    truth = edited(tables, "recommendations", "R2-BEL-II-1", text=expected)
    address = visitor.hand_in(path)
    name = visitor.field(address, "to consider theirs").removesuffix("-text")
    fields = {"all": "theirs"} if choice == "all" else {name: choice}
    visitor.send(address, "correct", **fields, **({f"{name}-text": third} if third else {}))
    visitor.send(address, "apply")
    assert tables_of(visitor.package) == truth


def test_the_marked_copy_is_downloaded_corrected_and_handed_in(visitor: Visitor) -> None:
    path = saved(visitor.package, "BEL.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^9]"))
    address = visitor.hand_in(path)
    answer = visitor.get(f"{address}/review/0")
    assert "BEL.review.xlsx" in answer.headers["Content-Disposition"]
    copy = path.with_name("copy.xlsx")
    copy.write_bytes(answer.data)
    edit(copy, put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"))
    truth = edited(tables_of(visitor.package), "observations", "R2-BEL-II-o1", text="Changed.[^1]")
    visitor.send(visitor.hand_in(copy), "apply")
    assert tables_of(visitor.package) == truth
    assert visitor.get(f"{address}/review/7").status_code == 404


def test_what_changed_since_it_was_shown_is_shown_again_and_not_applied(visitor: Visitor) -> None:
    address = visitor.sends(put(REC, "R2-BEL-II-1", "Text", THEIRS))
    digest = visitor.desk.preview(_only(visitor))[0]
    change_tables(visitor.package, "R2-BEL-II-2", "to follow ours.[^1][^2]")
    before = tables_bytes(visitor.package)
    for what in ("apply", "correct"):
        form = {"digest": digest, "cell-0-0": "x", "all": "theirs"}
        again = visitor.post(f"{address}/{what}", form).headers["Location"]
        assert 'role="alert"' in visitor.page(again.removeprefix(SESSION.path))
    assert tables_bytes(visitor.package) == before
    visitor.send(address, "apply")
    assert visitor.text("R2-BEL-II-1") == THEIRS


def test_an_import_is_listed_and_undone(visitor: Visitor) -> None:
    package = visitor.package
    gone = (remove(REC, "R2-BEL-II-6"), remove("Citations", "R2-BEL-II-6.1"))
    before = tables_bytes(package)
    address = visitor.sends(put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"), *gone)
    done = visitor.send(address, "apply", by="Ms <Example>")
    assert 'href="' + SESSION.path + '/history/1/undo"' in done
    assert "Ms &lt;Example&gt;" in visitor.page("/history")
    assert "to review a synthetic recommendation." in visitor.page("/history/1")
    assert "Changed" in marked(visitor.page("/history/1/undo"), "del")
    visitor.send("/history/1/undo", "")
    assert tables_bytes(package) == before
    assert visitor.get("/history/1/undo").status_code == 409
    assert visitor.get("/history/9").status_code == 404
    assert "Undo" in Visitor(package).page(address)  # at the next start, too


def test_an_edit_is_seen_in_a_file_of_the_same_size_and_time(visitor: Visitor) -> None:
    copy = saved(visitor.package, "BEL.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"))
    path = visitor.package.folder / "workbooks" / "BEL.xlsx"
    contents = [file.read_bytes() for file in (path, copy)]
    states = []
    for content in contents:
        path.write_bytes(content)
        with ZipFile(path, "a") as book:
            book.comment = b" " * (max(map(len, contents)) - len(content))
        os.utime(path, (0, 0))
        states.append((path.stat().st_size, visitor.desk.status()[0][2].state))
    (size, before), (other, after) = states
    assert (size == other, before, after) == (True, "unchanged", "edited")


def test_an_undo_over_later_changes_is_refused_with_their_places(visitor: Visitor) -> None:
    for text in (THEIRS, OURS):
        visitor.send(visitor.sends(put(REC, "R2-BEL-II-1", "Text", text)), "apply")
    before = tables_bytes(visitor.package)
    page = visitor.page("/history/1/undo")
    assert "R2-BEL-II-1, Text" in page and "digest" not in page
    visitor.post("/history/1/undo", {"digest": visitor.desk.would_undo(1)[0]})
    assert tables_bytes(visitor.package) == before
    page = visitor.get("/history/77/undo").text
    assert "no import 77" in page and "lanzarote history" not in page  # no command helps here


@pytest.mark.slow
@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_an_older_text_is_told_and_comes_back_only_by_choice(visitor: Visitor, choice: str) -> None:
    package = visitor.package
    path = saved(package, "BEL.xlsx", put(REC, "R2-BEL-II-1", "Text", THEIRS))
    visitor.send(visitor.hand_in(path), "apply")
    edit(path, put(REC, "R2-BEL-II-1", "Text", "to consider a synthetic recommendation.[^1]"))
    address = visitor.hand_in(path)
    name = visitor.field(address, "to consider a synthetic").removesuffix("-text")
    page = visitor.send(address, "correct", **{name: choice})
    visitor.send(address, "apply")
    assert (visitor.text("R2-BEL-II-1") == THEIRS) is (choice == "ours")
    assert "apply" in page


def test_two_workbooks_that_change_one_cell_are_asked_about_once(visitor: Visitor) -> None:
    one = saved(visitor.package, "one.xlsx", put(REC, "R2-BEL-II-1", "Text", THEIRS))
    two = saved(visitor.package, "two.xlsx", put(REC, "R2-BEL-II-1", "Text", OURS))
    address = visitor.hand_in(one, two)
    page = visitor.page(address)
    assert page.count("<legend>") == 1 and re.search("Take the text of .*one.xlsx", page)
    visitor.send(address, "correct", **{visitor.field(address, OURS[:16])[:-5]: "theirs"})
    visitor.send(address, "apply")
    assert visitor.text("R2-BEL-II-1") == OURS


def without_belgium(folder: Path) -> Package:
    """The project’s own package, in which no row is about Belgium’s factsheet yet."""
    package = copy_own_package(folder)
    for resource in package.resources:
        if resource.name not in ("rounds", "parties", "documents"):
            path = package.table_path(resource)
            path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", "utf-8")
    return package


@pytest.mark.slow
def test_a_factsheet_is_shown_and_taken_over(own: Package, tmp_path: Path) -> None:
    visitor = Visitor(without_belgium(tmp_path))
    address = visitor.hand_in(BELGIUM)
    page = visitor.page(address)
    assert "Recommendations: 76 in the file, 76 new" in page
    assert all(told in page for told in ("require 9", "request 11", "invite 56"))
    assert "joined-to-footnote" not in page and "was read as the rest of footnote 103" in page
    assert not tables_of(visitor.package).rows("recommendations")
    visitor.send(address, "apply")
    found, truth = tables_of(visitor.package), tables_of(own)
    for name in ("recommendations", "observations", "practices", "citations"):
        assert found.rows(name) == truth.rows(name)
    assert (visitor.package.folder / "workbooks" / "BEL.xlsx").exists()
    again = visitor.page(visitor.hand_in(BELGIUM))
    assert "apply" not in again
    later = BELGIUM.read_text(encoding="utf-8").replace("25.05.2023", "01.06.2025")
    address = visitor.hand_in(("later.md", later.encode()))
    page = visitor.page(address)
    assert "Ingest it with “It is a later edition" in page and "--edition" not in page
    page = visitor.page(f"{address}?edition=on")
    assert "The same: 117." in page and "No longer stated: 0." in page


@pytest.mark.slow
def test_a_factsheet_that_is_not_understood_as_a_whole_is_not_taken_over(tmp_path: Path) -> None:
    visitor = Visitor(without_belgium(tmp_path))
    before = tables_bytes(visitor.package)
    text = BELGIUM.read_text(encoding="utf-8").replace("<sup>142</sup> Recommendation XI-3.", "")
    address = visitor.hand_in(("factsheet.md", text.encode()))
    page = visitor.page(address)
    assert "footnote 142" in page and "/apply" not in page
    digest = visitor.desk.preview(_only(visitor))[0]
    visitor.post(f"{address}/apply", {"digest": digest})
    assert tables_bytes(visitor.package) == before
    page = visitor.page(f"{address}?partial=on")
    (digest,) = re.findall(r'name="digest" value="([^"]+)"', page)
    visitor.post(f"{address}/apply", {"digest": digest})  # not with what was chosen
    assert tables_bytes(visitor.package) == before
    visitor.post(f"{address}/apply", {"digest": digest, "partial": "on"})
    tables = tables_of(visitor.package)
    assert len(tables.rows("to_file")) == 1
    assert len(tables.rows("recommendations")) + len(tables.rows("to_file")) == 76
    assert visitor.drop(("a.md", b"Nothing of the kind.")).status_code == 409
    assert visitor.drop(("a.docx", b"PK\x03\x04")).status_code == 409


def test_a_form_is_made_comes_back_and_is_imported(visitor: Visitor) -> None:
    order = {"party": "BEL", "addressee": "party", "due": "2026-12-31"}
    assert visitor.post("/forms", order).status_code == 303
    page = visitor.page("/forms")
    open_ = re.search(r"(\d+) of (\d+)<details>.*?</summary>([^<]*)", page)
    assert open_ and open_[1] == open_[2]
    code = open_[3].split(", ")[-1]
    path = visitor.package.folder.parent / "from Belgium.xlsx"
    path.write_bytes(visitor.get("/form/BEL.xlsx").data)
    date, status, text, source, url = entry(code)[1:]
    truth = with_row(
        tables_of(visitor.package), "follow_up", follow_up_id=f"R2-{code}.BEL.f1",
        report_recommendation_id=f"R2-{code}", party_id="BEL", kind="measure", date=date,
        status=status, text=text, source=source, url=url,
    )  # fmt: skip
    address = visitor.hand_in(change(path, fill(entry(code))))
    visitor.send(address, "apply")
    assert tables_of(visitor.package) == truth
    assert f"{int(open_[1]) - 1} of {open_[2]}" in visitor.page("/forms")
    for wrong in ({"party": "../x"}, {"addressee": "x"}, {"due": "soon"}):
        assert visitor.post("/forms", {**order, **wrong}).status_code == 400
    assert visitor.get("/form/..%2Fdatapackage.json").status_code == 404


def waited(visitor: Visitor) -> str:
    """The page of the work in the background, once it is done."""
    for _ in range(600):
        page = visitor.page("/work")
        if "http-equiv" not in page:
            return page
        sleep(0.1)
    raise AssertionError("it is not done")


@pytest.mark.slow
def test_a_release_is_made_in_its_steps_and_verified(tmp_path: Path) -> None:
    visitor = Visitor(copy_package("release/small", tmp_path))
    assert 'value="2026.1.0"' in visitor.page("/release")
    first = {"previous": "", "version": "2026.1", "date": "2026-11-01"}
    assert visitor.post("/release", first).status_code == 303
    assert visitor.post("/site").status_code == 409  # one at a time
    assert "Version 2026.1.0 was made and verified" in waited(visitor)
    (made,) = (tmp_path / "build" / "releases").glob("*.zip")
    assert not verify(made).problems
    assert visitor.get(f"/releases/{made.name}").data == made.read_bytes()
    notes = tmp_path / "tables" / "notes.csv"
    notes.write_text(notes.read_text(encoding="utf-8").replace("helplines", "lines"), "utf-8")
    page = visitor.page("/release")
    assert 'value="2026.1.1"' in page and marked(page, "ins")
    answer = visitor.post("/release", {**first, "previous": made.name})
    assert answer.status_code == 409 and "2026.1.1" in answer.text
    assert visitor.get("/releases/..%2Fdatapackage.json").status_code == 404


@pytest.mark.slow
def test_the_site_is_written_in_the_background(visitor: Visitor) -> None:
    assert visitor.get("/work").status_code == 404
    visitor.post("/site")
    page = visitor.package.folder / "build" / "site" / "index.html"
    assert str(page) in waited(visitor)
    assert page.exists()


def test_a_fault_of_the_program_is_called_that(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "status", lambda _: 1 / 0)
    visitor.client.application.testing = False
    answer = visitor.get("/")
    assert (answer.status_code, "Please report it" in answer.text) == (500, True)
    assert "ZeroDivisionError" not in answer.text


def test_two_desks_wait_for_each_other(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lanzarote_data.store.lock.PATIENCE", 0.3)
    package = visitor.package
    address = visitor.sends(put(REC, "R2-BEL-II-1", "Text", THEIRS))
    form = {"digest": visitor.desk.preview(_only(visitor))[0]}
    before, held, go = tables_bytes(package), Event(), Event()
    other = Thread(target=_holds, args=(package, held, go))
    other.start()
    assert held.wait(30)
    answer = Visitor(package).post(f"{address}/apply", form)
    assert (answer.status_code, tables_bytes(package)) == (409, before)
    go.set()
    other.join()
    assert Visitor(package).post(f"{address}/apply", form).status_code == 303
    assert visitor.post(f"{address}/apply", form).status_code == 410
    assert tables_bytes(package) != before


def _holds(package: Package, held: Event, go: Event) -> None:
    with locked(package):
        held.set()
        go.wait(30)


def test_tables_with_errors_are_told_on_every_page(visitor: Visitor) -> None:
    path = visitor.package.folder / "tables" / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8") + '"', encoding="utf-8")
    answer = visitor.get("/")
    assert (answer.status_code, "observations.csv" in answer.text) == (409, True)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_killed_at_any_point_the_tables_are_old_or_new_and_the_file_is_there(
    visitor: Visitor, tmp_path: Path
) -> None:
    package = visitor.package
    path = saved(
        package, "BEL.xlsx", put(OBS, "R2-BEL-II-o1", "Text", "Changed.[^1]"),
        put(REC, "R2-BEL-II-1", "Text", THEIRS),
    )  # fmt: skip
    states = set()
    start = tmp_path.parent / "start"
    shutil.copytree(package.folder, start)
    for point in range(0, 300, 3):
        shutil.rmtree(package.folder)
        shutil.copytree(start, package.folder)
        old = tables_bytes(package)
        killed = FaultyFiles(package.folder, point, KILL)
        status = killed.child(lambda: visitor.send(visitor.hand_in(path), "apply"))
        assert status in (0, KILLED)
        if status == KILLED:
            found = tables_of(package).find("observations", "R2-BEL-II-o1")
            assert found
            new = found["text"] == "Changed.[^1]"
            assert (visitor.text("R2-BEL-II-1") == THEIRS) is new
            assert new or tables_bytes(package) == old
            assert not [p for p in validate_package(package.folder) if p.severity == "error"]
            box = Inbox(package)
            box.tidy()
            kept = [h for state in inbox.STATES for h in box.all(state)]
            assert new <= bool(kept)
            assert all(h.files[0].read_bytes() == path.read_bytes() for h in kept)
            states.add((new, bool(kept)))
        else:
            break
    assert point > 40
    assert states == {(False, False), (False, True), (True, True)}


@pytest.mark.slow
def test_it_is_quick(tmp_path: Path) -> None:
    """A dry run of one Party, and a hand-in of 5,000 changes."""
    visitor = Visitor(copy_own_package(tmp_path))
    visitor.page(visitor.hand_in(saved(visitor.package, "a.xlsx", _with_rows(1))))
    one, many = _bytes(visitor, 2), _bytes(visitor, 5_000)
    start = process_time()
    visitor.page(visitor.hand_in(one))
    assert process_time() - start < 10 * _reading(one)
    start = process_time()
    address = visitor.hand_in(many)
    page = visitor.page(address)
    assert process_time() - start < 10 * _reading(many)
    assert page.count('class="change') == 200
    assert visitor.page(f"{address}?page=26").count('class="change') > 0
    assert len(page) < 1_000_000


def _reading(file: File) -> float:
    """The seconds in which openpyxl reads a workbook; a hand-in is read, compared and checked."""
    start = process_time()
    load_workbook(io.BytesIO(file[1]))
    return process_time() - start


def _bytes(visitor: Visitor, number: int) -> File:
    path = saved(visitor.package, "many.xlsx", _with_rows(number))
    return path.name, path.read_bytes()


def _with_rows(number: int) -> Edit:
    """New observations, each on a line of its own."""

    def change(book: object) -> None:
        for index in range(number):
            text = f"The Committee observes a synthetic fact of the number {index}."
            add(OBS, Chapter="R2-II", Text=text)(book)

    return change
