"""What this room tells others, after commit."""

from django.dispatch import Signal

names_changed = Signal()
"""What readers see beside or behind names has changed, in these `consultations` (their ids)."""
