"""The law and the methods. Values in, values out: no clock, disk, device, network, randomness or logging."""
