"""What is addressed to a Party, on which basis and how much, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lanzarote_data.frames.base import Base, known_resource, text_frame
from lanzarote_data.frames.finding import as_text, as_texts, find_party, find_row, texts_about
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.text.addressed import cited_by, targets_by_row
from lanzarote_data.text.items import WITHDRAWN_IN, Items, grouped
from lanzarote_data.text.targets import PARAGRAPHS, RECOMMENDATIONS, TARGETS

if TYPE_CHECKING:
    import pandas

BY = ("chapter_id", "urgency", "scope")
POINTED_TO = ("citation_id", "report_recommendation_id", "report_paragraph_id")


class Addressing(Base):
    """The questions about recommendations and whom they are addressed to."""

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
        import pandas

        names = as_texts(party, "name of a Party", "its three letters, such as BEL")
        is_all = isinstance(party, str) and party.strip().lower() == "all"
        ids = [row["party_id"] for row in self.tables.rows("parties")]
        if not is_all:
            ids = list(dict.fromkeys(map(self.party, names)))
        if not ids:
            raise LanzaroteError("No Party is named.", 'Name one, several, or "all".')
        frame = self._addressed(ids)
        if is_all or not isinstance(party, str):
            # A row that names one Party alone is about that one; a generic one about each of them.
            about = frame["party_id"]
            own = {one: frame[about.isna() | (about == one)] for one in ids}
            frame = pandas.concat(own, names=["addressed_to"])
        return self._with_labels(frame) if labels else frame

    def _addressed(self, parties: list[str]) -> pandas.DataFrame:
        import pandas

        frame = self.frame("recommendations").rename(columns={"addressing": "basis"})
        chosen = frame[frame["party_id"].isna() | frame["party_id"].isin(parties)]
        chosen = current(chosen).copy()
        items, targets = Items(self.tables), targets_by_row(self.tables)
        codes, paragraphs = [], []
        for row_id in map(str, chosen.index):
            cited = (self.tables[RECOMMENDATIONS].by_key[(n,)] for n in cited_by(targets, row_id))
            codes.append(";".join(row["code"] for row in cited))
            rows = (row_id, *grounds(items, row_id))
            ids = {t["report_paragraph_id"] for row in rows for t in targets.get(row, ())} - {""}
            numbers = {int(self.tables[PARAGRAPHS].by_key[(name,)]["number"]) for name in ids}
            paragraphs.append(";".join(map(str, sorted(numbers))))
        chosen["codes"] = pandas.array(codes, dtype="string")
        chosen["paragraphs"] = pandas.array(paragraphs, dtype="string")
        return chosen.sort_values(["urgency", "chapter_id"], kind="stable")

    def _with_labels(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        chapters, parties = self.frame("chapters")["title"], self.frame("parties")["name"]
        return frame.assign(
            chapter_title=frame["chapter_id"].astype("string").map(chapters).astype("string"),
            party_name=frame["party_id"].astype("string").map(parties).astype("string"),
        )

    def party(self, name: str) -> str:
        """The three letters of a Party, by any of its names, two letters, or three.

        Case and accents do not count.

        :raises LanzaroteError: there is no such Party; the hint says which may be meant.

        >>> import lanzarote_data as lz
        >>> print(lz.party("Turkey"), lz.party("turkiye"), lz.party("TR"))
        TUR TUR TUR
        """
        return find_party(self.tables, name)

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
        row_id = find_row(self.tables, recommendation_id).row_id
        return self.frame("observations").loc[grounds(Items(self.tables), row_id)]

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
        frame = current(self.frame("recommendations"))
        if party:
            frame = self._addressed([self.party(party)])
        columns = [str(name) for name in frame.columns if hasattr(frame[name], "cat")]
        for name in by:
            as_text(name, "column", "one such as urgency")
            if name not in columns:
                raise LanzaroteError(
                    f"Recommendations cannot be counted by {name!r}.",
                    f"Count by any of {', '.join(columns)}.",
                )
        chosen = list(by or BY)
        # Generic rows name no Party; where Parties are counted they keep a group of their own.
        grouped = frame.groupby(chosen, observed=False, dropna="party_id" not in chosen)
        return grouped.size().rename("recommendations")

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
        if table:
            known_resource(self.tables, table)
        lines = list(self._cited())
        lines += self._of_grounds(lines) if grounds else ()
        if party:
            names = [resource.name for resource in self.package.texts]
            about = {(f.row_id, f.name) for f in texts_about(self.tables, names, party)}
            lines = [line for line in lines if line[:2] in about]
        lines = [line for line in lines if table in ("", line[1])]
        return text_frame(lines, ("row_id", "table", "through", *POINTED_TO))

    def _cited(self) -> Iterator[tuple[str, ...]]:
        for target in self.tables.rows(TARGETS):
            citation = self.tables["citations"].by_key[(target["citation_id"],)]
            field, row_id = self.package.parent_of(citation)
            name = self.package.parents[field].name if field else ""
            yield (row_id, name, "", *(target[name] for name in POINTED_TO))

    def _of_grounds(self, cited: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """What the observations cite from which a recommendation follows."""
        by_row = grouped(cited, lambda line: line[0])
        items = Items(self.tables)
        return [
            (row["recommendation_id"], "recommendations", observation, *line[3:])
            for row in self.tables.rows("recommendations")
            for observation in grounds(items, row["recommendation_id"])
            for line in by_row.get(observation, ())
        ]


def current(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The rows of a frame of items that the latest editions of the factsheets state."""
    if WITHDRAWN_IN not in frame:
        return frame
    return frame[frame[WITHDRAWN_IN].isna()].drop(columns=WITHDRAWN_IN)


def grounds(items: Items, row_id: str) -> list[str]:
    """The ids of the observations that a row follows from, in order.

    The factsheets put what the Committee observes before what it recommends on it. A specific
    recommendation is taken to rest on the run of observations next before it, in its chapter
    and under its sub-heading; a generic one rests on none.
    """
    own = items.by_id.get(row_id)
    if own is None or not own.of("party_id"):
        return []
    part = (own.of("document_id"), own.of("topic"))
    place = items.by_place.get((own.chapter_id, own.party_id), ())
    before = [item for item in place if item.position < own.position]
    run: list[str] = []
    for item in sorted(before, key=lambda item: item.position, reverse=True):
        if (item.of("document_id"), item.of("topic")) != part:
            continue
        if item.table == "observations":
            run.append(item.id)
        elif item.table == "recommendations" and run and item.of("layout") != "inline":
            break
    return run[::-1]
