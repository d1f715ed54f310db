"""Personal data: which field may hold any, what is masked before it is signed, and how it is shown. Pure."""
