"""The kinds of events that people are told of: one table, read by everything else in this room.

A room on a floor below cannot call this one, and need not: it records its ledger entry, and a row here says what the
entry's verb means. To tell people of something more, `register(Kind(…))`; docs/notices.md shows how.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from consult.ledger.models import Entry
from consult.notices.models import Event, Follow, Notice

People = Callable[[Event], QuerySet]
"""The ids of accounts, as a `values_list("account", flat=True)` of whatever knows them."""


@dataclass(frozen=True)
class Told:
    """An event in words for one who is not discreet: a line, where it leads, and the first words of what was said."""

    line: str
    address: str
    excerpt: str = ""


@dataclass(frozen=True)
class Kind:
    """What the entries of some verbs mean for people.

    name        stands in `Event.kind`; never change it
    verbs       the verbs of the ledger that it reads
    find        entries to events, unsaved; an entry that nobody is to be told of gives none
    still_true  asked right before a mail is sent, and when a page shows it: what is not public then is not told
    say         the event in words; asked only when `still_true`
    followers   which follows it concerns
    people      who else is told, and why: (a reason, a question that gives account ids); the first reason wins
    """

    name: str
    verbs: tuple[str, ...]
    find: Callable[[Sequence[Entry]], list[Event]]
    still_true: Callable[[Event], bool]
    say: Callable[[Event, str], Told]
    followers: Callable[[Event], Q]
    people: tuple[tuple[Notice.Why, str, People], ...] = ()
    """(why, the field of `Wishes` that says how often, the question)."""


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Put a kind on the table. Raises ValueError when its name, or one of its verbs, is there already."""
    if kind.name in KINDS or kinds_by_verb().keys() & set(kind.verbs):
        raise ValueError(f"“{kind.name}” or one of its verbs is on the table already.")
    KINDS[kind.name] = kind
    return kind


def kinds_by_verb() -> dict[str, Kind]:
    return {verb: kind for kind in KINDS.values() for verb in kind.verbs}


def of_whole_document(event: Event) -> Q:
    return Q(document=event.document_id, consultation__isnull=True, section__isnull=True, thread__isnull=True)


def everyone_around(event: Event) -> Q:
    """Those who follow the guidance, the consultation, the section or the thread that an event belongs to."""
    around = of_whole_document(event)
    if event.consultation_id:
        around |= Q(consultation=event.consultation_id, thread__isnull=True)
    if event.section_id:
        around |= Q(section=event.section_id)
    if event.comment_id:
        around |= Q(thread=event.comment.root_id)
    return around


def everyone_on_the_document(event: Event) -> Q:
    """Whatever part of it they follow: its text is another one now."""
    return Q(document=event.document_id, thread__isnull=True)


def follows_of(event: Event) -> QuerySet[Follow]:
    """The follows that an event concerns: those that were there when it happened."""
    return Follow.objects.filter(KINDS[event.kind].followers(event), after__lt=event.entry_id)
