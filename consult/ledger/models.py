"""Entries, their private sides, and the seals that hold them together. Written by `ledger.actions` alone."""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consult.ledger import canonical, merkle
from consult.ledger.subjects import subject_of


class Unchangeable(TypeError):
    """Someone tried to change what happened."""


class Cursor(NamedTuple):
    """A place in the sealed history. It moves forwards only, so a reader who keeps it misses nothing."""

    seal: int
    position: int


BEGINNING = Cursor(seal=0, position=-1)


class WrittenOnce(models.QuerySet):
    """A queryset that adds and never changes or removes. The database refuses changes too (`ledger.guards`)."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise Unchangeable(f"{self.model._meta.verbose_name_plural} are written once and never changed.")

    update = bulk_update = update_or_create = delete = _raw_delete = _refuse


class Unchanging(models.Model):
    """A noun that is written once."""

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise Unchangeable(f"A {self._meta.verbose_name} is written once and never changed.")
        super().save(**{**options, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise Unchangeable(f"A {self._meta.verbose_name} is never removed.")


class Entries(WrittenOnce):
    def about(self, subject: models.Model | str) -> Entries:
        """What happened to one thing, in the order in which it was written."""
        return self.filter(subject=subject_of(subject)).order_by("id")

    def sealed_by(self, seal_number: int) -> Entries:
        """Everything that stood when this seal was set: the same entries whenever it is asked."""
        return self.filter(sealed__seal__lte=seal_number).order_by("sealed__seal", "sealed__position")

    def since(self, cursor: Cursor = BEGINNING) -> Entries:
        """Sealed entries after a cursor, oldest first; each one's `cursor` is the next place to begin at.

        Entries that commit late are sealed late, so none of them slips in behind a cursor.
        """
        later = Q(sealed__seal__gt=cursor.seal) | Q(sealed__position__gt=cursor.position)
        return (
            self.filter(later, sealed__seal__gte=cursor.seal)
            .select_related("sealed")
            .order_by("sealed__seal", "sealed__position")
        )


class Entry(Unchanging):
    """One thing that happened. All of it is public and stands for ever; see `ledger.canonical` for its bytes."""

    day = models.DateField(_("day"))
    actor = models.CharField(_("who, as a role"), max_length=30)
    verb = models.CharField(_("what happened"), max_length=60)
    subject = models.CharField(_("to what"), max_length=100)
    facts = models.TextField(_("public facts"), default="{}")
    commitment = models.BinaryField(_("commitment to the private side"), max_length=32)
    leaf = models.BinaryField(_("leaf hash"), max_length=32)

    objects = models.Manager.from_queryset(Entries)()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [models.Index(fields=["subject", "id"], name="entries_by_subject")]

    def __str__(self) -> str:
        return f"{self.day}: {self.actor} {self.verb} {self.subject}"

    @property
    def cursor(self) -> Cursor:
        """Where this entry stands in the sealed history."""
        return Cursor(self.sealed.seal_id, self.sealed.position)

    def public_bytes(self) -> bytes:
        """The bytes that its leaf is the hash of."""
        return canonical.entry_bytes(
            day=self.day,
            actor=self.actor,
            verb=self.verb,
            subject=self.subject,
            facts=self.facts,
            commitment=bytes(self.commitment),
        )

    def computed_leaf(self) -> bytes:
        return merkle.leaf_hash(self.public_bytes())


class PrivateSide(models.Model):
    """Who did it, when exactly and why. It can be erased with its salt, and the chain still stands.

    It goes with the account: a private side without its account could no longer be checked,
    and a reason may name a person too.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="private_side")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(_("moment"))
    reason = models.TextField(_("reason"), blank=True)
    facts = models.TextField(_("private facts"), default="{}")
    salt = models.BinaryField(_("salt"), max_length=32)

    class Meta:
        verbose_name = _("private side of a ledger entry")
        verbose_name_plural = _("private sides of ledger entries")

    def __str__(self) -> str:
        return f"private side of entry {self.pk}"

    def computed_commitment(self) -> bytes:
        return canonical.commitment_to(
            salt=bytes(self.salt), account=self.account_id, at=self.at, reason=self.reason, facts=self.facts
        )


class Unsealed(models.Model):
    """An entry that waits for its seal: written with it, removed when it is sealed.

    Ids are given out before transactions commit, so “everything after the last sealed id” would miss late ones.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="unsealed")

    class Meta:
        verbose_name = _("unsealed entry")
        verbose_name_plural = _("unsealed entries")

    def __str__(self) -> str:
        return f"entry {self.pk}, unsealed"


class Seal(Unchanging):
    """A batch of entries under one hash, chained to the seal before it."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    day = models.DateField(_("day"))
    sealed_at = models.DateTimeField(_("moment, for operators"))
    count = models.PositiveIntegerField(_("entries"))
    root = models.BinaryField(_("Merkle root"), max_length=32)
    previous = models.BinaryField(_("hash of the seal before"), max_length=32)
    hash = models.BinaryField(_("hash"), max_length=32)

    objects = models.Manager.from_queryset(WrittenOnce)()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="seals_are_numbered_from_one"),
            models.CheckConstraint(condition=Q(count__gte=1), name="no_seal_is_empty"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"

    def computed_hash(self) -> bytes:
        return canonical.seal_hash(
            number=self.number,
            day=self.day,
            count=self.count,
            root=bytes(self.root),
            previous=bytes(self.previous),
        )


class Sealed(Unchanging):
    """Which seal an entry is under, and its place there."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="sealed")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="sealed", db_index=False)
    position = models.PositiveIntegerField(_("position"))

    objects = models.Manager.from_queryset(WrittenOnce)()

    class Meta:
        verbose_name = _("sealed entry")
        verbose_name_plural = _("sealed entries")
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="one_entry_in_each_place_of_a_seal")]

    def __str__(self) -> str:
        return f"entry {self.pk}, {self.position} under seal {self.seal_id}"
