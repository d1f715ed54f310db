"""What scanned bytes are: codes of others, our own numbers and tags."""
