"""Cameras: found by their socket, set for codes, watched, and asked for pictures no more often than needed."""
