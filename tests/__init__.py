"""The tests of lanzarote-data."""
