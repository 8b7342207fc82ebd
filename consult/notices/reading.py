"""From sealed entries to notices: each entry once, however often the worker is killed; followers a few at a time."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from consult.ledger.actions import latest_seal
from consult.ledger.models import Entry, PrivateSide
from consult.notices.kinds import KINDS, follows_of, kinds_by_verb
from consult.notices.models import Event, Follow, HowOften, Notice, NoticeBookmark, OrNever, Wishes

ENTRIES_AT_ONCE = 500
PEOPLE_AT_ONCE = 500
MAIL_HOUR = time(7)
"""When what is told once a day or once a week (on Mondays) is due, in the service's time zone."""
MONDAY = 0
QUICKEST = {HowOften.AT_ONCE: 0, HowOften.DAILY: 1, HowOften.WEEKLY: 2}


# --- Entries to events ------------------------------------------------------------------------------------
def read_on() -> int:
    """Note what the next sealed entries mean for people. Returns how many entries there were.

    The bookmark moves in the transaction that writes the events: a worker that dies has done all of it or nothing.
    """
    bookmark, _is_new = NoticeBookmark.objects.get_or_create(pk=1)
    if not Entry.objects.since(bookmark.cursor).exists():
        return 0  # without taking SQLite's write lock
    with transaction.atomic():
        bookmark = NoticeBookmark.objects.select_for_update().get(pk=1)
        entries = list(Entry.objects.since(bookmark.cursor).select_related("sealed__seal")[:ENTRIES_AT_ONCE])
        if entries:
            _note(events_in(entries))
            bookmark.seal, bookmark.position = entries[-1].cursor
            bookmark.save()
    return len(entries)


def begin_here() -> None:
    """Tell nobody of what has been sealed so far: for content that is told of the past."""
    if last := latest_seal():
        NoticeBookmark.objects.update_or_create(pk=1, defaults={"seal": last.number, "position": last.count - 1})


def events_in(entries: Iterable[Entry]) -> list[Event]:
    """What these entries mean for people. The same thing said twice is one event."""
    by_verb, sorted_out = kinds_by_verb(), defaultdict(list)
    for entry in entries:
        if kind := by_verb.get(entry.verb):
            sorted_out[kind.name].append(entry)
    found: dict[str, Event] = {}
    for name, its_entries in sorted_out.items():
        for event in KINDS[name].find(its_entries):
            event.kind, event.sealed_at = name, event.entry.sealed.seal.sealed_at
            found.setdefault(event.key, event)
    return sorted(found.values(), key=lambda event: event.entry.cursor)


def _note(events: list[Event]) -> None:
    """New events are stored. What was noted before, and dropped since it was not public, is told after all."""
    known = set(Event.objects.filter(key__in=[event.key for event in events]).values_list("key", flat=True))
    Event.objects.bulk_create([event for event in events if event.key not in known])
    if known:
        Notice.objects.filter(event__key__in=known, is_dropped=True).update(is_dropped=False, mail=None)


# --- Events to notices ------------------------------------------------------------------------------------
def tell_on(*, at: datetime | None = None) -> int:
    """Work out for some more people whether they are to be told of the oldest event. Returns how many people."""
    event = Event.objects.filter(is_told=False).order_by("pk").first()
    return _tell_some(event.pk, at=at or timezone.now()) if event else 0


@transaction.atomic
def _tell_some(pk: int, *, at: datetime) -> int:
    """One batch, under the event's lock. Where it has come to is written with the notices."""
    event = (
        Event.objects.select_for_update(of=("self",))
        .select_related("comment__persona", "comment__consultation", "revision", "entry")
        .filter(pk=pk)
        .first()
    )
    if event is None or event.is_told:
        return 1  # somebody else was quicker
    people = _next_people(event)
    Notice.objects.bulk_create(_notices(event, people, at=at), ignore_conflicts=True)
    event.reached = people[-1] if people else event.reached
    event.is_told = len(people) < PEOPLE_AT_ONCE
    event.save(update_fields=["reached", "is_told"])
    if event.is_told and not event.notices.exists():
        event.delete()  # it concerned nobody
    return len(people) or 1


def _next_people(event: Event) -> list[int]:
    """The next accounts that it may concern, in the order of their ids; each one is met once."""
    asked = [(follows_of(event).values_list("account", flat=True), "account")]
    asked += [(people(event), people(event).query.values_select[0]) for _why, _wish, people in KINDS[event.kind].people]
    found: set[int] = set()
    for accounts, field in asked:
        ahead = accounts.filter(**{f"{field}__gt": event.reached}).order_by(field).distinct()
        found.update(ahead[:PEOPLE_AT_ONCE])
    return sorted(found)[:PEOPLE_AT_ONCE]


def _notices(event: Event, people: list[int], *, at: datetime) -> list[Notice]:
    chosen = _directly(event, people)
    for follow in follows_of(event).filter(account__in=people):
        _choose(chosen, follow.account_id, Notice.Why.FOLLOWS, follow.how_often, follow)
    for own in whose_act(event):
        chosen.pop(own, None)
    return [
        Notice(event=event, account_id=account, why=why, follow=follow, how_often=often, due_at=due(often, at))
        for account, (why, often, follow) in chosen.items()
    ]


def _directly(event: Event, people: list[int]) -> dict[int, tuple]:
    """Those whom it concerns without their following anything, unless they do not wish it."""
    chosen: dict[int, tuple] = {}
    for why, wish, question in KINDS[event.kind].people:
        field = question(event).query.values_select[0]
        concerned = set(question(event).filter(**{f"{field}__in": people}))
        said = dict(Wishes.objects.filter(account__in=concerned).values_list("account", wish))
        for account in concerned:
            often = said.get(account, Wishes._meta.get_field(wish).default)
            if often != OrNever.NEVER:
                chosen.setdefault(account, (why, str(often), None))
    return chosen


def _choose(chosen: dict[int, tuple], account: int, why: str, often: str, follow: Follow | None) -> None:
    """Who is concerned more than once is told once: for the first reason, and as soon as any of them asks for."""
    if account not in chosen:
        chosen[account] = (why, often, follow)
        return
    first, before, before_by = chosen[account]
    if QUICKEST[often] < QUICKEST[before]:
        chosen[account] = (first, often, before_by or follow)


def whose_act(event: Event) -> set[int]:
    """The accounts that need not be told: whoever did it, and whoever wrote what it is about."""
    side = PrivateSide.objects.filter(entry=event.entry_id).values_list("account", flat=True)
    writer = event.comment.account_id if event.comment_id else None
    return {account for account in (*side, writer) if account}


def due(often: str, at: datetime) -> datetime:
    """When someone who wishes to be told so often is told of what happens now."""
    if often == HowOften.AT_ONCE:
        return at
    local = timezone.localtime(at)
    day = local.date() if local.time() < MAIL_HOUR else local.date() + timedelta(days=1)
    if often == HowOften.WEEKLY:
        day += timedelta(days=(MONDAY - day.weekday()) % 7)
    return timezone.make_aware(datetime.combine(day, MAIL_HOUR))
