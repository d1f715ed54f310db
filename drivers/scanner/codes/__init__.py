"""Reading: from grey pixels to code bytes, by a plain look and by harder ways."""
