"""Similar things that were said already, as the page shows them that asks before it posts."""

from dataclasses import dataclass

from consult.consultations.models import Consultation
from consult.discussion.campaigns.showing import CAMPAIGN, copies_of
from consult.discussion.models import PublicComment
from consult.pages.talk import Card, card


@dataclass(frozen=True)
class SimilarCard:
    """A comment, and how many say the same in nearly the same words; 0 for so few that it is no campaign."""

    card: Card
    copies: int


def similar_cards(ids: list[int], consultation: Consultation) -> list[SimilarCard]:
    """These comments as cards, in this order, without those that were taken off the page a moment ago."""
    found = PublicComment.objects.to_show().with_standing(None).filter(visible=True).in_bulk(ids)
    copies = copies_of(ids)
    return [
        SimilarCard(card(found[pk], consultation, is_open=True), n if (n := copies.get(pk, 0)) >= CAMPAIGN else 0)
        for pk in ids
        if pk in found
    ]
