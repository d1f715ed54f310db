"""Numbered SQL: `<version>.sql` takes the county's tables from the version before."""
