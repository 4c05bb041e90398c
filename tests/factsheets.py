"""Packages and sources for the tests of factsheets."""

from __future__ import annotations

import ctypes.util
import shutil
from functools import cache
from pathlib import Path

import pytest

from lanzarote_data.ingest.blocks import SourceText
from lanzarote_data.ingest.pdf import read_pdf
from lanzarote_data.ingest.text import read_text
from lanzarote_data.ingest.word import read_word
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.render.docx import word_of
from lanzarote_data.render.html import pdf_of
from lanzarote_data.render.markdown import markdown_of
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_tables
from lanzarote_data.text.document import Document
from tests.packages import tables_of

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data" / "factsheets"
BELGIUM = DATA / "belgium-2023-05-25.md"
REFERENCE_TABLES = ("rounds", "parties", "documents")

SYNTHETIC_ROUND = {
    "round_id": "R9",
    "number": "9",
    "title": "A synthetic round",
    "theme": "A synthetic theme for the tests",
    "parties_taking_part": "3",
    "code_pattern": "[IVXLC]+-[0-9]+[a-z]?",
}
SYNTHETIC_REPORT = {
    "document_id": "R9-REPORT",
    "title": "Synthetic Committee’s Implementation Report on: “A synthetic theme for the tests”",
    "short_title": "",
    "round_id": "R9",
    "party_id": "",
    "date": "2020",
    "publisher": "A synthetic committee",
    "url": "",
    "rights": "© A synthetic committee",
}


@cache
def package() -> Package:
    """The package of this repository."""
    return load_package(ROOT / "datapackage.json")


@cache
def committed() -> Tables:
    """Its tables, as they are committed."""
    return read_tables(package()).tables


@cache
def empty() -> Tables:
    """Tables that hold the reference tables alone, without the factsheet on Belgium."""
    rows = {name: list(committed().rows(name)) for name in REFERENCE_TABLES}
    rows["documents"] = [d for d in rows["documents"] if d["document_id"] != "R2-BEL-FACTSHEET"]
    return tables_of(package(), rows)


@cache
def synthetic() -> Tables:
    """Tables of a synthetic round on which nothing is known but its report."""
    rows = {"rounds": [SYNTHETIC_ROUND], "documents": [SYNTHETIC_REPORT]}
    return tables_of(package(), {**rows, "parties": committed().rows("parties")})


def copy_of_package(folder: Path, tables: Tables) -> Path:
    """A package of its own in a folder, with these tables; the path of its descriptor."""
    from lanzarote_data.store.tables import write_tables

    shutil.copy(ROOT / "datapackage.json", folder)
    shutil.copytree(ROOT / "tables", folder / "tables")
    write_tables(load_package(folder / "datapackage.json"), tables)
    return folder / "datapackage.json"


def written(document: Document, suffix: str) -> SourceText:
    """A file of this program, read again."""
    if suffix == ".md":
        return read_text(markdown_of(document), "own.md")
    if suffix == ".docx":
        return read_word(word_of(document), "own.docx")
    if ctypes.util.find_library("pango-1.0") is None:
        pytest.skip("Pango (libpango-1.0-0) is not installed")
    return read_pdf(pdf_of(document), "own.pdf")
