"""The county office: intake, database, live pages, trace page. No hardware, no station record."""
