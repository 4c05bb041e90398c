"""What people pass to functions: checked at once, so that a slip ends in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import DESCRIPTOR_NAME


def as_text(value: object, what: str, example: str) -> str:
    """A text that was passed as ``what``.

    :raises LanzaroteError: it is something else.
    """
    if isinstance(value, str):
        return value
    raise LanzaroteError(f"{kind_of(value)} is no {what}.", f"Write {example}.")


def as_texts(value: object, what: str, example: str) -> list[str]:
    """One text, or several, that were passed as ``what``.

    :raises LanzaroteError: it is something else.
    """
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [as_text(value, what, example)]
    return [as_text(one, what, example) for one in value]


def as_path(value: object) -> Path:
    """The path of a package or file.

    :raises LanzaroteError: it is something else.
    """
    if isinstance(value, str | Path):
        return Path(value)
    hint = f"Name the folder of a package, its {DESCRIPTOR_NAME}, or a file."
    raise LanzaroteError(f"{kind_of(value)} is no path.", hint)


def kind_of(value: object) -> str:
    """A value in words: ``None``, ``The int 7``, ``A DataFrame``."""
    if value is None:
        return "None"
    name = type(value).__name__
    is_short = isinstance(value, int | float | bool)
    return f"The {name} {value}" if is_short else f"A value of the type {name}"
