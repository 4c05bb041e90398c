"""Work on very many rows without Python looking through all of them for cycles, again and again.

Rows, cells and texts hold no cycles, so that nothing of them is ever found; to look for some takes
a fifth of the time of an import of a hundred thousand rows.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No garbage is collected meanwhile; what is no longer needed is given back as always."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
