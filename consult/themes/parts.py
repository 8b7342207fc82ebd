"""What a summary says of one place, and of the whole: from comments to plain data (pure)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from consult.themes.counting import FEWEST, Said, adds_up, counts, groups_of_people
from consult.themes.folding import points
from consult.themes.phrases import Background, key_phrases
from consult.themes.quotes import quotation, quotes
from consult.themes.voices import Voice

# Somebody's e-mail address or telephone number: in a comment it can be withdrawn, in a minister's folder it cannot.
CONTACT = re.compile(r"\S@\S+\.\w|(?:\d[\s().-]{0,2}){9,}")


class DoesNotHold(Exception):
    """A summary that says what the comments do not. It is never stored."""


def part_of(said: Sequence[Said], against: Background) -> dict[str, Any]:
    """Counts, key phrases and quotations for one place. Raises DoesNotHold rather than say something untrue."""
    shown = [comment for comment in said if comment.is_shown]
    voices = [
        Voice(comment.id, comment.text, None if comment.persona is None else str(comment.persona), comment.capacity)
        for comment in shown
    ]
    folded = points(voices)
    found = quotes(voices, folded=folded, quotable=lambda words: not CONTACT.search(words))
    part = {
        "counts": {**counts(said), "copies": len(voices) - len(folded)},
        "capacities": groups_of_people({c.persona: c.capacity for c in shown if c.persona is not None}),
        "phrases": [_plain(phrase) for phrase in key_phrases(voices, against=against, folded=folded)],
        "quotes": [_plain(quote) for quote in found.quotes],
        "quoted": {
            name: getattr(found, name) for name in ("all", "near", "in_other_groups", "not_grouped", "without_words")
        },
    }
    _insist(found, part, {comment.id: comment.text for comment in shown})
    return part


def _plain(thing: Any) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(thing).items()}


def _insist(found: Any, part: dict[str, Any], texts: dict[int, str]) -> None:
    """The gate: every quotation is a slice, every number adds up, and every statement names comments that are there."""
    if not all(quotation(texts.get(quote.id, ""), quote) for quote in found.quotes):
        raise DoesNotHold("A quotation is not an exact slice of its comment.")
    if not (found.adds_up and adds_up(part["counts"]) and found.all == part["counts"]["shown"] == len(texts)):
        raise DoesNotHold("The numbers of a place do not add up.")
    named = {comment for statement in (*part["quotes"], *part["phrases"]) for comment in statement["ids"]}
    if not named <= texts.keys():
        raise DoesNotHold("A statement rests on a comment that is not shown.")


def whole_of(said: Iterable[Said]) -> dict[str, Any]:
    """Counts for the consultation, and who took part, in groups that single nobody out."""
    capacities: dict[int, str] = {}
    professions: dict[int, str] = {}

    def remembered() -> Iterable[Said]:
        for comment in said:
            if comment.is_shown and comment.persona is not None:
                capacities[comment.persona] = comment.capacity
                professions[comment.persona] = comment.profession
            yield comment

    return {
        "counts": counts(remembered()),
        "capacities": groups_of_people(capacities),
        "professions": groups_of_people(professions),
        "fewest": FEWEST,
    }
