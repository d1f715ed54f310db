"""What passed over a line: written down, played again, held against what a profile claims."""
