"""The verb of a recommendation, which says how urgent it is."""

from __future__ import annotations

import re

# Words have an end and are counted, so that no text makes the search long.
_WORD = r"\w{1,40} "
VERB = re.compile(
    rf"(?:\*\*|__|\*|_)(?:{_WORD}){{0,8}}(require|request|invite)s\b"
    rf"|\b(?:Committee|It) (?:{_WORD}){{0,3}}(require|request|invite)s\b"
)
_PLAIN = re.compile(rf"(\b(?:Committee|It) (?:{_WORD}){{0,3}})((?:require|request|invite)s)\b")


def verb_of(text: str) -> str:
    """The urgency whose verb a text has: ``require``, ``request``, ``invite``, or empty.

    >>> verb_of("The Committee **invites** {party}:")
    'invite'
    """
    found = VERB.search(text)
    return (found[1] or found[2]) if found else ""


def with_bold_verb(text: str) -> str:
    """The text with its verb in bold type, as careful factsheets have it.

    >>> with_bold_verb("The Committee also requests that all Parties")
    'The Committee also **requests** that all Parties'
    """
    return _PLAIN.sub(r"\1**\2**", text)
