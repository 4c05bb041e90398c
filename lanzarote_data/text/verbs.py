"""The verbs by which the Committee says how urgent a recommendation is.

The words come from the data: an urgency is the base word of its verb (“require”), and the general
rules of English give the other forms (“requires”, “required”, “is required to”). A verb counts
as the Committee's where the sentence says so: the Committee is its subject, a Party its object.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lanzarote_data.model.tables import Tables
from lanzarote_data.text.rounds import urgencies_of

_VOWELS = "aeiou"
# Words have an end and are counted, so that no text makes the search long. Between the Committee
# and its verb stand adverbs and phrases, but no other clause and no other verb.
_CLAUSES = r"(?:that|which|who|whom|whose|how|whether|if|when|where|because|although|of|law|laws)\b"
_OTHER_VERB = r"(?!(?:[Aa]lways|[Bb]esides|[Tt]hus|[Tt]his|[Ii]ts|[Rr]egards|[Pp]arties|\w*less)\b)"
_ADVERB = rf"(?!{_CLAUSES})(?!{_OTHER_VERB}\w{{2,40}}s\b)[\w’'-]{{1,40}}"
_GAP = rf",?(?: {_ADVERB},?){{0,6}} "
_SUBJECT = r"\b(?:[Cc]ommittee|COMMITTEE|[Ii]t|IT)"
_PARTIES = (
    r"(?:all |those |these |the |other |such |States? |the States )*(?:Parties|States Parties)"
)
_PRONOUN = r"(?:it|them|the (?:national |competent )?authorities)"
# Each begins with one plain sign, which makes the search ten times as quick.
_MARK = re.compile(r"\*\**|\[\^[0-9]+\]|_(?<!\w_)_*|__*(?!\w)|\\(?=[*_])")

_RECOMMENDS = re.compile(rf"{_SUBJECT}{_GAP}(?P<verb>recommends?)\b")


def third_person(base: str) -> str:
    """The form of a verb with “she”.

    >>> third_person("require"), third_person("call on"), third_person("notify")
    ('requires', 'calls on', 'notifies')
    """
    word, _, rest = base.partition(" ")
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        word = f"{word[:-1]}ies"
    else:
        word += "es" if word.endswith(("s", "x", "z", "ch", "sh", "o")) else "s"
    return f"{word} {rest}".strip()


def participle(base: str) -> str:
    """The form of a verb with “has been”.

    >>> participle("require"), participle("request"), participle("call on")
    ('required', 'requested', 'called on')
    """
    word, _, rest = base.partition(" ")
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        word = f"{word[:-1]}ied"
    else:
        word += "d" if word.endswith("e") else "ed"
    return f"{word} {rest}".strip()


@dataclass(frozen=True)
class FoundVerb:
    """A verb in a text: its urgency (empty if it is none of the round's), place and certainty.

    ``word`` is the verb as it stands there; ``is_plain`` says that its sentence leaves no doubt.
    """

    urgency: str
    word: str
    start: int
    end: int
    is_plain: bool


class Verbs:
    """The verbs of a round; ``words`` gives the third person by urgency, ``names`` the Parties'."""

    def __init__(self, words: Mapping[str, str], names: Iterable[str] = ()) -> None:
        self.words = dict(words)
        self._names = sorted({name for name in names if name}, key=len, reverse=True)

    def with_words(self, words: Mapping[str, str]) -> Verbs:
        """These verbs and some more."""
        return Verbs({**self.words, **words}, self._names)

    def find(self, text: str) -> list[FoundVerb]:
        """The verbs of the round in a text, in order: the plain ones, and those in doubt."""
        return list(self._found(text))

    def _found(self, text: str) -> Iterator[FoundVerb]:
        bare = _Bare(text)
        folded = _folded(bare.text)
        if not any(form in folded for form in self._forms):  # most texts have none
            return
        last: FoundVerb | None = None
        for match in self._any_form.finditer(bare.text):
            verb = self._verb(bare, match, last)
            if verb:
                last = verb
                yield verb

    def urgency_of(self, text: str) -> str:
        """The urgency whose verb a text has; empty if it has none.

        >>> Verbs({"invite": "invites"}).urgency_of("The Committee **invites** {party}:")
        'invite'
        """
        return next((verb.urgency for verb in self._found(text) if verb.is_plain), "")

    def unknown(self, text: str) -> FoundVerb | None:
        """Find a verb by which the Committee asks something of a Party, but none of the round."""
        bare = _Bare(text)
        likely = [self._asks, self._is_asked]
        likely += [self._should] if "should" in bare.text or "ought to" in bare.text else []
        likely += [_RECOMMENDS] if "recommend" in bare.text else []
        return self._other(bare, likely)

    def beside(self, text: str) -> FoundVerb | None:
        """Find an unknown verb joined to one of the round: “urges and invites”."""
        return self._other(_Bare(text), self._joined)

    def _other(self, bare: _Bare, patterns: Iterable[re.Pattern[str]]) -> FoundVerb | None:
        """The first verb that patterns find and that the round does not have."""
        for pattern in patterns:
            found = pattern.search(bare.text)
            if found and not self._any_form.fullmatch(found["verb"]):
                start, end = bare.place(found, "verb")
                return FoundVerb("", found["verb"], start, end, True)
        return None

    def plain_verb(self, text: str) -> tuple[int, int] | None:
        """Where the verb of a text stands that is not set in bold type, as careful texts have it.

        >>> Verbs({"request": "requests"}).plain_verb("It also requests that all Parties")
        (8, 16)
        """
        verb = next((verb for verb in self._found(text) if verb.is_plain), None)
        is_bold = verb and _Bare(text).bold_words(verb.start)
        return (verb.start, verb.end) if verb and not is_bold else None

    def without_addressee(self, text: str) -> str:
        """What follows a verb, without the Party that it addresses at its beginning."""
        bare = _Bare(text).text
        found = self._addressee.match(bare)
        return bare[found.end() :] if found else bare

    def with_bold_verb(self, text: str) -> str:
        """The text with its verb in bold type.

        >>> Verbs({"request": "requests"}).with_bold_verb("It also requests that all Parties")
        'It also **requests** that all Parties'
        """
        place = self.plain_verb(text)
        if not place:
            return text
        start, end = place
        return f"{text[:start]}**{text[start:end]}**{text[end:]}"

    def _verb(self, bare: _Bare, match: re.Match[str], last: FoundVerb | None) -> FoundVerb | None:
        """What a form of a verb is where it stands; None where nobody is asked for anything."""
        start, end = bare.place(match)
        head = bare.text[max(match.start() - _NEAR, 0) : match.start()]
        tail = bare.text[match.end() : match.end() + _NEAR]
        urgency, form = self._forms[_folded(match[0])]
        asked = self._addressee.match(tail)
        subject = re.search(rf"({_SUBJECT}){_GAP}$", head)
        plain = bool(0 < bare.bold_words(start) <= _FEW)
        plain = plain or self._is_plain(form, subject, head, tail)
        if not plain and re.search(r"\b(?:and|or|and/or) $", head):
            between = bare.source[last.end : start] if last else ""
            plain = bool(last and last.is_plain and (asked or len(between.split()) <= 2))
        party = bool(form == "participle" and re.search(rf"{self._is_party}$", head))
        if not (plain or asked or subject or party):
            return None
        if not plain and not asked and form == "base":
            return None
        return FoundVerb(urgency, match[0], start, end, plain)

    def _is_plain(self, form: str, subject: re.Match[str] | None, head: str, tail: str) -> bool:
        """Whether the sentence around a verb says that the Committee addresses a Party."""
        asked = self._addressee.match(tail)
        if form == "participle":
            passive = re.search(rf"(?:^|[.;:] |, )(?:\w{{1,40}},? ){{0,3}}{self._is_party}$", head)
            return bool(passive and re.match(r"(?: by the \w+ ?\w*)?(?: to\b|:|\s*$)", tail))
        if form == "third":
            of_committee = subject and subject[1].casefold() == "committee"
            joined = re.search(r"(?:\band|\bbut|,|\balso|\btherefore) $", head)
            colon = re.match(r"\s*(?::|$)", tail)
            return bool(of_committee or (subject and (asked or colon)) or (joined and asked))
        return bool(subject and asked)

    @cached_property
    def _forms(self) -> dict[str, tuple[str, str]]:
        """The urgency and the kind of each form, in small letters."""
        forms: dict[str, tuple[str, str]] = {}
        for urgency, verb in self.words.items():
            forms[_folded(urgency)] = (urgency, "base")
            forms[_folded(participle(urgency))] = (urgency, "participle")
            forms[_folded(verb)] = (urgency, "third")
        return forms

    @cached_property
    def _any_form(self) -> re.Pattern[str]:
        forms = sorted(map(re.escape, self._forms), key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(forms) or '(?!)'})\b", re.IGNORECASE)

    @cached_property
    def _party(self) -> str:
        names = "|".join(map(re.escape, self._names)) or "(?!)"
        return rf"(?:\{{party\}}|{_PARTIES}|(?:the |The )?(?:{names}))"

    @cached_property
    def _is_party(self) -> str:
        return rf"{self._party} (?:is|are),? (?:{_ADVERB},? ){{0,4}}"

    @cached_property
    def _addressee(self) -> re.Pattern[str]:
        return re.compile(rf" (?:that )?(?:(?:{self._party})\b|{{party}}|{_PRONOUN}(?: to\b| ?:))")

    @cached_property
    def _asks(self) -> re.Pattern[str]:
        """“The Committee urges Belgium to”, “would like to encourage all Parties, …, to”."""
        return re.compile(
            rf"{_SUBJECT}{_GAP}(?:to )?"
            r"(?P<verb>(?:(?<= to )[^\W\d_]{2,40}|[^\W\d_]{2,40}s)(?: on| upon)?) "
            rf"{self._party}"
            r"(?:, [^.:;]{1,80},)?\s?(?:to\b|:)"
        )

    @cached_property
    def _joined(self) -> tuple[re.Pattern[str], ...]:
        """“The Committee urges and invites Belgium”, and the other way round."""
        own, verb = self._any_form.pattern, r"(?P<verb>[^\W\d_]{2,40}s(?: on| upon)?)"
        return (
            re.compile(rf"{_SUBJECT}{_GAP}{verb},? (?:and|or) (?i:{own})"),
            re.compile(rf"(?i:{own}),? (?:and|or) (?:{_ADVERB} ){{0,2}}{verb} {self._party}\b"),
        )

    @cached_property
    def _should(self) -> re.Pattern[str]:
        """“Belgium should”, at the beginning of a sentence, and “The Committee … that Belgium”."""
        return re.compile(
            rf"(?:(?:^|[.;:] )(?:\w{{1,40}},? ){{0,3}}|{_SUBJECT}{_GAP}\w{{2,40}}s that )"
            rf"{self._party}(?:, [^.:;]{{1,80}},)? (?:{_ADVERB} ){{0,2}}"
            r"(?P<verb>should|ought to)\b"
        )

    @cached_property
    def _is_asked(self) -> re.Pattern[str]:
        """“Belgium is encouraged to”, at the beginning of a sentence."""
        return re.compile(
            rf"(?:^|[.;:] )(?:\w{{1,40}},? ){{0,3}}{self._is_party}"
            r"(?P<verb>[^\W\d_]{2,40}ed(?: on| upon)?)(?: to\b|:)"
        )


def _folded(text: str) -> str:
    """In small letters; the Turkish “i”, which a search of any case finds too, is an “i”."""
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()


_NEAR = 250  # letters before and after a verb that say whose it is
_FEW = 8  # words in bold type around a verb that is set apart; a whole paragraph may be bold


class _Bare:
    """A text without its Markdown marks and footnote markers, and where each letter stands."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = _MARK.sub("", source)

    @cached_property
    def _places(self) -> list[int]:
        marks = {at for mark in _MARK.finditer(self.source) for at in range(*mark.span())}
        return [at for at in range(len(self.source)) if at not in marks]

    def place(self, match: re.Match[str], group: str | int = 0) -> tuple[int, int]:
        """Where a match stands in the text with its marks."""
        return self._places[match.start(group)], self._places[match.end(group) - 1] + 1

    def bold_words(self, place: int) -> int:
        """How many words the bold run has in which a place stands; 0 if it is not in bold type."""
        index = bisect(self._bold, place, key=lambda run: run[0]) - 1
        _, end, words = self._bold[index] if index >= 0 else (0, 0, 0)
        return words if place < end else 0

    @cached_property
    def _bold(self) -> list[tuple[int, int, int]]:
        """Where bold runs begin and end, and how many words each has."""
        runs = re.finditer(r"\*\*(?!\*?\s)(.+?)\*\*", self.source, re.DOTALL)
        return [(run.start(), run.end(), len(run[1].split())) for run in runs]


def verbs_of(tables: Tables, round_id: str = "", names: Iterable[str] = ()) -> Verbs:
    """The verbs of the urgencies of the tables, those of a round where the round has its own."""
    rows = urgencies_of(tables, round_id)
    words = {row["urgency"]: row.get("verb") or third_person(row["urgency"]) for row in rows}
    parties = [row[name] for row in tables.rows("parties") for name in ("name", "name_in_sentence")]
    return Verbs(words, [*parties, *names])
