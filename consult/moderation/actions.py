"""Reporting a comment, deciding on it, and asking another moderator. Each decision is explained to the writer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.discussion import signals
from consult.discussion.models import Original, PublicComment
from consult.discussion.states import StaffState, hide_branch, lock_thread, set_staff_state, show_branch
from consult.discussion.words import put_words
from consult.ledger.actions import record
from consult.moderation import redacting
from consult.moderation.models import TAKES_AWAY, Appeal, Claim, Decision, Flag, Verb
from consult.people.models import Account
from consult.people.permissions import Can, Refused, require
from guidance.cleaning import clean_text

CLAIM_LASTS = timedelta(minutes=10)
LONGEST_REASON = 2_000
RECORDED_AS = {
    Verb.KEEP: "comment.kept", Verb.HOLD: "comment.held", Verb.HIDE: "comment.hidden",
    Verb.HIDE_WITH_REPLIES: "comment.hidden_with_replies", Verb.REDACT: "comment.redacted",
    Verb.RESTORE: "comment.restored",
}  # fmt: skip


@dataclass(frozen=True)
class Ruling:
    """What a moderator decides: the verb, the number of the house rule it rests on, and the reason for the writer.

    `passages` are the words that a redaction takes out, as they stand in the comment.
    """

    verb: str
    rule: int = 0
    reason: str = ""
    passages: list[str] = field(default_factory=list)


@transaction.atomic
def flag(comment: PublicComment, *, rule: int, words: str, by: Account) -> Flag:
    """Report a comment. Said twice by the same person, it is one report. Raises ValidationError or Refused."""
    require(by, Can.FLAG, comment)
    if not comment.visible:
        raise ValidationError(_("This comment is not on the page any more."))
    words = clean_text(words)[:500]
    if rule:
        _rule_words(comment, rule)
    elif not words:
        raise ValidationError({"words": _("Say what is wrong with it, or choose a house rule.")})
    found, is_new = Flag.objects.get_or_create(
        comment=comment,
        account=by,
        defaults={"consultation": comment.consultation, "rule": rule, "words": words},
    )
    if is_new:
        record(by, "comment.reported", comment, actor="reader", rule=rule)
    return found


@transaction.atomic
def claim(comment: PublicComment, *, by: Account, at: datetime | None = None) -> Claim:
    """Say that one is looking at this comment. Raises ValidationError while somebody else is."""
    require(by, Can.DECIDE, comment)
    at = at or timezone.now()
    PublicComment.objects.select_for_update(of=("self",)).standing().get(pk=comment.pk)
    held = Claim.objects.filter(comment=comment).first()
    if held and held.holds_at(at) and held.account_id != by.pk:
        raise ValidationError(_("Another moderator is looking at this comment. Take the next one."))
    return Claim.objects.update_or_create(comment=comment, defaults={"account": by, "until": at + CLAIM_LASTS})[0]


def release(comment: PublicComment, *, by: Account) -> None:
    """Give back what one has claimed."""
    Claim.objects.filter(comment=comment, account=by).delete()


@transaction.atomic
def decide(
    comment: PublicComment, ruling: Ruling, *, by: Account, batch: UUID | None = None, seen: int | None = None
) -> Decision:
    """Do what a moderator has decided, tell its writer why, and settle the reports on it.

    `seen` is the id of the last decision on the comment that the moderator knew of (0 for none): if another one came
    between, it is refused, so that nothing is overwritten unseen. Raises ValidationError or Refused.
    """
    require(by, Can.DECIDE, comment)
    comment = lock_thread(comment)
    _refuse_what_cannot_be(comment, ruling, by, seen)
    rule_words = _rule_words(comment, ruling.rule) if ruling.rule else ""
    was, hid = comment.staff_state, comment.hides_replies
    since = Flag.objects.to_settle().filter(comment=comment).order_by("pk").values_list("flagged_at", flat=True).first()
    before = Original(comment=comment, text=comment.comment, suggested=comment.suggested)
    affected = CARRIED_OUT[ruling.verb](comment, ruling)
    entry = record(
        by, RECORDED_AS[ruling.verb], comment, actor="moderator", reason=ruling.reason,
        rule=ruling.rule, rules_version=comment.consultation.house_rules.version,
    )  # fmt: skip
    decision = Decision.objects.create(
        comment=comment,
        consultation=comment.consultation,
        verb=ruling.verb,
        rule=ruling.rule,
        rule_words=rule_words[:500],
        reason=clean_text(ruling.reason),
        by=by,
        waited_since=since or comment.submit_date,
        was=was,
        hid_replies=hid,
        words_affected=affected,
        batch=batch,
        entry=entry,
    )
    if ruling.verb == Verb.REDACT:
        before.save()
    Flag.objects.to_settle().filter(comment=comment).update(is_settled=True)
    Claim.objects.filter(comment=comment).delete()
    _tell(comment)
    return decision


def _refuse_what_cannot_be(comment: PublicComment, ruling: Ruling, by: Account, seen: int | None) -> None:
    if comment.own_state == PublicComment.OwnState.REMOVED:
        raise ValidationError(_("Its writer has removed the words. There is nothing left to decide on."))
    last = Decision.objects.filter(comment=comment).order_by("pk").values_list("pk", flat=True).last() or 0
    if seen is not None and seen != last:
        raise ValidationError(_("Another moderator has decided on this comment meanwhile. Look at it again."))
    held = Claim.objects.filter(comment=comment).exclude(account=by).first()
    if held and held.holds_at(timezone.now()):
        raise ValidationError(_("Another moderator is looking at this comment. Take the next one."))
    if ruling.verb in TAKES_AWAY:
        if not ruling.rule:
            raise ValidationError({"rule": _("Choose the house rule that this rests on.")})
        if not clean_text(ruling.reason):
            raise ValidationError({"reason": _("Say why. Its writer reads it.")})
    if len(ruling.reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("Shorten the reason to 2,000 characters.")})


def _rule_words(comment: PublicComment, rule: int) -> str:
    rules = comment.consultation.house_rules.as_list
    if not 1 <= rule <= len(rules):
        raise ValidationError({"rule": _("Choose one of the house rules.")})
    return rules[rule - 1]


def _keep(comment: PublicComment, _ruling: Ruling) -> int:
    if comment.staff_state == StaffState.HIDDEN or comment.hides_replies:
        raise ValidationError({"verb": _("It is hidden. Choose “show it again” instead.")})
    set_staff_state(comment, StaffState.SHOWN)
    return 0


def _hold(comment: PublicComment, _ruling: Ruling) -> int:
    set_staff_state(comment, StaffState.HELD)
    return 0


def _hide(comment: PublicComment, _ruling: Ruling) -> int:
    set_staff_state(comment, StaffState.HIDDEN)
    return 0


def _hide_with_replies(comment: PublicComment, _ruling: Ruling) -> int:
    set_staff_state(comment, StaffState.HIDDEN)
    return hide_branch(comment)


def _redact(comment: PublicComment, ruling: Ruling) -> int:
    passages = [clean_text(passage).strip() for passage in ruling.passages if clean_text(passage).strip()]
    if not passages:
        raise ValidationError({"passages": _("Copy the words that are to be taken out.")})
    whole = f"{comment.comment}\n{comment.suggested}"
    if missing := redacting.passages_in(whole, passages):
        raise ValidationError(
            {"passages": _("“%(words)s” does not stand in the comment. Copy it from there.") % {"words": missing[0]}}
        )
    text, suggested = (redacting.without(words, passages) for words in (comment.comment, comment.suggested))
    if redacting.is_nothing_left(text):
        raise ValidationError({"passages": _("Nothing would be left. Hide the comment instead.")})
    put_words(comment, text=text, suggested=suggested)
    comment.is_redacted = True
    set_staff_state(comment, StaffState.SHOWN)
    return 0


def _restore(comment: PublicComment, _ruling: Ruling) -> int:
    if first := comment.originals.first():
        put_words(comment, text=first.text, suggested=first.suggested)
        comment.originals.all().delete()
        comment.is_redacted = False
    set_staff_state(comment, StaffState.SHOWN)
    return show_branch(comment) if comment.hides_replies else 0


CARRIED_OUT: dict[str, Callable[[PublicComment, Ruling], int]] = {
    Verb.KEEP: _keep, Verb.HOLD: _hold, Verb.HIDE: _hide, Verb.HIDE_WITH_REPLIES: _hide_with_replies,
    Verb.REDACT: _redact, Verb.RESTORE: _restore,
}  # fmt: skip


def _tell(comment: PublicComment) -> None:
    """What is kept of pages and files with these words is old, at once."""
    consultation = comment.consultation
    transaction.on_commit(lambda: signals.taken_back.send_robust(PublicComment, consultation=consultation))


@dataclass(frozen=True)
class Done:
    """What came of deciding on many: the decisions, and for which comments it could not be done and why."""

    batch: UUID
    decisions: list[Decision]
    refused: list[tuple[PublicComment, str]]


def decide_many(comments: Iterable[PublicComment], ruling: Ruling, *, by: Account) -> Done:
    """The same ruling on many comments, each in a transaction of its own, in the order of their threads."""
    done = Done(uuid4(), [], [])
    for comment in sorted(comments, key=lambda one: one.path):
        try:
            done.decisions.append(decide(comment, ruling, by=by, batch=done.batch))
        except ValidationError as error:
            done.refused.append((comment, error.messages[0]))
        except Refused as refused:
            done.refused.append((comment, refused.why))
    return done


def undo(batch: UUID, *, by: Account) -> int:
    """Take a batch of decisions back, each only if nobody has decided on its comment since. Returns how many were."""
    undone = 0
    for decision in Decision.objects.filter(batch=batch, is_undone=False).order_by("pk"):
        undone += _undo(decision.pk, by)
    return undone


@transaction.atomic
def _undo(pk: int, by: Account) -> bool:
    decision = Decision.objects.select_related("comment__consultation__document", "comment__persona").get(pk=pk)
    require(by, Can.DECIDE, decision.comment)
    comment = lock_thread(decision.comment)
    if Decision.objects.filter(comment=comment, pk__gt=pk).exists() or decision.verb == Verb.REDACT:
        return False
    if not Decision.objects.filter(pk=pk, is_undone=False).update(is_undone=True):
        return False
    set_staff_state(comment, decision.was)
    if comment.hides_replies != decision.hid_replies:
        (hide_branch if decision.hid_replies else show_branch)(comment)
    record(by, "decision.undone", comment, actor="moderator")
    _tell(comment)
    return True


@transaction.atomic
def appeal(decision: Decision, *, words: str, by: Account) -> Appeal:
    """Ask another moderator. Once for each decision; nothing else is needed. Raises ValidationError or Refused."""
    require(by, Can.APPEAL, decision)
    if not decision.takes_away or decision.is_undone:
        raise ValidationError(_("There is nothing to appeal against: your words were not taken away."))
    if Decision.objects.filter(comment=decision.comment, pk__gt=decision.pk).exists():
        raise ValidationError(_("A moderator has decided anew meanwhile. Look at your comment again."))
    if len(words) > LONGEST_REASON:
        raise ValidationError({"words": _("Shorten your words to 2,000 characters.")})
    try:
        with transaction.atomic():
            made = Appeal.objects.create(decision=decision, consultation=decision.consultation, words=clean_text(words))
    except IntegrityError:
        return Appeal.objects.get(decision=decision)
    record(by, "decision.appealed", decision.comment, actor="respondent")
    return made


@transaction.atomic
def decide_appeal(appealed: Appeal, *, is_upheld: bool, reason: str, by: Account) -> Appeal:
    """Answer an appeal: the comment is shown again, or the decision stands. Raises ValidationError or Refused."""
    require(by, Can.DECIDE_APPEAL, appealed)
    if not clean_text(reason):
        raise ValidationError({"reason": _("Say why. Its writer reads it.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("Shorten the reason to 2,000 characters.")})
    answer = Appeal.Answer.UPHELD if is_upheld else Appeal.Answer.DISMISSED
    lock_thread(appealed.decision.comment)
    answered = Appeal.objects.open().filter(pk=appealed.pk).update(
        answer=answer, reason=clean_text(reason), by=by, answered_at=timezone.now()
    )  # fmt: skip
    if not answered:
        raise ValidationError(_("Another moderator has answered this appeal meanwhile."))
    if is_upheld:
        decide(appealed.decision.comment, Ruling(Verb.RESTORE, reason=reason), by=by)
    record(by, "appeal.decided", appealed.decision.comment, actor="moderator", upheld=int(is_upheld))
    appealed.refresh_from_db()
    return appealed


def reports_of(comment: PublicComment) -> list[Flag]:
    """The reports that wait, oldest first, each with when its account was opened as `opened_at`."""
    waiting = Flag.objects.to_settle().filter(comment=comment).order_by("pk")
    return list(waiting.annotate(opened_at=F("account__joined_at")))
