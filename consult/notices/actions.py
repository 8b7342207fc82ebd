"""Following something, stopping, and saying how one wants to be told. None of it stands in the ledger."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.ledger.models import Entry
from consult.notices.models import Follow, HowOften, Mail, Notice, OrNever, Wishes
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance.models import Document, Section

MOST_FOLLOWED = 500


def follow(
    thing: Document | Consultation | Section | PublicComment, *, how_often: str, by: Account
) -> Follow:  # fmt: skip
    """Be told of what happens there from now on; or, when it is followed already, as often as is said now.

    A comment stands for its thread. Raises ValidationError or Refused.
    """
    require(by, Can.FOLLOW)
    if how_often not in HowOften.values:
        raise ValidationError({"how_often": _("Choose how often we write to you.")})
    target = target_of(thing)
    try:
        with transaction.atomic():
            return _followed(target, how_often, by)
    except IntegrityError:  # pressed twice at once
        return Follow.objects.of(by).get(**target)


def _followed(target: dict, how_often: str, by: Account) -> Follow:
    if found := Follow.objects.of(by).filter(**target).first():
        found.how_often = how_often
        found.save(update_fields=["how_often"])
        return found
    if Follow.objects.of(by).count() >= MOST_FOLLOWED:
        raise ValidationError(_("You follow %(most)d things. Stop some of them first.") % {"most": MOST_FOLLOWED})
    return Follow.objects.create(account=by, how_often=how_often, after=last_entry(), **target)


def last_entry() -> int:
    """The id of the newest entry, sealed or not: what happened until now is told to nobody who follows from now on."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def target_of(thing: Document | Consultation | Section | PublicComment) -> dict:
    """A thing to follow, as `Follow` stores it."""
    nothing = {"consultation": None, "section": None, "thread": None}
    match thing:
        case Document():
            return {**nothing, "document": thing}
        case Consultation():
            return {**nothing, "document": thing.document, "consultation": thing}
        case Section():
            return {**nothing, "document": thing.document, "section": thing}
        case PublicComment():
            root = PublicComment.objects.select_related("consultation__document").get(pk=thing.root_id)
            return {**nothing, "document": root.consultation.document, "thread": root}
    raise TypeError(f"A {type(thing).__name__} cannot be followed.")


@transaction.atomic
def stop(following: Follow, *, by: Account) -> None:
    """Be told no more. What waits to be told of it is forgotten."""
    _forget_waiting(Notice.objects.filter(account=by, follow=following))
    Follow.objects.of(by).filter(pk=following.pk).delete()


@transaction.atomic
def wish(*, by: Account, **wishes) -> Wishes:
    """Say how one wants to be told: `replies`, `words`, `is_discreet`. What is not named stays as it is."""
    require(by, Can.FOLLOW)
    said, _is_new = Wishes.objects.select_for_update().get_or_create(account=by)
    for name, value in wishes.items():
        setattr(said, name, value)
    said.full_clean(exclude=["account"])
    said.save()
    for name, why in (("replies", Notice.Why.REPLY), ("words", Notice.Why.WORDS)):
        if getattr(said, name) == OrNever.NEVER:
            _forget_waiting(Notice.objects.filter(account=by, why=why))
    return said


@transaction.atomic
def stop_everything(*, by: Account) -> None:
    """No mail of this kind any more, whatever happens. Codes for signing in still come: they are asked for."""
    Follow.objects.of(by).delete()
    wish(by=by, replies=OrNever.NEVER, words=OrNever.NEVER)
    _forget_waiting(Notice.objects.filter(account=by))


def wishes_of(account: Account) -> Wishes:
    """What someone has said, or the defaults."""
    return Wishes.objects.filter(account=account).first() or Wishes(account=account)


def _forget_waiting(notices) -> None:
    notices.filter(Q(mail__isnull=True) | Q(mail__state=Mail.State.WAITING)).delete()
