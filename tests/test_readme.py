"""The documentation and the files of the project say what is so."""

from __future__ import annotations

import re

from lanzarote_data.cli import COMMANDS
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.workbook.layout import views
from lanzarote_data.workbook.status import workbook_status
from tests.packages import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_ci_runs_the_very_test_command_of_the_readme() -> None:
    (command,) = re.findall(r"^python3 -m venv .*pytest$", README, re.MULTILINE)
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()


def test_the_readme_names_every_command() -> None:
    assert [name for name in COMMANDS if f"`lanzarote {name}" not in README] == []


PAGES = (*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")))
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def test_files_that_the_documentation_names_are_there() -> None:
    place = re.compile(
        r"\b(?:tests/test_[\w*]+\.py|lanzarote_data/[\w/.]+|docs/[\w/]+\.\w+)"
        r"|(?<=`)(?:cli|workbook|ingest|release|site|render|formats|validate|store|text|model)"
        r"/\w+\.py(?=`)"
    )
    for page in PAGES:
        for name in place.findall(page.read_text(encoding="utf-8")):
            found = [*ROOT.glob(name), *(ROOT / "lanzarote_data").glob(name)]
            assert found, (page.name, name)


def test_sections_that_the_documentation_links_to_are_there() -> None:
    for page in PAGES:
        for target, section in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text("utf-8")):
            text = ((page.parent / target) if target else page).read_text(encoding="utf-8")
            slugs = {
                re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in HEADING.findall(text)
            }
            assert section in slugs, (page.name, target, section)


def test_local_links_of_the_documentation_lead_somewhere() -> None:
    for page in PAGES:
        text = re.sub(r"`[^`]*`", "", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).exists(), (page.name, target)


def test_the_descriptor_page_names_every_property_of_ours() -> None:
    page = (ROOT / "docs" / "descriptor.md").read_text(encoding="utf-8")
    profile = (ROOT / "lanzarote_data" / "model" / "profile.json").read_text(encoding="utf-8")
    names = set(re.findall(r'"(lanzarote:\w+)"', profile))
    assert len(names) > 5
    assert names == set(re.findall(r"^\| `(lanzarote:\w+)` ", page, re.MULTILINE))


def test_the_committed_workbooks_hold_what_the_tables_hold() -> None:
    tables = read_tables(load_package(ROOT)).tables
    names = {view.name for view in views(tables)}
    paths = {path.stem: path for path in (ROOT / "workbooks").glob("[A-Z]*.xlsx")}
    assert set(paths) == names
    assert {name: workbook_status(paths[name], tables).state for name in names} == dict.fromkeys(
        names, "unchanged"
    )


def test_the_versions_of_the_data_agree() -> None:
    version = load_package(ROOT).version
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
