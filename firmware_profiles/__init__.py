"""How each model talks: data and evidence, no code."""
