"""Positives: one case each; who is told, and who looked it over."""
