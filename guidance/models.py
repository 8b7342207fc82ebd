"""The nouns of the text."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """How much detail a section gives: to every reader, to those who decide, to those who put it into practice."""

    OVERVIEW = "overview", _("Overview")
    SNAPSHOT = "snapshot", _("Snapshot")
    FULL = "full", _("Full story")


class Document(models.Model):
    """A piece of guidance, for as long as it lives."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    current = models.ForeignKey("Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="current_of")

    def __str__(self) -> str:
        return self.title


class RevisionQuerySet(models.QuerySet):
    def published(self) -> "RevisionQuerySet":
        return self.filter(state=Revision.State.PUBLISHED)

    def open_draft_of(self, document: Document) -> "Revision | None":
        return self.filter(document=document, state=Revision.State.DRAFT).first()


class Revision(models.Model):
    """The whole document at one moment."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being drafted")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    changelog = models.TextField(blank=True, help_text=_("What is new, in plain words"))
    published_at = models.DateTimeField(null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="revisions_are_numbered_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="draft"), name="one_open_draft_per_document"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="what_was_published_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.name}"

    @property
    def name(self) -> str:
        return str(_("draft %(number)d")) % {"number": self.number}

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class Section(models.Model):
    """A titled part of a document, with a key that lasts from revision to revision."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="sections")
    key = models.SlugField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "key"], name="section_keys_are_unique_in_a_document")
        ]

    def __str__(self) -> str:
        return self.key


class SectionText(models.Model):
    """A section as it stands in one revision: its place, its title and, level by level, its blocks."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="section_texts")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="texts")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "section"], name="a_section_stands_once_in_a_revision"),
            models.UniqueConstraint(fields=["revision", "position"], name="sections_stand_one_behind_the_other"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Block(models.Model):
    """One paragraph, list or table of a section at one level. Its key lasts from revision to revision."""

    class Kind(models.TextChoices):
        PARAGRAPH = "paragraph", _("paragraph")
        LIST = "list", _("list")
        TABLE = "table", _("table")
        HEADING = "heading", _("heading")
        QUOTE = "quote", _("quotation")
        CODE = "code", _("example")
        RULE = "rule", _("line")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="blocks")
    section_text = models.ForeignKey(SectionText, on_delete=models.CASCADE, related_name="blocks")
    level = models.CharField(max_length=10, choices=Level)
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=16)
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.TextField(help_text=_("Markdown"))
    text = models.TextField(help_text=_("The words alone"))
    words = models.PositiveIntegerField()

    class Meta:
        ordering = [
            F("section_text").asc(),
            models.Case(models.When(level="overview", then=0), models.When(level="snapshot", then=1), default=2),
            F("position").asc(),
        ]
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="block_keys_are_unique_in_a_revision"),
            models.UniqueConstraint(
                fields=["section_text", "level", "position"], name="blocks_stand_one_below_the_other"
            ),
        ]
        indexes = [models.Index(fields=["key"], name="block_by_key")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def number(self) -> str:
        """As it is printed beside the block: 4.2 is the second block of section 4 at its level."""
        return f"{self.section_text.position}.{self.position}"

    @property
    def can_be_commented_on(self) -> bool:
        return self.kind not in {self.Kind.HEADING, self.Kind.RULE}
