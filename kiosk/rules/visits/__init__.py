"""One person's turn: the table of moves and the transitions."""
