"""A factsheet: its text read into tables, and tables written as a factsheet."""
