"""How the ledger names things: “comment:12”. A model may choose its word with a class attribute, `ledger_name`."""

import re

from django.conf import settings
from django.db import models

SUBJECT = re.compile(r"[a-z][a-z0-9_]*(:[A-Za-z0-9_.-]+)?", re.ASCII)


def subject_of(thing: models.Model | str) -> str:
    """The name of a thing, or a name that is one already. Raises ValueError for accounts: they are never public."""
    name = _name_of(thing) if isinstance(thing, models.Model) else thing
    if not isinstance(name, str) or not SUBJECT.fullmatch(name) or len(name) > 100:
        raise ValueError(f"{name!r} is not a subject of the ledger; it looks like “comment:12” or “accounts”.")
    return name


def _name_of(thing: models.Model) -> str:
    if thing._meta.label == settings.AUTH_USER_MODEL:
        raise ValueError("An account is never a public subject. Say “accounts”, and put it into private={…}.")
    if thing.pk is None:
        raise ValueError("Save the thing first: it has no number yet.")
    return f"{getattr(thing, 'ledger_name', thing._meta.model_name)}:{thing.pk}"
