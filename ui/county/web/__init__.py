"""What answers a browser: who asks, which page, in which words. Rules and rows lie elsewhere."""
