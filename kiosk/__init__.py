"""What the station does: law, record, seal, paper, attendant, uplink."""
