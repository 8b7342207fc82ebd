"""Complaints by anyone, without an account: libel, contempt, privacy, other laws, and what is told in confidence."""
