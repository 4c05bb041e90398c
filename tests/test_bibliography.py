"""Ready citations, read back by the libraries that read BibTeX and RIS."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import Entry, parse_string

import lanzarote_data as lz
from lanzarote_data.frames.bibliography import cited
from tests.synthetic import synthetic_data

STYLES = ("text", "bibtex", "ris", "csl")


@pytest.fixture(scope="module")
def data() -> lz.Dataset:
    return synthetic_data()


def bibtex(text: str) -> Entry:
    """The one entry of a BibTeX text."""
    (entry,) = parse_string(text, "bibtex").entries.values()
    return entry


def ris(text: str) -> dict[str, Any]:
    """The one entry of a RIS text."""
    (entry,) = rispy.loads(text)
    return dict(entry)


NAMED = {
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbraceleft": "{",
    "textbraceright": "}",
}


def printed(text: str) -> str:
    """A BibTeX value as LaTeX prints it."""
    parts = re.split(r"\\(text[a-z]+)\{\}", text)
    words = [re.sub(r"\\([&%$#_])", r"\1", re.sub(r"[{}]", "", part)) for part in parts[::2]]
    names = [*(NAMED[name] for name in parts[1::2]), ""]
    return "".join(word + name for word, name in zip(words, names, strict=True))


def test_the_text_and_the_bibtex_of_ii_6() -> None:
    assert lz.cite("R2-BEL-II-6").startswith(
        "Lanzarote Committee, “Recommendation II-6 to Belgium”, in: FACTSHEET – BELGIUM, "
        "chapter II. Legal frameworks, 25 May 2023. R2-BEL-II-6 in: "
    )
    assert lz.cite("R2-BEL-II-6").endswith("version 2026.1.0, 23 November 2026.")
    entry = bibtex(lz.cite("R2-BEL-II-6", "bibtex"))
    assert entry.type == "incollection"
    assert entry.key == "R2-BEL-II-6"
    assert [str(person) for person in entry.persons["author"]] == ["{Lanzarote Committee}"]
    fields = {name: printed(entry.fields[name]) for name in entry.fields}
    assert fields["title"] == "Recommendation II-6 to Belgium"
    assert fields["booktitle"] == "FACTSHEET – BELGIUM"
    assert (fields["year"], fields["month"], fields["publisher"]) == (
        "2023",
        "May",
        "Council of Europe",
    )


def test_special_characters_are_escaped_and_addresses_are_not(data: lz.Dataset) -> None:
    text = data.cite("R2-FRA-II-1", "bibtex")
    entry = bibtex(text)
    assert r"FRANCE \& 100\% \textbraceleft{}of\textbraceright{} it\_" in text
    assert printed(entry.fields["booktitle"]) == "FACTSHEET – FRANCE & 100% {of} it_"
    assert entry.fields["url"] == "https://example.org/a_b%20c"
    assert "day" not in entry.fields


def test_the_ris_of_a_row_is_read_back(data: lz.Dataset) -> None:
    entry = ris(data.cite("R2-FRA-II-1", "ris"))
    assert entry["type_of_reference"] == "CHAP"
    assert entry["id"] == "R2-FRA-II-1"
    assert entry["authors"] == ["Committee"]
    assert entry["publisher"] == "Organisation"
    assert entry["title"] == "Recommendation II-1 to France"
    assert (entry["year"], entry["date"]) == ("2023", "2023/06//")
    assert entry["urls"] == ["https://example.org/a_b%20c"]


def test_csl_json_is_an_array_of_one_item(data: lz.Dataset) -> None:
    (item,) = json.loads(data.cite("R2-ALL-IX-4", "csl"))
    assert item["type"] == "chapter"
    assert item["title"] == "Recommendations IX-4 and IX-9 to all Parties"
    assert item["issued"] == {"date-parts": [[2023, 5, 25]]}
    assert "URL" not in item
    assert "“Observation on Belgium”" in data.cite("R2-BEL-II-o1")
    assert "“Promising practice”" in data.cite("R2-BEL-IX-p1")


def test_the_data_as_a_whole_is_cited_without_a_row() -> None:
    contributors = [c["title"] for c in lz.load().package.descriptor["contributors"]]
    assert lz.cite().startswith("; ".join(contributors) + ", Recommendations of the")
    entry = bibtex(lz.cite(style="bibtex"))
    assert entry.type == "misc"
    assert len(entry.persons["author"]) == len(contributors)
    read = ris(lz.cite(style="ris"))
    assert read["type_of_reference"] == "DATA"
    assert "Lanzarote Committee Secretariat (Council of Europe)" in read["authors"]
    assert json.loads(lz.cite(style="csl"))[0]["version"] == lz.load().package.version


def test_documents_and_several_rows_are_cited(data: lz.Dataset) -> None:
    ids = ["R2-BEL-II-1", "R2-REPORT"]
    listed = json.loads(data.cite(ids, "csl"))
    assert [item["id"] for item in listed] == ids
    assert listed[1]["title"] == data.documents.title["R2-REPORT"]
    for style in ("text", "bibtex", "ris"):
        assert data.cite(ids, style).count("R2-") >= 1
        assert data.cite("R2-REPORT", style)


def test_what_is_no_part_of_a_document_is_refused_with_what_to_cite(data: lz.Dataset) -> None:
    with pytest.raises(lz.LanzaroteError, match="Cite R2-ALL-IX-4, to which it belongs"):
        data.cite("R2-ALL-IX-4.1")
    with pytest.raises(lz.LanzaroteError, match="Cite a row of that chapter"):
        data.cite("R2-II")
    with pytest.raises(lz.LanzaroteError, match="text, bibtex, ris, csl"):
        data.cite("R2-BEL-II-1", "mla")  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_row_has_a_citation_in_every_style() -> None:
    for name in ("recommendations", "observations", "practices"):
        for row_id in getattr(lz, name).index:
            texts = [lz.cite(row_id, style) for style in STYLES]  # type: ignore[arg-type]
            assert all(row_id in text for text in texts)
            assert bibtex(texts[1]).key == ris(texts[2])["id"] == row_id


@pytest.mark.slow
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1))
def test_any_title_survives_bibtex(title: str) -> None:
    title = " ".join(title.split()) or "x"
    item = {"id": "x", "type": "dataset", "title": title, "author": [{"literal": "A, B"}]}
    entry = bibtex(cited([item], "bibtex"))
    assert printed(entry.fields["title"]) == title
    assert [str(person) for person in entry.persons["author"]] == ["{A, B}"]
