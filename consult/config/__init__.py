"""Settings, addresses, and how the processes start."""
