"""Who wants to be told of what, what there is to tell, and the mails that tell it. All of it is private."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.ledger.models import BEGINNING, Cursor, Entry
from guidance.models import Document, Revision, Section


class HowOften(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")


class OrNever(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NEVER = "never", _("never")


def new_key() -> str:
    return uuid.uuid4().hex


class Wishes(models.Model):
    """How someone wants to be told. Who has said nothing has no row, and gets what is the default here."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_wishes"
    )
    replies = models.CharField(max_length=10, choices=OrNever, default=OrNever.AT_ONCE)
    words = models.CharField(max_length=10, choices=OrNever, default=OrNever.DAILY)
    is_discreet = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return f"wishes of {self.account}"


class FollowQuerySet(models.QuerySet):
    def of(self, account) -> "FollowQuerySet":
        return self.filter(account=account)


class Follow(models.Model):
    """That someone wants to be told what happens to a piece of guidance, or to a part of what is said about it.

    A section is followed through all drafts and consultations. `thread` is a first comment. Nobody else ever sees it.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False)
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    consultation = models.ForeignKey(Consultation, models.CASCADE, null=True, blank=True, related_name="+")
    section = models.ForeignKey(Section, models.CASCADE, null=True, blank=True, related_name="+")
    thread = models.ForeignKey(PublicComment, models.CASCADE, null=True, blank=True, related_name="+")
    how_often = models.CharField(max_length=10, choices=HowOften)
    after = models.BigIntegerField(help_text=_("The last ledger entry that there was: later ones are told"))

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "account", "document", Coalesce("consultation", 0), Coalesce("section", 0), Coalesce("thread", 0),
                name="everyone_follows_a_thing_once",
            ),
            models.CheckConstraint(
                condition=Q(consultation__isnull=True, section__isnull=True)
                | Q(consultation__isnull=True, thread__isnull=True)
                | Q(section__isnull=True, thread__isnull=True),
                name="a_follow_is_of_one_thing",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"follow {self.pk}"


class Event(models.Model):
    """Something that people are told of, read from one ledger entry. `key` says what it is: nothing is told twice.

    `reached` is the last account for which it was worked out whether it is told; `is_told` that all have been.
    """

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", db_index=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    comment = models.ForeignKey(PublicComment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    block_key = models.CharField(max_length=16, blank=True)
    sealed_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    is_told = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(is_told=False), name="events_to_tell")]

    def __str__(self) -> str:
        return self.key


class Mail(models.Model):
    """One mail to one person. Its words are put together when it is sent, and not kept.

    `public_id` makes its Message-ID: a mail that is sent a second time after a crash is the same mail.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("nothing was left to say")
        FAILED = "failed", _("could not be sent")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    lease = models.UUIDField(null=True, blank=True)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sending", lease__isnull=False) | (~Q(state="sending") & Q(lease__isnull=True)),
                name="a_mail_is_leased_while_it_is_sent",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=("waiting", "sending")), name="mails_to_send"),
            models.Index(fields=["account", "made_at"], name="mails_of_someone"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class NoticeQuerySet(models.QuerySet):
    def waiting(self) -> "NoticeQuerySet":
        return self.filter(mail__isnull=True, is_dropped=False)

    def with_event(self) -> "NoticeQuerySet":
        return self.select_related(
            "event__document", "event__consultation__document", "event__section", "event__revision__document",
            "event__comment__consultation", "event__comment__persona",
        )  # fmt: skip


class Notice(models.Model):
    """That someone is to be told of an event, why, and with which mail."""

    class Why(models.TextChoices):
        REPLY = "reply", _("someone replied to you")
        WORDS = "words", _("it changes words that you commented on")
        FOLLOWS = "follows", _("you follow it")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="notices", db_index=False)
    why = models.CharField(max_length=10, choices=Why)
    follow = models.ForeignKey(Follow, models.SET_NULL, null=True, blank=True, related_name="notices")
    how_often = models.CharField(max_length=10, choices=HowOften)
    due_at = models.DateTimeField()
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, blank=True, related_name="notices")
    is_dropped = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "account"], name="everyone_is_told_of_an_event_once"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="notices_of_someone"),
            models.Index(
                fields=["due_at", "account"], condition=Q(mail__isnull=True, is_dropped=False), name="notices_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class NoticeBookmark(models.Model):
    """How far the sealed history has been read. There is one."""

    seal = models.PositiveIntegerField(default=BEGINNING.seal)
    position = models.IntegerField(default=BEGINNING.position)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_notice_bookmark")]

    def __str__(self) -> str:
        return f"seal {self.seal}, entry {self.position}"

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.seal, self.position)
