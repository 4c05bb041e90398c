"""What was read of a source as Markdown, for a person to correct and to ingest in its place."""

from __future__ import annotations

from collections.abc import Iterator

from lanzarote_data.ingest.blocks import Block, SourceText


def markdown_of_source(source: SourceText) -> str:
    """The blocks and footnotes of a source as Markdown.

    What was left out, such as page numbers, is not in it; the report of the ingestion lists it.
    """
    lines: list[str] = []
    before: Block | None = None
    for block in source.body:
        is_list = block.kind == "bullet" and before is not None and before.kind == "bullet"
        if before and not is_list:
            lines.append(">" if block.framed and before.framed else "")
        lines += _lines(block)
        before = block
    lines += ["", *(f"[^{note.number}]: {note.text}" for note in source.footnotes)]
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> Iterator[str]:
    frame = "> " if block.framed else ""
    if block.kind == "heading":
        yield f"{frame}{'#' * min(max(block.depth, 1), 6)} {block.text}"
    elif block.kind == "bullet":
        yield f"{frame}{' ' * block.depth}- {block.text}"
    else:
        yield f"{frame}{block.text}"
