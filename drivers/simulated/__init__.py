"""A real twin of each device, speaking its wire protocol on a pty or from pictures."""
