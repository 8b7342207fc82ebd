"""What people say: comments in threads, where they point, how they are counted, and what comes from elsewhere."""
