"""Factsheets as Word, Markdown or text, read into rows of the tables."""
