"""Dated data: certificate wording, methods, products, words. Loaded by `kiosk.pack`."""
