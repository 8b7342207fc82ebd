"""Complaining about a comment, asking its writer, and saying what came of it.

The two sides never meet: each writes to staff, through the system, and neither learns the other's address. Staff do not
learn who the writer is either.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.discussion.actions import receipt_of, withdraw
from consult.discussion.models import PublicComment
from consult.discussion.states import lock_thread
from consult.ledger.actions import record
from consult.ledger.receipts import receipt_hash
from consult.moderation.complaints.clock import after_business_hours, end_of_fifth_day_after
from consult.moderation.complaints.models import IN_CONFIDENCE, LONGEST, Complaint, Kind
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance.cleaning import clean_line, clean_text, is_blank

State, Wish, Outcome = Complaint.State, Complaint.Wish, Complaint.Outcome
NEEDED_FOR_LIBEL = ("name", "email", "statement", "meaning", "untrue", "harm")
"""What a notice of complaint must say: Defamation Act 2013, section 5(6), and regulation 2 of SI 2013/3028."""


@dataclass(frozen=True)
class Told:
    """What someone says is wrong with a comment. For libel the first six are needed, for anything else the last."""

    name: str = ""
    email: str = ""
    statement: str = ""
    meaning: str = ""
    untrue: str = ""
    harm: str = ""
    words: str = ""
    may_name_me: bool = False


def complain(
    comment: PublicComment, kind: str, told: Told, *, submission_id: UUID, at: datetime | None = None
) -> Complaint:
    """Take a complaint in. Whoever complains need not sign in, and no account is noted. Sent twice, it is one.

    Raises Refused, or ValidationError saying what is missing.
    """
    require(None, Can.COMPLAIN, comment)
    told = _clean(told)
    _refuse_incomplete(kind, told)
    at = at or timezone.now()
    with transaction.atomic():
        complaint, is_new = Complaint.objects.get_or_create(
            submission_id=submission_id,
            defaults={
                **asdict(told), "comment": comment, "consultation": comment.consultation, "kind": kind, "made_at": at,
                "act_by": _first_step_by(kind, at), "reference_hash": receipt_hash(receipt_of(submission_id)),
            },
        )  # fmt: skip
        if is_new:
            about = "in confidence" if kind in IN_CONFIDENCE else kind
            record(None, "complaint.made", comment.consultation, actor="anyone", about=about)
    return complaint


def _clean(told: Told) -> Told:
    lines = {name: clean_line(getattr(told, name)) for name in ("name", "email")}
    words = {name: clean_text(getattr(told, name)) for name in ("statement", "meaning", "untrue", "harm", "words")}
    return Told(**lines, **words, may_name_me=told.may_name_me)


def _refuse_incomplete(kind: str, told: Told) -> None:
    if kind not in Kind.values:
        raise ValidationError(_("Choose what your complaint is about."))
    needed = NEEDED_FOR_LIBEL if kind == Kind.DEFAMATION else ("words",)
    missing = [name for name in needed if is_blank(getattr(told, name))]
    if missing:
        raise ValidationError({name: _("This is needed. Write it in a sentence or two.") for name in missing})
    long = [name for name, words in asdict(told).items() if isinstance(words, str) and len(words) > LONGEST]
    if long:
        raise ValidationError({name: _("Shorten this to 4,000 characters.") for name in long})


def _first_step_by(kind: str, at: datetime) -> datetime:
    """Libel has its own clock; a threat waits for nobody; the rest has the hours that moderators aim at."""
    if kind == Kind.DEFAMATION:
        return after_business_hours(at)
    return at if kind == Kind.DANGER else at + timedelta(hours=settings.MODERATION_TARGET_HOURS)


def reference_of(complaint: Complaint) -> str:
    return receipt_of(complaint.submission_id)


def _locked(complaint: Complaint) -> Complaint:
    """The complaint as it is now, and nobody else takes a step in it until the transaction ends."""
    found = Complaint.objects.select_for_update(of=("self",))
    return found.select_related("comment__persona", "consultation__document").get(pk=complaint.pk)


@transaction.atomic
def ask_writer(complaint: Complaint, *, by: Account, at: datetime | None = None) -> Complaint:
    """Ask the comment's writer what they say to it; they have five days. Raises ValidationError or Refused."""
    complaint = _locked(complaint)
    require(by, Can.HANDLE_COMPLAINT, complaint)
    if not complaint.can_be_asked_about:
        raise ValidationError(_("The writer cannot be asked about this, or has been asked already."))
    complaint.asked_at = at or timezone.now()
    complaint.answer_by = end_of_fifth_day_after(complaint.asked_at)
    complaint.act_by = after_business_hours(complaint.answer_by)
    complaint.state = State.ASKED
    complaint.save()
    record(by, "complaint.writer_asked", complaint.consultation, actor="moderator", about=complaint.kind)
    return complaint


@transaction.atomic
def answer(complaint: Complaint, *, wish: str, words: str, by: Account, at: datetime | None = None) -> Complaint:
    """The writer takes the comment back, or stands by it. Raises ValidationError or Refused.

    Whoever takes it back withdraws it, in the same transaction. Locks the thread, then the complaint.
    """
    lock_thread(complaint.comment)
    complaint = _locked(complaint)
    require(by, Can.ANSWER_COMPLAINT, complaint)
    if wish not in Wish.values:
        raise ValidationError({"wish": _("Choose whether you take the comment back.")})
    if len(words) > LONGEST:
        raise ValidationError({"words": _("Shorten this to 4,000 characters.")})
    if wish == Wish.STANDS and not clean_text(words):
        raise ValidationError({"words": _("Say why you stand by it.")})
    complaint.wish, complaint.answer, complaint.state = wish, clean_text(words), State.ANSWERED
    complaint.act_by = after_business_hours(at or timezone.now())
    complaint.save()
    record(by, "complaint.answered", complaint.consultation, actor="respondent", about=complaint.kind)
    if wish == Wish.WITHDRAWS:
        withdraw(complaint.comment, by=by)
    return complaint


@transaction.atomic
def close(complaint: Complaint, *, outcome: str, words: str, by: Account) -> Complaint:
    """Say what came of it, to whoever complained. Raises ValidationError or Refused.

    The comment itself is hidden by a moderator's decision, which names a house rule and which its writer can appeal
    against; a complaint hides nothing.
    """
    complaint = _locked(complaint)
    require(by, Can.HANDLE_COMPLAINT, complaint)
    if not complaint.is_open:
        raise ValidationError(_("Somebody else has closed this complaint meanwhile."))
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Choose what came of it.")})
    if not clean_text(words) or len(words) > LONGEST:
        raise ValidationError(
            {"words": _("Say what came of it, in up to 4,000 characters. Whoever complained reads it.")}
        )
    if outcome == Outcome.TAKEN_OFF and complaint.comment.visible:
        raise ValidationError({"outcome": _("The comment is on the page still. Decide on the comment first.")})
    complaint.outcome, complaint.outcome_words = outcome, clean_text(words)
    complaint.state, complaint.closed_at = State.CLOSED, timezone.now()
    complaint.save()
    about = "in confidence" if complaint.is_in_confidence else complaint.kind
    record(by, "complaint.closed", complaint.consultation, actor="moderator", about=about)
    return complaint
