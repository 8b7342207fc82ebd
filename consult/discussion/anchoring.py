"""Where comments point, and where that is in later revisions."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from django.db import transaction

from consult.discussion.models import Anchor, Placement
from consult.discussion.places import Place
from guidance.actions import hold_current
from guidance.fates import Fate, FateKind
from guidance.models import Revision, Section
from guidance.placing import At, Found, Ground, place
from guidance.tracing import fates_between, passages_of, titles_of

AT_ONCE = 2_000


def anchor_at(where: Place) -> Anchor | None:
    """The anchor of a place, found or made; None where there is no text. Runs in the poster's transaction."""
    return anchors_at([where])[where]


def anchors_at(places: Iterable[Place]) -> dict[Place, Anchor | None]:
    """The anchors of places, found or made.

    New ones are placed at once in the revisions that were published since their own. While they are being made, no
    revision can be published of these documents: who publishes waits, and then sees them.
    """
    named = {where: _named(where) if where.section_text else None for where in places}
    wanted = {anchor.fingerprint: anchor for anchor in named.values() if anchor}
    there = _stored(wanted)
    if missing := [anchor for fingerprint, anchor in wanted.items() if fingerprint not in there]:
        for document_id in sorted({where.section_text.revision.document_id for where, one in named.items() if one}):
            hold_current(document_id)
        Anchor.objects.bulk_create(missing, batch_size=AT_ONCE, ignore_conflicts=True)
        there |= _stored({anchor.fingerprint for anchor in missing})
        _place_in_later([there[anchor.fingerprint] for anchor in missing])
    return {where: there[anchor.fingerprint] if anchor else None for where, anchor in named.items()}


def _stored(fingerprints: Collection[str]) -> dict[str, Anchor]:
    found: dict[str, Anchor] = {}
    waiting = iter(fingerprints)
    while some := list(islice(waiting, AT_ONCE)):
        found |= {anchor.fingerprint: anchor for anchor in Anchor.objects.filter(fingerprint__in=some)}
    return found


def _place_in_later(anchors: list[Anchor]) -> None:
    """Give new anchors of older revisions their places in what was published since."""
    for old in Revision.objects.filter(pk__in={anchor.revision_id for anchor in anchors}):
        for later in Revision.objects.after(old):
            place_anchors(later, [anchor for anchor in anchors if anchor.revision_id == old.pk])


def _named(where: Place) -> Anchor:
    """The anchor of a place, not stored: with its fingerprint, by which it is found."""
    text, block, quote = where.section_text, where.block, where.quote
    anchor = Anchor(
        revision_id=text.revision_id,
        section_id=text.section_id,
        level=block.level if block else "",
        block_key=block.key if block else "",
        exact=quote.exact if quote else "",
        prefix=quote.prefix if quote else "",
        suffix=quote.suffix if quote else "",
        words=block.text if block else text.title,
    )
    parts = (anchor.revision_id, anchor.section_id, anchor.level, anchor.block_key)
    said = (anchor.exact, anchor.prefix, anchor.suffix, anchor.words)
    anchor.fingerprint = hashlib.sha256("\0".join(map(str, (*parts, *said))).encode()).hexdigest()
    return anchor


class Carrying:
    """From one revision to a later one: the two texts and what became of each block, read once."""

    def __init__(self, old: Revision, new: Revision) -> None:
        self.new = new
        self.ground = Ground(
            old=passages_of(old),
            new=passages_of(new),
            fates=fates_between(old, new),
            old_titles=titles_of(old),
            new_titles=titles_of(new),
        )
        self.sections = {section.key: section for section in Section.objects.filter(document=new.document_id)}
        self.keys = {section.pk: section.key for section in self.sections.values()}

    def placed(self, anchor: Anchor) -> Placement:
        """Where an anchor of the old revision stands in the new one."""
        found = place(_at(anchor, self.keys[anchor.section_id]), self.ground)
        return _placement(anchor, self.new, found, self.sections)


def unplaced(revision: Revision) -> Iterator[tuple[Revision, list[int]]]:
    """Anchors of earlier revisions that have no place in this one yet: (their revision, their ids)."""
    for old in Revision.objects.before(revision):
        ids = list(
            Anchor.objects.filter(revision=old)
            .exclude(pk__in=Placement.objects.filter(revision=revision).values("anchor"))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        if ids:
            yield old, ids


def place_anchors(revision: Revision, anchors: Iterable[Anchor], carrying: Carrying | None = None) -> int:
    """Write down where anchors stand in a revision. Those that have a place there already keep it."""
    placements = []
    for anchor in anchors:
        if carrying is None:
            carrying = Carrying(anchor.revision, revision)
        placements.append(carrying.placed(anchor))
    with transaction.atomic():
        Placement.objects.bulk_create(placements, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(placements)


def place_corrected(revision: Revision, block_key: str) -> int:
    """After a correction: mark the anchors that point at the block as it was. Returns how many.

    The ground is this one block: what it said when they were made, and what it says now.
    """
    block = revision.blocks.select_related("section_text__section").get(key=block_key)
    key = block.section_text.section.key
    now = block.as_passage(key)
    anchors = Anchor.objects.filter(revision=revision, block_key=block_key).exclude(words=now.text)
    placements = []
    for anchor in anchors:
        then = replace(now, text=anchor.words, source=anchor.words)
        titles = {key: block.section_text.title}
        ground = Ground([then], [now], [Fate(FateKind.EDITED, (block_key,), (block_key,))], titles, titles)
        placements.append(
            _placement(anchor, revision, place(_at(anchor, key), ground), {key: block.section_text.section})
        )
    Placement.objects.filter(revision=revision, anchor__in=[one.anchor_id for one in placements]).delete()
    return len(Placement.objects.bulk_create(placements, batch_size=AT_ONCE))


def _at(anchor: Anchor, section: str) -> At:
    return At(section, anchor.level, anchor.block_key, anchor.quote, anchor.words)


def _placement(anchor: Anchor, revision: Revision, found: Found, sections: dict[str, Section]) -> Placement:
    return Placement(
        anchor=anchor,
        revision=revision,
        standing=found.standing.value,
        section=sections[found.section] if found.section else None,
        level=found.level,
        block_key=found.key,
        start=found.start,
        end=found.end,
    )
