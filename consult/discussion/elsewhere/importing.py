"""Entering what people said elsewhere: once, in its threads, with its source, and with a reason for what stays out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion import paths
from consult.discussion.bulk import NewComment, insert_many
from consult.discussion.elsewhere.found import BadRow, Found, FoundComment, FoundMention, LeftOut
from consult.discussion.models import Elsewhere, Mention, PublicComment
from consult.discussion.places import Place
from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, Refused, require
from guidance.cleaning import clean, clean_line

LONGEST = 50_000
"""Characters of a comment. More than one may type here, since people elsewhere kept to other limits."""
LONGEST_KEY, LONGEST_NAME, LONGEST_TITLE, LONGEST_URL, LONGEST_SOURCE = 200, 120, 300, 500, 200
LOOKED_UP_AT_ONCE = 500
SOMEWHERE_ELSE_ON_EARTH = timedelta(days=1)
"""Where it was said, it may have been tomorrow."""
web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that went in otherwise than it stood in the file, and how."""

    line: int
    what: str


@dataclass
class Entered:
    """What became of everything that was found. The counts add up to all of it."""

    comments: int = 0
    mentions: int = 0
    already_here: int = 0
    left_out: int = 0
    refused: list[BadRow] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def in_all(self) -> int:
        return self.comments + self.mentions + self.already_here + self.left_out + len(self.refused)


@transaction.atomic
def enter_from_elsewhere(
    place: Place, found: Iterable[Found], *, source: str, by: Account | None, at: datetime | None = None
) -> Entered:
    """Bring comments and mentions in from elsewhere; those that are here already stay as they are.

    `by` is None for the server's own command line. Raises Refused when the law or the timetable does not allow it,
    ValidationError when the source has no name, and whatever the reader raises for a file that cannot be read:
    nothing is stored then. Holds the consultation's row, so that two people who bring the same file in do it one
    after the other; those who post meanwhile do not wait.
    """
    consultation = Consultation.objects.select_for_update(no_key=True).get(pk=place.consultation.pk)
    if by is not None:
        require(by, Can.ENTER, consultation)
    elif not consultation.allows_staff("enter"):
        raise Refused(consultation.why_not("enter"))
    entering = _Entering(place, _checked_source(source), timezone.localdate(at))
    actor = "system" if by is None else "admin" if by.is_admin else "editor"
    ids = insert_many(entering.rows(found), by=by, actor=actor, at=at)
    entered = entering.stored(ids)
    if entered.comments or entered.mentions:
        record(
            by, "responses.entered", consultation, actor=actor, comments=entered.comments, mentions=entered.mentions
        )  # fmt: skip
    return entered


def _checked_source(source: str) -> str:
    source = clean_line(source)
    if not source:
        raise ValidationError({"source": _("Name the source, for instance: Comments on the project's blog")})
    if len(source) > LONGEST_SOURCE:
        raise ValidationError({"source": _("Shorten the name of the source to 200 characters.")})
    return source


class _Entering:
    """One import. Replies that come before what they answer wait for it; words are kept no longer than needed."""

    def __init__(self, place: Place, source: str, today: date) -> None:
        self.place, self.today = place, today
        self.ours = {"consultation_id": place.consultation.pk, "source": source}
        self.entered = Entered()
        self.going_in: list[FoundComment] = []
        self.mentions: dict[str, FoundMention] = {}
        self.index: dict[str, int] = {}
        self.above: list[int | PublicComment | None] = []
        self.depths: list[int] = []
        self.waiting: dict[str, list[FoundComment]] = {}
        self.lines: dict[str, int] = {}
        self.here: dict[str, PublicComment] = {}

    def rows(self, found: Iterable[Found]) -> Iterator[NewComment]:
        """The comments that go in, parents before their replies, as `insert_many` wants them."""
        stream = iter(found)
        while several := list(islice(stream, LOOKED_UP_AT_ONCE)):
            known, mentioned = self._look_up(several)
            for one in several:
                match one:
                    case LeftOut():
                        self.entered.left_out += 1
                    case BadRow():
                        self.entered.refused.append(one)
                    case FoundMention():
                        self._mention(one, mentioned)
                    case FoundComment():
                        yield from self._comment(one, known)
        yield from self._without_parents()

    def _look_up(self, several: list[Found]) -> tuple[set[str], set[str]]:
        """Which of these comments and mentions are here already. What the other comments answer is remembered."""
        comments = [one for one in several if isinstance(one, FoundComment)]
        known = self._known(Elsewhere, comments)
        mentioned = self._known(Mention, [one for one in several if isinstance(one, FoundMention)])
        answered = {one.parent for one in comments if one.key not in known and _is_fit(one.parent)}
        rows = Elsewhere.objects.filter(**self.ours, external_key__in=answered - self.index.keys() - self.here.keys())
        for row in rows.select_related("comment").defer("comment__comment"):
            row.comment.consultation = self.place.consultation
            self.here[row.external_key] = row.comment
        return known, mentioned

    def _known(
        self, model: type[Elsewhere] | type[Mention], several: list[FoundComment] | list[FoundMention]
    ) -> set[str]:
        keys = [one.key for one in several if _is_fit(one.key)]
        return set(model.objects.filter(**self.ours, external_key__in=keys).values_list("external_key", flat=True))

    def _mention(self, mention: FoundMention, mentioned: set[str]) -> None:
        if why := self._why_not(mention):
            self.entered.refused.append(BadRow(mention.line, why))
        elif mention.key in mentioned:
            self.entered.already_here += 1
        else:
            self.lines[mention.key] = mention.line
            self.mentions[mention.key] = mention

    def _comment(self, comment: FoundComment, known: set[str]) -> Iterator[NewComment]:
        if comment.key in known:
            self.entered.already_here += 1
            return
        text = clean(comment.text)
        if why := self._why_not(comment) or _why_not_as_words(text.text):
            self.entered.refused.append(BadRow(comment.line, why))
            return
        if text.taken_out:
            self._remark(comment, _("characters that cannot be shown were taken out"))
        self.lines[comment.key] = comment.line
        fit = replace(comment, text=text.text)
        if fit.parent and fit.parent not in self.index and fit.parent not in self.here:
            self.waiting.setdefault(fit.parent, []).append(fit)
        else:
            yield from self._with_those_who_waited(fit)

    def _why_not(self, one: FoundComment | FoundMention) -> str:
        if not one.key:
            return _("it has no id")
        if not _is_fit(one.key):
            return _("its id is longer than 200 characters or cannot be shown")
        if one.key in self.lines:
            return _("its id, %(key)s, stands in line %(line)d already") % {
                "key": one.key[:40],
                "line": self.lines[one.key],
            }
        day = one.said_on if isinstance(one, FoundComment) else one.seen_on
        if day and day > self.today + SOMEWHERE_ELSE_ON_EARTH:
            return _("its date, %(day)s, has not come yet") % {"day": day}
        return ""

    def _with_those_who_waited(self, comment: FoundComment) -> Iterator[NewComment]:
        """A comment, and all replies that came before it. A stack, since a file may be nested deeper than Python."""
        stack = [comment]
        while stack:
            one = stack.pop()
            yield self._row(one)
            stack.extend(reversed(self.waiting.pop(one.key, ())))

    def _without_parents(self) -> Iterator[NewComment]:
        """Replies whose parent did not go in begin threads of their own, in the order of the file."""
        left = sorted((one for several in self.waiting.values() for one in several), key=lambda one: one.line)
        # Those whose parent waits too come last: it goes in before them, unless they answer each other in a circle.
        for comment in sorted(left, key=lambda one: one.parent in self.lines):
            if comment.key not in self.index:
                self.waiting[comment.parent].remove(comment)
                what = _("what it answers, %(parent)s, is not here: it begins a thread")
                self._remark(comment, what % {"parent": comment.parent[:40]})
                yield from self._with_those_who_waited(replace(comment, parent=""))

    def _row(self, comment: FoundComment) -> NewComment:
        parent = self._standing_for(comment)
        self.index[comment.key] = len(self.going_in)
        self.above.append(parent)
        self.depths.append(0 if parent is None else self._depth_of(parent) + 1)
        # The words go on to the database; what is kept is where they came from.
        self.going_in.append(replace(comment, text=""))
        place = self.place if parent is None else None
        return NewComment(text=comment.text, place=place, parent=parent, day=comment.said_on)

    def _standing_for(self, comment: FoundComment) -> int | PublicComment | None:
        """What it replies to here: its parent, or the comment above that which can still be replied to."""
        if not comment.parent:
            return None
        parent = self.index[comment.parent] if comment.parent in self.index else self.here[comment.parent]
        if self._depth_of(parent) < paths.DEEPEST:
            return parent
        self._remark(comment, _("its thread goes no deeper here: it stands beside what it answers"))
        return self._above(parent)

    def _depth_of(self, one: int | PublicComment) -> int:
        return self.depths[one] if isinstance(one, int) else one.depth

    def _above(self, one: int | PublicComment) -> int | PublicComment | None:
        if isinstance(one, int):
            return self.above[one]
        return PublicComment.objects.select_related("consultation").get(path=paths.parent_path(one.path))

    def _remark(self, comment: FoundComment, what: str) -> None:
        self.entered.remarks.append(Remark(comment.line, what))

    def stored(self, ids: list[int]) -> Entered:
        """Write where each comment came from, and the mentions; the result is complete then."""
        Elsewhere.objects.bulk_create(
            (
                Elsewhere(
                    **self.ours,
                    comment_id=pk,
                    external_key=one.key,
                    url=fit_address(one.url),
                    author_name=_shortened(one.author, LONGEST_NAME),
                    said_on=one.said_on,
                )
                for pk, one in zip(ids, self.going_in, strict=True)
            ),
            batch_size=1_000,
        )
        Mention.objects.bulk_create(
            Mention(
                **self.ours,
                external_key=one.key,
                title=_shortened(one.title, LONGEST_TITLE),
                url=fit_address(one.url),
                excerpt=clean(one.excerpt).text[:LONGEST],
                seen_on=one.seen_on,
            )
            for one in self.mentions.values()
        )
        self.entered.comments, self.entered.mentions = len(ids), len(self.mentions)
        return self.entered


def _is_fit(key: str) -> bool:
    return 0 < len(key) <= LONGEST_KEY and clean_line(key) == key


def _why_not_as_words(text: str) -> str:
    if not text:
        return _("it has no words")
    if len(text) > LONGEST:
        return _("it has %(length)s characters; %(most)s are the most") % {
            "length": f"{len(text):,}",
            "most": f"{LONGEST:,}",
        }
    return ""


def _shortened(line: str, longest: int) -> str:
    line = clean_line(line)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def fit_address(url: str) -> str:
    """A web address that can be shown as a link, or nothing."""
    try:
        web_address(url)
    except ValidationError:
        return ""
    return url if len(url) <= LONGEST_URL and clean_line(url) == url else ""
