"""The questions that analysts bring, on a small synthetic package and on the real data."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lanzarote_data as lz
from lanzarote_data.frames import citations
from lanzarote_data.frames.texts import clauses
from lanzarote_data.text.folding import folded, place_in
from tests.synthetic import synthetic_data


@pytest.fixture(scope="module")
def data() -> lz.Dataset:
    return synthetic_data()


def test_everything_addressed_to_a_party_comes_with_its_basis(data: lz.Dataset) -> None:
    frame = data.addressed_to("FRA")
    assert frame.basis.to_dict() == {
        "R2-FRA-IX-2": "named",
        "R2-ALL-IX-4": "all",
        "R2-FRA-II-1": "named",
        "R2-ALL-IX-5": "conditional",
    }
    assert "addressing" not in frame
    assert list(data.addressed_to("NLD").index) == ["R2-ALL-IX-4", "R2-ALL-IX-5"]
    assert len(data.addressed_to("the Netherlands")) == 2
    with pytest.raises(lz.LanzaroteError, match="Is BEL meant"):
        data.addressed_to("Belgique")
    with pytest.raises(lz.LanzaroteError, match="Use its id"):
        data.addressed_to("xyz")


def test_codes_and_paragraphs_are_those_of_the_row_and_its_grounds(data: lz.Dataset) -> None:
    frame = data.addressed_to("BEL")
    assert frame.paragraphs.to_dict() == {
        "R2-BEL-II-2": "10;12;13;14",
        "R2-BEL-II-6": "30",
        "R2-BEL-II-3": "20",
        "R2-BEL-II-5": "20",
        "R2-ALL-IX-4": "",
        "R2-BEL-II-1": "10;12;13;14",
        "R2-ALL-IX-5": "",
    }
    assert frame.codes["R2-ALL-IX-4"] == "IX-4;IX-9"


def test_grounds_are_the_run_of_observations_before_a_recommendation(data: lz.Dataset) -> None:
    assert list(data.grounds("R2-BEL-II-2").index) == ["R2-BEL-II-o1", "R2-BEL-II-o2"]
    # A recommendation that runs on in the text before it does not end the run.
    assert list(data.grounds("R2-BEL-II-5").index) == ["R2-BEL-II-o3"]
    assert data.grounds("R2-ALL-IX-4").empty
    assert list(lz.grounds("R2-BEL-II-12").index) == [f"R2-BEL-II-o{n}" for n in (3, 4, 5)]
    assert list(lz.grounds("R2-BEL-III-16").index) == [f"R2-BEL-III-o{n}" for n in range(1, 7)]


def test_the_known_facts_of_the_factsheet() -> None:
    counted = lz.counts("urgency", party="BEL").to_dict()
    assert counted == {"require": 9, "request": 11, "invite": 56}
    assert lz.counts("scope", party="BEL").to_dict() == {"specific": 24, "generic": 52}
    cited = [c for row in lz.addressed_to("BEL").index for c in lz.citations_of(row)]
    codes = [c.codes for c in cited if c.kind == "recommendation"]
    assert (len(codes), len({code for c in codes for code in c})) == (76, 85)
    assert sum(len(c) > 1 for c in codes) == 7
    assert "R2-BEL-III-o1" in set(lz.citing(paragraph=115).row_id)


def test_counts_have_every_combination_and_lose_no_row(data: lz.Dataset) -> None:
    counts = data.counts()
    assert counts.index.names == ["chapter_id", "urgency", "scope"]
    assert len(counts) == 4 * 3 * 2
    assert counts.sum() == 9
    assert counts["R2-II", "require", "specific"] == 2
    assert counts.unstack("chapter_id")["R2-I"].sum() == 0
    counts = data.counts("basis", party="FRA")
    assert counts.to_dict() == {"named": 2, "all": 1, "conditional": 1}
    with pytest.raises(lz.LanzaroteError, match="Count by any of chapter_id, scope"):
        data.counts("text")


def test_generic_recommendations_keep_a_group_of_their_own_by_party(data: lz.Dataset) -> None:
    counts = data.counts("party_id")
    assert counts.sum() == 9
    assert counts[["BEL", "FRA", "NLD"]].to_list() == [5, 2, 0]
    assert counts[counts.index.isna()].to_list() == [2]


def test_citations_are_objects_in_the_order_of_their_markers(data: lz.Dataset) -> None:
    note, cited = data.citations_of("R2-ALL-IX-4")
    assert (note.kind, note.text, note.codes) == ("note", "A note with an *emphasis*.", ())
    assert (cited.marker, cited.codes, cited.document_id) == (2, ("IX-4", "IX-9"), "R2-REPORT")
    assert data.citations_of("R2-BEL-IX-p1") == ()
    assert data.citations_of("R2-BEL-II-o2")[0].paragraphs == (12, 13, 14)


def test_citing_finds_every_row_that_cites_one_or_several(data: lz.Dataset) -> None:
    assert list(data.citing("II-1").row_id) == ["R2-BEL-II-1", "R2-FRA-II-1"]
    assert list(data.citing("IX-9").index) == ["R2-ALL-IX-4.2"]
    assert data.citing("R2-IX-9").equals(data.citing("IX-9"))
    assert list(data.citing(paragraph=13).row_id) == ["R2-BEL-II-o2", "R2-FRA-II-o1"]
    # 1 is not found in 10, nor II-1 in II-11.
    assert data.citing(paragraph=1).empty
    assert data.citing("II-10").empty
    assert data.citing("II-1").words["R2-FRA-II-1.1"].startswith("The Committee invites France:")
    one = [set(data.citing(code).index) for code in ("II-1", "IX-9")]
    assert set(data.citing(["II-1", "IX-9"]).index) == one[0] | one[1]
    singles = {n: set(data.citing(paragraph=n).index) for n in range(10, 15)}
    every = set().union(*singles.values())
    several: tuple[citations.Paragraphs, ...] = (
        "10-14",
        "10-12; 13,14",
        range(10, 15),
        [10, "11-14"],
        list(range(10, 15)),
    )
    for asked in several:
        assert set(data.citing(paragraph=asked).index) == every
    assert set(data.citing(paragraph="13").index) == singles[13]


@pytest.mark.parametrize("code", ["115", "R2-BEL-II-6", "ii-6", "II 6"])
def test_what_is_no_code_is_refused(data: lz.Dataset, code: str) -> None:
    with pytest.raises(lz.LanzaroteError, match="A code looks like II-1"):
        data.citing(code)


def test_citing_asks_for_one_thing(data: lz.Dataset) -> None:
    for arguments in ({}, {"code": "II-1", "paragraph": 3}):
        with pytest.raises(lz.LanzaroteError, match="Ask for one thing"):
            data.citing(**arguments)  # type: ignore[arg-type]


def test_a_text_is_plain_markdown_or_html(data: lz.Dataset) -> None:
    assert data.text("R2-BEL-II-1") == (
        "The Committee invites Belgium: to keep a synthetic register."
    )
    assert data.text("R2-BEL-II-1", "markdown") == (
        "The Committee **invites** Belgium: to keep a synthetic *register*.[^1]\n\n"
        "[^1]: Recommendation II-1."
    )
    html = data.text("R2-ALL-IX-4", "html", party="NLD")
    assert "<strong>requests</strong> all Parties, including the Netherlands:" in html
    assert '<a href="https://example.org/g">guide</a> &amp; &lt;b&gt;plans&lt;/b&gt;' in html
    assert "<em>emphasis</em>" in html


def test_html_footnotes_link_there_and_back(data: lz.Dataset) -> None:
    html = data.text("R2-ALL-IX-4", "html")
    targets, ids = re.findall(r'href="#([^"]+)"', html), re.findall(r'id="([^"]+)"', html)
    assert sorted(targets) == sorted(ids)
    assert len(set(ids)) == 4


def test_where_no_party_is_asked_about_its_place_is_marked(data: lz.Dataset) -> None:
    assert "including [Party]:" in data.text("R2-ALL-IX-4")
    assert "including France:" in data.text("R2-ALL-IX-4", party="France")
    # A row about one Party names that Party, whatever is asked.
    assert "Belgium" in data.text("R2-BEL-II-1", party="FRA")


def test_texts_of_chapters_and_footnotes_can_be_read_too(data: lz.Dataset) -> None:
    assert data.text("R2-II", party="BEL") == "On Synthetic frameworks in Belgium."
    assert data.text("R2-ALL-IX-4.1") == "A note with an emphasis."


def test_no_template_is_left_in_any_text() -> None:
    for name in ("recommendations", "observations", "practices", "chapters"):
        for row_id in getattr(lz, name).index:
            for form in ("plain", "markdown", "html"):
                assert "{party}" not in lz.text(row_id, form)


def test_an_unknown_id_is_told_of_with_what_may_be_meant(data: lz.Dataset) -> None:
    with pytest.raises(lz.LanzaroteError, match=r"Is R2-BEL-II-o[1-4] or .* meant"):
        data.text("R2-BEL-II-o9")
    with pytest.raises(lz.LanzaroteError, match="cited by R2-BEL-II-1, R2-FRA-II-1"):
        data.text("II-1")
    with pytest.raises(lz.LanzaroteError, match="plain, markdown, html"):
        data.text("R2-BEL-II-1", "pdf")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cote d'essai", ["R2-BEL-IX-p1"]),
        ("CÔTE D’ESSAI", ["R2-BEL-IX-p1"]),
        ('"Synthetic practice"', ["R2-BEL-IX-p1"]),
        ("practice synthetic", ["R2-BEL-IX-p1"]),
        ('"practice synthetic"', []),
        ("practic", []),
        ("practic*", ["R2-BEL-IX-p1"]),
        ("invites france register", ["R2-FRA-II-1"]),
        ("guide", ["R2-ALL-IX-4"]),
        ("example.org", []),  # an address is not among the words
        ("sub-heading", ["R2-BEL-II-o4"]),
    ],
)
def test_search(data: lz.Dataset, query: str, found: list[str]) -> None:
    assert list(data.search(query).index) == found


def test_search_in_one_table(data: lz.Dataset) -> None:
    assert list(data.search("emphasis").table) == ["citations"]
    assert data.search("emphasis", "recommendations").empty
    with pytest.raises(lz.LanzaroteError, match="no texts"):
        data.search("x", "parties")
    with pytest.raises(lz.LanzaroteError, match="no words"):
        data.search("  ")


def test_search_shows_the_words_around_the_first_hit() -> None:
    found = lz.search("children", "recommendations")
    assert len(found) > 20
    assert all("children" in words.lower() and len(words) < 200 for words in found.words)
    whole = lz.text("R2-ALL-III-3")
    shown = lz.search('"law enforcement" prosecution').words["R2-ALL-III-3"]
    assert shown.strip("… ") in whole
    assert "law enforcement" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("practice OR guide", ["R2-ALL-IX-4", "R2-BEL-IX-p1"]),
        ("practice NOT synthetic", []),
        ("practice AND synthetic", ["R2-BEL-IX-p1"]),
        ('guide OR "synthetic practice" NOT cote', ["R2-ALL-IX-4"]),
        ('guide OR practic* NOT "practice synthetic"', ["R2-ALL-IX-4", "R2-BEL-IX-p1"]),
    ],
)
def test_search_has_alternatives_and_exclusions(
    data: lz.Dataset, query: str, found: list[str]
) -> None:
    assert sorted(data.search(query).index) == found


def test_search_keeps_to_a_party_and_a_chapter(data: lz.Dataset) -> None:
    every = data.search("register")
    assert {"R2-BEL-II-1", "R2-FRA-II-1"} <= set(every.index)
    france = data.search("register", party="france")
    assert "R2-FRA-II-1" in france.index and "R2-BEL-II-1" not in france.index
    assert set(data.search("register", chapter="II").chapter_id) == {"R2-II"}
    assert data.search("register", chapter="R2-IX").empty
    assert every.urgency["R2-BEL-II-1"] == "invite"
    assert every.urgency.cat.ordered


@pytest.mark.parametrize("query", ["", "NOT", "one OR", "a NOT NOT b OR"])
def test_a_search_without_words_is_refused(data: lz.Dataset, query: str) -> None:
    with pytest.raises(lz.LanzaroteError):
        data.search(query)


@pytest.mark.parametrize(
    ("typed", "party"),
    [
        ("Turkey", "TUR"),
        ("turkiye", "TUR"),
        ("TÜRKİYE", "TUR"),
        ("tr", "TUR"),
        (" tur ", "TUR"),
        ("belgium", "BEL"),
        ("the Republic of Moldova", "MDA"),
    ],
)
def test_a_party_is_found_as_people_type_it(typed: str, party: str) -> None:
    assert lz.party(typed) == party
    assert len(lz.addressed_to(typed)) >= 52


def test_every_name_of_every_party_leads_to_it() -> None:
    for party_id, row in lz.parties.iterrows():
        names = [row["name"], row["name_in_sentence"], row["iso2"]]
        names += row["other_names"].split(";") if isinstance(row["other_names"], str) else []
        for name in names:
            assert {lz.party(name), lz.party(name.upper())} == {party_id}


def test_what_is_addressed_to_several_parties_is_one_frame(data: lz.Dataset) -> None:
    both = data.addressed_to(["France", "BEL"])
    assert list(both.index.names) == ["addressed_to", "recommendation_id"]
    for party in ("FRA", "BEL"):
        assert both.loc[party].index.equals(data.addressed_to(party).index)
        assert both.loc[party].codes.equals(data.addressed_to(party).codes)
    every = data.addressed_to("all")
    assert set(every.index.get_level_values(0)) == set(data.parties.index)
    labelled = data.addressed_to("BEL", labels=True)
    assert labelled.chapter_title["R2-BEL-II-1"] == "Synthetic frameworks"
    assert labelled.party_name["R2-BEL-II-1"] == "Belgium"


def test_references_are_what_rows_cite_and_rest_on(data: lz.Dataset) -> None:
    cited = data.references()
    assert len(cited) == len(data.citation_targets)
    own = cited[cited.row_id == "R2-BEL-II-1"]
    assert own.report_recommendation_id.to_list() == ["R2-II-1"]
    assert own.report_paragraph_id.isna().all() and own.through.isna().all()
    addressed = data.addressed_to("BEL")
    rests = data.references(table="recommendations", party="BEL", grounds=True)
    numbers = data.report_paragraphs["number"]
    for row_id, paragraphs in addressed.paragraphs.items():
        ids = rests[rests.row_id == row_id].report_paragraph_id.dropna()
        assert ";".join(map(str, sorted({int(numbers[i]) for i in ids}))) == paragraphs
    assert set(rests.row_id) <= set(addressed.index)


def test_texts_are_those_of_every_row(data: lz.Dataset) -> None:
    for form in ("plain", "markdown", "html"):
        texts = data.texts("observations", form, party="FRA")
        assert list(texts.index) == list(data.observations.index)
        assert all(data.text(str(i), form, party="FRA") == text for i, text in texts.items())


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_place_in_the_folded_text_is_one_in_the_text(before: str, after: str) -> None:
    text = before + "école" + after
    start = folded(text).index("ecole", len(folded(before)))
    assert text[place_in(text, start) :].startswith("école")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("e\u0301cole", "une école"),
        ("école", "une e\u0301cole"),
        ("A\u0308rzte", "ärzte"),
        ("lodz", "w Łódź"),
        ("Łódź", "LODZ"),
        ("born", "Børn"),
        ("Đorđević", "dordevic"),
        ("strasse", "Straße"),
        ("Straße", "STRASSE"),
        ("coeur", "cœur"),
        ("caesar", "Cæsar"),
        ('"5 years"', "5\u00a0years"),
        ('"5 years"', "5\u202fyears"),
        ("co-operation", "co\u2011operation"),
        ("co\u2010operation", "co-operation"),
        ("cooperation", "co\u00adoper\u200bation"),
        ("child's", "the child’s"),
        ("final", "ﬁnal"),
        ("Łódź OR none", "lodz"),
    ],
)
def test_however_a_word_is_typed_it_is_found(query: str, text: str) -> None:
    (first, *_) = clauses(query)
    assert all(pattern.search(folded(text)) for _, pattern in first)


@given(st.sampled_from("éèêëàâçñöüÅŽ"))
def test_accents_do_not_count(letter: str) -> None:
    assert folded(letter).isascii()
    assert folded(letter) == folded(letter.swapcase())
