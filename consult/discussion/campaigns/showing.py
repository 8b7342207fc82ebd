"""The campaigns of a consultation, counted from what stands there now."""

from dataclasses import dataclass

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery

from consult.consultations.models import Consultation
from consult.discussion.campaigns.models import Sent
from consult.discussion.campaigns.passages import Passage, passages
from consult.discussion.campaigns.texts import texts_of
from consult.discussion.models import PublicComment

CAMPAIGN = 3
"""So many people with one text are a campaign."""
MOST_SHOWN = 100
A_PAGE = 20
HAS_WORDS = {"own_state": "shown", "staff_state": "shown", "under_hidden": False}
"""Neither withdrawn nor held nor hidden. What is for the editors only is among them."""
STANDS = Q(**{f"comment__{name}": value for name, value in HAS_WORDS.items()})


@dataclass(frozen=True)
class Campaign:
    """A text that many people sent: how many comments say the same, how many people, and how many add words."""

    number: int
    text: str
    comments: int
    people: int
    with_own_words: int


@dataclass(frozen=True)
class WithOwnWords:
    """A comment that holds a campaign's text, cut into what is the campaign's and what is its writer's own."""

    comment: PublicComment
    passages: list[Passage]


def sent_to(consultation: Consultation) -> QuerySet[Sent]:
    """All comments that are long enough to be compared, and whose words stand."""
    return Sent.objects.filter(STANDS, comment__consultation=consultation)


def campaigns_of(consultation: Consultation, number: int | None = None) -> list[Campaign]:
    """The largest first; with a number, that one. People are counted as names; without a name, as comments."""
    found = sent_to(consultation).filter(**{"wording__campaign": number} if number is not None else {})
    rows = (
        found.values("wording__campaign")
        .annotate(
            comments=Count("pk"),
            names=Count("comment__persona", distinct=True),
            nameless=Count("pk", filter=Q(comment__persona=None)),
            first=Min("comment"),
        )
        .annotate(people=F("names") + F("nameless"))
        .filter(people__gte=CAMPAIGN)
        .order_by("-people", "-comments", "wording__campaign")[:MOST_SHOWN]
    )
    rows = list(rows)
    texts = PublicComment.objects.only("comment").in_bulk([row["first"] for row in rows])
    adding = _adding(consultation, [row["wording__campaign"] for row in rows])
    return [
        Campaign(
            number=row["wording__campaign"],
            text=texts[row["first"]].comment,
            comments=row["comments"],
            people=row["people"],
            with_own_words=adding.get(row["wording__campaign"], 0),
        )
        for row in rows
    ]


def comments_in_all(consultation: Consultation) -> int:
    """All comments that a campaign's copies are counted among."""
    return PublicComment.objects.filter(consultation=consultation, **HAS_WORDS).count()


def in_campaigns(campaigns: list[Campaign]) -> int:
    """How many comments are copies. No comment is a copy of two texts."""
    return sum(one.comments for one in campaigns)


def _adding(consultation: Consultation, numbers: list[int]) -> dict[int, int]:
    """How many comments hold these campaigns' texts and add words of their own."""
    found = sent_to(consultation).filter(wording__holds__campaign__in=numbers)
    found = found.exclude(wording__campaign=F("wording__holds__campaign"))
    return dict(found.order_by().values_list("wording__holds__campaign").annotate(n=Count("pk")))


def with_own_words(consultation: Consultation, campaign: Campaign, *, after: int = 0) -> list[WithOwnWords]:
    """Those that hold the campaign's text and add to it: twenty, and one more to see whether there are others."""
    found = sent_to(consultation).filter(wording__holds__campaign=campaign.number, comment__gt=after)
    found = found.exclude(wording__campaign=campaign.number).select_related("wording").order_by("comment")
    page = list(found[: A_PAGE + 1])
    comments = PublicComment.objects.to_show().with_standing(None).in_bulk([one.comment_id for one in page])
    held = texts_of({one.wording.holds_id for one in page})
    return [
        WithOwnWords(
            comments[one.comment_id],
            passages(comments[one.comment_id].comment, f"{campaign.text}\n\n{held.get(one.wording.holds_id, '')}"),
        )
        for one in page
    ]


def copies_of(comments: list[int]) -> dict[int, int]:
    """For each of these comments how many readable ones say the same, itself among them."""
    alike = Sent.objects.filter(STANDS, wording__campaign=OuterRef("wording__campaign")).order_by()
    counted = alike.values("wording__campaign").annotate(n=Count("pk")).values("n")
    return dict(Sent.objects.filter(comment__in=comments).values_list("comment", Subquery(counted)))
