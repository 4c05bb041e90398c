"""The columns of each table, for editors and type checkers; never imported otherwise.

Made from datapackage.json by docs/generate.py; a change there goes there, not here.
"""

from __future__ import annotations

from pandas import DataFrame, Series, Timestamp


class Rounds(DataFrame):
    """Monitoring rounds. The thematic monitoring rounds of the Lanzarote Committee. In each, the Committee looks at one theme in the Parties at the same time; an implementation report says what it found."""

    number: Series[int]
    """Number. The number of the round: 2 for the second."""
    title: Series[str]
    """Title. What the round is called."""
    theme: Series[str]
    """Theme. The theme of the round, word for word as in the title of its implementation report."""
    parties_taking_part: Series[int]
    """Parties taking part. How many States were Party to the Convention when the round was launched and took part in it."""
    code_pattern: Series[str]
    """Form of the codes. How the recommendations of the round’s implementation report are numbered, as a regular expression: II-6 fits “[IVXLC]+-[0-9]+[a-z]?”."""


class Parties(DataFrame):
    """Parties. The States Parties to the Convention: the 46 member States of the Council of Europe, the Russian Federation and Tunisia, as of November 2026."""

    name: Series[str]
    """Name. The name of the State as the Council of Europe lists it."""
    name_in_sentence: Series[str]
    """Name within a sentence. The name as it stands within a sentence, with its article where it has one: “the Republic of Moldova”."""
    iso2: Series[str]
    """Two letters. The two letters that stand for the State in ISO 3166-1."""
    other_names: Series[str]
    """Other names. Other names under which people look for the Party, separated by semicolons."""
    council_of_europe_member: Series[bool]
    """Member of the Council of Europe. true where the State is a member of the Council of Europe, false where it is not, as of November 2026."""


class Documents(DataFrame):
    """Documents. The documents from which the data comes, or which a text or a footnote of the data names."""

    title: Series[str]
    """Title. The title, as the factsheet gives it."""
    short_title: Series[str]
    """Short title. A short name by which texts and footnotes call the document."""
    number: Series[str]
    """Number. The number that the document’s publisher gave it."""
    round_id: Series[str]
    """Round. The monitoring round to which the document belongs; empty for a document that belongs to none."""
    party_id: Series[str]
    """Party. The Party that the document is about, for a factsheet; empty otherwise."""
    date: Series[str]
    """Date. The date of the document, as far as it is known: a year, a year and a month, or a day, such as 2023-05-25. For a factsheet the date of its last update, for a treaty that of its opening for signature, otherwise that of adoption or publication."""
    language: Series[str]
    """Language. The language of the document as it is used here, as a code of ISO 639-1."""
    publisher: Series[str]
    """Publisher. Who adopted or published the document; for an article, the journal and its volume."""
    url: Series[str]
    """Address. The address of the document on the web, or of the page of its publisher that it gives, where a source gives one."""
    rights: Series[str]
    """Rights. Who holds the rights in the text of the document, as far as it is known."""
    replaces: Series[str]
    """Replaces. The earlier edition that this document takes the place of, if there is one."""


class Chapters(DataFrame):
    """Chapters. The chapters of the factsheets of a round. The text of a chapter is taken to be the same in the factsheet of every Party; {party} stands where the name of the Party stands."""

    round_id: Series[str]
    """Round. The monitoring round."""
    number: Series[str]
    """Number. The number of the chapter, in Roman numerals."""
    position: Series[int]
    """Position. The place of the chapter in the factsheet: the smaller number comes first."""
    title: Series[str]
    """Title. The title of the chapter, without its number."""
    introduction: Series[str]
    """Introduction. The text with which the chapter begins, word for word. {party} stands where the name of the Party stands; [^1] marks the place of footnote 1 of this row."""
    specific_heading: Series[str]
    """Heading of the specific part. The heading above what the Committee observes on, and recommends to, one Party. {party} stands where the name of the Party stands. Empty where the factsheets held have no such part in the chapter."""
    generic_heading: Series[str]
    """Heading of the generic part. The heading above what the Committee recommends to all Parties. Empty where the factsheets held have no such part in the chapter."""


class Urgencies(DataFrame):
    """Levels of urgency. The three levels of urgency of the Committee’s recommendations, with their meaning in the Committee’s words."""

    verb: Series[str]
    """Verb. The word as it stands in a sentence: the Committee “invites”."""


class UrgencyMeanings(DataFrame):
    """Meanings of urgency. What a monitoring round means by each word for a level of urgency, in the words of its report."""

    meaning: Series[str]
    """Meaning. What the Committee means by the level, word for word, without its footnote and the punctuation at its end."""


class ReportRecommendations(DataFrame):
    """Report recommendations. The numbered recommendations of the implementation reports, as far as factsheets cite them. Follow-up goes by these and the Party."""

    round_id: Series[str]
    """Round. The monitoring round."""
    code: Series[str]
    """Code. The number of the recommendation in the report."""
    chapter_id: Series[str]
    """Chapter. The chapter in which factsheets cite it."""
    urgency: Series[str]
    """Urgency. The urgency of the recommendations that cite it."""
    text: Series[str]
    """Text. The words of the report; empty as long as the report itself has not been read in."""
    document_id: Series[str]
    """Document. The report that has it."""
    replaced_by: Series[str]
    """Replaced by. The report recommendation that took its place, if one did."""


class ReportParagraphs(DataFrame):
    """Report paragraphs. The numbered paragraphs of the implementation reports, as far as factsheets cite them."""

    round_id: Series[str]
    """Round. The monitoring round."""
    number: Series[int]
    """Number. The number of the paragraph in the report."""
    document_id: Series[str]
    """Document. The report that has it."""
    text: Series[str]
    """Text. The words of the report; empty as long as the report itself has not been read in."""


class Recommendations(DataFrame):
    """Recommendations. What the Committee requires, requests or invites one Party (specific) or all Parties (generic) to do: one row for each recommendation as a factsheet states it."""

    chapter_id: Series[str]
    """Chapter. The chapter of the factsheet in which the row stands."""
    scope: Series[str]
    """Scope. “specific” where the recommendation stands in the part of the factsheet on one Party, “generic” where it stands in the part on all Parties."""
    party_id: Series[str]
    """Party. The Party in whose part of the factsheet the recommendation stands; empty for a generic one."""
    addressing: Series[str]
    """Addressed to. “named”: the Party alone; “all”: all Parties; “conditional”: only those Parties that are not already doing so, even where a Party is named among them."""
    urgency: Series[str]
    """Urgency. How urgent the recommendation is: the verb that the Committee uses."""
    topic: Series[str]
    """Sub-heading. The sub-heading of the factsheet under which the row stands, word for word; empty where it stands under none."""
    lead_in: Series[str]
    """Lead-in. The words that introduce the recommendation, for example “The Committee **invites** {party}:”. Where the Party’s name stands, {party} stands here. The bullets of one list all have the same lead-in. Empty where the text is a whole sentence of its own."""
    text: Series[str]
    """Text. What is recommended. The words of the factsheet, slips of the pen included. *Italics*, **bold**, [links](address) and lists (lines that begin with “- ”) are written as shown here; (#) stands for an address that the source does not give; [^1] marks the place of footnote 1 of this row."""
    layout: Series[str]
    """Layout. How the row stands in the factsheet: “bullet”, a point of a list under its lead-in; “paragraph”, a paragraph of its own, in which the text follows the lead-in; “inline”, it runs on in the paragraph or bullet of the row before it."""
    document_id: Series[str]
    """Document. The document from which the row was first taken. In the workbook of a Party a new row may leave it empty, and gets the factsheet of that Party."""
    position: Series[int]
    """Position. The place of the row among the recommendations, observations and practices of its document and chapter: the smaller number comes first. Numbers go in steps of 10, so that a row can be put between two others. In a workbook a new row may leave it empty, and is put at the end."""
    withdrawn_in: Series[str]
    """Withdrawn in. The later edition of the factsheet that no longer states this; empty as long as it is stated."""


class Observations(DataFrame):
    """Observations. What the Committee observes, notes or welcomes about one Party: one row for each paragraph or bullet, or for the part of it before a recommendation that stands in the same paragraph or bullet."""

    chapter_id: Series[str]
    """Chapter. The chapter of the factsheet in which the row stands."""
    party_id: Series[str]
    """Party. The Party that the observation is about."""
    topic: Series[str]
    """Sub-heading. The sub-heading of the factsheet under which the row stands, word for word; empty where it stands under none."""
    lead_in: Series[str]
    """Lead-in. The words that introduce the observation, for example “The Committee observes that in {party}:”. Where the Party’s name stands, {party} stands here. The bullets of one list all have the same lead-in. Empty where the text is a whole sentence of its own."""
    text: Series[str]
    """Text. What is observed. The words of the factsheet, slips of the pen included. *Italics*, **bold**, [links](address) and lists (lines that begin with “- ”) are written as shown here; (#) stands for an address that the source does not give; [^1] marks the place of footnote 1 of this row."""
    layout: Series[str]
    """Layout. How the row stands in the factsheet: “bullet”, a point of a list under its lead-in; “paragraph”, a paragraph of its own, in which the text follows the lead-in; “inline”, it runs on in the paragraph or bullet of the row before it."""
    document_id: Series[str]
    """Document. The document from which the row was first taken. In the workbook of a Party a new row may leave it empty, and gets the factsheet of that Party."""
    position: Series[int]
    """Position. The place of the row among the recommendations, observations and practices of its document and chapter: the smaller number comes first. Numbers go in steps of 10, so that a row can be put between two others. In a workbook a new row may leave it empty, and is put at the end."""
    withdrawn_in: Series[str]
    """Withdrawn in. The later edition of the factsheet that no longer states this; empty as long as it is stated."""


class Practices(DataFrame):
    """Promising practices. Promising practices that the factsheet shows in boxes: one row for each practice."""

    chapter_id: Series[str]
    """Chapter. The chapter of the factsheet in which the row stands."""
    heading: Series[str]
    """Heading of the box. The heading of the box in which the practice stands, word for word. Practices of one box all have the same heading."""
    text: Series[str]
    """Text. What is done. The words of the factsheet, slips of the pen included. *Italics*, **bold**, [links](address) and lists (lines that begin with “- ”) are written as shown here; (#) stands for an address that the source does not give; [^1] marks the place of footnote 1 of this row."""
    document_id: Series[str]
    """Document. The document from which the row was first taken. In the workbook of a Party a new row may leave it empty, and gets the factsheet of that Party."""
    position: Series[int]
    """Position. The place of the row among the recommendations, observations and practices of its document and chapter: the smaller number comes first. Numbers go in steps of 10, so that a row can be put between two others. In a workbook a new row may leave it empty, and is put at the end."""
    withdrawn_in: Series[str]
    """Withdrawn in. The later edition of the factsheet that no longer states this; empty as long as it is stated."""


class PracticeParties(DataFrame):
    """Parties of practices. Which Parties a promising practice is a practice of. One row for each practice and Party."""


class Citations(DataFrame):
    """Citations. The footnotes: one row for each, saying what one marker in one text points to. Footnote numbers are not stored; they are counted when a factsheet is made."""

    recommendation_id: Series[str]
    """Recommendation. The recommendation in whose text the marker stands. Exactly one of the columns Recommendation, Observation, Promising practice and Chapter is filled in."""
    observation_id: Series[str]
    """Observation. The observation in whose text the marker stands."""
    practice_id: Series[str]
    """Promising practice. The promising practice in whose text the marker stands."""
    chapter_id: Series[str]
    """Chapter. The chapter in whose introduction the marker stands."""
    marker: Series[int]
    """Marker. The number in the marker: 1 for [^1]. It counts the footnotes of one row, from 1."""
    kind: Series[str]
    """Kind. What the footnote is: “paragraph” or “recommendation”, it cites paragraphs or recommendations of the implementation report; “note”, an explanation; “link”, only an address; “literature”, a published work."""
    locator: Series[str]
    """Locator. Which paragraphs or recommendations are cited, in one fixed form: 49, 50-51, III-11, III-3;III-7. Empty for the other kinds."""
    text: Series[str]
    """Text of the footnote. The footnote, word for word."""
    document_id: Series[str]
    """Document. The document that the footnote points into: for paragraphs and recommendations the implementation report, otherwise the document that the footnote names. Empty where it names none, or more than one."""
    url: Series[str]
    """Address. The web address that the footnote gives; several are separated by a space."""


class CitationTargets(DataFrame):
    """Targets of citations. What each footnote points to, one row for each recommendation or paragraph of the report. Follows from the locators of the citations and is written by the program."""

    report_recommendation_id: Series[str]
    """Report recommendation. The recommendation that it points to, if it is one."""
    report_paragraph_id: Series[str]
    """Report paragraph. The paragraph that it points to, if it is one."""


class FollowUp(DataFrame):
    """Follow-up. Information received on one recommendation and one Party: a measure that the Party reports, a comment of a stakeholder, or an assessment by the Committee. One row for each piece of information. Rows are added and not changed, but to correct a slip. Empty until someone reports."""

    report_recommendation_id: Series[str]
    """Report recommendation. The recommendation of the report that the entry is about; it is addressed to the Party."""
    party_id: Series[str]
    """Party. The Party that the entry is about."""
    date: Series[Timestamp]
    """Date. The day on which the measure was reported, the comment made or the assessment adopted."""
    kind: Series[str]
    """Kind. “measure”: the Party reports what it did or plans; “comment”: a stakeholder comments; “assessment”: the Committee assesses."""
    status: Series[str]
    """Status. Where matters stand according to the entry: “reported”, a measure is named and no more is said; “under way”, it has begun; “partially implemented”, “implemented” and “not implemented”, as the source says; “no reply”, the Party was asked and did not answer. These words are ours; they are not the formal vocabulary of the Committee."""
    text: Series[str]
    """Text. What is reported, in a few sentences."""
    source: Series[str]
    """Source. Where the information comes from: a letter, a reply to a questionnaire, a report, with its date and reference."""
    url: Series[str]
    """Address. The address of the source on the web, if it has one."""


class ToFile(DataFrame):
    """To file. Texts of a factsheet that were not ingested because it is not certain what they are, with the reason. To file one, choose in “File as” what it is, and its chapter: it becomes a row with an id, and leaves this sheet. To discard one, delete its row."""

    document_id: Series[str]
    """Document. The factsheet that has the text."""
    place: Series[str]
    """Place. Where the text is in the source: its file, and the line, paragraph or page."""
    reason: Series[str]
    """Reason. Why the text was not ingested."""
    text: Series[str]
    """Text. The words of the source; [^1] marks the place of its first footnote."""
    footnotes: Series[str]
    """Footnotes. The footnotes of the text, one in a line: the marker, a colon, and the words of the source."""
    filed_as: Series[str]
    """File as. What the text is. Choose it to file the text; leave it empty as long as that is not decided."""
    chapter_id: Series[str]
    """Chapter. The chapter of the text; a footnote needs none."""
    urgency: Series[str]
    """Urgency. The urgency of a recommendation: the verb of its sentence. All others leave it empty."""
    lead_in: Series[str]
    """Lead-in. The sentence that introduces the text, as in the sheets Recommendations and Observations; of a practice the heading of its box."""
    belongs_to: Series[str]
    """Belongs to. Of a footnote the id of the row that it belongs to, such as R2-BEL-II-6; its marker is written into the text of that row by hand."""
    position: Series[int]
    """Position. The place of the text among the rows of its document and chapter; if it is empty, the text is filed at the end."""


class Frames:
    """The tables of the data, each an attribute."""

    rounds: Rounds
    parties: Parties
    documents: Documents
    chapters: Chapters
    urgencies: Urgencies
    urgency_meanings: UrgencyMeanings
    report_recommendations: ReportRecommendations
    report_paragraphs: ReportParagraphs
    recommendations: Recommendations
    observations: Observations
    practices: Practices
    practice_parties: PracticeParties
    citations: Citations
    citation_targets: CitationTargets
    follow_up: FollowUp
    to_file: ToFile
