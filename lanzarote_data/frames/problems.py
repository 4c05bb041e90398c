"""Problems as analysts look at them: a list, a frame, and HTML in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lanzarote_data.frames.base import text_frame
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.problems import Problem, has_errors

if TYPE_CHECKING:
    import pandas

COLUMNS = ("code", "severity", "table", "key", "field", "source", "message", "hint")


class Problems(list[Problem]):
    """Everything that is wrong with some data; :func:`lanzarote_data.validate` makes it.

    It is a list of ``Problem``; a notebook shows it grouped by table and code.

    >>> import lanzarote_data as lz
    >>> frame = lz.parties.replace({"name": {"Belgium": None}})
    >>> problems = lz.validate(frame, table="parties")
    >>> print(problems.ok, problems.to_frame().loc[0, ["code", "key", "field"]].to_list())
    False ['missing-value', 'BEL', 'name']
    """

    @property
    def ok(self) -> bool:
        """Whether there is no error; there may be warnings."""
        return not has_errors(self)

    def to_frame(self) -> pandas.DataFrame:
        """A line for each problem: code, severity, table, key, field, source, message, hint."""
        lines = [
            (p.code, p.severity, at.resource, at.key, at.field, at.source, p.message, p.hint)
            for p in self
            for at in (p.location,)
        ]
        return text_frame(lines, COLUMNS)

    def raise_if_errors(self) -> None:
        """Raise an error that lists the errors found, if there are any.

        :raises LanzaroteError: there are errors.
        """
        errors = [problem for problem in self if problem.severity == "error"]
        if errors:
            listed = "\n".join(f"{p.location}: {p.message} [{p.code}]" for p in errors[:20])
            more = f"\n… and {len(errors) - 20} more" if len(errors) > 20 else ""
            raise LanzaroteError(f"The data has {len(errors)} error(s):\n{listed}{more}")

    def _repr_html_(self) -> str:
        from lanzarote_data.render.pages import problems_fragment

        return problems_fragment(self)
