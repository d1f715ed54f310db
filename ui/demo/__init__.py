"""One box and one county on one machine, with simulated devices and a real local broker."""
