"""A checking program to hand out: one file, Python's standard library only."""
