"""What is known of one entry and one paper: proof for officers, and the trace page for everybody."""
