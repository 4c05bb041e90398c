"""All checks: the descriptor, the values of the cells, keys, references and rules."""
