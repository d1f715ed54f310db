"""用什么药、检什么药: what was used, whether a test sees it, and how long one waits."""
