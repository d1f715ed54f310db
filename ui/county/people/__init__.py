"""Producers (主体): the list, grades, cards, files."""
