"""The touch screen of the box."""
