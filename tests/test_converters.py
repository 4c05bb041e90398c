"""Markdown as common converters write it gives the same rows."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable

import pytest

from lanzarote_data.ingest.ingest import ingest
from lanzarote_data.ingest.text import read_text
from lanzarote_data.model.changes import Change, difference
from lanzarote_data.render.docx import word_of
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items
from tests.factsheet_variations import source
from tests.factsheets import committed, empty

ITEMS = ("recommendations", "observations", "practices", "citations")


def pandoc(text: str) -> str:
    """Underlined headings, hard line ends, attributes, a block of fields, escapes, `--`."""
    title, _, rest = text.partition("\n")
    name = title.removeprefix("# ").replace("–", "--")
    rest = re.sub(r"^## (.*)$", r"\1 {#a-chapter .unnumbered}\n---", rest, flags=re.MULTILINE)
    rest = re.sub(r"(?<=\w)([.'])(?=\s)", r"\\\1", rest)
    return f"---\ntitle: '{name}'\nlang: en\n---\n{_wrapped(rest)}"


def marked_by_underscores(text: str) -> str:
    return text.replace("**", "__").replace("’", "&rsquo;").replace("fi", "ﬁ")


def boxed(text: str) -> str:
    """Boxes as tables that are drawn."""

    def grid(found: re.Match[str]) -> str:
        inner = found[0].replace("\n>", "\n").removeprefix(">").split("\n")
        lines = [part for line in inner for part in (_wrapped(line.strip()).split("\n"))]
        rule = f"+{'-' * 74}+"
        return "\n".join((rule, *(f"| {line:72} |" for line in lines), rule)) + "\n"

    return re.sub(r"(?:^>.*\n)+", grid, text, flags=re.MULTILINE)


def mark_it_down(_: str) -> str:
    """What mammoth makes of the Word file of this program."""
    import mammoth

    word = word_of(document_of(Items(committed()), "BEL"))
    return str(mammoth.convert_to_markdown(io.BytesIO(word)).value)


def in_tags(text: str) -> str:
    return re.sub(r"^(?=[A-Z])(.{40,})$", r'<p class="a">\1</p>', text, flags=re.MULTILINE)


def other_bullets(text: str) -> str:
    return re.sub(r"^( *)- ", r"\1• ", text, flags=re.MULTILINE)


def raised_numbers(text: str) -> str:
    return re.sub(r"\[\^([0-9]+)\](?!:)", r"<sup>\1</sup>", text).replace("]: ", "] ")


def _wrapped(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        "\n".join(textwrap.wrap(line, 72, break_long_words=False, break_on_hyphens=False)) or line
        if re.match(r"[\w*]", line) and not line.startswith("---") and "{#" not in line
        else line
        for line in lines
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "convert",
    [pandoc, marked_by_underscores, boxed, mark_it_down, in_tags, other_bullets, raised_numbers],
)
def test_the_markdown_of_a_converter_gives_the_same_rows(convert: Callable[[str], str]) -> None:
    result = ingest(read_text(convert(source()), "converted.md"), empty())
    assert [p for p in result.problems if p.severity == "error"] == []
    changes = [c for c in difference(committed(), result.tables) if c.resource in ITEMS]
    assert [change for change in changes if not _is_of_the_converter(change, convert)] == []


def _is_of_the_converter(change: Change, convert: Callable[[str], str]) -> bool:
    """Whether a difference is what the converter itself lost: bold verbs, links without address."""
    if convert is not mark_it_down or not isinstance(change.old, str):
        return False
    return _plain(change.old) == _plain(str(change.new))


def _plain(text: str) -> str:
    return re.sub(r"\[([^\]^]*)\]\([^)]*\)|\*\*|[<>\\]", r"\1", text)
