"""Hostile files, made as they are needed, and commands run on them in a process of their own."""
