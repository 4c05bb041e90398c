"""Factsheets, differences and the web site, made from the tables."""
