"""Numbered SQL: `<version>.<dialect>.sql` takes the county's tables from the version before. PostgreSQL begins at 2."""
