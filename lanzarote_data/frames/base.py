"""The tables of a package as frames: what every dataset has, before any question is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lanzarote_data.frames.typed import frame_of, known_resource, levels
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.markup import escape

if TYPE_CHECKING:
    import pandas

    from lanzarote_data.frames.columns import Frames
else:
    # The frames are attributes of every dataset; Frames tells editors and type checkers of them.
    Frames = object


class Base(Frames):
    """Tables, each of which is a frame; :class:`lanzarote_data.Dataset` adds the questions."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._frames: dict[str, pandas.DataFrame] = {}

    @property
    def package(self) -> Package:
        """The descriptor of the data."""
        return self.tables.package

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.package.version

    def _repr_html_(self) -> str:
        heading = f"{escape(self.package.title)}, version {escape(self.version)}"
        return f"<p>{heading}</p>{self.describe()[['title', 'rows']].to_html()}"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> pandas.DataFrame:
            if name.startswith("_") or name not in self.tables:
                raise AttributeError(f"The data has no table {name!r}.")
            return self.frame(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.tables})

    def __repr__(self) -> str:
        rows = ", ".join(f"{name}: {len(table.rows)}" for name, table in self.tables.items())
        return f"<{self.package.title}, version {self.package.version} ({rows})>"

    def __getitem__(self, name: str) -> pandas.DataFrame:
        return self.frame(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def frame(self, name: str) -> pandas.DataFrame:
        """The table of this name as a frame, the same as the attribute of that name.

        The primary key is the index, always, and is not a column too; ``reset_index()`` makes it
        one. Texts have the type ``string``, whole numbers ``Int64``, dates ``datetime64``. What
        refers to a look-up table, or is one of a few declared values, is a category, and ordered
        where the order means something: chapters by their place, urgency from require to invite.

        :raises LanzaroteError: there is no such table, or a cell of it cannot be read.

        >>> import lanzarote_data as lz
        >>> lz.recommendations.urgency["R2-BEL-II-6"]
        'request'
        >>> sum(lz.recommendations.urgency <= "request") < len(lz.recommendations)
        True
        """
        if name not in self._frames:
            self._frames[name] = frame_of(self.tables, name)
        return self._frames[name].copy()

    def joined(self, name: str) -> pandas.DataFrame:
        """The table with what each row refers to beside it.

        A column that refers to another table brings all columns of that table, with its own name
        before theirs: ``chapter_title``, ``party_name``, ``urgency_rank``.

        :raises LanzaroteError: there is no such table.

        >>> import lanzarote_data as lz
        >>> row = lz.joined("recommendations").loc["R2-BEL-II-6"]
        >>> print(row.chapter_number, row.party_name, row.urgency_rank)
        II Belgium 2
        """
        resource = known_resource(self.tables, name)
        frame = self.frame(name).reset_index()
        for reference in resource.foreign_keys:
            if len(reference.fields) == 1:
                field = reference.fields[0]
                prefix = field.removesuffix("_id") + "_"
                frame = frame.join(self.frame(reference.resource).add_prefix(prefix), on=field)
        return frame.set_index(list(resource.primary_key))

    def describe(self, table: str = "") -> pandas.DataFrame:
        """What the tables are, or what the columns of one table mean, from the descriptor.

        Without a name a line for each table: ``title``, ``rows``, ``primary_key``,
        ``description``. With a name a line for each column: ``title``, ``type``, ``required``,
        ``refers_to``, ``values``, ``description``.

        :raises LanzaroteError: there is no such table.

        >>> import lanzarote_data as lz
        >>> print(lz.describe("recommendations").loc["urgency", "values"])
        require, request, invite
        """
        import pandas

        if table:
            resource, frame = known_resource(self.tables, table), self.frame(table).reset_index()
            columns = [self._about(resource, f, str(frame[f.name].dtype)) for f in resource.fields]
            return pandas.DataFrame(columns).set_index("column")
        lines = [
            {
                "table": r.name,
                "title": r.title,
                "rows": len(self.tables[r.name].rows),
                "primary_key": ", ".join(r.primary_key),
                "description": r.description,
            }
            for r in self.package.resources
        ]
        return pandas.DataFrame(lines).set_index("table")

    def _about(self, resource: Resource, field: Field, dtype: str) -> dict[str, object]:
        reference = resource.reference(field.name)
        categories = levels(self.tables, resource, field.name)
        return {
            "column": field.name,
            "title": field.title,
            "type": dtype,
            "required": field.constraints.required,
            "refers_to": reference.resource if reference else "",
            "values": ", ".join(categories[0]) if categories else "",
            "description": field.description,
        }
