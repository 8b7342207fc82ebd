"""Words that wait for their writer to confirm an e-mail address."""

import uuid

from django.db import models
from django.db.models import Q

from consult.consultations.models import Consultation


class GuestComment(models.Model):
    """What a guest wants to say. It is no comment yet: nobody reads it, no count knows it, and it expires.

    Confirmed, it becomes a comment like any other, and the row keeps nothing of the words or the address; it stays for
    a while, so that a link that is pressed twice says the same twice.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    said = models.JSONField(default=dict, blank=True)
    place = models.JSONField(default=dict, blank=True)
    names = models.JSONField(default=dict, blank=True)
    house_rules_version = models.PositiveIntegerField()
    privacy_notice_version = models.PositiveIntegerField()
    email = models.EmailField(blank=True)
    submission_id = models.UUIDField(unique=True)
    expires_at = models.DateTimeField(db_index=True)
    # Named by a string: comments and what waits to be one are nouns of one room.
    comment = models.ForeignKey(
        "consult.PublicComment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=True) & ~Q(email="")
                | Q(comment__isnull=False, email="", said={}, place={}, names={}),
                name="what_a_guest_confirmed_is_kept_as_a_comment_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"guest's comment {self.pk}"
