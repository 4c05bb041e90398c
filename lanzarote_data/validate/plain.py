"""Values that plain comparisons accept, so that what is usual needs no pandas.

Only the checks of :mod:`.schema` refuse a value: what is not accepted here is given to them, and
``validate`` and ``release`` give them everything.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from lanzarote_data.model.expected import matcher
from lanzarote_data.model.package import Field
from lanzarote_data.model.types import parse, text_fault


@lru_cache(maxsize=1_000)
def accepts(field: Field) -> Callable[[Any], bool]:
    """Whether a typed value of a field, which is not missing, is one that its checks accept."""
    limits = field.constraints
    low, high = limits.min_length or 0, limits.max_length
    allowed = frozenset(parse(field.type, text) for text in limits.enum)
    matches = matcher(limits.pattern) if limits.pattern else None
    texts = (limits.minimum, limits.exclusive_minimum, limits.maximum, limits.exclusive_maximum)
    compared: Any = zip((ge, gt, le, lt), texts, strict=True)
    bounds = [(holds, parse(field.type, text)) for holds, text in compared if text]
    needs_text = bool(matches or low or high is not None)

    def is_right(value: Any) -> bool:
        if isinstance(value, str):
            is_long = len(value) < low or (high is not None and len(value) > high)
            if is_long or text_fault(value) or (matches and not matches(value)):
                return False
        elif needs_text:
            return False
        in_list = not allowed or value in allowed
        return in_list and all(holds(value, bound) for holds, bound in bounds)

    return is_right
