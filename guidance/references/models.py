"""The nouns of what a text rests on."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from guidance.references.fitting import site_of


class ReferenceQuerySet(models.QuerySet):
    def living(self) -> "ReferenceQuerySet":
        """Those that no other one took the place of."""
        return self.filter(replaced_by=None)

    def with_publicity(self) -> "ReferenceQuerySet":
        """Each says whether it `is_public`: a revision that anyone may read, or could once, rests on it."""
        return self.annotate(is_public=Exists(Citation.objects.public().filter(reference=OuterRef("pk"))))


class Reference(models.Model):
    """A code, a law or a figure, kept once for its document.

    What a published revision cites stays as it was: with another name or address it is another reference, which takes
    its place in the draft.
    """

    document = models.ForeignKey("guidance.Document", on_delete=models.PROTECT, related_name="references")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces")

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "name", "address"], name="a_reference_is_kept_once"),
            models.CheckConstraint(condition=~Q(name=""), name="every_reference_has_a_name"),
            models.CheckConstraint(
                condition=Q(address="") | Q(address__startswith="https://") | Q(address__startswith="http://"),
                name="references_are_on_the_web_or_nowhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def site(self) -> str:
        return site_of(self.address)


class CitationQuerySet(models.QuerySet):
    def public(self) -> "CitationQuerySet":
        """Those of revisions that are published, or were."""
        return self.exclude(section_text__revision__state="draft")

    def of_revision(self, revision) -> "CitationQuerySet":
        return self.filter(section_text__revision=revision)


class Citation(models.Model):
    """That a section, as it stands in one revision, rests on a reference, and on which paragraph of it."""

    section_text = models.ForeignKey("guidance.SectionText", on_delete=models.CASCADE, related_name="citations")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="citations")
    paragraph = models.CharField(max_length=200, blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section_text", "reference", "paragraph"], name="a_section_cites_a_paragraph_once"
            ),
        ]

    def __str__(self) -> str:
        return f"citation {self.pk}"
