"""What was shown to the box: from light and keys to code bytes."""
