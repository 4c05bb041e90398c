"""Factsheets read into the tables. The way of a factsheet through this folder:

1. ``sources`` opens the file. ``text`` (with ``converters``), ``word`` (with ``word_styles``) or
   ``pdf`` (with ``pdf_pages``, and ``pdf_layout`` where it has no tags) reads it into ``blocks``;
   ``notation`` brings characters, markers and type to one form, ``tidy`` sets page furniture apart
   and joins what was cut: a source text.
2. ``front`` reads its title page and what the tables say of it, ``parse`` its chapters and items.
3. ``rows`` makes rows of them; ``known`` finds those that the tables have, ``editions`` says which
   edition it is.
4. ``compare`` finds what changes and what differs, ``reports`` what was not placed or is uncertain,
   ``partial`` puts aside what is not certain.
5. ``ingest`` does all this, checks the new tables and writes them.
"""
