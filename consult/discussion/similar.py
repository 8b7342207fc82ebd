"""What was said already where somebody is about to say something like it."""

from collections.abc import Iterable

from consult.discussion.actions import Said
from consult.discussion.models import PublicComment
from consult.discussion.places import Place
from consult.discussion.querysets import CommentQuerySet, ThreadNumber
from consult.people.models import Persona
from consult.screening.similarity import similar

LOOK_AT_MOST = 200
"""First comments at the place, the newest first."""
MOST_SHOWN = 3


def said_here_already(said: Said, place: Place, *, own: Iterable[Persona]) -> list[int]:
    """Up to three public comments by others that say something like this, the most similar first. One question.

    `own` are the names of whoever is about to say it.

    Of suggested wordings only the same ones count: all of them begin as copies of one paragraph.
    """
    found = _at(place).filter(visible=True).alias(number=ThreadNumber()).order_by("-number")
    rows = found.values_list("pk", "comment", "suggested", "persona")[:LOOK_AT_MOST]
    mine = {persona.pk for persona in own}
    others = [row for row in rows if row[3] not in mine]
    if said.suggested:
        return [pk for pk, _text, suggested, _persona in others if suggested == said.suggested][:MOST_SHOWN]
    texts = [(pk, text) for pk, text, suggested, _persona in others if not suggested]
    return [pk for pk, _how_much in similar(said.text, texts, at_most=MOST_SHOWN)]


def _at(place: Place) -> CommentQuerySet:
    """First comments where one is about to speak: on the same paragraph, section or question, or on the whole."""
    roots = PublicComment.objects.roots()
    if place.question:
        return roots.in_question(place.question)
    if place.section_text:
        block_key = place.block.key if place.block else ""
        return roots.in_section(place.consultation, place.section_text.section, block_key)
    return roots.on_the_whole(place.consultation)
