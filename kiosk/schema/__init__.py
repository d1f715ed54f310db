"""Numbered SQL: `<version>.sql` takes the record's tables from the version before."""
