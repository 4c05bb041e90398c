"""What the texts of the tables mean: ids, references, Markdown, and the tree of a factsheet."""
