"""The words of the site and the desk: one catalogue a language, ``words/en.json``.

Another language is added by putting its translation of that file beside it. ``{number}`` and
other names in braces are places of values; a key that ends in ``.one`` or ``.other`` is chosen by
number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from lanzarote_data.model.errors import LanzaroteError

DATA_LANGUAGE = "en"
"""The language in which the tables are written."""


@dataclass(frozen=True)
class Words:
    """The words of one language, by key."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key, with values in place of the names in braces."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def count(self, key: str, number: int) -> str:
        """A number with its noun: ``1 recommendation``, ``76 recommendations``."""
        form = "one" if number == 1 else "other"
        return self.texts[f"{key}.{form}"].format(number=f"{number:,}")

    def value(self, field: str, value: str) -> str:
        """The words for a value of an enumeration; the value itself where none are given."""
        return self.texts.get(f"value.{field}.{value}", value)

    def below(self, prefix: str) -> dict[str, str]:
        """The words whose key begins with a prefix, by the rest of the key."""
        return {k.removeprefix(prefix): v for k, v in self.texts.items() if k.startswith(prefix)}


def languages() -> list[str]:
    """The languages that have a catalogue."""
    folder = files("lanzarote_data.text") / "words"
    names = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))


def load_words(language: str = DATA_LANGUAGE) -> Words:
    """The catalogue of a language.

    :raises LanzaroteError: there is none.
    """
    if language not in languages():
        raise LanzaroteError(
            f"There are no words for the language {language!r}.",
            f"Choose one of: {', '.join(languages())}.",
        )
    path = files("lanzarote_data.text") / "words" / f"{language}.json"
    return Words(language, json.loads(path.read_text(encoding="utf-8")))
