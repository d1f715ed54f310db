"""Scan guns: from bytes on a line or keys pressed to code bytes, and nothing else."""
