"""The data set as libraries, portals and search engines describe it: one module a standard."""
