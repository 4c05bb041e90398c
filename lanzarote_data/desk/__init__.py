"""The local web page on which staff hand in, look, settle and apply."""
