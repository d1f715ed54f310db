"""What people see: the touch screen, the county office, the terminal."""
