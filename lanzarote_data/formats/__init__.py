"""The tables as files of other programs, one module a format, and what those share."""
