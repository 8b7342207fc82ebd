"""What became of the comments on an older version: where the words that they are about are in the newest one."""

from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.consultations.models import Consultation
from consult.discussion.models import Anchor, Placement, Tally
from consult.discussion.querysets import Stood
from consult.pages.shared import Body, body_of, show
from consult.pages.talk import TAGS
from consult.pages.views.reading import trail_of
from consult.pages.where import where
from guidance.diffs import Piece, changed
from guidance.models import Block, Revision, SectionText
from guidance.reading import contents_of
from guidance.views import compare as compare_text

MEANINGS = {
    Placement.Standing.IN_PLACE: gettext_lazy("The words it is about stand where they stood"),
    Placement.Standing.MOVED: gettext_lazy("The same words, in another place"),
    Placement.Standing.CHANGED: gettext_lazy("The words it is about are different now"),
    Placement.Standing.REMOVED: gettext_lazy("The words it is about are gone"),
}
MOST_QUOTES = 100
"""Quotations that a section's page names one by one."""


@dataclass
class Counted:
    """Comments by where they stand. What has no place yet is counted too, so that the parts add up to all."""

    by_standing: dict[str, int] = field(default_factory=dict)

    def add(self, stood: Stood) -> None:
        self.by_standing[stood.standing] = self.by_standing.get(stood.standing, 0) + stood.comments

    @property
    def total(self) -> int:
        return sum(self.by_standing.values())

    @property
    def in_place(self) -> int:
        return self.by_standing.get(Placement.Standing.IN_PLACE, 0)

    @property
    def moved(self) -> int:
        return self.by_standing.get(Placement.Standing.MOVED, 0)

    @property
    def changed(self) -> int:
        return self.by_standing.get(Placement.Standing.CHANGED, 0)

    @property
    def removed(self) -> int:
        return self.by_standing.get(Placement.Standing.REMOVED, 0)

    def rows(self) -> list[dict]:
        return [
            {"tag": (*TAGS[one], one.label), "meaning": MEANINGS[one], "count": self.by_standing.get(one, 0)}
            for one in Placement.Standing
        ]


def what_became(request: HttpRequest, slug: str) -> HttpResponse:
    """All comments of a consultation on a draft, section by section."""
    return show(request, slug, _whole)


def what_became_of_section(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Those on one section, paragraph by paragraph: what it said then, and what it says now."""
    return show(request, slug, lambda consultation: _section(consultation, key))


def newest_of(consultation: Consultation) -> Revision:
    """The newest version of the text that was commented on. Raises Http404 for a call for ideas."""
    if not consultation.revision_id or not consultation.document.current_id:
        raise Http404("Nobody commented on a text here.")
    return consultation.document.current


def _whole(consultation: Consultation) -> Body:
    newest = newest_of(consultation)
    everything = Tally.objects.of_places(consultation)
    whole, by_section = Counted(), {}
    for stood in Tally.objects.standings(consultation, newest.pk):
        whole.add(stood)
        by_section.setdefault(stood.section_id, Counted()).add(stood)
    on_text = sum(counted.comments for counted in everything.sections.values())
    context = {
        "consultation": consultation,
        "where": where(consultation, timezone.now()),
        "newest": newest,
        "is_newest": newest.pk == consultation.revision_id,
        "counted": whole,
        "rows": whole.rows(),
        "as_they_were": on_text - whole.total,
        "elsewhere": everything.all.comments - on_text,
        "all": everything.all.comments,
        "sections": [
            {"text": text, "counted": by_section.get(text.section_id, Counted())}
            for text in contents_of(consultation.revision)
        ],
        "compare_url": _compare_url(consultation, newest),
    }
    return _body("what_became.html", context, _("What became of the comments"), consultation)


def _compare_url(consultation: Consultation, newest: Revision) -> str:
    if newest.pk == consultation.revision_id:
        return ""
    return reverse("compare", args=[consultation.document.slug, consultation.revision.number, newest.number])


def _body(template: str, context: dict, title: str, consultation: Consultation) -> Body:
    trail = trail_of(consultation)
    if "section" in context:
        trail = trail_of(
            consultation, (_("What became of the comments"), reverse("what_became", args=[consultation.slug]))
        )
    return body_of(
        f"consult/pages/{template}",
        context,
        title=f"{title} – {consultation.title}",
        until=context["where"].true_until,
        trail=trail,
        hidden_from_search=True,
    )


@dataclass
class Paragraph:
    """A paragraph that was commented on: what it said, what it says now, and who speaks about it."""

    key: str
    number: str
    level: str
    level_key: str
    then: str
    now: str = ""
    now_number: str = ""
    now_url: str = ""
    standing: str = ""
    comments: int = 0
    threads: int = 0
    pieces: list[Piece] = field(default_factory=list)
    quotes: list[dict] = field(default_factory=list)

    @property
    def tag(self) -> tuple[str, str, str]:
        standing = Placement.Standing(self.standing)
        return (*TAGS[standing], standing.label)

    @property
    def has_changed(self) -> bool:
        return self.standing == Placement.Standing.CHANGED and bool(self.now)


def _section(consultation: Consultation, key: str) -> Body:
    newest = newest_of(consultation)
    text = SectionText.objects.select_related("section").filter(
        revision=consultation.revision_id, section__key=key
    ).first()  # fmt: skip
    if text is None:
        raise Http404("The text has no such section.")
    stood = [s for s in Tally.objects.standings(consultation, newest.pk) if s.section_id == text.section_id]
    counted = Counted()
    for one in stood:
        counted.add(one)
    paragraphs = _paragraphs(consultation, newest, text, stood)
    context = {
        "consultation": consultation,
        "where": where(consultation, timezone.now()),
        "newest": newest,
        "is_newest": newest.pk == consultation.revision_id,
        "section": text,
        "counted": counted,
        "rows": counted.rows(),
        "paragraphs": paragraphs,
        "whole_section": next((s for s in stood if not s.block_key), None),
        "compare_url": _compare_url(consultation, newest),
    }
    title = _("What became of the comments on section %(number)s") % {"number": text.position}
    return _body("what_became_section.html", context, title, consultation)


def _paragraphs(consultation: Consultation, newest: Revision, text: SectionText, stood: list[Stood]) -> list[Paragraph]:
    """The paragraphs that somebody commented on, in the order of the older text."""
    anchors = Anchor.objects.filter(revision=consultation.revision_id, section=text.section_id).exclude(block_key="")
    placed = Placement.objects.filter(anchor__in=anchors, revision=newest).select_related("anchor")
    whole = {one.anchor.block_key: one for one in placed.filter(anchor__exact="").order_by("pk")}
    quoted = list(placed.exclude(anchor__exact="").order_by("anchor")[:MOST_QUOTES])
    spoken_of = {one.block_key: Counted() for one in stood if one.block_key}
    old = {block.key: block for block in text.blocks.filter(key__in=spoken_of).select_related("section_text")}
    there = [one.block_key for one in (*whole.values(), *quoted) if one.block_key]
    new = {
        block.key: block
        for block in Block.objects.filter(revision=newest, key__in=there).select_related("section_text__section")
    }
    found = []
    for block in sorted(old.values(), key=lambda one: (_rank(one.level), one.position)):
        placement = whole.get(block.key) or next((q for q in quoted if q.anchor.block_key == block.key), None)
        paragraph = Paragraph(
            block.key, block.number, block.get_level_display(), f"{block.level}/", _words_then(placement, block)
        )
        if placement:
            _say_where(paragraph, placement, new.get(placement.block_key), newest, is_whole=block.key in whole)
        for one in (s for s in stood if s.block_key == block.key):
            paragraph.comments += one.comments
            paragraph.threads += one.threads
        paragraph.quotes = [_quote(q) for q in quoted if q.anchor.block_key == block.key]
        found.append(paragraph)
    return found


def _rank(level: str) -> int:
    return {"overview": 0, "snapshot": 1}.get(level, 2)


def _words_then(placement: Placement | None, block: Block) -> str:
    return placement.anchor.words if placement else block.text


def _say_where(
    paragraph: Paragraph, placement: Placement, now: Block | None, newest: Revision, *, is_whole: bool
) -> None:
    paragraph.standing = placement.standing
    if now is None:
        return
    paragraph.now, paragraph.now_number = now.text, now.number
    section = now.section_text.section.key
    slug = newest.document.slug
    paragraph.now_url = reverse("guidance:draft_section_at", args=[slug, newest.number, section, now.level])
    paragraph.now_url += f"#p{now.number}"
    if not is_whole:  # only words of it were quoted: how the paragraph itself stands is told by its words
        same = Placement.Standing.IN_PLACE if now.key == paragraph.key else Placement.Standing.MOVED
        paragraph.standing = same if now.text == paragraph.then else Placement.Standing.CHANGED
    if paragraph.standing == Placement.Standing.CHANGED:
        paragraph.pieces = changed(paragraph.then, now.text)


def _quote(placement: Placement) -> dict:
    standing = Placement.Standing(placement.standing)
    return {"words": placement.anchor.exact, "tag": (*TAGS[standing], standing.label)}


def comments_on(context: dict) -> dict:
    """For the compare page: the consultations on the older draft, with how much was said in each."""
    counts = Tally.objects.of_consultations()
    found = Consultation.objects.announced().filter(revision=context["old"]).order_by("opens_at")
    rows = [{"consultation": one, "comments": counts[one.pk].comments} for one in found if one.pk in counts]
    return {"consultations": [row for row in rows if row["comments"]]}


def compare(request: HttpRequest, slug: str, old: int, new: int, section: str = "", *, whole: bool = False):
    """What changed between two drafts, with the way to what became of the comments."""
    return compare_text(
        request, slug, old, new, section, whole=whole, template="consult/pages/compare.html", more=comments_on
    )
