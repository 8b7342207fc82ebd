"""What is known of the wordings that were sent. The words themselves stand with the comments and nowhere else."""

from django.db import models
from django.db.models import Q

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.ledger.models import BEGINNING, Cursor


class Wording(models.Model):
    """The words of one comment, or of all that consist of the same words.

    Wordings that are nearly the same have one `campaign`: the lowest key among them. `holds` is a campaign's wording
    that stands whole in this one, beside words of its writer's own: the longest that is known.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.BigIntegerField()
    campaign = models.BigIntegerField()
    length = models.PositiveIntegerField()
    holds = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="held_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "key"], name="the_same_words_are_one_wording"),
            models.CheckConstraint(condition=Q(campaign__lte=models.F("key")), name="a_campaign_is_its_lowest_key"),
        ]
        indexes = [models.Index(fields=["consultation", "campaign"], name="wordings_of_a_campaign")]

    def __str__(self) -> str:
        return f"wording {self.pk}"


class Sent(models.Model):
    """A comment and its wording."""

    comment = models.OneToOneField(PublicComment, on_delete=models.CASCADE, primary_key=True, related_name="sent")
    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="sent")

    def __str__(self) -> str:
        return f"{self.comment_id} as wording {self.wording_id}"


class Mark(models.Model):
    """Something by which wordings like this one are found: see `marks`."""

    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="marks")
    mark = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mark", "wording"], name="a_wording_has_each_mark_once")]

    def __str__(self) -> str:
        return f"mark of wording {self.wording_id}"


class Bookmark(models.Model):
    """How far the sealed history has been read. There is one."""

    seal = models.PositiveIntegerField(default=BEGINNING.seal)
    position = models.IntegerField(default=BEGINNING.position)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_bookmark")]

    def __str__(self) -> str:
        return f"seal {self.seal}, entry {self.position}"

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.seal, self.position)
