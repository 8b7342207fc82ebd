"""Headings and blocks, as a file has them, made into the parts of a document (pure).

Writers use heading styles as they like: a title or none, sections in the first or second step. What a heading becomes
is told from the headings around it, never from its step alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guidance.cleaning import clean, clean_line
from guidance.importing.bounds import LONGEST_LINE, block_tokens, refuse_what_would_take_too_long
from guidance.importing.escaping import in_a_heading
from guidance.importing.imported import LEVEL_HEADINGS, Imported
from guidance.importing.left_out import Lost, in_words
from guidance.importing.markdown import KEY
from guidance.importing.parts import Part, assemble
from guidance.importing.rests_on import begins_a_list
from guidance.importing.tree import Block, Heading

DEEPEST_HEADING = 6


@dataclass(frozen=True)
class Steps:
    """Where sections start, and where headings inside their text do."""

    section: int
    text: int


def document_of(
    items: Sequence[Heading | Block],
    lost: Counter[Lost],
    *,
    title: str = "",
    name: str = "",
    doubts: Sequence[str] = (),
) -> Imported:
    """A document of what was read. `title` is what the file says about itself, `name` what it is called. Raises
    ValidationError with what is to be mended."""
    heading, items, warnings = _titled(list(items), title, name)
    steps = _steps(items)
    parts = _parts(heading, items, steps)
    kept = _with_text(parts)
    lost[Lost.EMPTY_SECTION] += len(parts) - len(kept)
    _refuse_what_cannot_be_read_back(kept)
    imported = assemble(kept)
    imported.warnings[:0] = [*doubts, *warnings, *in_words(lost)]
    return imported


def _titled(items: list[Heading | Block], title: str, name: str) -> tuple[str, list[Heading | Block], list[str]]:
    """The document's title, and the rest: a heading in the style for titles; or the only heading of the highest
    step, if it comes first; or what the file says about itself; or its name."""
    headings = [item for item in items if isinstance(item, Heading)]
    styled = [heading for heading in headings if heading.is_title]
    highest = min((heading.depth for heading in headings), default=0)
    if styled:
        chosen = styled[0]
    elif headings and headings[0].depth == highest and sum(h.depth == highest for h in headings) == 1 < len(headings):
        chosen = headings[0]
    else:
        found = clean_line(title) or clean_line(name)
        return found, items, [_("We found no title in the text, and took “%(title)s”.") % {"title": found}]
    at = next(i for i, item in enumerate(items) if item is chosen)
    rest = [*items[:at], *items[at + 1 :]]
    return clean_line(chosen.words), [_untitled(item) for item in rest], []


def _untitled(item: Heading | Block) -> Heading | Block:
    """A second heading in the style for titles begins a section like any other of the highest step."""
    return replace(item, is_title=False) if isinstance(item, Heading) and item.is_title else item


def _steps(items: Sequence[Heading | Block]) -> Steps:
    """Sections stand on the highest step that is used. Where levels are, headings in the text stand below them."""
    depths = [item.depth for item in items if isinstance(item, Heading)]
    section = min(depths, default=1)
    levels = [item.depth for item in items if isinstance(item, Heading) and _is_level(item, section)]
    return Steps(section, max(levels, default=section) + 1)


def _is_level(heading: Heading, section: int) -> bool:
    words = clean_line(heading.words)
    return heading.depth > section and (words.lower() in LEVEL_HEADINGS or begins_a_list(words))


def _parts(title: str, items: Sequence[Heading | Block], steps: Steps) -> list[Part]:
    parts = [Part(1, title, "", 0, "")]
    bodies: list[list[str]] = [[]]
    for item in items:
        if isinstance(item, Block):
            bodies[-1].append(item.markdown)
        elif item.depth == steps.section or _is_level(item, steps.section):
            parts.append(_begun(clean_line(item.words), 2 if item.depth == steps.section else 3))
            bodies.append([])
        else:
            marks = "#" * min(DEEPEST_HEADING, 4 + max(0, item.depth - steps.text))
            bodies[-1].append(f"{marks} {in_a_heading(clean_line(item.words))}")
    return [replace(part, body=clean("\n\n".join(body)).text) for part, body in zip(parts, bodies, strict=True)]


def _begun(words: str, depth: int) -> Part:
    key = KEY.search(words) if depth == 2 else None
    return Part(depth, KEY.sub("", words) if key else words, key[1] if key else "", 0, "")


def _with_text(parts: list[Part]) -> list[Part]:
    """Without sections that have nothing below their heading: pages are full of them."""
    kept: list[Part] = []
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        is_empty = part.depth == 2 and not part.body and (after is None or after.depth != 3)
        if not is_empty:
            kept.append(part)
    return kept


def _refuse_what_cannot_be_read_back(parts: list[Part]) -> None:
    """Each paragraph on its own, so that the error can say where it is."""
    for part in parts:
        for line in part.body.split("\n"):
            if len(line) > LONGEST_LINE:
                raise ValidationError(
                    _("In “%(heading)s”, the paragraph that begins “%(words)s” is longer than %(most)s characters.")
                    % {"heading": part.heading[:80], "words": line[:40].strip(), "most": f"{LONGEST_LINE:,}"}
                )
    whole = "\n\n".join(part.body for part in parts)
    refuse_what_would_take_too_long(whole)
    block_tokens(whole)
