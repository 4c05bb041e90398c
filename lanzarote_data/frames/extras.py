"""Libraries that come with an extra: loaded where they are used, missed with a useful word."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from lanzarote_data.model.errors import LanzaroteError, how_to_install


def extra(module: str, name: str) -> Any:
    """A module of the extra ``name``.

    :raises LanzaroteError: it is not installed; the hint says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as reason:
        library = module.partition(".")[0]
        raise LanzaroteError(
            f"This needs {library}, which is not installed.",
            how_to_install(name),
        ) from reason
