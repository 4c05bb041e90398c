"""The factsheet on Belgium written in other ways, and the recommendations lost on the way."""

from __future__ import annotations

import random
import re
from functools import cache

from lanzarote_data.ingest.ingest import Ingestion, ingest
from lanzarote_data.ingest.notation import words
from lanzarote_data.ingest.text import read_text
from lanzarote_data.render.markdown import markdown_of
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from tests.factsheets import committed, empty

# Warnings that every source has, and that say nothing of a recommendation.
COMMON = {"left-out", "joined-to-footnote", "heading-assumed", "ligatures"}
VERB = re.compile(r"\*\*(requires|requests|invites)\*\*( (?:all Parties|Belgium)\b)?")


@cache
def source() -> str:
    """The Markdown that this program writes of Belgium."""
    return markdown_of(document_of(Items(committed()), "BEL"))


def varied(choice: random.Random) -> str:
    """The text with some of its verbs, list marks, boxes and footnotes in other ways."""
    text = VERB.sub(lambda found: _verb(choice, found), source())
    text = re.sub(r"^( *)- ", lambda m: m[1] + _mark(choice), text, flags=re.MULTILINE)
    if choice.random() < 0.3:
        text = re.sub(r"(?<=:)\n\n(?=(?:[-*•–] |[0-9]+\. ))", "\n", text)
    for way in (_without_colons, _whole_bold, _numbered, _boxes, _notes, _entities, _wrapped):
        if choice.random() < 0.35:
            text = way(choice, text)
    return text


def _verb(choice: random.Random, found: re.Match[str]) -> str:
    word, after = found[1], found[2] or ""
    cut = choice.randrange(1, len(word))
    if choice.random() < 0.01:
        return f"**urges**{after}"
    return choice.choice(
        (
            found[0],
            found[0],
            f"**{word[:cut]}****{word[cut:]}**{after}",
            f"{word[:cut]}**{word[cut:]}**{after}",
            f"**{word[:cut]}**{word[cut:]}{after}",
            f"__{word}__{after}",
            f"***{word}***{after}",
            f"**{word[:cut]}*****{word[cut:]}***{after}",
            f"**{word.upper()}**{after}",
            f"{word}{after}",
            f"would like to **{word[:-1]}**{after}",
        )
    )


def _mark(choice: random.Random) -> str:
    return choice.choice(("- ", "- ", "* ", "• ", "– "))


def _without_colons(choice: random.Random, text: str) -> str:
    return re.sub(
        r"(Belgium):(?=\n+(?:[-*•–]|[0-9]+\.) )",
        lambda m: m[1] + choice.choice((":", ":", "", " to do the following.")),
        text,
    )


def _whole_bold(choice: random.Random, text: str) -> str:
    def bold(found: re.Match[str]) -> str:
        inner = re.sub(r"[*_]", "", found[0])
        return choice.choice((found[0], f"**{inner}**", f"***{inner}***"))

    return re.sub(r"^(?:The|It)\b[^\n\[]{5,90}Belgium:$", bold, text, flags=re.MULTILINE)


def _numbered(choice: random.Random, text: str) -> str:
    lines, count = text.split("\n"), 0
    for index, line in enumerate(lines):
        if re.match(r"[-*•–] ", line):
            count += 1
            lines[index] = f"{count}. {line[2:]}"
        elif line and not line.startswith(" "):
            count = 0
    return "\n".join(lines)


def _boxes(choice: random.Random, text: str) -> str:
    heading = choice.choice(("Good practice:", "Best practices:", "Promising practices"))
    text = re.sub(r"> \*\*[^*\n]*ractices?:?\*\*", f"> **{heading}**", text)
    if choice.random() < 0.5:
        return text
    lead = re.compile(r"^(?:The|It)\b[^\n]{5,90}Belgium:$\n+(?:[-*•–] [^\n]*\n)+", re.MULTILINE)
    return lead.sub(lambda m: "> " + m[0].rstrip("\n").replace("\n", "\n> ") + "\n", text)


def _notes(choice: random.Random, text: str) -> str:
    if choice.random() < 0.5:
        return re.sub(r"\[\^([0-9]+)\](?!:)", r"<sup>\1</sup>", text).replace("]: ", "] ")
    notes = re.findall(r"^\[\^[0-9]+\]: .*$", text, re.MULTILINE)
    body = re.sub(r"^\[\^[0-9]+\]: .*\n?", "", text, flags=re.MULTILINE)
    body = re.sub(r"\[\^([0-9]+)\]", r"[[\1]](#footnote-\1)", body)
    listed = [
        re.sub(r"^\[\^([0-9]+)\]: (.*)$", r"\1. \2 [↑](#footnote-ref-\1)", note) for note in notes
    ]
    return body + "\n" + "\n".join(listed) + "\n"


def _entities(choice: random.Random, text: str) -> str:
    text = re.sub(r"\bthe (?=\w)", "the&nbsp;", text)
    return text.replace("’", "&rsquo;").replace("fi", "ﬁ") if choice.random() < 0.5 else text


def _wrapped(choice: random.Random, text: str) -> str:
    """The text with hard line ends, as converters write it."""
    import textwrap

    made = []
    for line in text.split("\n"):
        indent = re.match(r"(?: *(?:[-*•–]|[0-9]+\.) )?", line)
        is_fixed = re.match(r"[>#|]", line) or re.match(r"\[\^[0-9]+\]:?", line)
        width = len(indent[0]) if indent else 0
        parts = [line] if is_fixed else textwrap.wrap(
            line, 80, subsequent_indent=" " * width, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
        made += parts or [""]
    return "\n".join(made)


@cache
def _truth() -> dict[str, str]:
    rows = committed().rows("recommendations")
    return {row["recommendation_id"]: row["urgency"] for row in rows}


def silent_misfilings(text: str) -> list[str]:
    """The recommendations that became something else, where the report says nothing of it.

    A source with errors is not written, so that nothing of it is misfiled.
    """
    result = ingest(read_text(text, "varied.md"), empty())
    if any(p.severity == "error" for p in result.problems):
        return []
    read = {r["recommendation_id"]: r["urgency"] for r in result.tables.rows("recommendations")}
    wrong = [row_id for row_id, urgency in _truth().items() if read.get(row_id) != urgency]
    told = {p.location.source for p in result.problems if p.code not in COMMON}
    return [row_id for row_id in wrong if not _places(result, row_id) & told]


def _places(result: Ingestion, row_id: str) -> set[str]:
    """Where the rows stand that have the words of a recommendation."""
    row = committed().find("recommendations", row_id)
    assert row
    wanted = " ".join(words(row["text"])[-12:])
    return {
        place
        for (table, key), place in result.places.items()
        if table in ("recommendations", "observations", "practices")
        for found in [result.tables.find(table, key)]
        if found and wanted in " ".join(words(found["text"]))
    }
