"""Pages for phones away from the desk."""
