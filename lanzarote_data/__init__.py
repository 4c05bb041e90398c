"""The recommendations of the Lanzarote Committee as data."""
