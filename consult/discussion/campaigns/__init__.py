"""Texts that many people send: found as they come in, counted, and never thrown away."""
