"""Damaged and hostile input for everything that reads a file, made at random, by structure.

``python -m fuzz TARGET --seconds 600`` searches, guided by coverage (atheris, the extra ``fuzz``),
from the files in ``fuzz/corpus/TARGET``: seeds, files that a search ``reached`` other refusals and
problems with, and what was ``found``. What it finds is put there and run by the tests ever after.
The same targets and mutations, driven by hypothesis, run in the tests.
"""
