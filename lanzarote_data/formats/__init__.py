"""Tables as files of other programs: SQLite, Parquet, Excel, CSV for Excel and JSON Lines."""
