"""Agreeing and disagreeing, and the order of threads that follows from it."""

from collections import Counter

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from consult.discussion import signals
from consult.discussion.models import Agreement, PublicComment, Reaction, Tally
from consult.ledger.actions import record
from consult.people.models import Account, Persona
from consult.people.permissions import Can, require

FOLD_AT_ONCE = 50_000
RANKED_AT_ONCE = 500


def react(comment: PublicComment, *, agrees: bool | None, persona: Persona, by: Account) -> bool:
    """Agree with a comment, disagree, or (None) neither any more. Returns whether anything has changed.

    Raises Refused when the law does not allow it, ValidationError when it cannot be agreed with.
    """
    require(by, Can.AGREE, persona)
    if not comment.visible or comment.consultation_id != persona.consultation_id:
        raise ValidationError(_("This comment is not on the page any more."))
    if comment.account_id == by.pk:
        raise ValidationError(_("This is your own comment. Others agree with it, or do not."))
    try:
        with transaction.atomic():
            return _changed(comment, agrees, persona, by)
    except IntegrityError:  # the first of two clicks was a moment earlier
        with transaction.atomic():
            return _changed(comment, agrees, persona, by)


def _changed(comment: PublicComment, agrees: bool | None, persona: Persona, by: Account) -> bool:
    before = Reaction.objects.select_for_update().filter(comment=comment, persona=persona).first()
    if (before.agrees if before else None) == agrees:
        return False
    if agrees is None:
        before.delete()
    elif before:
        Reaction.objects.filter(pk=before.pk).update(agrees=agrees)
    else:
        Reaction.objects.create(comment=comment, persona=persona, agrees=agrees)
    deltas = Counter({_side(agrees): 1} if agrees is not None else {})
    deltas.subtract({_side(before.agrees): 1} if before else {})
    Agreement.objects.create(comment=comment, agree=deltas["agree"], disagree=deltas["disagree"])
    record(by, "comment.weighed", comment, actor="respondent")
    transaction.on_commit(lambda: signals.said.send_robust(PublicComment, consultation=comment.consultation))
    return True


def _side(agrees: bool) -> str:
    return "agree" if agrees else "disagree"


def reaction_of(comment: PublicComment, persona: Persona | None) -> bool | None:
    """Whether someone agrees with a comment; None for neither."""
    found = Reaction.objects.filter(comment=comment, persona=persona).first() if persona else None
    return found.agrees if found else None


def agreement_with(comment: PublicComment) -> tuple[int, int]:
    """How many agree, and how many disagree."""
    sums = Agreement.objects.filter(comment=comment).aggregate(agree=Sum("agree"), disagree=Sum("disagree"))
    return sums["agree"] or 0, sums["disagree"] or 0


@transaction.atomic
def fold_agreements() -> int:
    """Fold deltas into one row for each comment, as `fold_tallies` does. Returns how many rows were folded."""
    new = list(Agreement.objects.select_for_update().filter(is_folded=False).order_by("pk")[:FOLD_AT_ONCE])
    sums: dict[int, Counter[str]] = {}
    for row in new:
        sums.setdefault(row.comment_id, Counter()).update({"agree": row.agree, "disagree": row.disagree})
    for comment in sorted(sums):
        folded = Agreement.objects.select_for_update().filter(is_folded=True, comment=comment).first()
        folded = folded or Agreement(comment_id=comment, is_folded=True)
        folded.agree += sums[comment]["agree"]
        folded.disagree += sums[comment]["disagree"]
        folded.save()
    Agreement.objects.filter(pk__in=[row.pk for row in new]).delete()
    return len(new)


def threads_to_rank() -> list[int]:
    """First comments of threads in which something has happened that is not folded yet."""
    talked = Tally.objects.filter(is_folded=False, thread__isnull=False).values_list("thread", flat=True).distinct()
    weighed = Agreement.objects.filter(is_folded=False, comment__depth=0).values_list("comment", flat=True).distinct()
    return sorted({*talked[:FOLD_AT_ONCE], *weighed[:FOLD_AT_ONCE]})


def rank(threads: list[int]) -> None:
    """Note on first comments how many agree and how much is said below, for sorting. What is shown is counted exactly.

    A few hundred at a time, so that nobody who replies waits for long.
    """
    agree = Agreement.objects.filter(comment=OuterRef("pk")).order_by().values("comment").annotate(n=Sum("agree"))
    thread = Tally.objects.filter(thread=OuterRef("pk")).order_by().values("thread").annotate(n=Sum("comments"))
    for start in range(0, len(threads), RANKED_AT_ONCE):
        some = PublicComment.objects.filter(pk__in=threads[start : start + RANKED_AT_ONCE])
        found = some.annotate(
            now_agreed=Coalesce(Subquery(agree.values("n")[:1]), 0),
            now_discussed=Coalesce(Subquery(thread.values("n")[:1]), 0),
        ).exclude(agreed=F("now_agreed"), discussed=F("now_discussed"))
        for pk, agreed, discussed in list(found.values_list("pk", "now_agreed", "now_discussed")):
            PublicComment.objects.filter(pk=pk).update(agreed=agreed, discussed=discussed)
