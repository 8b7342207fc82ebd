"""What someone follows, as a page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from consult.notices.models import Follow
from guidance.models import SectionText


@dataclass(frozen=True)
class Row:
    """One thing that someone follows: its name, where it is, and where to say how often."""

    pk: int
    title: str
    about: str
    address: str
    change: str
    how_often: str


def rows_of(follows: Iterable[Follow]) -> list[Row]:
    """Each thing in words, in two queries however many there are."""
    follows = list(follows)
    titles = _titles([follow.section_id for follow in follows if follow.section_id])
    return [_row(follow, titles) for follow in follows]


def _titles(sections: list[int]) -> dict[int, str]:
    """What a section is called in the newest draft that has it."""
    texts = SectionText.objects.filter(section__in=sections).exclude(revision__state="draft")
    return dict(texts.order_by("revision__number").values_list("section", "title"))


def _row(follow: Follow, titles: dict[int, str]) -> Row:
    often = follow.get_how_often_display()
    document = follow.document
    if follow.thread_id:
        return Row(
            follow.pk, _("A thread"), document.title, follow.thread.get_absolute_url(),
            reverse("follow_thread", args=[follow.thread_id]), often,
        )  # fmt: skip
    if follow.consultation_id:
        one = follow.consultation
        change = reverse("follow_consultation", args=[one.slug])
        return Row(follow.pk, one.title, _("A consultation"), one.get_absolute_url(), change, often)
    if follow.section_id:
        address = reverse("guidance:section", args=[document.slug, follow.section.key])
        return Row(follow.pk, titles.get(follow.section_id, ""), document.title, address, "", often)
    change = reverse("follow_document", args=[document.slug])
    return Row(follow.pk, document.title, _("Guidance"), reverse("document", args=[document.slug]), change, often)
