"""Excel workbooks: chosen rows of the tables, laid out for a person, and read back."""
