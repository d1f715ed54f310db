"""Methods as values, and from readings to verdicts."""
