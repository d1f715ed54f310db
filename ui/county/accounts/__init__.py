"""Who may do what at the county's pages: roles and their rights, whose rows somebody sees, passwords, sessions."""
