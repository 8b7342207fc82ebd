"""Keeping the house rules: what people report, what moderators decide and why, and asking another moderator."""
