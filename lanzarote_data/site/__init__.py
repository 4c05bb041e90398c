"""The web site: static pages that make the tables readable, without a server or a network."""
