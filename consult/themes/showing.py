"""A stored summary as it may be read now: words that are no longer public are left out, and it says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.themes import wording
from consult.themes.counting import SHOWN, STATES
from consult.themes.models import Summary
from consult.themes.snapshot import QUESTION, SECTION


@dataclass(frozen=True)
class ShownQuote:
    """A quotation with its writer as readers know them, and how much it stands for."""

    text: str
    who: str
    about: str
    address: str
    near: int
    people: int
    copies: int
    few: bool

    @property
    def about_weight(self) -> str:
        return wording.about_quote(self)


@dataclass(frozen=True)
class ShownPlace:
    """A section, a question or the whole: numbers, key phrases, quotations."""

    key: str
    heading: str
    counts: dict[str, int]
    capacities: list[tuple[str, int]]
    phrases: list[dict[str, Any]]
    quotes: list[ShownQuote]
    quoted: dict[str, int]
    quotes_gone: int

    @property
    def about_comments(self) -> str:
        return wording.about_comments(self.counts)

    @property
    def about_kinds(self) -> str:
        return wording.about_kinds(self.counts)

    @property
    def about_people(self) -> str:
        return wording.about_people(self.counts)

    @property
    def about_missing(self) -> str:
        return wording.about_missing(self.counts)

    @property
    def about_copies(self) -> str:
        return wording.about_copies(self.counts)

    @property
    def about_quoted(self) -> str:
        return wording.about_quoted(self)

    @property
    def anchor(self) -> str:
        return self.key.replace(":", "-")

    @property
    def is_silent(self) -> bool:
        return not self.counts["all"]


@dataclass(frozen=True)
class Shown:
    """A summary, ready for a page or a file. `said_since` and `gone_since` count what it does not know of."""

    title: str
    address: str
    seal: int
    inputs_hash: str
    method: str
    made_at: datetime
    fewest: int
    counts: dict[str, int]
    capacities: list[tuple[str, int]]
    professions: list[tuple[str, int]]
    places: list[ShownPlace]
    said_since: int
    gone_since: int

    @property
    def quotes_gone(self) -> int:
        return sum(place.quotes_gone for place in self.places)

    @property
    def about_kinds(self) -> str:
        return wording.about_kinds(self.counts)

    @property
    def about_missing(self) -> str:
        return wording.about_missing(self.counts)

    @property
    def about_since(self) -> str:
        return wording.about_since(self)

    @property
    def is_out_of_date(self) -> bool:
        return bool(self.said_since or self.gone_since or self.quotes_gone)

    @property
    def spoken_of(self) -> list[ShownPlace]:
        return [place for place in self.places if not place.is_silent]

    @property
    def silent(self) -> list[ShownPlace]:
        return [place for place in self.places if place.is_silent]


def show(summary: Summary) -> Shown:
    """The summary as of now, in four queries whatever its size."""
    content, consultation = summary.content, summary.consultation
    quoted = _comments_of(quote for place in content["places"] for quote in place["quotes"])
    said, gone = _since(consultation, content["counts"])
    return Shown(
        title=content["title"],
        address=consultation.get_absolute_url(),
        seal=summary.seal_number,
        inputs_hash=summary.inputs_hash,
        method=summary.method,
        made_at=summary.made_at,
        fewest=content["fewest"],
        counts=content["counts"],
        capacities=_capacities(content["capacities"]),
        professions=[(name or _("Other, or not stated"), people) for name, people in content["professions"]],
        places=[_place(place, quoted, consultation) for place in content["places"]],
        said_since=said,
        gone_since=gone,
    )


def _comments_of(quotes: Iterable[dict[str, Any]]) -> dict[int, PublicComment]:
    """The quoted comments that can still be read."""
    ids = {quote["id"] for quote in quotes}
    found = PublicComment.objects.filter(pk__in=ids, visible=True).select_related("persona", "elsewhere")
    return {comment.pk: comment for comment in found}


def _since(consultation: Consultation, then: dict[str, int]) -> tuple[int, int]:
    """How many comments came in since, and how many went."""
    now = PublicComment.objects.filter(consultation=consultation).aggregate(
        all=Count("pk"), gone=Count("pk", filter=Q(visible=False))
    )
    return max(0, now["all"] - then["all"]), max(
        0, now["gone"] - sum(then[state] for state in STATES if state != SHOWN)
    )


def _place(place: dict[str, Any], quoted: dict[int, PublicComment], consultation: Consultation) -> ShownPlace:
    quotes = [
        _quote(quote, quoted[quote["id"]], consultation)
        for quote in place["quotes"]
        if _still_stands(quote, quoted.get(quote["id"]))
    ]
    return ShownPlace(
        key=place["key"],
        heading=_heading(place),
        counts=place["counts"],
        capacities=_capacities(place["capacities"]),
        phrases=place["phrases"],
        quotes=quotes,
        quoted=place["quoted"],
        quotes_gone=len(place["quotes"]) - len(quotes),
    )


def _still_stands(quote: dict[str, Any], comment: PublicComment | None) -> bool:
    """Whether the words can still be read where they were said, letter by letter."""
    return comment is not None and bool(quote["text"]) and comment.text[quote["start"] : quote["end"]] == quote["text"]


def without_fallen_quotes(content: dict[str, Any]) -> dict[str, Any]:
    """A summary's content in which the words of quotations that do not stand any more are blank. They still count as
    quotations that are gone."""
    standing = _comments_of(quote for place in content["places"] for quote in place["quotes"])

    def kept(quote: dict[str, Any]) -> dict[str, Any]:
        return quote if _still_stands(quote, standing.get(quote["id"])) else {**quote, "text": ""}

    places = [{**place, "quotes": [kept(quote) for quote in place["quotes"]]} for place in content["places"]]
    return {**content, "places": places}


def _quote(quote: dict[str, Any], comment: PublicComment, consultation: Consultation) -> ShownQuote:
    who, about = _writer(comment, consultation)
    return ShownQuote(
        text=quote["text"],
        who=who,
        about=about,
        address=comment.get_absolute_url(),
        near=quote["near"],
        people=quote["people"],
        copies=quote["copies"],
        few=quote["few"],
    )


def _writer(comment: PublicComment, consultation: Consultation) -> tuple[str, str]:
    """The name someone posted under, and what they let readers know; for words from elsewhere, where from."""
    persona = comment.persona
    if persona is not None:
        spoken_for = _("for %(organisation)s") % {"organisation": persona.organisation}
        return persona.name, spoken_for if persona.speaks_for_organisation else persona.shown_profession
    source = getattr(getattr(comment, "elsewhere", None), "source", "")
    known = comment.elsewhere.author_name if source and consultation.shows_names_from_elsewhere else ""
    return known or _("Name not shown"), _("from elsewhere: %(source)s") % {"source": source} if source else ""


def _capacities(groups: list[list[Any]]) -> list[tuple[str, int]]:
    names = {"personal": _("for themselves"), "organisation": _("for an organisation"), "": _("not stated")}
    return [(names.get(name, name), people) for name, people in groups]


def _heading(place: dict[str, Any]) -> str:
    if place["kind"] == SECTION and not place["number"]:
        return _("From an earlier draft: %(title)s") % place
    if place["kind"] == SECTION:
        return _("Section %(number)s. %(title)s") % place
    if place["kind"] == QUESTION:
        return _("Question %(number)s. %(title)s") % place
    return _("On the whole")
