"""“That is me”: people named in what came from elsewhere have their name or words removed, or take them as theirs."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.discussion import signals
from consult.discussion.elsewhere.models import ThatIsMe
from consult.discussion.mending import erase_words
from consult.discussion.models import Elsewhere, PublicComment
from consult.discussion.states import lock_thread
from consult.ledger.actions import record
from consult.people.models import Account, Persona
from consult.people.permissions import Can, Refused, require
from guidance.cleaning import clean, clean_line

LONGEST_MESSAGE = 2_000
MOST_WAITING = 10
"""For one comment. More are no more likely to be right, and somebody has to read them."""
Wish, State = ThatIsMe.Wish, ThatIsMe.State


def say_that_is_me(
    comment: PublicComment, *, wish: str, message: str, contact: str, submission_id: UUID,
    persona: Persona | None = None, by: Account | None = None,
) -> ThatIsMe:  # fmt: skip
    """Ask for one's name or words to be removed, or to have them as one's own. Staff confirm it first.

    Anyone may ask; only to claim words one needs a name here. A form that is sent twice is one request. Raises
    ValidationError.
    """
    refuse_what_is_nobodys(comment)
    if wish == Wish.CLAIM and (persona is None or by is None or persona.account_id != by.pk):
        raise ValidationError({"wish": _("Sign in and choose a name in this consultation first.")})
    if wish == Wish.CLAIM and persona.consultation_id != comment.consultation_id:
        raise ValidationError({"wish": _("This name belongs to another consultation.")})
    if already := ThatIsMe.objects.filter(submission_id=submission_id, comment=comment).first():
        return already
    if comment.recognised_by.filter(state=State.WAITING).count() >= MOST_WAITING:
        raise ValidationError(_("Several people have asked about this comment. Write to the team instead."))
    with transaction.atomic():
        try:
            with transaction.atomic():
                asked = ThatIsMe.objects.create(
                    comment=comment,
                    consultation_id=comment.consultation_id,
                    wish=Wish(wish),
                    persona=persona if wish == Wish.CLAIM else None,
                    message=clean(message).text[:LONGEST_MESSAGE],
                    contact="" if wish == Wish.CLAIM else contact,
                    asked_on=timezone.localdate(),
                    submission_id=submission_id,
                )
        except IntegrityError:
            return ThatIsMe.objects.get(submission_id=submission_id, comment=comment)
        record(by, "that_is_me.asked", asked, actor="respondent" if by else "reader", wish=asked.wish)
    return asked


def refuse_what_is_nobodys(comment: PublicComment) -> None:
    """Raises ValidationError unless it came from elsewhere, stands there, and is under nobody's name here."""
    if not hasattr(comment, "elsewhere") or comment.persona_id or not comment.visible:
        raise ValidationError(_("This comment is not one from elsewhere that someone could recognise."))


def theirs(asked: ThatIsMe, *, all_of_them: bool) -> QuerySet[Elsewhere]:
    """What the same person said: all parts of a letter; from another source, what stands under the same name if that
    is wanted. Nothing that is under somebody's name here already."""
    here = asked.comment.elsewhere
    found = Elsewhere.objects.filter(consultation=asked.consultation_id, comment__persona__isnull=True)
    if here.letter_id:
        return found.filter(letter=here.letter_id)
    if all_of_them and here.author_name:
        return found.filter(source=here.source, author_name=here.author_name)
    return found.filter(pk=here.pk)


@transaction.atomic
def settle(asked: ThatIsMe, *, is_confirmed: bool, by: Account, means: str = "", all_of_them: bool = False) -> ThatIsMe:
    """Do what they wish, once someone has confirmed who they are and said by what means; or do nothing.

    Nobody confirms themselves. How to reach them is forgotten. Locks the request, then the threads, lowest first.
    Raises Refused and ValidationError.
    """
    require(by, Can.CONFIRM_A_PERSON, asked.consultation)
    asked = ThatIsMe.objects.select_for_update(of=("self",)).select_related("persona", "consultation").get(pk=asked.pk)
    if asked.state != State.WAITING:
        raise ValidationError(_("Somebody has settled this already."))
    if asked.persona and asked.persona.account_id == by.pk:
        raise Refused(_("You asked for this yourself. Somebody else confirms it."))
    means = clean_line(means)[:300]
    if is_confirmed and not means:
        raise ValidationError({"means": _("Say by what means you know that it is them.")})
    done = _done(asked, all_of_them=all_of_them, by=by) if is_confirmed else 0
    asked.state = State.DONE if is_confirmed else State.REFUSED
    asked.means, asked.contact, asked.message = means, "", ""
    asked.settled_on = timezone.localdate()
    asked.save()
    verb = "that_is_me.confirmed" if is_confirmed else "that_is_me.refused"
    record(by, verb, asked, reason=means, wish=asked.wish, comments=done)
    return asked


def _done(asked: ThatIsMe, *, all_of_them: bool, by: Account) -> int:
    rows = list(theirs(asked, all_of_them=all_of_them).select_related("comment").order_by("comment__path"))
    if not rows:
        raise ValidationError(_("This comment stands under somebody's name by now."))
    Elsewhere.objects.filter(pk__in=[row.pk for row in rows]).update(author_name="", organisation="", url="")
    comments = [lock_thread(row.comment) for row in rows]
    if asked.wish == Wish.WORDS:
        _erase(comments, by)
    if asked.wish == Wish.CLAIM:
        _attach(comments, asked.persona)
    transaction.on_commit(lambda: signals.taken_back.send_robust(PublicComment, consultation=asked.consultation))
    return len(rows)


def _erase(comments: Iterable[PublicComment], by: Account) -> None:
    for comment in comments:
        if not comment.words_are_gone:
            erase_words(comment, entry=record(by, "comment.removed", comment, actor="editor"))


def _attach(comments: Iterable[PublicComment], persona: Persona) -> None:
    """From now on they are this name's, to be read, withdrawn and counted as such."""
    PublicComment.objects.filter(pk__in=[one.pk for one in comments], persona__isnull=True).update(persona=persona)
