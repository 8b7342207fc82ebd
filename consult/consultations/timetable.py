"""Who may do what in which state of a consultation: one table (pure)."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    BEFORE = "before"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    ANSWERED = "answered"


EVERYONE, STAFF, NOBODY = "everyone", "staff", "nobody"

TABLE: dict[str, dict[State, str]] = {
    #               before           open             paused           closed           answered
    "read":        dict(zip(State, (EVERYONE, EVERYONE, EVERYONE, EVERYONE, EVERYONE), strict=True)),
    "take a name": dict(zip(State, (NOBODY,   EVERYONE, NOBODY,   NOBODY,   NOBODY),   strict=True)),
    "comment":     dict(zip(State, (NOBODY,   EVERYONE, NOBODY,   NOBODY,   NOBODY),   strict=True)),
    "agree":       dict(zip(State, (NOBODY,   EVERYONE, NOBODY,   NOBODY,   NOBODY),   strict=True)),
    "change words": dict(zip(State, (NOBODY,  EVERYONE, NOBODY,   NOBODY,   NOBODY),   strict=True)),
    "withdraw":    dict(zip(State, (NOBODY,   EVERYONE, EVERYONE, EVERYONE, EVERYONE), strict=True)),
    "report":      dict(zip(State, (NOBODY,   EVERYONE, EVERYONE, EVERYONE, EVERYONE), strict=True)),
    "enter":       dict(zip(State, (NOBODY,   STAFF,    STAFF,    STAFF,    NOBODY),   strict=True)),
    "moderate":    dict(zip(State, (NOBODY,   STAFF,    STAFF,    STAFF,    STAFF),    strict=True)),
    "summarise":   dict(zip(State, (NOBODY,   STAFF,    STAFF,    STAFF,    STAFF),    strict=True)),
    "export":      dict(zip(State, (NOBODY,   STAFF,    STAFF,    STAFF,    STAFF),    strict=True)),
    "change":      dict(zip(State, (STAFF,    STAFF,    STAFF,    STAFF,    NOBODY),   strict=True)),
    "pause":       dict(zip(State, (NOBODY,   STAFF,    NOBODY,   NOBODY,   NOBODY),   strict=True)),
    "resume":      dict(zip(State, (NOBODY,   NOBODY,   STAFF,    NOBODY,   NOBODY),   strict=True)),
    "answer":      dict(zip(State, (NOBODY,   NOBODY,   NOBODY,   STAFF,    NOBODY),   strict=True)),
}  # fmt: skip

STOPPABLE = ("comment", "take a name", "change words")
"""What an admin can stop at once while a consultation is open: all that puts new words on a page."""

REFUSALS = {
    State.BEFORE: _("This consultation has not opened yet. It opens at %(opens)s."),
    State.OPEN: _("This consultation is open. This cannot be done until it has closed."),
    State.PAUSED: _("This consultation is paused. New comments are held back for now."),
    State.CLOSED: _("This consultation closed at %(closes)s. You can still read everything."),
    State.ANSWERED: _("This consultation is closed and has been answered. You can still read everything."),
}


def allows_public(verb: str, state: State) -> bool:
    return TABLE[verb][state] == EVERYONE


def allows_staff(verb: str, state: State) -> bool:
    return TABLE[verb][state] in {EVERYONE, STAFF}
