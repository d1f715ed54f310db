"""What passed over a line: played again, and held against what a profile claims."""
