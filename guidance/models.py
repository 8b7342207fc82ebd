"""The nouns of the text."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guidance.fates import Passage
from guidance.references.models import Citation, Reference  # noqa: F401  nouns of the text, in a room of their own


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
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    review_by = models.DateField(null=True, blank=True)
    sides = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Sides of A4 that the whole may take, at the snapshot level")
    )
    overview_sides = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Sides of A4 that the overview may take")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="no_guidance_replaces_itself"),
        ]

    def __str__(self) -> str:
        return self.title


class RevisionQuerySet(models.QuerySet):
    def published(self) -> "RevisionQuerySet":
        return self.filter(state=Revision.State.PUBLISHED)

    def readable(self) -> "RevisionQuerySet":
        """What anyone may read: published, now or once."""
        return self.exclude(state=Revision.State.DRAFT)

    def after(self, revision: "Revision") -> "RevisionQuerySet":
        """What was published of the same document after this one, oldest first."""
        return self.readable().filter(document=revision.document_id, number__gt=revision.number).order_by("number")

    def before(self, revision: "Revision") -> "RevisionQuerySet":
        """What was published of the same document before this one, oldest first."""
        return self.readable().filter(document=revision.document_id, number__lt=revision.number).order_by("number")

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
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    why_withdrawn = models.TextField(blank=True, help_text=_("Shown above the text, which stays readable"))
    version = models.PositiveIntegerField(default=1, help_text=_("Rises with each change while it is drafted"))
    is_frozen = models.BooleanField(default=False, help_text=_("On its way to everyone: nobody may change it"))

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
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False) & ~Q(why_withdrawn=""),
                name="what_was_withdrawn_says_when_and_why",
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

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_withdrawn(self) -> bool:
        return self.state == self.State.WITHDRAWN


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
    applies_to = models.CharField(max_length=200, blank=True, help_text=_("Whom this section is for, if not everyone"))

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "section"], name="a_section_stands_once_in_a_revision"),
            models.UniqueConstraint(fields=["revision", "position"], name="sections_stand_one_behind_the_other"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class LevelText(models.Model):
    """A section at one level in one revision, as its editors wrote it. Its blocks are made from it at every save."""

    section_text = models.ForeignKey(SectionText, on_delete=models.CASCADE, related_name="levels")
    level = models.CharField(max_length=10, choices=Level)
    markdown = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, help_text=_("Rises with each save; who saves names the one read"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section_text", "level"], name="a_section_has_each_level_once"),
        ]

    def __str__(self) -> str:
        return f"{self.section_text}, {self.get_level_display()}"


class LevelVersion(models.Model):
    """What a level said at each save while it is drafted: where three-way merges begin, and nothing is lost."""

    level_text = models.ForeignKey(LevelText, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    markdown = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level_text", "version"], name="each_version_of_a_level_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.level_text}, version {self.version}"


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

    def as_passage(self, section_key: str) -> Passage:
        return Passage(self.key, section_key, self.level, self.position, self.kind, self.source, self.text)


class BlockFate(models.Model):
    """What became of blocks between two revisions published one after the other; a row for each pair of keys."""

    class Kind(models.TextChoices):
        SAME = "same", _("the same")
        MOVED = "moved", _("moved")
        EDITED = "edited", _("changed")
        SPLIT = "split", _("split")
        MERGED = "merged", _("merged")
        REMOVED = "removed", _("removed")
        NEW = "new", _("new")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="fates")
    since = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    old_key = models.CharField(max_length=16, blank=True)
    new_key = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    has_moved = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "old_key", "new_key"], name="a_fate_is_told_once"),
            models.CheckConstraint(
                condition=(Q(old_key="", kind="new") | ~Q(old_key="") & ~Q(kind="new"))
                & (Q(new_key="", kind="removed") | ~Q(new_key="") & ~Q(kind="removed")),
                name="only_what_is_new_came_from_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_key or '-'} {self.kind} {self.new_key or '-'}"


class FateByHand(models.Model):
    """An editor's word on what became of a block, before its revision is published: it overrules what was found."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="fates_by_hand")
    old_key = models.CharField(max_length=16)
    new_keys = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "old_key"], name="one_word_on_each_fate"),
        ]

    def __str__(self) -> str:
        return f"{self.old_key} became {', '.join(self.new_keys) or 'nothing'}"


class CorrectedBlock(models.Model):
    """A mistake mended in a published revision without a new one: what the words were, and why they changed."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="corrections")
    block_key = models.CharField(max_length=16)
    old_source = models.TextField()
    old_text = models.TextField()
    new_source = models.TextField()
    new_text = models.TextField()
    why = models.CharField(max_length=300)
    corrected_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["revision", "block_key"], name="corrections_of_a_block")]

    def __str__(self) -> str:
        return f"correction of {self.block_key}"
