"""Tables on disk: read as one state, written all or none, one writer at a time."""
