"""Checking the ledger against itself, and showing that one entry is under a seal."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS

from consult.ledger import merkle
from consult.ledger.canonical import NO_PREVIOUS_SEAL, canonical
from consult.ledger.models import Entries, Entry, PrivateSide, Seal, Sealed


class Problem(NamedTuple):
    """Something in the ledger that does not add up, in words for an operator."""

    what: str
    seal: int | None = None
    entry: int | None = None

    def __str__(self) -> str:
        place = [f"seal {self.seal}" if self.seal else "", f"entry {self.entry}" if self.entry else ""]
        return ": ".join(part for part in (", ".join(filter(None, place)), self.what) if part)


class Inclusion(NamedTuple):
    """What someone needs to check, with the public part of an entry alone, that it is under a seal."""

    seal: Seal
    position: int
    path: list[bytes]


def verify_ledger(from_seal: int | None = None, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[Problem]:
    """Every problem in the chain, from a seal on or from the beginning; nothing means that all of it holds.

    It shows that nothing changed since the seals were set. That nobody set them anew, only a copy of an old
    seal's hash can show: keep some where the database's administrators cannot reach.
    """
    last_before = Seal.objects.using(using).filter(number__lt=from_seal or 0).order_by("number").last()
    yield from _chain(last_before, using=using)
    yield from _in_neither_place(using=using)
    for entry in _with_private_sides(Entry.objects.using(using).filter(unsealed__isnull=False)):
        yield from _entry(entry, seal=None)


def _chain(last: Seal | None, *, using: str) -> Iterator[Problem]:
    expected_number, expected_previous = (last.number + 1, bytes(last.hash)) if last else (1, NO_PREVIOUS_SEAL)
    for seal in Seal.objects.using(using).filter(number__gte=expected_number).order_by("number").iterator():
        if seal.number != expected_number:
            yield Problem(f"the seal before it should be {seal.number - 1} and is {expected_number - 1}", seal.number)
        if bytes(seal.previous) != expected_previous:
            yield Problem("it is not chained to the seal before it", seal.number)
        if bytes(seal.hash) != seal.computed_hash():
            yield Problem("its hash is not the hash of what it says", seal.number)
        yield from _batch(seal, using=using)
        expected_number, expected_previous = seal.number + 1, bytes(seal.hash)


def _batch(seal: Seal, *, using: str) -> Iterator[Problem]:
    entries = Entry.objects.using(using).filter(sealed__seal=seal).order_by("sealed__position")
    leaves, places = [], [-1]
    for entry in _with_private_sides(entries.select_related("sealed")):
        yield from _entry(entry, seal=seal.number)
        leaves.append(entry.computed_leaf())
        places.append(entry.sealed.position)
    if any(later != earlier + 1 for earlier, later in pairwise(places)) or len(leaves) != seal.count:
        yield Problem(f"it holds {len(leaves)} entries and says {seal.count}, or their places have gaps", seal.number)
    if merkle.root(leaves) != bytes(seal.root):
        yield Problem("its entries do not lead to its root", seal.number)


def _with_private_sides(entries: Entries) -> Iterator[Entry]:
    return entries.select_related("private_side").iterator()


def _entry(entry: Entry, *, seal: int | None) -> Iterator[Problem]:
    if bytes(entry.leaf) != entry.computed_leaf():
        yield Problem("what it says is not what was written", seal, entry.pk)
    if not _is_canonical(entry.facts):
        yield Problem("its facts are not in canonical form", seal, entry.pk)
    side: PrivateSide | None = getattr(entry, "private_side", None)
    if side and side.computed_commitment() != bytes(entry.commitment):
        yield Problem("its private side is not what was committed to", seal, entry.pk)


def _is_canonical(facts: str) -> bool:
    try:
        return canonical(json.loads(facts)) == facts
    except ValueError:
        return False


def _in_neither_place(*, using: str) -> Iterator[Problem]:
    """Entries that are neither sealed nor waiting: one statement, so that a sealer at work is never caught between."""
    lost = Entry.objects.using(using).filter(sealed__isnull=True, unsealed__isnull=True)
    for entry in lost.order_by("id").values_list("id", flat=True).iterator():
        yield Problem("it is under no seal and waits for none", entry=entry)


def inclusion_of(entry: Entry) -> Inclusion | None:
    """The proof that an entry is under its seal, or None while it waits. Reads the whole batch."""
    place = Sealed.objects.select_related("seal").filter(entry=entry).first()
    if place is None:
        return None
    batch = Sealed.objects.filter(seal=place.seal).order_by("position").values_list("entry__leaf", flat=True)
    leaves = [bytes(leaf) for leaf in batch]
    return Inclusion(place.seal, place.position, merkle.inclusion_proof(leaves, place.position))
