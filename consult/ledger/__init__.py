"""What happened: the append-only record of who did what, sealed in batches. See `canonical` for its final format."""
