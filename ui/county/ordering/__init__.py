"""Orders that pages ask for: tasks, notices, papers declared void, a look at itself of a station."""
