"""Consultations: what is asked, of whom, until when, under which rules."""
