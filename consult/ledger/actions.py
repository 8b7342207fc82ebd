"""Every write to the ledger: recording what happens, sealing it, erasing private sides."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connections, models, router, transaction
from django.utils import timezone

from consult.ledger import merkle
from consult.ledger.canonical import NO_PREVIOUS_SEAL, canonical
from consult.ledger.facts import checked, checked_private
from consult.ledger.models import Entry, PrivateSide, Seal, Unsealed
from consult.ledger.sealing import move_under_seal, one_sealer_at_a_time
from consult.ledger.subjects import subject_of

SYSTEM, ACCOUNT = "system", "account"
LARGEST_SEAL = 50_000
RECORDED_AT_ONCE = 2_000


def record(
    by: models.Model | None,
    verb: str,
    subject: models.Model | str,
    /,
    *,
    actor: str = "",
    reason: str = "",
    private: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Entry:
    """Write down that something happened, in the transaction in which it happens (TransactionManagementError else).

    `by` is the account, or None for the system; the public sees `actor`, a role word. `reason` and `private`
    stay on the private side and can be erased. `facts` are public for ever: short, and never words or addresses.
    """
    _insist_on_a_transaction()
    at = at or timezone.now()
    entry, side = _drafted(by, verb, subject, facts, actor=actor, reason=reason, private=private or {}, at=at)
    entry.save()
    side.entry = entry
    side.save(force_insert=True)
    Unsealed(entry=entry).save(force_insert=True)
    return entry


def record_many(
    by: models.Model | None,
    verb: str,
    happenings: Iterable[tuple[models.Model | str, Mapping[str, Any]]],
    *,
    actor: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> int:
    """Write down many happenings of one kind, as (subject, facts); for imports. Returns how many."""
    _insist_on_a_transaction()
    at, count = at or timezone.now(), 0
    waiting = iter(happenings)
    while batch := list(islice(waiting, RECORDED_AT_ONCE)):
        drafts = [
            _drafted(by, verb, subject, facts, actor=actor, reason=reason, private={}, at=at)
            for subject, facts in batch
        ]
        _insert(drafts)
        count += len(drafts)
    return count


def record_each(
    verb: str,
    happenings: Iterable[tuple[models.Model | None, models.Model | str, Mapping[str, Any]]],
    *,
    actor: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """As `record_many`, each happening with its own doer: (by, subject, facts). Returns the entries, in order."""
    _insist_on_a_transaction()
    at = at or timezone.now()
    drafts = [
        _drafted(by, verb, subject, facts, actor=actor, reason="", private={}, at=at)
        for by, subject, facts in happenings
    ]
    _insert(drafts)
    return [entry for entry, _side in drafts]


def _insert(drafts: list[tuple[Entry, PrivateSide]]) -> None:
    entries = Entry.objects.bulk_create([entry for entry, _side in drafts])
    for entry, side in drafts:
        side.entry = entry
    PrivateSide.objects.bulk_create([side for _entry, side in drafts])
    Unsealed.objects.bulk_create([Unsealed(entry=entry) for entry in entries])


def _insist_on_a_transaction() -> None:
    if not connections[router.db_for_write(Entry)].in_atomic_block:
        raise transaction.TransactionManagementError(
            "Record what happens in the transaction in which it happens, so that neither can be without the other."
        )


def _drafted(
    by: models.Model | None,
    verb: str,
    subject: models.Model | str,
    facts: Mapping[str, Any],
    *,
    actor: str,
    reason: str,
    private: Mapping[str, Any],
    at: datetime,
) -> tuple[Entry, PrivateSide]:
    """An entry and its private side, hashed and not yet saved."""
    if by is not None and by.pk is None:
        raise ValueError("Who did it has no account: say by=None and name the role with actor=.")
    side = PrivateSide(
        account=by, at=at, reason=reason, facts=canonical(checked_private(private)), salt=secrets.token_bytes(32)
    )
    entry = Entry(
        day=timezone.localdate(at),
        actor=_word(actor or (ACCOUNT if by else SYSTEM), longest=30),
        verb=_word(verb, longest=60),
        subject=subject_of(subject),
        facts=canonical(checked(facts)),
        commitment=side.computed_commitment(),
    )
    entry.leaf = entry.computed_leaf()
    return entry, side


def _word(word: str, *, longest: int) -> str:
    """A role or a verb: ours, lower case, never something a person typed."""
    if not word.isascii() or not word.replace("_", "").replace(".", "").isalpha() or word != word.lower():
        raise ValueError(f"“{word}” is not a word of the ledger; it looks like “moderator” or “comment.posted”.")
    if len(word) > longest:
        raise ValueError(f"“{word}” is longer than {longest} characters.")
    return word


def seal(*, at: datetime | None = None, largest: int = LARGEST_SEAL) -> Seal | None:
    """Put committed entries that wait (at most `largest`) under a new seal. None if nothing waits.

    Holds the sealer's lock until its transaction ends. Writers do not wait for it, and it does not wait for them.
    """
    if not Unsealed.objects.exists():
        return None
    with transaction.atomic():
        one_sealer_at_a_time()
        waiting = list(Unsealed.objects.order_by("entry").values_list("entry", "entry__leaf")[:largest])
        if not waiting:
            return None
        new = _next_seal([bytes(leaf) for _entry, leaf in waiting], at=at or timezone.now())
        move_under_seal(new, [entry for entry, _leaf in waiting])
        return new


def seal_everything(*, at: datetime | None = None) -> Seal | None:
    """Seal until nothing waits, and return the latest seal: the “as of” for what is taken away."""
    while seal(at=at):
        pass
    return latest_seal()


def _next_seal(leaves: list[bytes], *, at: datetime) -> Seal:
    last = latest_seal()
    new = Seal(
        number=last.number + 1 if last else 1,
        day=timezone.localdate(at),
        sealed_at=at,
        count=len(leaves),
        root=merkle.root(leaves),
        previous=bytes(last.hash) if last else NO_PREVIOUS_SEAL,
    )
    new.hash = new.computed_hash()
    new.save()
    return new


def latest_seal() -> Seal | None:
    """The seal that everything sealed so far hangs on."""
    return Seal.objects.order_by("number").last()


def seal_of(entry: Entry) -> Seal | None:
    """The seal an entry is under, or None while it waits."""
    return Seal.objects.filter(sealed__entry=entry).first()


def erase_private_side(entry: Entry) -> bool:
    """Erase who did it, when exactly and why, with the salt. What is public still verifies. False if it was gone."""
    erased, _by_model = PrivateSide.objects.filter(entry=entry).delete()
    return bool(erased)


def erase_private_sides_of(account: models.Model) -> int:
    """Erase the private sides of everything one account did; returns how many."""
    erased, _by_model = PrivateSide.objects.filter(account=account).delete()
    return erased
