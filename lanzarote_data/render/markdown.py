"""A factsheet as Markdown: CommonMark with footnotes, boxes as block quotes."""

from __future__ import annotations

from collections.abc import Iterator

from lanzarote_data.text.document import (
    Box,
    BulletList,
    Document,
    Heading,
    Node,
    Section,
)


def markdown_of(document: Document) -> str:
    """The Markdown text of a factsheet."""
    parts = [f"# {document.title}", f"**{document.subtitle}**", f"**“{document.theme}”**"]
    if document.updated:
        parts.append(f"Last update: {document.updated}")
    if document.notice:
        parts.append(f"*{document.notice}*")
    for section in document.sections:
        parts += _section(section)
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from map(_node, section.nodes)
    if section.notes:
        yield "\n".join(f"[^{note.number}]: {note.text}" for note in section.notes)


def _node(node: Node) -> str:
    if isinstance(node, Heading):
        return f"{'#' * node.level} {node.text}"
    if isinstance(node, BulletList):
        return "\n".join("- " + point.replace("\n", "\n  ") for point in node.points)
    if isinstance(node, Box):
        texts = (f"**{node.heading}**", *node.texts)
        return "\n>\n".join("> " + text.replace("\n", "\n> ") for text in texts)
    return node.text
