"""Comments, where they came from, and how they are counted."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_comments_xtd.models import XtdComment

from consult.consultations.models import Consultation, Question
from consult.discussion import paths
from consult.discussion.elsewhere.models import Letter
from consult.discussion.querysets import CommentQuerySet, TallyQuerySet, ThreadNumber
from consult.ledger.models import Entry
from consult.people.models import Persona
from consult.screening.findings import LOOKS_LIKE
from guidance.anchors import Quote
from guidance.models import Level, Revision, Section


class Anchor(models.Model):
    """Where comments point: a section, a block, or words inside a block, as they stood at one revision.

    Comments that point at the same words share one. `words` is what stood there: the block's text, or the section's
    title. What became of it is told by its placements in later revisions.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=10, choices=Level, blank=True)
    block_key = models.CharField(max_length=16, blank=True)
    exact = models.TextField(blank=True)
    prefix = models.CharField(max_length=100, blank=True)
    suffix = models.CharField(max_length=100, blank=True)
    words = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["revision", "section"], name="anchors_in_a_section")]
        constraints = [
            models.CheckConstraint(condition=Q(block_key="") | ~Q(level=""), name="an_anchored_block_has_a_level"),
            models.CheckConstraint(condition=Q(exact="") | ~Q(block_key=""), name="quoted_words_stand_in_a_block"),
        ]

    def __str__(self) -> str:
        return f"anchor {self.pk}"

    @property
    def quote(self) -> Quote | None:
        return Quote(self.exact, self.prefix, self.suffix) if self.exact else None


class Placement(models.Model):
    """Where an anchor stands in a later revision, or in its own after a correction. Written before anyone sees it."""

    class Standing(models.TextChoices):
        IN_PLACE = "in_place", gettext_lazy("In place")
        MOVED = "moved", gettext_lazy("Moved")
        CHANGED = "changed", gettext_lazy("Text changed")
        REMOVED = "removed", gettext_lazy("Text removed")

    anchor = models.ForeignKey(Anchor, on_delete=models.CASCADE, related_name="placements", db_index=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    standing = models.CharField(max_length=10, choices=Standing)
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level, blank=True)
    block_key = models.CharField(max_length=16, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["anchor", "revision"], name="an_anchor_stands_once_in_a_revision"),
            models.CheckConstraint(
                condition=Q(standing="removed") | Q(section__isnull=False),
                name="what_stands_somewhere_says_where",
            ),
        ]
        indexes = [models.Index(fields=["revision", "section", "block_key"], name="placements_in_a_section")]

    def __str__(self) -> str:
        return f"{self.anchor}, {self.standing}"


class PathField(models.CharField):
    """The path; it is known once the parent tables of the row have been inserted and the primary key exists."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        if add:
            model_instance.path = paths.path_of(model_instance.pk, model_instance.parent_path)
        return super().pre_save(model_instance, add)


class PublicComment(XtdComment):
    """Something said, in a thread. Built on django-comments-xtd by the recipe in docs/comments.md.

    `user`, `user_name`, `user_email` and `ip_address` of the package stay empty for ever: the author is a persona.
    `day` is the only time that anyone outside is shown.
    """

    class OwnState(models.TextChoices):
        """What its writer has done with it."""

        SHOWN = "shown", gettext_lazy("public")
        WITHDRAWN = "withdrawn", gettext_lazy("withdrawn by its writer")
        REMOVED = "removed", gettext_lazy("words removed by its writer")

    class StaffState(models.TextChoices):
        """What a moderator has done with it, or has yet to do."""

        SHOWN = "shown", gettext_lazy("public")
        HELD = "held", gettext_lazy("waiting for a moderator")
        HIDDEN = "hidden", gettext_lazy("hidden by a moderator")

    class Kind(models.TextChoices):
        COMMENT = "comment", gettext_lazy("Comment")
        QUESTION = "question", gettext_lazy("Question")
        EVIDENCE = "evidence", gettext_lazy("Evidence")
        SUGGESTION = "suggestion", gettext_lazy("Suggested wording")

    class Stance(models.TextChoices):
        FOR = "for", gettext_lazy("For")
        AGAINST = "against", gettext_lazy("Against")
        MIXED = "mixed", gettext_lazy("Mixed")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", gettext_lazy("everyone")
        EDITORS = "editors", gettext_lazy("the editors only")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="comments")
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text_level = models.CharField(max_length=10, choices=Level, blank=True)
    block_key = models.CharField(max_length=16, blank=True)
    anchor = models.ForeignKey(Anchor, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    persona = models.ForeignKey(
        Persona, null=True, blank=True, on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    path = PathField(max_length=paths.WIDTH * (paths.DEEPEST + 1), unique=True)
    depth = models.PositiveSmallIntegerField(default=0)
    day = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMMENT)
    stance = models.CharField(max_length=10, choices=Stance, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    suggested = models.TextField(blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)
    is_redacted = models.BooleanField(default=False)
    screened = models.JSONField(default=list, blank=True)
    agreed = models.IntegerField(
        default=0, help_text=gettext_lazy("Of a first comment: how many agree, as of the last folding")
    )
    discussed = models.IntegerField(
        default=0, help_text=gettext_lazy("Of a first comment: comments in its thread, likewise")
    )
    wording = models.PositiveIntegerField(default=1, help_text=gettext_lazy("Rises with each change of its words"))
    changed_on = models.DateField(null=True, blank=True)
    quotes_removed_on = models.DateField(null=True, blank=True)
    own_state = models.CharField(max_length=10, choices=OwnState, default=OwnState.SHOWN)
    staff_state = models.CharField(max_length=10, choices=StaffState, default=StaffState.SHOWN)
    once_public = models.BooleanField(default=True)
    hides_replies = models.BooleanField(default=False)
    under_hidden = models.BooleanField(default=False)
    thread_has_hidden = models.BooleanField(default=False)
    listed = models.BooleanField(default=True)
    visible = models.BooleanField(default=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    submission_id = models.UUIDField(unique=True)
    receipt_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    posted_entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_index=False)
    withdrawn_entry = models.ForeignKey(
        Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = CommentQuerySet.as_manager()
    norel_objects = CommentQuerySet.as_manager()
    parent_path = ""
    ledger_name = "comment"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=True) | Q(question__isnull=True), name="every_comment_has_one_place"
            ),
            models.CheckConstraint(
                condition=Q(
                    section__isnull=True, revision__isnull=True, anchor__isnull=True, block_key="", text_level=""
                )
                | Q(section__isnull=False, revision__isnull=False, anchor__isnull=False),
                name="a_comment_on_text_names_its_revision",
            ),
            models.CheckConstraint(condition=Q(block_key="") | ~Q(text_level=""), name="a_block_stands_at_a_level"),
            models.CheckConstraint(
                condition=Q(own_state="shown", withdrawn_on__isnull=True, withdrawn_entry__isnull=True)
                | Q(own_state__in=("withdrawn", "removed"), withdrawn_on__isnull=False, withdrawn_entry__isnull=False),
                name="what_was_withdrawn_says_when",
            ),
            models.CheckConstraint(
                condition=Q(listed=True, audience="everyone", once_public=True, under_hidden=False)
                | (Q(listed=False) & ~Q(audience="everyone", once_public=True, under_hidden=False)),
                name="a_place_is_kept_for_what_was_public",
            ),
            models.CheckConstraint(
                condition=Q(visible=True, listed=True, own_state="shown", staff_state="shown")
                | (Q(visible=False) & ~Q(listed=True, own_state="shown", staff_state="shown")),
                name="words_are_shown_when_nobody_has_taken_them_back",
            ),
            models.CheckConstraint(
                condition=Q(kind="suggestion") | Q(suggested=""), name="only_a_suggestion_suggests_words"
            ),
            models.CheckConstraint(
                condition=~Q(kind="suggestion") | ~Q(block_key="") | Q(own_state="removed"),
                name="a_suggestion_stands_at_words",
            ),
        ]
        indexes = [
            models.Index(
                "consultation", "section", ThreadNumber().desc(),
                condition=Q(depth=0, listed=True), name="threads_of_a_section",
            ),
            models.Index(
                "consultation", "block_key", ThreadNumber().desc(),
                condition=Q(depth=0, listed=True) & ~Q(block_key=""), name="threads_of_a_block",
            ),
            models.Index(
                "question", ThreadNumber().desc(),
                condition=Q(depth=0, listed=True, question__isnull=False), name="threads_of_a_question",
            ),
            *(
                models.Index(
                    *place, F(rank).desc(), ThreadNumber().desc(),
                    condition=Q(depth=0, listed=True) & more, name=f"{rank}_in_a_{name}",
                )
                for rank in ("agreed", "discussed")
                for name, place, more in (
                    ("section", ("consultation", "section"), Q()),
                    ("block", ("consultation", "block_key"), ~Q(block_key="")),
                    ("question", ("question",), Q(question__isnull=False)),
                )
            ),
            models.Index(
                "consultation", "section", "kind", ThreadNumber().desc(),
                condition=Q(depth=0, listed=True) & ~Q(kind="comment"), name="threads_of_a_kind",
            ),
            models.Index("persona", "xtdcomment_ptr", name="comments_of_a_persona"),
            models.Index("consultation", "xtdcomment_ptr", condition=Q(staff_state="held"), name="comments_that_wait"),
            models.Index(
                "consultation", "xtdcomment_ptr", condition=Q(audience="editors"), name="words_for_the_editors"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"comment {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert without the package's shifting of the thread; afterwards only what may change is written.

        The package's own ordering stays valid: `order` is the depth plus one. No other row is touched.
        """
        if self._state.adding:
            super(XtdComment, self).save(*args, **kwargs)
            if not self.depth:
                XtdComment.norel_objects.filter(pk=self.pk).update(thread_id=self.pk, parent_id=self.pk)
                self.thread_id = self.parent_id = self.pk
        else:
            kwargs.setdefault("update_fields", MAY_CHANGE)
            super(XtdComment, self).save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> None:
        raise ValidationError(_("Comments are never deleted. They are withdrawn or hidden, and leave a trace."))

    def get_absolute_url(self, anchor_pattern: str = "") -> str:
        return reverse("comment", args=[self.pk])

    @property
    def text(self) -> str:
        return self.comment

    @property
    def account_id(self) -> int | None:
        return self.persona.account_id if self.persona_id else None

    @property
    def document(self):
        return self.consultation.document

    def allows(self, verb: str) -> bool:
        return self.consultation.allows(verb)

    def allows_staff(self, verb: str) -> bool:
        return self.consultation.allows_staff(verb)

    def why_not(self, verb: str) -> str:
        return self.consultation.why_not(verb)

    @property
    def is_withdrawn(self) -> bool:
        """Its writer has taken it back: it is withdrawn, or its words are gone for good."""
        return self.own_state != self.OwnState.SHOWN

    @property
    def waits(self) -> bool:
        """Nobody but its writer and the moderators has seen it yet."""
        return self.staff_state == self.StaffState.HELD and not self.once_public

    @property
    def screening_found(self) -> list[str]:
        """What screening found in its words, for moderators."""
        return [str(LOOKS_LIKE.get(kind, kind)) for kind in self.screened]

    @property
    def was_decided_on(self) -> bool:
        """A moderator has taken it off the page, or words out of it."""
        return self.staff_state != self.StaffState.SHOWN or self.hides_replies or self.is_redacted

    @property
    def is_suggestion(self) -> bool:
        return self.kind == self.Kind.SUGGESTION

    @property
    def words_are_gone(self) -> bool:
        """Its words are nowhere any more: its writer had them removed."""
        return self.own_state == self.OwnState.REMOVED

    @property
    def is_for_editors(self) -> bool:
        return self.audience == self.Audience.EDITORS

    @property
    def can_be_replied_to(self) -> bool:
        return self.visible and not self.hides_replies and self.depth < paths.DEEPEST

    @property
    def root_id(self) -> int:
        return paths.root_of(self.path)


MAY_CHANGE = (
    *("own_state", "staff_state", "once_public", "hides_replies", "under_hidden", "thread_has_hidden", "is_redacted"),
    *("listed", "visible", "withdrawn_on", "withdrawn_entry"),
)
"""What `save()` writes of a comment that is stored already. Its words change by verbs of their own."""


class Version(models.Model):
    """What a comment said before it was changed, once the time for mending slips was over."""

    comment = models.ForeignKey(PublicComment, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField()
    suggested = models.TextField(blank=True)
    until = models.DateField(help_text=gettext_lazy("The day on which it was changed"))

    class Meta:
        ordering = ["comment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="versions_of_a_comment_are_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.comment}, version {self.number}"


class Original(models.Model):
    """What a comment said before a moderator took words out of it. For moderators only."""

    comment = models.ForeignKey(PublicComment, on_delete=models.CASCADE, related_name="originals")
    text = models.TextField()
    suggested = models.TextField(blank=True)
    taken_out_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"original of {self.comment}"


class Elsewhere(models.Model):
    """Where a comment came from that was not posted here: its route, and what its source knows of it.

    What the source does not say stays empty; it is admitted on the page and never invented. What staff entered is
    a `part` of a letter; `is_late` says that it was received after the consultation had closed.
    """

    comment = models.OneToOneField(PublicComment, on_delete=models.CASCADE, related_name="elsewhere")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200)
    external_key = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    author_name = models.CharField(max_length=120, blank=True)
    organisation = models.CharField(max_length=120, blank=True)
    said_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    part = models.PositiveSmallIntegerField(default=0)
    of_parts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "source", "external_key"], name="nothing_is_imported_twice"
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=True, part=0, of_parts=0)
                | Q(letter__isnull=False, part__gte=1, part__lte=F("of_parts")),
                name="a_part_of_a_letter_knows_which_one_it_is",
            ),
            models.CheckConstraint(
                condition=Q(is_late=False) | Q(received_on__isnull=False), name="what_is_late_says_when_it_came"
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.source}"


class MentionQuerySet(models.QuerySet):
    def shown(self) -> "MentionQuerySet":
        return self.filter(state=Mention.State.SHOWN)


class Mention(models.Model):
    """A page elsewhere that links to what was discussed: a webmention, pingback or trackback.

    Those that a page sends us wait until someone has let them in; those that staff brought in are shown. `target` is
    the page of ours that it was said to link to.
    """

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("waits to be let in")
        SHOWN = "shown", gettext_lazy("shown")
        REFUSED = "refused", gettext_lazy("not shown")
        GONE = "gone", gettext_lazy("gone from its page")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="mentions")
    source = models.CharField(max_length=200)
    external_key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)
    excerpt = models.TextField(blank=True)
    seen_on = models.DateField(null=True, blank=True)
    target = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SHOWN)

    objects = MentionQuerySet.as_manager()
    ledger_name = "mention"

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "source", "external_key"], name="nothing_is_mentioned_twice"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Tally(models.Model):
    """Counts as deltas: rows inserted with each act, added up when read, folded into one by a task.

    Exact and without a lock: nobody waits for anybody's counter. A row counts either for a place (a consultation's
    section, block or question) or for a thread. Every comment is in one of four: `comments` can be read; `withdrawn`
    and `hidden` have a line in their place; `unlisted` have none: they wait, are for the editors only, or stand below
    what was hidden with its replies. `threads` counts first comments that have a place, with words or a line.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+", db_index=False)
    section = models.ForeignKey(Section, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    block_key = models.CharField(max_length=16, blank=True)
    question = models.ForeignKey(Question, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    anchor = models.ForeignKey(Anchor, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.BigIntegerField(null=True)
    comments = models.IntegerField(default=0)
    threads = models.IntegerField(default=0)
    withdrawn = models.IntegerField(default=0)
    hidden = models.IntegerField(default=0)
    unlisted = models.IntegerField(default=0)
    is_folded = models.BooleanField(default=False)

    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "consultation",
                Coalesce("section", 0),
                "block_key",
                Coalesce("question", 0),
                Coalesce("anchor", 0),
                condition=Q(is_folded=True, thread__isnull=True),
                name="a_places_tally_is_folded_into_one_row",
            ),
            models.UniqueConstraint(
                fields=["thread"],
                condition=Q(is_folded=True, thread__isnull=False),
                name="a_threads_tally_is_folded_into_one_row",
            ),
        ]
        indexes = [
            models.Index(
                fields=["consultation", "section", "block_key"],
                condition=Q(thread__isnull=True),
                name="tally_of_a_place",
            ),
            models.Index(fields=["thread"], condition=Q(thread__isnull=False), name="tally_of_a_thread"),
            models.Index(fields=["id"], condition=Q(is_folded=False), name="tallies_to_fold"),
        ]

    def __str__(self) -> str:
        return f"{self.comments:+} comments"


class Reaction(models.Model):
    """Someone agrees or disagrees with a comment. Counted, and never shown by name."""

    comment = models.ForeignKey(PublicComment, on_delete=models.PROTECT, related_name="+", db_index=False)
    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="+", db_index=False)
    agrees = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["persona", "comment"], name="everyone_agrees_or_disagrees_once")]

    def __str__(self) -> str:
        return f"{'agrees' if self.agrees else 'disagrees'} with {self.comment}"


class Agreement(models.Model):
    """How many agree and disagree with a comment, as deltas: like `Tally`, exact and without a lock."""

    comment = models.ForeignKey(PublicComment, on_delete=models.CASCADE, related_name="+", db_index=False)
    agree = models.IntegerField(default=0)
    disagree = models.IntegerField(default=0)
    is_folded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["comment"], condition=Q(is_folded=True), name="an_agreement_is_folded_into_one_row"
            )
        ]
        indexes = [
            models.Index(fields=["comment"], name="agreement_with_a_comment"),
            models.Index(fields=["id"], condition=Q(is_folded=False), name="agreements_to_fold"),
        ]

    def __str__(self) -> str:
        return f"{self.agree:+} agree, {self.disagree:+} disagree"
