"""Hard scenes before a simulated camera: codes on things, in rooms, under bad light, through cheap optics."""
