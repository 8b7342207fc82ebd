"""What a section rests on, as a file lists it at the section's foot (pure).

One list under a heading of its own: `- [name](<address>), paragraph`, or `- **name**, paragraph` for what is on paper
only. What reads otherwise is text like any other, so that no word of it is lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from markdown_it.token import Token

from guidance.blocks import parser
from guidance.importing.escaping import ENTITY, in_a_line
from guidance.references.fitting import MOST_CITATIONS, fit_address, fit_name, fit_paragraph

HEADING = "What this section rests on"
"""As it is written in files, which are the same in every language."""
ITEM = ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]


@dataclass(frozen=True)
class RestsOn:
    """A reference at a section's foot: its name, its address on the web if it has one, and which paragraph of it."""

    name: str
    address: str = ""
    paragraph: str = ""

    @property
    def as_found(self) -> tuple[str, str]:
        """What it is found again by: a document keeps each name once, with the address that it has there."""
        return self.name.casefold(), self.paragraph


def begins_a_list(heading: str) -> bool:
    return " ".join(heading.split()).casefold() == HEADING.casefold()


def written(cited: Iterable[RestsOn]) -> str:
    return "\n".join(f"- {_named(one)}{in_a_line(f', {one.paragraph}') if one.paragraph else ''}" for one in cited)


def _named(one: RestsOn) -> str:
    name = in_a_line(one.name)
    return f"[{name}](<{ENTITY.sub('&amp;', one.address)}>)" if one.address else f"**{name}**"


def read_list(body: str) -> list[RestsOn]:
    """The references of a list, each once; none if anything in it reads otherwise."""
    tokens = parser().parse(body)
    if not tokens or tokens[0].type != "bullet_list_open" or tokens[-1].type != "bullet_list_close":
        return []
    inside = tokens[1:-1]
    if [token.type for token in inside] != ITEM * (len(inside) // len(ITEM)):
        return []
    try:
        found = list(dict.fromkeys(_read(token.children or []) for token in inside[2 :: len(ITEM)]))
    except (ValidationError, ValueError):
        return []
    return found if len(found) <= MOST_CITATIONS else []


def _read(tokens: Sequence[Token]) -> RestsOn:
    """Raises ValueError or ValidationError for what is no reference."""
    marks = [token for token in tokens if token.type not in {"text", "text_special"} or token.content]
    if not marks or marks[0].type not in {"link_open", "strong_open"}:
        raise ValueError("It does not begin with a name.")
    opened, kind = marks[0], marks[0].type.removesuffix("_open")
    end = next(at for at, token in enumerate(marks) if token.type == f"{kind}_close")
    name, behind = "".join(_words(marks[1:end])), "".join(_words(marks[end + 1 :]))
    if behind and not behind.startswith(", "):
        raise ValueError("Something else follows the name.")
    address = fit_address(str(opened.attrs["href"])) if kind == "link" else ""
    if kind == "link" and not address:
        raise ValueError("A link that leads nowhere.")
    return RestsOn(fit_name(name), address, fit_paragraph(behind.removeprefix(", ")))


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type not in {"text", "text_special"}:
            raise ValueError("More than words.")
        yield token.content
