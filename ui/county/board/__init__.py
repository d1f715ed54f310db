"""The board: every station of the county with its trust light, town by town."""
