"""The auditor of exports. Knows kiosk/FORMATS.md and nothing of the house: the standard library and `cryptography`."""
