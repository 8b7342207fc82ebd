"""Many processes at once in one thread of a conversation (lane D)."""
