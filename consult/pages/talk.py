"""A thread as a page shows it: cards, with what may be shown and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import Elsewhere, Placement, PublicComment
from consult.discussion.paths import WIDTH
from consult.discussion.querysets import REPLIES_A_PAGE, THREADS_A_PAGE, CommentQuerySet, Order
from consult.discussion.suggesting import difference, words_in
from consult.moderation.models import Decision
from consult.people.models import Persona
from guidance.diffs import Piece
from guidance.models import Level


@dataclass(frozen=True)
class Standing:
    """Where the words that a thread is about are in the newest version, and the way there."""

    tag: tuple[str, str, str]
    """Kind, icon and words of the tag."""
    draft: str
    url: str


@dataclass(frozen=True)
class Card:
    """One comment, ready to print. A withdrawn one has neither words nor name."""

    id: int
    words: str
    name: str
    about: str
    organisation: str
    day: date | None
    depth: int
    is_gone: bool
    gone_on: date | None
    answers: str
    source: str
    source_url: str
    can_be_replied_to: bool
    part: str = ""
    """Which part of a letter it is, if that has several."""
    letter_url: str = ""
    can_be_recognised: bool = False
    """Whoever said it elsewhere can say so."""
    is_late: bool = False
    badge: str = ""
    """The kind of public body at which its writer has confirmed a work address."""
    name_url: str = ""
    """The page of the name, if it has one."""
    place: str = ""
    """The number of its paragraph, if that is on the page."""
    place_url: str = ""
    """The way to its paragraph, if the card is to say on which one it stands."""
    level: Level | None = None
    quoted: str = ""
    """The words of the text that it is about, if they are part of a paragraph."""
    kind: tuple[str, str] | None = None
    """What kind of contribution it is, if it is not a plain comment: the words of its tag and the icon."""
    stance: str = ""
    evidence_url: str = ""
    difference: tuple[Piece, ...] = ()
    """What a suggestion takes out of the paragraph and puts in."""
    wording: str = ""
    """The paragraph as a suggestion would have it."""
    is_removed: bool = False
    changed_on: date | None = None
    standing: Standing | None = None
    is_held: bool = False
    """A moderator is looking at it; its words are off the page meanwhile."""
    rule: str = ""
    """The house rule under which it was hidden, or words were taken out of it."""
    agree: int = 0
    disagree: int = 0
    can_be_weighed: bool = False


@dataclass(frozen=True)
class OnThePage:
    """The paragraphs of a section page: their numbers by their keys, and the section's address."""

    numbers: dict[str, str]
    section_url: str

    def way_to(self, comment: PublicComment) -> str:
        """To the comment's paragraph: on this page, or at another level of the section. Empty for a whole section."""
        if not comment.block_key:
            return ""
        number = self.numbers.get(comment.block_key)
        return f"#p{number}" if number else f"{self.section_url}{comment.text_level}/?block={comment.block_key}#talk"


@dataclass
class Thread:
    """A thread's first comment, its first replies, and how many more there are."""

    root: Card
    replies: list[Card] = field(default_factory=list)
    in_all: int = 1
    readable: int = 1

    @property
    def more(self) -> int:
        return max(0, self.in_all - 1 - len(self.replies))

    @property
    def replies_in_all(self) -> int:
        """Replies that can be read."""
        return readable_replies(self.readable, is_gone=self.root.is_gone)


def readable_replies(readable: int, *, is_gone: bool) -> int:
    """How many of a thread's readable comments are replies: a first comment that is gone is not among them."""
    return readable if is_gone else readable - 1


@dataclass
class Talk:
    """A page of threads in some order. `further` is the query of the next page, if there is one."""

    threads: list[Thread]
    order: Order
    further: str = ""

    @property
    def is_first_page(self) -> bool:
        return self.order.before is None

    @property
    def begins(self) -> str:
        """The query of the first page in this order."""
        return _query(self.order)

    @property
    def orders(self) -> dict[str, str]:
        return {
            "newest": _("Newest first"),
            "oldest": _("Oldest first"),
            "agreed": _("Most agreed"),
            "discussed": _("Most discussed"),
        }

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return list(PublicComment.Kind.choices)

    @property
    def ids(self) -> list[int]:
        return [card.id for thread in self.threads for card in (thread.root, *thread.replies)]

    @property
    def quotes(self) -> set[str]:
        """Words of the text that these threads are about."""
        return {thread.root.quoted for thread in self.threads if thread.root.quoted and not thread.root.is_gone}


KINDS = {
    PublicComment.Kind.QUESTION: "question",
    PublicComment.Kind.EVIDENCE: "evidence",
    PublicComment.Kind.SUGGESTION: "pen",
}


def _query(order: Order, **cursor: int | None) -> str:
    chosen = {"sort": order.by if order.by != "newest" else "", "kind": order.kind, **cursor}
    return urlencode({name: value for name, value in chosen.items() if value not in ("", None)})


TAGS = {
    Placement.Standing.IN_PLACE: ("plain", "tick"),
    Placement.Standing.MOVED: ("plain", "moved"),
    Placement.Standing.CHANGED: ("care", "pen"),
    Placement.Standing.REMOVED: ("out", "cross"),
}


def standing_of(comment: PublicComment, consultation: Consultation) -> Standing | None:
    """How its thread stands in the newest version, for cards of first comments (`with_standing`)."""
    found = getattr(comment, "standing", None)
    if not found:
        return None
    standing, newest = Placement.Standing(found), consultation.document.current
    is_corrected = newest.pk == consultation.revision_id
    url = reverse("what_became_of_section", args=[consultation.slug, comment.section_key]) + f"#b-{comment.block_key}"
    draft = _("Since a correction") if is_corrected else newest.name.capitalize()
    return Standing((*TAGS[standing], str(standing.label)), draft, url)


def rules_of(comments: list[PublicComment]) -> dict[int, str]:
    """The house rules under which some of these were hidden or redacted, by comment. No question if none was."""
    decided = [one.pk for one in comments if one.was_decided_on and not one.is_withdrawn]
    return {pk: decision.rule_words for pk, decision in Decision.objects.latest_of(decided).items()}


def card(
    comment: PublicComment,
    consultation: Consultation,
    *,
    is_open: bool,
    places: OnThePage | None = None,
    rules: dict[int, str] | None = None,
    for_its_team: bool = False,
) -> Card:
    """A comment as a card, or one `for_its_team` of words that are for the editors only.

    With `places` it says on which paragraph it stands, or at which other level that one is."""
    gone = not comment.visible and not for_its_team
    elsewhere = getattr(comment, "elsewhere", None)
    persona = comment.persona
    suggested = comment.suggested if comment.is_suggestion and not gone else ""
    return Card(
        id=comment.pk,
        words="" if gone else comment.comment,
        name="" if gone else name_of(comment, consultation),
        about="" if gone or not persona else persona.shown_profession,
        organisation="" if gone else _organisation(comment, consultation),
        badge="" if gone or not persona else persona.badge,
        name_url="" if gone or not persona else name_url(persona, consultation),
        day=comment.day,
        depth=comment.depth,
        is_gone=gone,
        gone_on=comment.withdrawn_on,
        answers=comment.answered_name or "",
        source=elsewhere.source if elsewhere else "",
        source_url=elsewhere.url if elsewhere and not gone else "",
        can_be_replied_to=is_open and comment.can_be_replied_to,
        **_as_part_of_a_letter(elsewhere, consultation),
        can_be_recognised=not gone and elsewhere is not None and persona is None,
        place=places.numbers.get(comment.block_key, "") if places else "",
        place_url=places.way_to(comment) if places else "",
        level=Level(comment.text_level) if places and comment.text_level else None,
        quoted=getattr(comment, "quoted", None) or "",
        kind=kind_of(comment),
        stance="" if gone else str(comment.get_stance_display()),
        evidence_url="" if gone else comment.evidence_url,
        difference=difference(comment.suggested_on, suggested) if suggested else (),
        wording=words_in(suggested) if suggested else "",
        is_removed=comment.words_are_gone,
        changed_on=None if gone or comment.is_redacted or for_its_team else comment.changed_on,
        standing=standing_of(comment, consultation),
        is_held=gone and comment.staff_state == PublicComment.StaffState.HELD,
        rule=(rules or {}).get(comment.pk, ""),
        agree=getattr(comment, "agree", 0) or 0,
        disagree=getattr(comment, "disagree", 0) or 0,
        can_be_weighed=is_open and comment.visible,
    )


def kind_of(comment: PublicComment) -> tuple[str, str] | None:
    """The tag that says what kind of contribution it is; none for a plain comment."""
    icon = KINDS.get(comment.kind)
    return (str(comment.get_kind_display()), icon) if icon else None


def name_url(persona: Persona, consultation: Consultation) -> str:
    key = persona.address_key
    return reverse("persona", args=[consultation.slug, key]) if key else ""


def name_of(comment: PublicComment, consultation: Consultation) -> str:
    """The name that stands over a comment."""
    if comment.persona:
        return comment.persona.name
    known = comment.elsewhere.author_name if hasattr(comment, "elsewhere") else ""
    if known and consultation.shows_names_from_elsewhere:
        return known
    return _("Name not shown") if known else _("Name not given")


def _organisation(comment: PublicComment, consultation: Consultation) -> str:
    """For whom it was said. An organisation that wrote a letter is named where people are."""
    if comment.persona:
        return comment.persona.organisation
    known = comment.elsewhere.organisation if hasattr(comment, "elsewhere") else ""
    return known if consultation.shows_names_from_elsewhere else ""


def _as_part_of_a_letter(elsewhere: Elsewhere | None, consultation: Consultation) -> dict:
    if elsewhere is None or not elsewhere.letter_id:
        return {}
    several = elsewhere.of_parts > 1
    which = {"part": elsewhere.part, "parts": elsewhere.of_parts}
    return {
        "part": _("Part %(part)d of %(parts)d") % which if several else "",
        "letter_url": reverse("letter", args=[consultation.slug, elsewhere.letter_id]) if several else "",
        "is_late": elsewhere.is_late,
    }


def talk(
    comments: CommentQuerySet,
    consultation: Consultation,
    *,
    is_open: bool,
    order: Order | None = None,
    places: OnThePage | None = None,
) -> Talk:
    """A page of threads from a set of comments, in two queries."""
    order = order or Order()
    found = list(comments.threads_page(order, current_id=consultation.document.current_id))
    roots = found[:THREADS_A_PAGE]
    answers = list(PublicComment.objects.first_replies(roots))
    rules = rules_of([*roots, *answers])
    threads = {
        root.path: Thread(
            card(root, consultation, is_open=is_open, places=places, rules=rules),
            in_all=root.in_thread,
            readable=root.readable,
        )
        for root in roots
    }
    for reply in answers:
        threads[reply.path[:WIDTH]].replies.append(card(reply, consultation, is_open=is_open, rules=rules))
    last = roots[-1] if len(found) > THREADS_A_PAGE else None
    further = _query(order, rank=order.rank_of(last), before=last.pk) if last else ""
    return Talk(list(threads.values()), order, further)


@dataclass
class Replies:
    """A page of one thread's replies, with the ids from which to go on or back."""

    cards: list[Card]
    later: int | None
    earlier: int | None

    @property
    def ids(self) -> list[int]:
        return [card.id for card in self.cards]


def replies(
    root: PublicComment, consultation: Consultation, *, is_open: bool, start: PublicComment | None = None
) -> Replies:
    """The thread's replies from one of them on. Costs the same wherever in the thread that is."""
    found = list(PublicComment.objects.replies_from(root.path, start.path if start else ""))
    shown, rest = found[:REPLIES_A_PAGE], found[REPLIES_A_PAGE:]
    above = list(PublicComment.objects.replies_before(root.path, start.path)) if start else []
    rules = rules_of(shown)
    return Replies(
        cards=[card(reply, consultation, is_open=is_open, rules=rules) for reply in shown],
        later=rest[0].pk if rest else None,
        earlier=above[-1].pk if above else None,
    )
