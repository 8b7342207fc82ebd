"""What people are told of today: what is said, what happens to consultations, and new words of the text."""

import json
from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consult.consultations.calendar.models import DateChange
from consult.consultations.dates import moment_in_words
from consult.consultations.models import Consultation
from consult.discussion.elsewhere.models import Letter
from consult.discussion.models import Placement, PublicComment
from consult.ledger.models import Entry
from consult.notices.kinds import Kind, Told, everyone_around, everyone_on_the_document, register
from consult.notices.models import Event, Notice
from guidance.models import Revision

LONGEST_EXCERPT = 200
WORDS_ARE_OTHERS = (Placement.Standing.CHANGED, Placement.Standing.REMOVED)


def number_in(entry: Entry, subject: str) -> int | None:
    """The number of the thing that an entry is about, if it is one of these."""
    kind, _colon, number = entry.subject.partition(":")
    return int(number) if kind == subject and number.isdecimal() else None


# --- Something was said -----------------------------------------------------------------------------------
def _said(entries: Sequence[Entry]) -> list[Event]:
    """What was posted is named by its reference, what a moderator decided on by its number. Only what is public now:
    what waits for a moderator is found once it has been let in."""
    references = {ref: one for one in entries if (ref := json.loads(one.facts).get("reference_hash"))}
    numbers = {pk: one for one in entries if (pk := number_in(one, "comment"))}
    comments = PublicComment.objects.select_related("consultation")
    found = [(references[one.receipt_hash], one) for one in comments.filter(receipt_hash__in=references, visible=True)]
    found += [(numbers[one.pk], one) for one in comments.filter(pk__in=numbers, visible=True)]
    return [_about(comment, entry, key=f"said:{comment.pk}") for entry, comment in found]


def _about(comment: PublicComment, entry: Entry, *, key: str) -> Event:
    return Event(
        key=key,
        entry=entry,
        document_id=comment.consultation.document_id,
        consultation=comment.consultation,
        section_id=comment.section_id,
        comment=comment,
    )


def _is_public(event: Event) -> bool:
    return event.comment.visible and event.consultation.is_announced


def _say_what_was_said(event: Event, why: str) -> Told:
    comment, title = event.comment, event.consultation.title
    if why == Notice.Why.REPLY:
        line = _("A reply to what you said in “%(title)s”") % {"title": title}
    elif comment.persona_id:
        line = _("%(name)s in “%(title)s”") % {"name": comment.persona.name, "title": title}
    else:
        line = _("Someone, from elsewhere, in “%(title)s”") % {"title": title}
    words = comment.text or comment.suggested
    return Told(line, comment.get_absolute_url(), Truncator(" ".join(words.split())).chars(LONGEST_EXCERPT))


def _whom_it_answers(event: Event) -> QuerySet:
    above = PublicComment.objects.filter(pk=event.comment.parent_id if event.comment.depth else None)
    shown = above.filter(own_state=PublicComment.OwnState.SHOWN, persona__account__isnull=False)
    return shown.values_list("persona__account", flat=True)


register(
    Kind(
        name="said",
        verbs=("comment.posted", "comment.kept", "comment.restored", "decision.undone", "appeal.decided"),
        find=_said,
        still_true=_is_public,
        say=_say_what_was_said,
        followers=everyone_around,
        people=((Notice.Why.REPLY, "replies", _whom_it_answers),),
    )
)


# --- A letter was entered ---------------------------------------------------------------------------------
def _entered(entries: Sequence[Entry]) -> list[Event]:
    """A letter is one event, however many parts it was cut into. It is told by its first part."""
    letters = {pk: one for one in entries if (pk := number_in(one, Letter.ledger_name))}
    parts = PublicComment.objects.filter(elsewhere__letter__in=letters, elsewhere__part=1)
    return [
        _about(part, letters[part.elsewhere.letter_id], key=f"letter:{part.elsewhere.letter_id}")
        for part in parts.select_related("consultation", "elsewhere")
    ]


register(
    Kind(
        name="letter",
        verbs=("letter.entered",),
        find=_entered,
        still_true=_is_public,
        say=_say_what_was_said,
        followers=everyone_around,
    )
)


# --- Something happened to a consultation -----------------------------------------------------------------
MOVES = {
    "consultation.announced": gettext_noop("It was announced: “%(title)s”"),
    "consultation.opened": gettext_noop("It is open now: “%(title)s”"),
    "consultation.extended": gettext_noop("It is open for longer: “%(title)s”"),
    "consultation.shortened": gettext_noop("It closes earlier: “%(title)s”"),
    "consultation.closed": gettext_noop("It has closed: “%(title)s”"),
    "consultation.paused": gettext_noop("New comments are held back: “%(title)s”"),
    "consultation.resumed": gettext_noop("New comments are let in again: “%(title)s”"),
    "consultation.answered": gettext_noop("The answer has been given: “%(title)s”"),
}
NEW_DATES = {"consultation.extended", "consultation.shortened"}


def _moved(entries: Sequence[Entry]) -> list[Event]:
    numbers = [number_in(one, "consultation") for one in entries]
    found = Consultation.objects.in_bulk([number for number in numbers if number])
    return [
        Event(
            key=f"consultation:{entry.pk}",
            entry=entry,
            document_id=found[number].document_id,
            consultation=found[number],
        )
        for number, entry in zip(numbers, entries, strict=True)
        if number in found
    ]


def _say_where_it_stands(event: Event, _why: str) -> Told:
    verb = event.entry.verb
    line = _(MOVES[verb]) % {"title": event.consultation.title}
    return Told(line, event.consultation.get_absolute_url(), _new_date(event) if verb in NEW_DATES else "")


def _new_date(event: Event) -> str:
    """The date that holds now: of two extensions in one mail, both tell the later one."""
    change = DateChange.objects.filter(consultation=event.consultation).last()
    closes = moment_in_words(event.consultation.closes_at)
    return _("It closes at %(closes)s. %(reason)s") % {"closes": closes, "reason": change.reason if change else ""}


register(
    Kind(
        name="consultation",
        verbs=tuple(MOVES),
        find=_moved,
        still_true=lambda event: event.consultation.is_announced,
        say=_say_where_it_stands,
        followers=everyone_around,
    )
)


# --- The text has other words -----------------------------------------------------------------------------
TEXTS = {
    "revision.published": gettext_noop("“%(title)s”, %(draft)s, was published"),
    "revision.corrected": gettext_noop("A mistake was mended in “%(title)s”, %(draft)s"),
    "revision.withdrawn": gettext_noop("“%(title)s”, %(draft)s, was withdrawn"),
}


def _revised(entries: Sequence[Entry]) -> list[Event]:
    numbers = [number_in(one, "revision") for one in entries]
    found = Revision.objects.in_bulk([number for number in numbers if number])
    return [
        Event(
            key=f"revision:{entry.pk}",
            entry=entry,
            document_id=found[number].document_id,
            revision=found[number],
            block_key=json.loads(entry.facts).get("block", ""),
        )
        for number, entry in zip(numbers, entries, strict=True)
        if number in found
    ]


def _whose_words_changed(event: Event) -> QuerySet:
    """Those who commented on words that are others now, or gone: in a new version, or by a correction."""
    placed = {"anchor__placements__revision": event.revision, "anchor__placements__standing__in": WORDS_ARE_OTHERS}
    if event.block_key:
        placed |= {"anchor__revision": event.revision, "anchor__block_key": event.block_key}
    shown = PublicComment.objects.filter(own_state=PublicComment.OwnState.SHOWN, persona__account__isnull=False)
    return shown.filter(**placed).values_list("persona__account", flat=True)


def _say_what_is_new(event: Event, why: str) -> Told:
    names = {"title": event.revision.document.title, "draft": event.revision.name}
    if why == Notice.Why.WORDS:
        line = _("Words that you commented on were changed in “%(title)s”, %(draft)s")
        return Told(line % names, reverse("contributions"))
    line, address = _(TEXTS[event.entry.verb]) % names, reverse("document", args=[event.revision.document.slug])
    return Told(line, address, event.revision.changelog if event.entry.verb == "revision.published" else "")


register(
    Kind(
        name="revision",
        verbs=tuple(TEXTS),
        find=_revised,
        still_true=lambda event: not event.revision.is_draft,
        say=_say_what_is_new,
        followers=everyone_on_the_document,
        people=((Notice.Why.WORDS, "words", _whose_words_changed),),
    )
)
