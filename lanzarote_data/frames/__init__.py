"""What analysts import: typed frames, the questions people come with, plots."""
