"""Which wordings belong together. Called under the bookmark's lock; a few queries, however much was said before."""

from collections import defaultdict
from functools import lru_cache

from django.db.models import Window
from django.db.models.functions import RowNumber

from consult.discussion.campaigns.models import Mark, Wording
from consult.discussion.campaigns.passages import holds
from consult.discussion.campaigns.texts import texts_of
from consult.screening.likeness import fingerprint, same

LOOK_AT_MOST = 50
"""Wordings that share a mark, the earliest first. A mark that more of them share is a campaign's or a commonplace."""


def join(new: dict[Wording, str]) -> None:
    """Put new wordings, each with its text, together with those like them.

    The order in which they come does not matter, as long as no more than LOOK_AT_MOST wordings share a mark.
    """
    likely = _sharing_a_mark(new)
    known = Wording.objects.select_related("holds").in_bulk({pk for some in likely.values() for pk in some})
    texts = {one.pk: text for one, text in new.items()} | texts_of(known.keys() - {one.pk for one in new})
    for pk in sorted(likely):
        for other in sorted(likely[pk]):
            if other in texts:
                _weigh(known, known[pk], known[other], texts[pk], texts[other])


def _sharing_a_mark(new: dict[Wording, str]) -> dict[int, set[int]]:
    """For each new wording those that have a mark in common with it, and itself."""
    marks = Mark.objects.filter(wording__in=[one.pk for one in new]).values("mark")
    numbered = Window(RowNumber(), partition_by="mark", order_by="wording")
    earliest = Mark.objects.filter(mark__in=marks).annotate(place=numbered).filter(place__lte=LOOK_AT_MOST)
    by_mark: dict[int, set[int]] = defaultdict(set)
    for mark, wording in earliest.values_list("mark", "wording"):
        by_mark[mark].add(wording)
    likely: dict[int, set[int]] = defaultdict(set)
    for wording, mark in Mark.objects.filter(wording__in=[one.pk for one in new]).values_list("wording", "mark"):
        likely[wording] |= by_mark[mark] | {wording}
    return likely


def _weigh(known: dict[int, Wording], one: Wording, other: Wording, text: str, others: str) -> None:
    if one.pk == other.pk or one.consultation_id != other.consultation_id:
        return
    if one.campaign == other.campaign:
        return
    if _same(text, others):
        _put_together(known, one, other)
    elif holds(text, others):
        _note_held(one, other)
    elif holds(others, text):
        _note_held(other, one)


_print = lru_cache(maxsize=2_000)(fingerprint)


def _same(text: str, others: str) -> bool:
    one, other = _print(text), _print(others)
    return one is not None and other is not None and same(one, other)


def _put_together(known: dict[int, Wording], one: Wording, other: Wording) -> None:
    lower, higher = sorted((one.campaign, other.campaign))
    Wording.objects.filter(consultation=one.consultation_id, campaign=higher).update(campaign=lower)
    for wording in known.values():
        if wording.campaign == higher:
            wording.campaign = lower


def _note_held(holder: Wording, held: Wording) -> None:
    """Of several campaigns' texts that stand in one comment the longest counts."""
    if holder.holds is None or (holder.holds.length, -holder.holds.key) < (held.length, -held.key):
        holder.holds = held
        Wording.objects.filter(pk=holder.pk).update(holds=held)
