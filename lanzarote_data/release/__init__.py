"""Open-data releases: made, checked and published."""
