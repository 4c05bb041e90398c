"""Packages, tables and values: what the data is made of, without files or rules."""
