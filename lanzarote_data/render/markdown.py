"""A factsheet as Markdown: CommonMark with footnotes, boxes as block quotes."""

from __future__ import annotations

from collections.abc import Iterator

from lanzarote_data.text.document import Chapter, Document, Group
from lanzarote_data.text.markup import without_html


def markdown_of(document: Document) -> str:
    """The Markdown text of a factsheet; raw HTML of a text is escaped."""
    parts = [
        f"*{document.about}*",
        f"# {document.title}",
        f"**{document.subtitle}**",
        f"**“{document.theme}”**",
    ]
    if document.updated:
        parts.append(f"Last update: {document.updated}")
    if document.notice:
        parts.append(f"*{document.notice}*")
    for chapter in document.chapters:
        parts += _chapter(chapter)
    return without_html("\n\n".join(parts)) + "\n"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.title}"
    if chapter.introduction:
        yield chapter.introduction
    for part in chapter.parts:
        if part.heading:
            yield f"### {part.heading}"
        for group in part.groups:
            yield from _group(group)
    if chapter.notes:
        yield "\n".join(f"[^{note.number}]: {note.text}" for note in chapter.notes)


def _group(group: Group) -> Iterator[str]:
    if group.topic:
        yield f"#### {group.topic}"
    if group.lead_in:
        yield group.lead_in
    if group.kind == "list":
        yield "\n".join("- " + text.replace("\n", "\n  ") for text in group.texts)
    elif group.kind == "box":
        texts = (f"**{group.heading}**", *group.texts)
        yield "\n>\n".join("> " + text.replace("\n", "\n> ") for text in texts)
    else:
        yield from group.texts
