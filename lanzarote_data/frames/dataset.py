"""The data as one object: frames as attributes, and a method for each question people bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.frames import (
    addressing,
    bibliography,
    citations,
    comparing,
    conversions,
    finding,
    follow_up,
    making,
    relations,
    resting,
    searching,
    typed,
)
from lanzarote_data.frames.arguments import as_path, as_text, as_texts
from lanzarote_data.frames.problems import Problems
from lanzarote_data.frames.texts import Form, text_of, texts_of
from lanzarote_data.frames.typed import known_resource
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Package
from lanzarote_data.model.tables import Tables
from lanzarote_data.text.markup import escape

if TYPE_CHECKING:
    import frictionless
    import pandas
    import polars

    from lanzarote_data.frames.columns import Frames
else:
    # The frames are attributes of every dataset; Frames tells editors and type checkers of them.
    Frames = object


class Dataset(Frames):
    """The tables of one package, to ask questions of; ``lz.load()`` makes it.

    Each table is an attribute: ``data.recommendations`` is a pandas frame of its own at every
    access, indexed by the table's primary key. ``package`` is the descriptor as objects and
    ``tables`` the rows as canonical text. A function of ``lanzarote_data`` that is a method here
    asks the data that is installed with the package.

    >>> import lanzarote_data as lz
    >>> data = lz.load()
    >>> len(data.urgencies), len(lz.urgencies)
    (3, 3)
    """

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

    @classmethod
    def from_frames(
        cls, frames: Mapping[str, pandas.DataFrame], *, like: Dataset | None = None
    ) -> Dataset:
        """A dataset of frames by table, described as ``like`` is, else as the installed data.

        A table without a frame has no rows. The primary key is the index of a frame, or columns.

        :raises LanzaroteError: there is no such table, or a column is not as declared.

        >>> import lanzarote_data as lz
        >>> data = lz.Dataset.from_frames({"parties": lz.parties.head(2)})
        >>> len(data.parties), len(data.chapters)
        (2, 0)
        """
        if not (like is None or isinstance(like, Dataset)):
            raise LanzaroteError("What a dataset is like is no dataset.", "Write like=lz.load().")
        return cls(making.tables_from(frames, like.tables if like else making.load_tables(None)))

    def with_rows(self, table: str, rows: Iterable[Mapping[str, object]]) -> Dataset:
        """Another dataset with rows added to a table; this one stays as it is.

        Each row is a dictionary of values by column. One whose primary key is there already
        changes the columns that it names. ``lz.validate`` says whether the result is valid.

        :raises LanzaroteError: there is no such table or column, or a row has no key.

        >>> import lanzarote_data as lz
        >>> data = lz.load().with_rows("urgencies", [{"urgency": "require", "rank": 7}])
        >>> int(data.urgencies["rank"]["require"])
        7
        """
        return Dataset(making.with_rows(self.tables, table, rows))

    def history(self) -> pandas.DataFrame:
        """What was imported into the package, by whom and when: a line for each cell changed.

        The columns are ``sequence`` (the number of the import), ``time`` (UTC), ``by``,
        ``command`` (import, ingest, form or undo), ``workbook`` (the name of the file), and those
        of ``lz.diff``: ``kind``, ``table``, ``key``, ``field``, ``old`` and ``new``. It is empty
        for a release, which has no such record. The last change of each cell is
        ``data.history().groupby(["table", "key", "field"]).last()``.
        """
        return making.history(self.tables)

    def write(self, folder: Path | str, *, overwrite: bool = False) -> Path:
        """Write the package into a folder, its descriptor and tables, all or none; the folder.

        :raises LanzaroteError: there is a package already, or the folder cannot be written to.
        """
        return making.write(self.tables, as_path(folder), overwrite)

    def to_frictionless(self) -> frictionless.Package:
        """The package for the library frictionless, with its rows in it.

        >>> import lanzarote_data as lz
        >>> lz.load().to_frictionless().get_resource("urgencies").read_rows()[0]["rank"]
        1
        """
        return making.to_frictionless(self.tables)

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
            self._frames[name] = typed.frame_of(self.tables, name)
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
        return relations.joined(self.tables, name)

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
        if table:
            return relations.describe_table(self.tables, table)
        return relations.describe_tables(self.tables)

    def addressed_to(self, party: str | Iterable[str], *, labels: bool = False) -> pandas.DataFrame:
        """Every recommendation that is addressed to a Party, and on which basis.

        ``party`` is what people call it (see :meth:`party`), several, or ``all``: then the index
        has the Party first, as ``addressed_to``. ``labels`` adds ``chapter_title`` and
        ``party_name``. The frame has the columns of
        ``recommendations`` with ``basis`` in place of ``addressing``: ``named``, the Party is
        named; ``all``, it is one of all Parties; ``conditional``, it is meant only if it is not
        already doing so. Two more columns are locators: ``codes``, the recommendations of the
        implementation report that the row cites, and ``paragraphs``, the paragraphs that the row
        and its :meth:`grounds` cite. Rows stand by urgency and chapter; those that a later edition
        withdrew are left out.

        :raises LanzaroteError: there is no such Party.

        >>> import lanzarote_data as lz
        >>> belgium = lz.addressed_to("Belgium")
        >>> belgium[belgium.urgency == "require"].paragraphs["R2-BEL-V-18"]
        '252;255;259;271'
        >>> belgium.basis.value_counts().to_dict()
        {'all': 51, 'named': 23, 'conditional': 2}
        """
        one = isinstance(party, str) and party.strip().lower() != "all"
        names = as_texts(party, "name of a Party", "its three letters, such as BEL")
        frame = (
            addressing.addressed_to(self.tables, names[0])
            if one
            else addressing.addressed_to_several(
                self.tables, "all" if isinstance(party, str) else names
            )
        )
        return addressing.with_labels(self.tables, frame) if labels else frame

    def party(self, name: str) -> str:
        """The three letters of a Party, by any of its names, two letters, or three.

        Case and accents do not count.

        :raises LanzaroteError: there is no such Party; the hint says which may be meant.

        >>> import lanzarote_data as lz
        >>> print(lz.party("Turkey"), lz.party("turkiye"), lz.party("TR"))
        TUR TUR TUR
        """
        return finding.find_party(self.tables, name)

    def references(
        self, *, table: str = "", party: str = "", grounds: bool = False
    ) -> pandas.DataFrame:
        """A line for each row and report recommendation or paragraph that it rests on.

        The columns are ``row_id``, ``table``, ``through``, ``citation_id``,
        ``report_recommendation_id`` and ``report_paragraph_id``. With ``grounds`` a recommendation
        rests on what its :meth:`grounds` cite too; ``through`` is that observation. ``party``
        leaves what is about it or about all.

        :raises LanzaroteError: there is no such table or Party.

        >>> import lanzarote_data as lz
        >>> found = lz.references(table="recommendations", grounds=True)
        >>> sorted(found[found.row_id == "R2-BEL-IV-5"].through.dropna())
        ['R2-BEL-IV-o3']
        """
        return resting.references(self.tables, table, party, grounds)

    def texts(
        self, table: str = "recommendations", as_: Form = "plain", *, party: str = ""
    ) -> pandas.Series[str]:
        """The whole text of every row of a table, as :meth:`text` gives it, by id.

        :raises LanzaroteError: the table has no texts, or there is no such form or Party.

        >>> import lanzarote_data as lz
        >>> lz.texts(party="BEL")["R2-ALL-VII-4"] == lz.text("R2-ALL-VII-4", party="BEL")
        True
        """
        return texts_of(self.tables, table, as_, party)

    def grounds(self, recommendation_id: str) -> pandas.DataFrame:
        """The observations that a recommendation to one Party follows from.

        The factsheet says first what the Committee observes, then what it recommends on it, and
        the link between the two is in their order alone. Taken are the observations next before
        the recommendation, in its chapter and under its sub-heading. This reading is ours. A
        generic recommendation rests on none.

        :raises LanzaroteError: there is no row with this id.

        >>> import lanzarote_data as lz
        >>> list(lz.grounds("R2-BEL-IV-5").index)
        ['R2-BEL-IV-o3']
        """
        return self.frame("observations").loc[addressing.grounds(self.tables, recommendation_id)]

    def counts(self, *by: str, party: str = "") -> pandas.Series[int]:
        """How many recommendations there are, by any of the columns that are categories.

        Without names by ``chapter_id``, ``urgency`` and ``scope``. Every combination has a
        number, 0 included; ``unstack()`` makes a table of it. A generic recommendation counts
        once, not once for each of the Parties that it is addressed to; withdrawn rows do not
        count. With ``party`` only what
        is :meth:`addressed_to` that Party is counted, and ``basis`` is a category too.

        :raises LanzaroteError: a name is no category, or there is no such Party.

        >>> import lanzarote_data as lz
        >>> lz.counts("urgency", party="BEL").to_dict()
        {'require': 9, 'request': 11, 'invite': 56}
        >>> by_chapter = lz.counts("chapter_id", "urgency", party="BEL").unstack()
        >>> int(by_chapter.loc["R2-X", "require"])
        3
        """
        return addressing.counts(self.tables, by, party)

    def citations_of(self, row_id: str) -> tuple[citations.Citation, ...]:
        """The citations (footnotes) of one row, in the order of their markers.

        :raises LanzaroteError: there is no row with this id.

        >>> import lanzarote_data as lz
        >>> [(c.marker, c.kind, c.locator) for c in lz.citations_of("R2-BEL-II-6")]
        [(1, 'note', ''), (2, 'recommendation', 'II-6')]
        """
        return citations.citations_of(self.tables, row_id)

    def citing(
        self, code: str | Iterable[str] = "", *, paragraph: citations.Paragraphs = None
    ) -> pandas.DataFrame:
        """The rows that cite recommendations or paragraphs of the implementation report.

        ``code`` is one or several; ``paragraph`` is a number, a text such as ``50-52``, a range,
        or several of them.

        A line for each citation, indexed by its id: ``row_id``, ``table``, ``chapter_id``,
        ``marker``, ``locator``, ``document_id`` and the plain ``words`` of the row. A citation of
        paragraphs 50-52 cites 51 too.

        :raises LanzaroteError: neither or both are given, or the code has not the form of one.

        >>> import lanzarote_data as lz
        >>> lz.citing("III-25").row_id["R2-ALL-III-25.1"]
        'R2-ALL-III-25'
        >>> "R2-BEL-III-o1" in list(lz.citing(paragraph=115).row_id)
        True
        """
        return citations.citing(self.tables, code, paragraph)

    def text(self, row_id: str, as_: Form = "plain", *, party: str = "") -> str:
        """The whole text of a row, with its lead-in.

        As ``plain`` words in one line; as ``markdown`` with its footnotes below; or as ``html``
        whose footnotes are a list with links there and back. Raw HTML in a text is shown, never
        run. Where the text names the Party that a factsheet is about, a generic row names
        ``party`` if it is given, else ``[Party]``.

        :raises LanzaroteError: there is no such row, form or Party.

        >>> import lanzarote_data as lz
        >>> lz.text("R2-ALL-VII-4", party="BEL")[:60]
        'The Committee invites all Parties, including Belgium: to ens'
        """
        return text_of(self.tables, finding.find_row(self.tables, row_id), as_, party)

    def search(
        self, query: str, table: str = "", *, party: str = "", chapter: str = ""
    ) -> pandas.DataFrame:
        """The rows for whose words the query holds, in one table or in all texts.

        All words must be there; ``OR`` and ``NOT`` in capitals give alternatives and exclude.
        Words are found whole, whatever their case and accents; ``train*`` finds every word that
        begins so, and ``"law enforcement"`` finds the phrase. ``party`` leaves what is about it
        or about all, ``chapter`` (``II``) that chapter. The frame is indexed by the row’s id,
        with its ``table``, ``chapter_id``, ``urgency`` and the ``words`` around the first hit.

        :raises LanzaroteError: the query is empty, or there is no such table, Party or chapter.

        >>> import lanzarote_data as lz
        >>> "R2-ALL-III-3" in lz.search('"law enforcement" prosecution').index
        True
        >>> len(lz.search("training NOT prosecution")) < len(lz.search("training OR prosecution"))
        True
        """
        return searching.search(self.tables, query, table, party, chapter)

    def cite(self, row_id: str | Iterable[str] = "", style: bibliography.Style = "text") -> str:
        """A ready citation of rows or documents, or of the whole data where none is given.

        ``style`` is ``text``, ``bibtex``, ``ris`` or ``csl`` (CSL-JSON, which Zotero and pandoc
        read). A row is cited as a part of the document that it was taken from.

        :raises LanzaroteError: there is no such row or style, or the row is a footnote.

        >>> import lanzarote_data as lz
        >>> print(lz.cite("R2-BEL-II-6", style="bibtex").splitlines()[0])
        @incollection{R2-BEL-II-6,
        >>> len(lz.cite(["R2-BEL-II-6", "R2-REPORT"]).splitlines())
        2
        """
        ids = as_texts(row_id, "id of a row or document", "one such as R2-BEL-II-6")
        if not any(ids):
            return bibliography.cited([bibliography.data_item(self.package)], style)
        return bibliography.cited([bibliography.item_of(self.tables, one) for one in ids], style)

    def credit(self) -> str:
        """The line that names whose text and whose work this is; put it under what you publish.

        >>> import lanzarote_data as lz
        >>> lz.credit().partition(" (")[0]
        '© Council of Europe, Lanzarote Committee'
        """
        return str(self.package.descriptor.get("lanzarote:credit", self.package.title))

    def follow_up_history(self, recommendation: str = "", *, party: str = "") -> pandas.DataFrame:
        """What was reported on a recommendation, on a Party, on both or on all; earliest first.

        ``recommendation`` is a code of the report (``II-6``), the id of such a recommendation
        (``R2-II-6``), or the id of a factsheet’s row, which stands for what it cites and for the
        Party that it names. The words for a ``status`` are ours, not the formal vocabulary of the
        Committee.

        :raises LanzaroteError: there is no such recommendation or Party.

        >>> import lanzarote_data as lz
        >>> history = lz.follow_up_history(party="BEL")
        >>> history.date.is_monotonic_increasing
        True
        """
        return follow_up.history(self.tables, recommendation, party)

    def follow_up_state(self, party: str) -> pandas.DataFrame:
        """Where matters stand: what of the report is addressed to a Party, with its latest entry.

        The lines of :meth:`matrix` on that Party, the most urgent first, indexed by
        ``report_recommendation_id``.

        :raises LanzaroteError: there is no such Party.

        >>> import lanzarote_data as lz
        >>> list(lz.follow_up_state("BEL").status.cat.categories)[:3]
        ['reported', 'under way', 'partially implemented']
        """
        return follow_up.state(self.tables, party)

    def matrix(self, round_id: str = "") -> pandas.DataFrame:
        """Which recommendation of the report is addressed to which Party, and where it stands.

        A line for each recommendation of the report and Party, indexed by both
        (``report_recommendation_id``, ``party_id``): its ``code``, ``chapter_id``, ``urgency``,
        ``scope`` and ``basis``, the ``rows`` of the factsheet that state it, and the columns of
        the latest entry, which are missing values where nothing was reported. Where a Party’s own
        row and a generic one state the same, ``scope`` and ``basis`` are those of its own, and
        ``urgency`` is the highest. ``unstack()`` makes a table with a column for each Party. All
        rounds are there, or with ``round_id`` that one. Rows that cite no recommendation of the
        report, and withdrawn ones, are not there.

        :raises LanzaroteError: there is no such round.

        >>> import lanzarote_data as lz
        >>> print(lz.matrix().urgency.unstack().loc["R2-II-6", "BEL"])
        request
        """
        as_text(round_id or "", "round", "one such as R2")
        return follow_up.matrix(self.tables, round_id)

    def sql(self, query: str, params: conversions.Params = None) -> pandas.DataFrame:
        """The answer to a query in SQL over all tables (DuckDB, the extra ``sql``).

        ``params`` are a list of what stands for each ``?``, or a dictionary for each ``$name``.
        Columns have the dtypes of the frames. SQL compares words by letter: write the type of a
        word whose order means something, ``urgency <= 'request'::urgency``.

        :raises LanzaroteError: DuckDB is not installed, or it does not understand the query.

        >>> import lanzarote_data as lz
        >>> query = "select count(*) as n from recommendations where urgency <= ?::urgency"
        >>> print(lz.sql(query, ["request"]).n[0], sum(lz.recommendations.urgency <= "request"))
        20 20
        """
        return conversions.sql(self.tables, query, params)

    def to_polars(self, table: str) -> polars.DataFrame:
        """A table as a polars frame (the extra ``polars``).

        :raises LanzaroteError: polars is not installed, or there is no such table.

        >>> import lanzarote_data as lz
        >>> lz.to_polars("urgencies").shape
        (3, 3)
        """
        return conversions.to_polars(self.tables, table)

    def to_parquet(self, folder: Path | str) -> list[Path]:
        """Write each table as a Parquet file into a folder (the extra ``parquet``).

        Each file is written whole, or stays as it was.

        :raises LanzaroteError: pyarrow is not installed, or the folder cannot be written to.
        """
        return conversions.to_parquet(self.tables, as_path(folder))

    def to_sqlite(self, path: Path | str, *, overwrite: bool = False) -> Path:
        """Write all tables into a SQLite file, with their keys, references and views.

        The file is whole, or as it was. SQLite compares words by letter; the view
        ``recommendations_ranked`` has the ``urgency_rank`` and ``chapter_position`` of each row.

        :raises LanzaroteError: there is such a file already, or it cannot be written.
        """
        return conversions.to_sqlite(self.tables, as_path(path), overwrite)


def load(path: Path | str | None = None) -> Dataset:
    """The data of a package (its descriptor or folder) or release (zip), else the installed data.

    :raises LanzaroteError: there is none, a table cannot be read, or the release was changed.
    """
    return Dataset(making.load_tables(path))


def diff(
    old: Dataset | Path | str, new: Dataset | Path | str | None = None, *, table: str = ""
) -> pandas.DataFrame:
    """What turns one dataset into another: a line for each cell that differs.

    ``old`` and ``new`` are datasets, packages, releases or workbooks; without ``new`` the
    installed data. Beside a workbook only what it holds is compared. The columns are ``kind``
    (added, removed, changed), ``table``, ``key``, ``field``, ``old`` and ``new``. A row that was
    added or removed has a line for each of its filled cells.

    :raises LanzaroteError: one of them cannot be read or has errors, or there is no such table.

    >>> import lanzarote_data as lz
    >>> data = lz.load()
    >>> changed = data.with_rows("parties", [{"party_id": "BEL", "name": "Another name"}])
    >>> print(lz.diff(data, changed).loc[0].to_list())
    ['changed', 'parties', 'BEL', 'name', 'Belgium', 'Another name']
    """
    installed = load().tables
    after_source = installed if new is None else _compared(new)
    before, after = comparing.sides(_compared(old), after_source, installed)
    Problems([*before.problems, *after.problems]).raise_if_errors()
    if table:
        known_resource(after.tables, table)
    return comparing.frame_of_changes(comparing.changes_between(before, after), table)


def _compared(source: object) -> Tables | Path:
    return source.tables if isinstance(source, Dataset) else as_path(source)
