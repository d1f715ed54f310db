"""What hardware says. Knows nothing of producers, limits, certificates or counties."""
