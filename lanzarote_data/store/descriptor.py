"""Find and read ``datapackage.json``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from lanzarote_data.model.descriptor import package_from, unchecked_package
from lanzarote_data.model.errors import PackageError, reason_of
from lanzarote_data.model.package import DESCRIPTOR_NAME, Package
from lanzarote_data.store.stamp import is_stamped
from lanzarote_data.store.untrusted import file_bytes

LARGEST_DESCRIPTOR = 2_000_000


def find_descriptor(start: Path) -> Path | None:
    """The nearest ``datapackage.json`` in ``start`` or a folder above it."""
    folders = (start, *start.parents)
    return next((f / DESCRIPTOR_NAME for f in folders if (f / DESCRIPTOR_NAME).is_file()), None)


def installed_descriptor() -> Path:
    """The descriptor that comes with the installed package.

    A wheel holds it beside this module; in a checkout it is at the top.
    """
    here = Path(__file__).parents[1]
    shipped = here / "data" / DESCRIPTOR_NAME
    return shipped if shipped.is_file() else here.parent / DESCRIPTOR_NAME


def read_descriptor(path: Path) -> dict[str, Any]:
    """The content of ``datapackage.json``; ``path`` may be its folder.

    :raises PackageError: it is missing, not UTF-8, or not a JSON object.
    """
    return _read(path / DESCRIPTOR_NAME if path.is_dir() else path)[0]


def is_known(path: Path) -> bool:
    """Whether the very file of a descriptor is known to be valid; ``path`` may be its folder.

    :raises PackageError: as :func:`read_descriptor`.
    """
    path = path / DESCRIPTOR_NAME if path.is_dir() else path
    return is_stamped(path, _read(path)[1])


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """The content of a descriptor, and the digest of its file."""
    try:
        content = file_bytes(path, LARGEST_DESCRIPTOR, inside=path.parent)
        text = content.decode("utf-8")
        if text.startswith("\ufeff"):
            raise ValueError("it begins with a byte-order mark (BOM)")
        descriptor = json.loads(text, parse_constant=_refuse_constant)
        # An escape such as \ud800 is half a character, which no text may hold.
        json.dumps(descriptor, ensure_ascii=False).encode("utf-8")
    except FileNotFoundError:
        raise PackageError(
            f"There is no {DESCRIPTOR_NAME} at {path}.",
            f"Name the folder that holds {DESCRIPTOR_NAME} with --package.",
        ) from None
    except (OSError, ValueError, RecursionError) as reason:
        raise PackageError(
            f"{path} cannot be read as JSON text: {_why(reason)}.",
            "Restore the file, or correct it there; save it as UTF-8, without a mark (BOM).",
        ) from reason
    if not isinstance(descriptor, dict):
        raise PackageError(f"{path} is not a JSON object.", "Restore the file.")
    return descriptor, hashlib.sha256(content).hexdigest()


def _refuse_constant(word: str) -> float:
    """NaN and the infinities, which Python takes for JSON and the standard does not.

    :raises ValueError: always.
    """
    raise ValueError(f"{word} is not a number")


def _why(reason: Exception) -> str:
    if isinstance(reason, RecursionError):
        return "its objects and lists are nested too deeply"
    if isinstance(reason, json.JSONDecodeError):
        return f"it is no JSON in line {reason.lineno}, from its character {reason.colno} on"
    if isinstance(reason, UnicodeDecodeError):
        return f"it is not UTF-8 text: byte {reason.start + 1} does not fit"
    if isinstance(reason, UnicodeEncodeError):
        return "it has half a character, such as \\ud800"
    return reason_of(reason) if isinstance(reason, OSError) else str(reason)


def load_package(path: Path | str) -> Package:
    """The package that ``path`` (a descriptor or its folder) describes.

    :raises PackageError: the descriptor cannot be read or used.
    """
    if not isinstance(path, str | Path):
        name = type(path).__name__
        raise PackageError(f"A value of the type {name} is no path.", "Name a folder.")
    path = Path(path)
    path = path / DESCRIPTOR_NAME if path.is_dir() else path
    descriptor, digest = _read(path)
    make = unchecked_package if is_stamped(path, digest) else package_from
    return replace(make(descriptor, path.parent, path.name), digest=digest)
