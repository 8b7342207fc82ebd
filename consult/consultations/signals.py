"""Nudges that are sent after commit. They only say: look now."""

from django.dispatch import Signal

changed = Signal()
"""A consultation, its dates or its notices changed: `consultation`."""

notices_changed = Signal()
"""The house rules or the privacy notice have a new version."""
