"""The forms in which a Parquet file of a release describes itself, by the numbers of its fields.

They are those of ``parquet.thrift`` (Apache Parquet Format 2.12), without what a release never
has: columns in other files, encryption, indexes, filters, and pages of the second version.
"""

from __future__ import annotations

from lanzarote_data.release.thrift import BYTES, INTEGER, LONG, SHORT, TRUTH, Form

_EMPTY: Form = {}
_KEY_VALUE: Form = {1: BYTES, 2: BYTES}
_STATISTICS: Form = {
    1: BYTES,
    2: BYTES,
    3: LONG,
    4: LONG,
    5: BYTES,
    6: BYTES,
    7: TRUTH,
    8: TRUTH,
    9: LONG,
}
_SCHEMA_ELEMENT: Form = {
    **dict.fromkeys((1, 2, 3, 5, 6, 7, 8, 9), INTEGER),
    4: BYTES,
    10: {1: _EMPTY, 6: _EMPTY},  # text, date
}
_COLUMN: Form = {
    1: INTEGER,
    2: [INTEGER],
    3: [BYTES],
    4: INTEGER,
    5: LONG,
    6: LONG,
    7: LONG,
    8: [_KEY_VALUE],
    9: LONG,
    11: LONG,
    12: _STATISTICS,
    13: [{1: INTEGER, 2: INTEGER, 3: INTEGER}],
    16: {1: LONG, 2: [LONG], 3: [LONG]},
}
_GROUP: Form = {
    1: [{2: LONG, 3: _COLUMN}],
    2: LONG,
    3: LONG,
    4: [{1: INTEGER, 2: TRUTH, 3: TRUTH}],
    5: LONG,
    6: LONG,
    7: SHORT,
}
FOOTER: Form = {
    1: INTEGER,
    2: [_SCHEMA_ELEMENT],
    3: LONG,
    4: [_GROUP],
    5: [_KEY_VALUE],
    6: BYTES,
    7: [{1: _EMPTY, 2: _EMPTY}],
}
"""The form of what a file says of itself at its end."""
PAGE: Form = {
    1: INTEGER,
    2: INTEGER,
    3: INTEGER,
    4: INTEGER,
    5: {1: INTEGER, 2: INTEGER, 3: INTEGER, 4: INTEGER, 5: _STATISTICS},
    7: {1: INTEGER, 2: INTEGER, 3: TRUTH},
}
"""The form of the head of a page."""
