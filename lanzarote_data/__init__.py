"""The recommendations of the Lanzarote Committee as data.

>>> import lanzarote_data as lz
>>> len(lz.addressed_to("BEL"))
76

Tables are attributes (``lz.recommendations``, ``lz.citations`` …), questions are functions
(``lz.addressed_to("BEL")``, ``lz.counts()``, ``lz.citing("III-25")``); both ask the data that is
installed with this package. ``lz.load(path)`` gives the same for a package of your own. Nothing
is read, and pandas is not imported, before it is needed.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

__version__ = "0.2.0"
"""The version of the program; the data has one of its own: ``lz.load().package.version``."""

if TYPE_CHECKING:
    from lanzarote_data.frames import plots
    from lanzarote_data.frames.citations import Citation
    from lanzarote_data.frames.dataset import Dataset, diff, load
    from lanzarote_data.frames.problems import Problems
    from lanzarote_data.frames.validating import schema, validate
    from lanzarote_data.model.errors import LanzaroteError
    from lanzarote_data.model.package import Package
    from lanzarote_data.model.problems import Problem
    from lanzarote_data.model.tables import Tables
    from lanzarote_data.store.descriptor import load_package
    from lanzarote_data.store.tables import read_tables

    _installed = load()
    rounds = _installed.rounds
    parties = _installed.parties
    documents = _installed.documents
    chapters = _installed.chapters
    urgencies = _installed.urgencies
    urgency_meanings = _installed.urgency_meanings
    report_recommendations = _installed.report_recommendations
    report_paragraphs = _installed.report_paragraphs
    recommendations = _installed.recommendations
    observations = _installed.observations
    practices = _installed.practices
    practice_parties = _installed.practice_parties
    citations = _installed.citations
    citation_targets = _installed.citation_targets
    follow_up = _installed.follow_up
    to_file = _installed.to_file

    addressed_to = _installed.addressed_to
    citations_of = _installed.citations_of
    cite = _installed.cite
    citing = _installed.citing
    counts = _installed.counts
    credit = _installed.credit
    describe = _installed.describe
    follow_up_history = _installed.follow_up_history
    follow_up_state = _installed.follow_up_state
    grounds = _installed.grounds
    joined = _installed.joined
    matrix = _installed.matrix
    party = _installed.party
    references = _installed.references
    search = _installed.search
    sql = _installed.sql
    text = _installed.text
    texts = _installed.texts
    to_parquet = _installed.to_parquet
    to_polars = _installed.to_polars
    to_sqlite = _installed.to_sqlite

_ELSEWHERE = {
    "Citation": "lanzarote_data.frames.citations:Citation",
    "Dataset": "lanzarote_data.frames.dataset:Dataset",
    "LanzaroteError": "lanzarote_data.model.errors:LanzaroteError",
    "Package": "lanzarote_data.model.package:Package",
    "Problem": "lanzarote_data.model.problems:Problem",
    "Problems": "lanzarote_data.frames.problems:Problems",
    "Tables": "lanzarote_data.model.tables:Tables",
    "diff": "lanzarote_data.frames.dataset:diff",
    "load": "lanzarote_data.frames.dataset:load",
    "load_package": "lanzarote_data.store.descriptor:load_package",
    "plots": "lanzarote_data.frames.plots",
    "read_tables": "lanzarote_data.store.tables:read_tables",
    "schema": "lanzarote_data.frames.validating:schema",
    "validate": "lanzarote_data.frames.validating:validate",
}
"""Public names that are not asked of the installed data, and where they are defined."""

__all__ = [
    "Citation",
    "Dataset",
    "LanzaroteError",
    "Package",
    "Problem",
    "Problems",
    "Tables",
    "addressed_to",
    "chapters",
    "citation_targets",
    "citations",
    "citations_of",
    "cite",
    "citing",
    "counts",
    "credit",
    "describe",
    "diff",
    "documents",
    "follow_up",
    "follow_up_history",
    "follow_up_state",
    "grounds",
    "joined",
    "load",
    "load_package",
    "matrix",
    "observations",
    "parties",
    "party",
    "plots",
    "practice_parties",
    "practices",
    "read_tables",
    "recommendations",
    "references",
    "report_paragraphs",
    "report_recommendations",
    "rounds",
    "schema",
    "search",
    "sql",
    "text",
    "texts",
    "to_file",
    "to_parquet",
    "to_polars",
    "to_sqlite",
    "urgencies",
    "urgency_meanings",
    "validate",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


@cache
def _installed_data() -> Dataset:
    from lanzarote_data.frames.dataset import load

    return load()


class _Public(ModuleType):
    """The package, in which importing a subpackage hides no public name of the same spelling."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Public


# Hidden from type checkers, so that they still tell of a name that is not there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in _ELSEWHERE:
            from pkgutil import resolve_name

            return resolve_name(_ELSEWHERE[name])
        if name in __all__:
            return getattr(_installed_data(), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
