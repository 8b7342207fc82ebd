"""Codes, laws and figures that sections rest on."""
