"""Accounts, the names people post under, drafting teams, and the law."""
