"""Talks to an analyzer as its profile says. Blocking, one thread per device; no limits, no certificates."""
