"""Reading what was said since the last time, and comparing it with what was said before.

Nothing of this happens while somebody posts: sealed entries are read by a bookmark, seconds later. So posting costs
nothing more, two who send the same text at once are both seen, and imports, edits and removals come the same way.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from consult.discussion.campaigns.joining import join
from consult.discussion.campaigns.marks import among, is_comparable, key_of, marks_of
from consult.discussion.campaigns.models import Bookmark, Mark, Sent, Wording
from consult.discussion.models import PublicComment
from consult.ledger.models import Entry
from consult.screening.words import plain_words

AT_ONCE = 200
LEAVES_WORDS_ALONE = {"comment.weighed", "comment.flagged"}


def read_on() -> int:
    """Compare what was said or changed in the next entries. Returns how many entries there were.

    One reader at a time: the bookmark is locked. Read twice, an entry does nothing more.
    """
    bookmark, _is_new = Bookmark.objects.get_or_create(pk=1)
    if not Entry.objects.since(bookmark.cursor).exists():
        return 0  # without taking SQLite's write lock
    with transaction.atomic():
        return _read_on()


def _read_on() -> int:
    bookmark = Bookmark.objects.select_for_update().get(pk=1)
    entries = list(Entry.objects.since(bookmark.cursor)[:AT_ONCE])
    if entries:
        compare(_comments_of(entries))
        bookmark.seal, bookmark.position = entries[-1].cursor
        bookmark.save()
    return len(entries)


def _comments_of(entries: list[Entry]) -> list[PublicComment]:
    """What was posted is named by its reference only; what was changed, by its number.

    Where somebody removed their words for good, those who quoted them have changed as well, without an entry of theirs.
    """
    references = [found for one in entries if (found := json.loads(one.facts).get("reference_hash"))]
    changed = [pk for one in entries if one.verb not in LEAVES_WORDS_ALONE and (pk := _comment_of(one))]
    found = PublicComment.objects.filter(Q(receipt_hash__in=references) | Q(pk__in=changed))
    found = {one.pk: one for one in found.only("consultation", "comment", "suggested", "path")}
    removed = {pk for one in entries if one.verb == "comment.removed" and (pk := _comment_of(one)) in found}
    for pk in removed:
        quoting = PublicComment.objects.subtree(found[pk].path).filter(quotes_removed_on__isnull=False)
        found |= {one.pk: one for one in quoting.only("consultation", "comment", "suggested", "path")}
    return [found[pk] for pk in sorted(found)]


def _comment_of(entry: Entry) -> int | None:
    """The comment that an entry is about."""
    subject, _colon, number = entry.subject.partition(":")
    return int(number) if subject == PublicComment.ledger_name and number.isdecimal() else None


@dataclass(frozen=True, order=True)
class _Text:
    """What a comment says, and within what it is compared."""

    consultation_id: int
    words: str
    suggested: str

    @classmethod
    def of(cls, comment: PublicComment) -> "_Text":
        return cls(comment.consultation_id, comment.comment, comment.suggested)

    @property
    def is_comparable(self) -> bool:
        return is_comparable(f"{self.words} {self.suggested}")

    @property
    def among(self) -> str:
        return among(self.consultation_id, self.suggested)

    @property
    def key(self) -> int:
        return key_of(self.words, among=self.among)


@transaction.atomic
def compare(comments: Iterable[PublicComment]) -> None:
    """Note the wordings of these comments, and which campaigns they belong to. Any number of them may be known."""
    texts = {comment.pk: _Text.of(comment) for comment in comments}
    long = {pk: text for pk, text in texts.items() if text.is_comparable}
    before = set(Sent.objects.filter(comment__in=texts).values_list("wording", flat=True))
    Sent.objects.filter(comment__in=texts.keys() - long.keys()).delete()
    wordings, new = _wordings(set(long.values()))
    Sent.objects.bulk_create(
        [Sent(comment_id=pk, wording=wordings[text]) for pk, text in long.items()],
        update_conflicts=True, unique_fields=["comment"], update_fields=["wording"],
    )  # fmt: skip
    Wording.objects.filter(pk__in=before, sent__isnull=True).delete()
    join(new)


def _wordings(texts: set[_Text]) -> tuple[dict[_Text, Wording], dict[Wording, str]]:
    """The wording of each text; and those that are new, with their words."""
    keys = {text: text.key for text in texts}
    known = {one.key: one for one in Wording.objects.filter(key__in=keys.values())}
    first = {key: text for text, key in sorted(keys.items(), reverse=True) if key not in known}
    made = [
        Wording(consultation_id=text.consultation_id, key=key, campaign=key, length=len(plain_words(text.words)))
        for key, text in first.items()
    ]
    Wording.objects.bulk_create(made)
    new = {one: first[one.key] for one in made}
    marks = ((one, mark) for one, text in new.items() for mark in marks_of(text.words, among=text.among))
    Mark.objects.bulk_create((Mark(wording=one, mark=mark) for one, mark in marks), batch_size=2_000)
    known |= {one.key: one for one in made}
    return {text: known[key] for text, key in keys.items()}, {one: text.words for one, text in new.items()}
