"""Alarms go out: who is on duty, over which channel, and what became of it."""
