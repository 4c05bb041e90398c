"""A real browser walks the site: search, filter, share, footnotes, downloads, accessibility."""

from __future__ import annotations

import csv
import http.server
import io
import shutil
import threading
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from lanzarote_data.model.tables import Tables
from lanzarote_data.site.build import Settings, build_site, site_files
from lanzarote_data.site.folder import write_folder
from lanzarote_data.site.page import plain_item
from lanzarote_data.text.items import Items
from lanzarote_data.text.targets import with_targets
from tests.packages import DATA, edited, own_tables
from tests.release_support import tables_of
from tests.site_examples import hostile_tables, many_recommendations, with_follow_up, with_rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "explore.html",
    "parties.html",
    "data.html",
    "rights.html",
    "dictionary.html",
    "factsheets/R2-BEL.html",
    "factsheets/R2-FIN.html",
    "chapters/R2-I.html",
    "chapters/R2-III.html",
    "recommendations/R2-BEL-II-6.html",
    "recommendations/R2-ALL-III-3.html",
    "observations/R2-BEL-V-o2.html",
    "practices/R2-BEL-VII-p3.html",
    "standing.html",
    "report/R2-II-6.html",
    "compare.html",
)
ONE_OF_EACH = [name for name in PAGES if not name.startswith(("observations", "factsheets/R2-F"))]
OF_ROUNDS = (
    *(name for name in ONE_OF_EACH if "/" not in name),
    "factsheets/R3-BEL.html",
    "factsheets/R3-FIN.html",
    "chapters/R3-I.html",
    "recommendations/R3-BEL-I-R7.html",
    "recommendations/R3-BEL-I-R8.html",
    "observations/R3-BEL-I-o1.html",
    "practices/R2-BEL-II-p1.html",
    "report/R3-R7.html",
    "report/R3-R8.html",
    "editions/R3-BEL-FACTSHEET-2.html",
)
"""Pages of a small package with several rounds, where each kind of page has all its parts."""
WORDS = (
    "A synthetic Café with “curly quotes” and it’s naïve. Łódź, Øresund, Đakovo, a Straße, "
    "æquum, a cœur, no\u00a0break, co\u2011operation."
)
FORMULA = '=HYPERLINK("https://example.org") _x0041_ & <b>'
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHORTEN = """() => document
    .querySelectorAll("#matrix tbody tr:nth-child(n+9), #results tbody tr:nth-child(n+9)")
    .forEach((row) => row.remove())"""
"""Removes rows that are made as those above them are: axe takes a minute for thousands of cells."""
PATIENCE = 8
"""How many times as long as promised things may take here, where other tests run beside."""
PHONE, DESK = (390, 844), (1280, 900)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return with_follow_up(own_tables())


@pytest.fixture(scope="module")
def folder(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "a folder"
    build_site(tables, out)
    return out


@pytest.fixture(scope="module")
def varied(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with synthetic words, what looks like a formula, and a recommendation to Finland."""
    changed = edited(tables, "recommendations", "R2-BEL-II-1", text=WORDS)
    changed = edited(changed, "recommendations", "R2-BEL-II-2", text=FORMULA, lead_in="")
    own = {"recommendation_id": "R2-FIN-II-6"}
    words = {"text": "to ensure something synthetic.[^1]", "urgency": "invite"}
    row = {**tables["recommendations"].by_key[("R2-BEL-II-6",)], **own, **words, "party_id": "FIN"}
    note = next(n for n in tables.rows("citations") if n["locator"] == "II-6")
    note = {**note, **own, "citation_id": "R2-FIN-II-6.1", "marker": "1"}
    changed = with_rows(with_rows(changed, "recommendations", [row]), "citations", [note])
    out = tmp_path_factory.mktemp("varied")
    build_site(with_targets(changed), out)
    return out


@pytest.fixture(scope="module")
def many(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that searches, of 5,076 recommendations."""
    out = tmp_path_factory.mktemp("many")
    more = with_rows(tables, "recommendations", many_recommendations(5_000))
    made = site_files(more, Settings())
    write_folder(out, (f for f in made if f.path.startswith(("assets/", "explore.html"))))
    return out


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of several rounds and editions."""
    out = tmp_path_factory.mktemp("rounds")
    build_site(tables_of(DATA / "rounds"), out)
    return out


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not complain, and may ask no other host."""
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: said.extend(foreign(request.url)))
    yield opened
    assert said == []


def foreign(address: str) -> list[str]:
    ours = ("file:", "http://127.0.0.1:", "blob:")
    return [] if address.startswith(ours) else [address]


def open_explore(page: Page, folder: Path, state: str = "") -> None:
    """Open the page of all texts; where it is open, it follows its address as a reader's does."""
    page.goto(f"{(folder / 'explore.html').as_uri()}{state}")
    page.locator("#filters").wait_for()


def ids_shown(page: Page) -> list[str]:
    return page.locator("#results tbody .id").all_inner_texts()


def test_search_filter_share_and_open(page: Page, context: BrowserContext, folder: Path) -> None:
    open_explore(page, folder)
    assert len(ids_shown(page)) == 76
    page.get_by_label("Search", exact=True).fill("jurisdiction")
    marks = page.locator("mark").all_inner_texts()
    assert marks and {mark.lower() for mark in marks} == {"jurisdiction"}
    found = ids_shown(page)
    page.get_by_label("require").check()
    required = ids_shown(page)
    assert 0 < len(required) < len(found)
    assert page.locator("#count").inner_text().startswith(f"{len(required)} recommendation")
    assert "q=jurisdiction&urgency=require" in page.evaluate("location.href")

    shared = context.new_page()
    shared.goto(page.evaluate("location.href"))
    assert ids_shown(shared) == required
    assert shared.get_by_label("require").is_checked()

    shared.locator("#results tbody .id").first.click()
    assert shared.locator("h1").inner_text().startswith("Recommendation ")
    assert required[0] in shared.url
    shared.go_back()
    assert ids_shown(shared) == required


def test_a_footnote_leads_there_and_back(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto((folder / "factsheets" / "R2-BEL.html").as_uri())
    page.locator("#m100").click()
    assert page.url.endswith("#n100")
    note = page.locator("#n100")
    assert note.evaluate("note => note.getBoundingClientRect().top < innerHeight")
    note.locator("a[href='#m100']").click()
    assert page.url.endswith("#m100")
    assert page.locator("#m100").evaluate("mark => mark.matches(':target')")


def test_filters_agree_with_the_tables(page: Page, folder: Path, tables: Tables) -> None:
    rows = tables.rows("recommendations")
    cases = {
        "#party=BEL&scope=specific": [r for r in rows if r["party_id"] == "BEL"],
        "#party=BEL": list(rows),
        "#urgency=require&urgency=request": [r for r in rows if r["urgency"] != "invite"],
        "#scope=generic": [r for r in rows if not r["party_id"]],
        "#chapter=R2-IV": [r for r in rows if r["chapter_id"] == "R2-IV"],
        "#urgency=require,request": [r for r in rows if r["urgency"] != "invite"],
        "#follow=some": [r for r in rows if r["recommendation_id"] == "R2-BEL-II-6"],
        "#follow=under+way": [r for r in rows if r["recommendation_id"] == "R2-BEL-II-6"],
        "#follow=reported": [],
        "#follow=none": [r for r in rows if r["recommendation_id"] != "R2-BEL-II-6"],
        "#party=FIN": [r for r in rows if not r["party_id"]],
        "#party=FIN,BEL": list(rows),
        "#kind=observations&scope=specific": tables.rows("observations"),
        "#party=XXX&chapter=nothing": list(rows),
        "?q=R2-BEL-II-6": [r for r in rows if r["recommendation_id"] == "R2-BEL-II-6"],
    }
    for state, expected in cases.items():
        open_explore(page, folder, state)
        assert sorted(ids_shown(page)) == sorted(next(iter(row.values())) for row in expected), (
            state
        )
        assert page.locator("#unknown").is_visible() == ("XXX" in state), state
    open_explore(page, folder, "#party=XXX&chapter=nothing&colour=red")
    said = page.locator("#unknown").inner_text()
    assert all(name in said for name in ("party=XXX", "chapter=nothing", "colour=red"))


def test_words_are_found_as_people_type_them(page: Page, varied: Path) -> None:
    open_explore(page, varied)
    for query, mark in (
        ("CAFE", "Café"),
        ("it's", "it’s"),
        ('"naive."', "naïve"),
        ("quot*", "quotes"),
        ('quoting "it\'s"', "quotes"),
        ("nothinglikethis OR cafes", "Café"),
        ('"and it\'s"', "and it’s"),
        ("naïve", "naïve"),
        (unicodedata.normalize("NFD", "café"), "Café"),
        (unicodedata.normalize("NFD", "ŁÓDŹ"), "Łódź"),
        ("lodz", "Łódź"),
        ("oresund", "Øresund"),
        ("Đakovo", "Đakovo"),
        ("dakovo", "Đakovo"),
        ("strasse", "Straße"),
        ("STRASSE", "Straße"),
        ("aequum", "æquum"),
        ("coeur", "cœur"),
        ('"no break"', "no break"),
        ('"no\u00a0break"', "no break"),
        ('"no\u202fbreak"', "no break"),
        ("co-operation", "co\u2011operation"),
        ("na\u00adive", "naïve"),
    ):
        page.get_by_label("Search", exact=True).fill(query)
        assert ids_shown(page) == ["R2-BEL-II-1"], query
        assert mark in page.locator("mark").all_text_contents()
    assert "quotes" not in page.locator("#forms").inner_text()
    page.get_by_label("Search", exact=True).fill('"it\'s and"')
    assert ids_shown(page) == []
    assert "No recommendation fits" in page.locator("#count").inner_text()
    page.get_by_label("Search", exact=True).fill("prosecutorial guidance")
    assert "footnotes" in page.locator("#results .note").first.inner_text()


def test_the_query_language_and_the_other_forms_of_words(page: Page, folder: Path) -> None:
    open_explore(page, folder)

    def found(query: str) -> set[str]:
        page.get_by_label("Search", exact=True).fill(query)
        return set(ids_shown(page))

    one, two = found("training"), found("prosecution")
    assert found("training prosecution") == one & two
    assert found("training OR prosecution") == one | two
    assert found("training NOT prosecution") == one - two
    forms = page.locator("#forms")
    every = found("child")
    assert every == found("children") and "child" in forms.inner_text()
    found("child")
    page.get_by_label("These words only").check()
    exactly = set(ids_shown(page))
    assert exactly < every and forms.is_hidden()
    assert {mark.lower() for mark in page.locator("mark").all_inner_texts()} == {"child"}
    assert "exact=1" in page.evaluate("location.hash")


def test_texts_of_other_kinds_are_found_and_offered(page: Page, folder: Path) -> None:
    open_explore(page, folder, "#q=helpline*&scope=specific")
    before = ids_shown(page)
    page.locator("#also button").first.click()
    assert len(ids_shown(page)) > len(before)
    assert "kind=recommendations%2C" in page.evaluate("location.hash")
    assert any("-o" in name or "-p" in name for name in ids_shown(page))
    content = downloaded(page, "Download CSV").decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(content, newline="")))
    assert {line["table"] for line in lines} > {"observations"} or len(before) == 0


def test_filters_make_entries_of_the_history(page: Page, folder: Path) -> None:
    open_explore(page, folder)
    page.get_by_label("Chapter").select_option(index=2)
    chosen = ids_shown(page)
    page.get_by_label("Search", exact=True).press_sequentially("child")
    assert ids_shown(page) != chosen
    page.go_back()
    assert ids_shown(page) == chosen
    page.go_back()
    assert len(ids_shown(page)) == 76


def test_there_are_all_parties_and_no_choice_that_is_empty(page: Page, folder: Path) -> None:
    open_explore(page, folder)
    assert page.locator("[name=party]").count() == 48
    assert (
        page.locator(".choices label", has_text="nothing specific in this data yet").count() == 47
    )
    chapters = page.locator("#chapter option").evaluate_all("all => all.map(one => one.value)")
    for kind in ("observations", "practices"):
        page.locator(f"[name=kind][value={kind}]").check()
    for chapter in filter(None, chapters):
        page.get_by_label("Chapter").select_option(chapter)
        assert ids_shown(page), chapter
    statuses = page.locator("#follow option").evaluate_all("all => all.map(one => one.value)")
    assert statuses == ["", "some", "none", "reported", "under way"]


def test_on_a_phone_results_come_first(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    open_explore(page, folder)
    assert page.locator("#chapter").is_hidden()
    assert page.locator("#results .what").first.evaluate(
        "row => row.getBoundingClientRect().top < 844"
    )
    page.get_by_text("Filters", exact=True).click()
    assert page.locator("#chapter").is_visible()


def test_a_search_of_many_texts_is_quick(page: Page, many: Path) -> None:
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    open_explore(page, many)
    ready = page.evaluate("performance.now()")
    seconds = page.evaluate(
        """() => ["synthetic number", "recommendation NOT number", "numb*"].map((words) => {
            const field = document.getElementById("q"), start = performance.now();
            field.value = words;
            field.dispatchEvent(new Event("input", { bubbles: true }));
            return performance.now() - start;
        })"""
    )
    assert ready < 2_000 * PATIENCE, ready
    assert max(seconds[1:]) < 100 * PATIENCE, seconds


def downloaded(page: Page, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    assert own_tables().package.version in waiting.value.suggested_filename
    return Path(waiting.value.path()).read_bytes()


def test_the_csv_of_what_is_shown_is_that_of_the_tables(
    page: Page, folder: Path, tables: Tables
) -> None:
    open_explore(page, folder, "#q=children&urgency=request")
    shown = ids_shown(page)
    content = downloaded(page, "Download CSV")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    for row in rows:
        assert row.pop("data_version") == tables.package.version
        assert row.pop("filter") == "q=children&urgency=request"
        assert "© Council of Europe" in row.pop("rights")
    assert [row["recommendation_id"] for row in rows] == shown and shown
    assert rows == [dict(tables["recommendations"].by_key[(name,)]) for name in shown]


def test_the_workbook_of_what_is_shown_reads_back(page: Page, folder: Path, tables: Tables) -> None:
    from openpyxl import load_workbook

    open_explore(page, folder, "#scope=specific")
    shown = ids_shown(page)
    sheet, about = load_workbook(io.BytesIO(downloaded(page, "Download Excel"))).worksheets
    said = dict(about.iter_rows(values_only=True))
    assert said["Version of the data"] == tables.package.version
    assert said["Filter"] == "scope=specific" and "© Council of Europe" in said["Rights"]
    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [line[0] for line in lines] == shown and len(shown) == 24
    items = Items(tables).by_id
    assert [line[5] for line in lines] == [plain_item(items[name], "Belgium") for name in shown]
    assert lines[shown.index("R2-BEL-II-6")][6] == "under way"


def test_no_cell_is_run_as_a_formula(page: Page, varied: Path) -> None:
    from openpyxl import load_workbook

    open_explore(page, varied, "#q=HYPERLINK")
    rows = list(csv.DictReader(io.StringIO(downloaded(page, "Download CSV").decode("utf-8-sig"))))
    assert rows[0]["text"] == f"'{FORMULA}"
    book = load_workbook(io.BytesIO(downloaded(page, "Download Excel")))
    cell = book.worksheets[0]["F2"]
    # openpyxl does not take the escape of such a sequence back; Excel and LibreOffice do.
    assert (cell.data_type, cell.value) == ("s", FORMULA.replace("_x0041_", "_x005F_x0041_"))


def test_a_long_table_opens_in_part(page: Page, many: Path) -> None:
    open_explore(page, many, "#chapter=R2-V")
    number = page.locator("#count").inner_text()
    assert len(ids_shown(page)) == 100 and "recommendations of 5076" in number
    page.get_by_role("button", name="Show all").click()
    assert len(ids_shown(page)) == int(number.split()[0]) > 250
    assert page.locator("#pages").count() == 0


def test_the_start_page_searches(page: Page, folder: Path) -> None:
    page.goto((folder / "index.html").as_uri())
    page.get_by_label("Search all recommendations").fill("child")
    page.keyboard.press("Enter")
    page.locator("#filters").wait_for()
    assert page.get_by_label("Search", exact=True).input_value() == "child"
    assert page.locator("mark").count() > 0
    page.get_by_label("Search", exact=True).fill("")
    assert len(ids_shown(page)) == 76


def test_it_works_with_the_keyboard(page: Page, folder: Path) -> None:
    open_explore(page, folder)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("children")
    kinds = ("observations", "practices")
    order = ("exact", "filters", "recommendations", *kinds, "party", "chapter", "scope", "follow")
    for _ in (*order, "the first level of urgency"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    state = page.evaluate("location.hash")
    assert "q=children" in state and "urgency=require" in state
    while page.evaluate("document.activeElement.id") != "clear":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert len(ids_shown(page)) == 76
    assert page.evaluate("document.activeElement.id") == "q"


def test_without_javascript_the_full_table_is_there(
    browser: Browser, page: Page, folder: Path
) -> None:
    open_explore(page, folder)
    with_script = page.locator("#results tbody").inner_text()
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": DESK[0], "height": DESK[1]}
    )
    plain = context.new_page()
    plain.goto((folder / "explore.html").as_uri())
    assert len(ids_shown(plain)) == 76
    assert plain.locator("#filters").is_hidden() and plain.locator("#tools").is_hidden()
    assert plain.get_by_text("need JavaScript").is_visible()
    assert plain.locator("#results tbody").inner_text().split() == with_script.split()
    context.close()


def test_no_page_is_wider_than_the_screen(page: Page, folder: Path) -> None:
    for name in PAGES:
        page.goto((folder / name).as_uri())
        for width in (320, PHONE[0], 768, DESK[0], 2560):
            page.set_viewport_size({"width": width, "height": 800})
            fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert fits, (name, width)


@pytest.mark.parametrize(("scheme", "size"), [("light", DESK), ("dark", PHONE)])
def test_axe_finds_nothing(
    browser: Browser, rounds: Path, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": size[0], "height": size[1]},
    )
    page = context.new_page()
    options = {"runOnly": STANDARDS, "resultTypes": ["violations"], "preload": False}
    for name in OF_ROUNDS:
        page.goto((rounds / name).as_uri())
        page.evaluate(SHORTEN)
        found = axe.Axe().run(page, options=options).response
        assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == [], name
        assert {"color-contrast", "document-title"} <= {rule["id"] for rule in found["passes"]}
    context.close()


def test_dark_mode_is_dark(browser: Browser, folder: Path) -> None:
    colours = []
    for dark in (False, True):
        context = browser.new_context(color_scheme="dark" if dark else "light")
        page = context.new_page()
        page.goto((folder / "index.html").as_uri())
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert colours == ["rgb(255, 255, 255)", "rgb(20, 24, 29)"]


def test_paper_has_the_text_and_no_controls(page: Page, folder: Path) -> None:
    page.goto((folder / "factsheets" / "R2-BEL.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator(".contents").is_hidden() and page.locator(".top nav").is_hidden()
    assert page.locator("#R2-BEL-II-6").is_visible()


def test_nothing_of_a_hostile_table_runs(browser: Browser, tmp_path: Path) -> None:
    build_site(hostile_tables(), tmp_path)
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.extend(foreign(request.url)))
    for name in ONE_OF_EACH:
        page.goto((tmp_path / name).as_uri())
        assert page.evaluate("window.hostile") is None, name
    open_explore(page, tmp_path, "#q=synthetic")
    assert page.locator("mark").count() > 0
    assert page.evaluate("window.hostile") is None
    assert asked == []
    context.close()


def test_the_policy_stops_what_is_not_ours(browser: Browser, tmp_path: Path, folder: Path) -> None:
    """The policy holds even if a script came into a page."""
    shutil.copytree(folder / "assets", tmp_path / "assets")
    path = tmp_path / "index.html"
    bad = "<script>window.hostile = 1</script><img src=x onerror='window.hostile = 2'>"
    text = (folder / "index.html").read_text("utf-8")
    path.write_text(text.replace("</main>", f"{bad}</main>"), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_timeout(200)
    assert page.evaluate("window.hostile") is None
    assert any("Content Security Policy" in text for text in refused)
    context.close()


def test_the_table_is_walked_with_arrow_keys(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto((folder / "standing.html").as_uri())
    active = "document.activeElement.getAttribute('href')"
    assert page.locator("#matrix a[tabindex='0']").count() == 1
    page.locator("#matrix td a").first.focus()
    assert page.evaluate(active) == "report/R2-II-1.html#BEL"
    # II-4 is addressed to all; the cells beside and above that of Belgium are empty.
    for key, expected in (
        ("ArrowRight", "report/R2-II-1.html#BEL"),
        ("ArrowDown", "report/R2-II-2.html#BEL"),
        ("ArrowDown", "report/R2-II-4.html#BEL"),
        ("ArrowRight", "report/R2-II-4.html#BIH"),
        ("End", "report/R2-II-4.html#GBR"),
        ("Home", "report/R2-II-4.html"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(active) == expected, key
    page.locator("a[href='report/R2-II-6.html#BEL']").click()
    state = page.locator("#BEL")
    assert "under way" in state.inner_text()
    assert state.evaluate("row => row.matches(':target')")


def test_the_table_is_legible_on_a_screen_and_on_paper(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto((folder / "standing.html").as_uri())
    # No cell is cut, all 48 columns are on the screen, and the marks say it without colour.
    measure = """() => [...document.querySelectorAll('#matrix td a')].filter(
        a => a.scrollWidth > a.clientWidth + 1 || a.getBoundingClientRect().right > innerWidth
    ).length"""
    assert page.evaluate(measure) == 0
    assert page.locator("#matrix thead th").count() == 49
    cell = page.locator("a[href='report/R2-II-6.html#BEL']")
    assert cell.inner_text().split() == ["2•", "◔"]
    assert cell.get_attribute("title") == "request, the Party is named; under way, 2025-04-02"
    size = "cell => parseFloat(getComputedStyle(cell).fontSize)"
    assert cell.evaluate(size) >= 13
    page.emulate_media(media="print")
    assert cell.evaluate(size) >= 9  # pixels: 7 points


def test_two_parties_are_compared_by_code(page: Page, varied: Path) -> None:
    page.goto((varied / "compare.html").as_uri() + "#one=FIN&two=BEL")
    line = page.locator("#compared tbody tr").filter(has=page.get_by_text("II-6", exact=True))
    assert "something" in line.locator("ins").all_inner_texts()
    assert "requests Belgium" in line.inner_text() and "requests Finland" in line.inner_text()
    assert "under way" in line.inner_text()
    page.get_by_label("One Party").select_option("FRA")
    assert "one=FRA&two=BEL" in page.url
    assert "There is no factsheet on this Party" in line.inner_text()
    assert "not addressed" not in line.inner_text()
    assert page.locator("#unknown").is_hidden()
    page.goto("about:blank")
    page.goto((varied / "compare.html").as_uri() + "#one=XXX&two=BEL")
    assert page.locator("#unknown").inner_text().endswith(": XXX")
    assert page.get_by_label("The other Party").input_value() == "BEL"
    page.goto((varied / "report" / "R2-II-6.html").as_uri())
    assert page.locator(".wordings > div").count() == 2
    assert "Finland: to ensure something" in page.locator(".wordings > div").nth(1).inner_text()


ASKED: list[str] = []


class _Logged(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the request, its address and whatever else a log would have."""
        ASKED.append(f"{format % args} {self.headers}")


def test_it_works_on_a_server_under_any_path_and_tells_it_no_word(page: Page, folder: Path) -> None:
    ASKED.clear()
    handler = partial(_Logged, directory=str(folder.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/a%20folder/index.html")
        page.get_by_label("Search all recommendations").fill("children")
        page.keyboard.press("Enter")
        page.locator("mark").first.wait_for()
        page.reload()
        assert page.get_by_label("Search", exact=True).input_value() == "children"
        assert len(ASKED) > 10
        page.get_by_role("link", name="All recommendations", exact=True).click()
        page.locator("#filters").wait_for()
        page.get_by_label("Search", exact=True).fill("prosecutor")
        page.locator("#results tbody .id").first.click()
        assert page.locator("h1").inner_text().startswith("Recommendation ")
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 50
        assert not [line for line in ASKED if "children" in line or "prosecutor" in line]
        page.goto(f"http://127.0.0.1:{server.server_port}/a%20folder/explore.html?q=children")
        page.locator("mark").first.wait_for()
        assert "?" not in page.url, "a link of an earlier edition tells the server no more"
        server.shutdown()
