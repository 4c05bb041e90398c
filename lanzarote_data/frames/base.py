"""The tables of a package as frames: dtypes, categories and the index come from the descriptor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lanzarote_data.frames.finding import as_text
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.problems import Location
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.text.markup import escape
from lanzarote_data.validate.schema import DTYPES
from lanzarote_data.validate.values import typed_values, unreadable

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


def frame_of(tables: Tables, name: str) -> pandas.DataFrame:
    """A table as a frame: its primary key is the index, every other field a column.

    Whole numbers are ``Int64``, booleans ``boolean``, dates ``datetime64``, texts ``string``;
    enumerated values and references to look-up tables are categories (:func:`levels`).

    :raises LanzaroteError: there is no such table, or a cell of it cannot be read as a value of
        its type, or names what is not there.
    """
    known_resource(tables, name)
    table = tables[name]
    frame = _typed(table)
    for field in table.resource.field_names:
        declared = levels(tables, table.resource, field)
        if declared:
            _refuse_unknown(table, field, declared[0])
            frame[field] = _as_category(frame[field], *declared)
    return frame.set_index(list(table.resource.primary_key))


def text_frame(lines: Sequence[Sequence[str]], columns: Sequence[str]) -> pandas.DataFrame:
    """A frame of texts, in which the empty ones are missing values."""
    import pandas

    frame = pandas.DataFrame(lines, columns=list(columns), dtype="string")
    return frame.mask(frame == "")


def _typed(table: Table) -> pandas.DataFrame:
    """The table with columns of the types of its fields; the index counts rows from 0."""
    import pandas

    columns = {}
    for field in table.resource.fields:
        texts = table.column(field.name)
        values, faults = typed_values(field, texts)
        if faults:
            fault = unreadable(field, texts[faults[0]])
            raise _unusable(table.location(faults[0], field.name), fault.message, len(faults) - 1)
        dtype = DTYPES[field.type]
        columns[field.name] = pandas.Series(values, dtype="string" if dtype == "object" else dtype)
    return pandas.DataFrame(columns, columns=list(table.resource.field_names))


def _unusable(where: Location, message: str, more: int) -> LanzaroteError:
    others = f" (and {more} more problems of this kind)" if more else ""
    hint = "'lanzarote validate' shows every problem of the tables."
    return LanzaroteError(f"{where}: {message}{others}", hint)


def known_resource(tables: Tables, name: str) -> Resource:
    """The declared table of this name.

    :raises LanzaroteError: there is none.
    """
    as_text(name, "name of a table", "one such as recommendations")
    if name not in tables:
        raise LanzaroteError(f"There is no table {name!r}.", f"There are {', '.join(tables)}.")
    return tables.package.resource(name)


def levels(tables: Tables, resource: Resource, field: str) -> tuple[list[str], bool] | None:
    """The categories of a field and whether they are ordered; None where it is no category.

    A field that is the id of a look-up table, or refers to one, has the table's rows in their
    order, which means something unless the table is merely sorted by that id: chapters by
    position, levels of urgency by rank. An enumerated field has its values as declared.
    """
    target = looked_up(tables.package, resource, field)
    if target:
        ids = (row[target.primary_key[0]] for row in tables.rows(target.name))
        return list(dict.fromkeys(ids)), target.order != target.primary_key
    enum = resource.field(field).constraints.enum
    return (list(enum), False) if enum else None


def looked_up(package: Package, resource: Resource, field: str) -> Resource | None:
    """The look-up table (one whose ids people choose) whose id stands in a field, if any."""
    reference = resource.reference(field)
    if reference:
        target = package.resource(reference.resource)
        return target if target.typed_id else None
    return resource if resource.typed_id and resource.primary_key == (field,) else None


def _as_category(
    column: pandas.Series[str], categories: list[str], ordered: bool
) -> pandas.Series[pandas.CategoricalDtype[str]]:
    import pandas

    values = pandas.Index(categories, dtype="string")
    return column.astype(pandas.CategoricalDtype(values, ordered=ordered))


def _refuse_unknown(table: Table, field: str, known: list[str]) -> None:
    """A value that is no category would silently become a missing one."""
    for index, row in enumerate(table.rows):
        if row[field] and row[field] not in known:
            raise _unusable(table.location(index, field), f"{row[field]!r} is not known.", 0)
