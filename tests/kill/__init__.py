"""Real processes, killed with -9 at chosen lines (lane D)."""
