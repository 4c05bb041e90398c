"""The verb of a recommendation, which says how urgent it is."""

from __future__ import annotations

import re

VERB = re.compile(
    r"(?:\*\*|__|\*|_)(?:\w+ )*(require|request|invite)s\b"
    r"|\b(?:Committee|It) (?:\w+ ){0,3}(require|request|invite)s\b"
)
_PLAIN = re.compile(r"(\b(?:Committee|It) (?:\w+ ){0,3})((?:require|request|invite)s)\b")


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
