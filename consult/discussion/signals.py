"""Nudges that are sent after commit. They only say: look now."""

from django.dispatch import Signal

said = Signal()
"""Something was said in a consultation: `consultation`."""

mentioned = Signal()
"""What pages elsewhere say of it is shown otherwise: `consultation`."""

taken_back = Signal()
"""Words were withdrawn: what was cached of them must go at once: `consultation`."""

removing = Signal()
"""Words are being removed for good, in this transaction: rooms above that hold what was said about a comment take its
words out. `comment`, `said` (all that it ever said) and `free` (words of the guidance, which anyone may quote).

The one signal that is more than a nudge: what goes wrong there stops the removal, so that it is never half done.
"""
