"""Products, quantities, lots, and the marks on them."""
