"""What a profile may say: its form, its files, its faults. Data and pure functions; no port, no code in a profile."""
