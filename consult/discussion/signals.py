"""Nudges that are sent after commit. They only say: look now."""

from django.dispatch import Signal

said = Signal()
"""Something was said in a consultation: `consultation`."""

mentioned = Signal()
"""What pages elsewhere say of it is shown otherwise: `consultation`."""

taken_back = Signal()
"""Words were withdrawn: what was cached of them must go at once: `consultation`."""

removed = Signal()
"""Words were removed for good: what was stored of them elsewhere must go too: `consultation`."""
