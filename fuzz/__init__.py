"""Damaged and hostile input for everything that reads a file, made at random, by structure.

``python -m fuzz TARGET --seconds 600`` searches, guided by coverage (atheris, the extra ``fuzz``),
from the seeds in ``fuzz/corpus/TARGET``; what it finds is put there and run by the tests ever
after. The same targets and mutations, driven by hypothesis, run in the tests.
"""
