"""One Party's rows, chapter by chapter, as often and as long as real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks._shape import SHAPE
from benchmarks._texts import Writer

Row = dict[str, str]
Put = Callable[[str, Mapping[str, str]], None]
ROUND, REPORT = "R2", "R2-REPORT"
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
VERBS = {"invite": "invites", "request": "requests", "require": "requires"}
LETTERS = {"recommendations": "", "observations": "o", "practices": "p"}
STEP = 10
REPORT_CODES = 32  # the longest chapter of the real report has so many recommendations
REPORT_PARAGRAPHS = (40, 450)
RUN_ON = 0.6  # how often a bullet belongs to the list of the one before it
PARTNER = "FIN"


def citation(table: str, row_id: str, marker: int, kind: str, text: str) -> Row:
    """A footnote of a row, without what it cites."""
    row = {"citation_id": f"{row_id}.{marker}", f"{table[:-1]}_id": row_id}
    return row | {"marker": str(marker), "kind": kind, "text": text}


@dataclass
class Factsheet:
    """The part of the tables that comes from one Party's factsheet; ``put`` writes a row.

    Footnotes are put under the name ``citations of`` their table.
    """

    put: Put
    writer: Writer
    party: str
    _topics: list[str] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _works: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Sub-headings, notes and works come again and again in real factsheets too.
        for number in range(1, 13):
            topic = self.writer.text(SHAPE.texts["topics"], "On a synthetic topic")
            self._topics.append(f"{topic.rstrip('.')}:")
            self._notes.append(self.writer.text(SHAPE.texts["notes"], "A synthetic note:"))
            url = f"https://example.org/synthetic/articles/{number}"
            length = self.writer.length(SHAPE.texts["literature"]) - len(url) - 4
            work = self.writer.text(SHAPE.texts["literature"], "A. Writer,", length=length)
            self._works.append((f"{work.rstrip('.')}: <{url}>", url))

    def write(self, rows: int, generic: int) -> None:
        """Write so many rows of the Party's own, and so many generic recommendations."""
        weights = [SHAPE.chapters.get(f"{ROUND}-{numeral}", 0) for numeral in NUMERALS]
        with_rows = [bool(weight) for weight in weights]
        for numeral, own, shared in zip(
            NUMERALS, divided(rows, weights), divided(generic, with_rows), strict=True
        ):
            _Chapter(self, numeral).write(own, shared)

    def topic(self, table: str) -> str:
        """A sub-heading, or none, as often as real rows have one."""
        has_one = self.writer.happens(SHAPE.topics[table])
        return self.writer.random.choice(self._topics) if has_one else ""

    def footnote(self, table: str, row_id: str, marker: int, code: str) -> Row:
        """A footnote of a row; where a ``code`` is given, it cites that recommendation."""
        kind = "recommendation" if code else self._kind(table)
        text, cites = self._cited(kind, code)
        return citation(table, row_id, marker, kind, text) | cites

    def _kind(self, table: str) -> str:
        kinds = SHAPE.kinds[table]
        return self.writer.drawn({k: n for k, n in kinds.items() if k != "recommendation"})

    def _cited(self, kind: str, code: str) -> tuple[str, Row]:
        """The text of a footnote, and what it cites."""
        if kind == "recommendation":
            return f"Recommendation {code}.", {"locator": code, "document_id": REPORT}
        if kind == "paragraph":
            number = str(self.writer.random.randint(*REPORT_PARAGRAPHS))
            return f"Para. {number}.", {"locator": number, "document_id": REPORT}
        if kind == "note":
            return self.writer.random.choice(self._notes), {}
        if kind == "literature":
            text, url = self.writer.random.choice(self._works)
            return text, {"url": url}
        url = f"https://example.org/synthetic/{self.writer.random.randint(1, 99)}"
        return f"<{url}>", {"url": url}


def divided(number: int, weights: list[int] | list[bool]) -> list[int]:
    """A number in whole parts by weight, which are together the number."""
    bounds = [number * sum(weights[:place]) // sum(weights) for place in range(len(weights) + 1)]
    return [after - before for before, after in pairwise(bounds)]


class _Chapter:
    """The rows of a Party in one chapter, in order of their positions."""

    def __init__(self, factsheet: Factsheet, numeral: str) -> None:
        self.factsheet = factsheet
        self.writer = factsheet.writer
        self.numeral = numeral
        self.position = 0
        self.numbers: dict[str, int] = {}
        self.lead = ("", "")

    def write(self, rows: int, generic: int) -> None:
        """Write so many own rows, then the generic recommendations."""
        while rows:
            rows -= self._item(rows)
        self.lead = ("", "")
        for _ in range(generic):
            self._put("recommendations", 1, "ALL", self._recommendation(generic=True))

    def _item(self, most: int) -> int:
        """Write one row and what belongs to it; how many rows that makes, at most so many."""
        table = self.writer.drawn(SHAPE.items)
        markers = int(self.writer.drawn(SHAPE.markers[table]))
        partners = 1 + self.writer.happens(SHAPE.further_parties)
        if table == "practices" and 1 + markers + partners <= most:
            self._practice(markers, partners)
            return 1 + markers + partners
        markers = min(markers, most - 1)
        party = self.factsheet.party
        if table == "recommendations":
            self._put(table, markers, party, self._recommendation(generic=False))
        else:
            self._put("observations", markers, party, self._observation())
        return 1 + markers

    def _put(self, table: str, markers: int, party: str, row: Row) -> str:
        """Give a row its id, place and text, write it and its footnotes; its id.

        ``text`` of the row is how its text begins.
        """
        letter = LETTERS[table]
        number = self.numbers[party + letter] = self.numbers.get(party + letter, 0) + 1
        row_id = f"{ROUND}-{party}-{self.numeral}-{letter}{number}"
        self.position += STEP
        kind = "generic" if row.get("scope") == "generic" else table
        text = self.writer.text(SHAPE.texts[kind], row["text"], markers)
        place = {f"{table[:-1]}_id": row_id, "chapter_id": f"{ROUND}-{self.numeral}", "text": text}
        place |= {"document_id": f"{ROUND}-{self.factsheet.party}-FACTSHEET"}
        self.factsheet.put(table, row | place | {"position": str(self.position)})
        code = f"{self.numeral}-{(number - 1) % REPORT_CODES + 1}" if not letter else ""
        for marker in range(1, markers + 1):
            own = code if marker == markers else ""
            footnote = self.factsheet.footnote(table, row_id, marker, own)
            self.factsheet.put(f"citations of {table}", footnote)
        return row_id

    def _recommendation(self, generic: bool) -> Row:
        bullet = self.writer.happens(SHAPE.bullets["recommendations"])
        urgency, lead_in = self._lead_in(generic)
        begin = "to follow a synthetic recommendation"
        row = {"scope": "generic" if generic else "specific", "urgency": urgency}
        row |= {"addressing": "all"} if generic else {"addressing": "named"}
        row |= {} if generic else {"party_id": self.factsheet.party}
        row |= {"topic": self.factsheet.topic("recommendations")}
        if bullet:
            return row | {"layout": "bullet", "lead_in": lead_in, "text": begin}
        whole = f"The report **{VERBS[urgency]}** all Parties {begin}"
        return row | {"layout": "paragraph", "text": whole}

    def _lead_in(self, generic: bool) -> tuple[str, str]:
        """The urgency and the lead-in of the next bullet: often those of the one before it."""
        if not (self.lead[0] and self.writer.happens(RUN_ON)):
            urgency = self.writer.drawn(SHAPE.shared_urgencies if generic else SHAPE.urgencies)
            begin = self.writer.random.choice(("The Committee", "It also", "The Committee also"))
            about = "all Parties, including {party}" if generic else "{party}"
            self.lead = (urgency, f"{begin} **{VERBS[urgency]}** {about}:")
        return self.lead

    def _observation(self) -> Row:
        bullet = self.writer.happens(SHAPE.bullets["observations"])
        row = {"party_id": self.factsheet.party, "text": "The synthetic observation is that"}
        row |= {"topic": self.factsheet.topic("observations")}
        if bullet:
            return row | {"layout": "bullet", "lead_in": "What is synthetic in {party} is that:"}
        return row | {"layout": "paragraph"}

    def _practice(self, markers: int, partners: int) -> None:
        party = self.factsheet.party
        row = {"heading": "Promising practices:", "text": "In a synthetic practice"}
        row_id = self._put("practices", markers, party, row)
        for name in sorted((party, PARTNER)[:partners]):
            self.factsheet.put("practice_parties", {"practice_id": row_id, "party_id": name})
