"""Markdown to sections (pure). The convention is described for writers in docs/writing-guidance.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from guidance.blocks import BlockSource, parser, split_blocks
from guidance.cleaning import clean
from guidance.decision_aids import aid_faults
from guidance.models import Level

LEVEL_HEADINGS = {
    "overview": Level.OVERVIEW,
    "snapshot": Level.SNAPSHOT,
    "full story": Level.FULL,
}
KEY = re.compile(r"\s*\{#([a-z0-9][a-z0-9-]{0,79})\}\s*$")
LONGEST = 5_000_000
LONGEST_LINE = 20_000
"""Characters. The parser's work grows faster than a line that was made to torture it."""
LIKE_A_DRAFT = re.compile(r"draft-\d+")


@dataclass
class ImportedSection:
    key: str
    title: str
    levels: dict[str, list[BlockSource]] = field(default_factory=dict)


@dataclass
class Imported:
    """What a Markdown file would become: shown before anything is saved."""

    title: str
    summary: str
    sections: list[ImportedSection]
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Part:
    """A heading and the lines below it, up to the next heading of its depth or higher."""

    depth: int
    heading: str
    line: int
    body: str


def read_markdown(raw: str) -> Imported:
    """A document from Markdown: `#` is the title, `##` a section, `### Overview|Snapshot|Full story` a level.

    Text of a section above its first level heading is its full story. A section's key is given as `{#key}` behind its
    title, or made from it. Raises ValidationError with all that is to be mended.
    """
    if len(raw) > LONGEST:
        raise ValidationError(_("This file is too long: 5 million characters are the most. Split the guidance in two."))
    cleaned = clean(raw)
    _refuse_endless_lines(cleaned.text)
    parts = list(_parts(cleaned.text))
    title, summary = _front(parts)
    sections = _sections(parts)
    imported = Imported(title, summary, sections)
    if cleaned.taken_out:
        imported.warnings.append(
            _("%(count)d characters that cannot be shown were taken out.") % {"count": cleaned.taken_out}
        )
    imported.warnings += _doubts(imported)
    _refuse_what_cannot_stand(imported)
    return imported


def _refuse_endless_lines(text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise ValidationError(
                _("Line %(line)d is longer than %(most)s characters. Break it into paragraphs.")
                % {"line": number, "most": f"{LONGEST_LINE:,}"}
            )


def _parts(text: str) -> Iterator[_Part]:
    """The text cut at its headings of depth 1 to 3. Deeper headings are part of the body."""
    lines = text.split("\n")
    tokens = parser().parse(text)
    heads = [
        (token.map[0], token.map[1], int(token.tag[1]), tokens[i + 1].content)
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and int(token.tag[1]) <= 3
    ]
    first = heads[0][0] if heads else len(lines)
    if "\n".join(lines[:first]).strip():
        yield _Part(0, "", 0, "\n".join(lines[:first]))
    ends = [*(head[0] for head in heads[1:]), len(lines)][: len(heads)]
    for (start, body, depth, heading), end in zip(heads, ends, strict=True):
        yield _Part(depth, heading, start + 1, "\n".join(lines[body:end]))


def _front(parts: list[_Part]) -> tuple[str, str]:
    titles = [part for part in parts if part.depth == 1]
    if len(titles) != 1 or parts[0].depth != 1:
        raise ValidationError(_("Begin the file with its title, as the only line that starts with a single #."))
    return titles[0].heading.strip(), titles[0].body.strip()


def _sections(parts: list[_Part]) -> list[ImportedSection]:
    sections: list[ImportedSection] = []
    for part in parts:
        if part.depth == 2:
            sections.append(_started(part))
        elif part.depth == 3:
            _go_on(sections, part)
    return sections


def _started(part: _Part) -> ImportedSection:
    key = KEY.search(part.heading)
    title = KEY.sub("", part.heading).strip()
    section = ImportedSection(key[1] if key else slugify(title)[:80], title)
    if part.body.strip():
        section.levels[Level.FULL] = split_blocks(part.body)
    return section


def _go_on(sections: list[ImportedSection], part: _Part) -> None:
    if not sections:
        raise ValidationError(
            _("Line %(line)d: “%(heading)s” stands before the first section. Start sections with ##.")
            % {"line": part.line, "heading": part.heading}
        )
    section = sections[-1]
    level = LEVEL_HEADINGS.get(part.heading.strip().lower())
    if level is None:
        heading = split_blocks(f"### {part.heading}")
        last = next(reversed(section.levels), Level.FULL)
        section.levels.setdefault(last, []).extend(heading + split_blocks(part.body))
    elif level in section.levels:
        raise ValidationError(
            _("Line %(line)d: section “%(title)s” has the level “%(level)s” twice.")
            % {"line": part.line, "title": section.title, "level": level.label}
        )
    else:
        section.levels[level] = split_blocks(part.body)


def _doubts(imported: Imported) -> Iterator[str]:
    used = {level for section in imported.sections for level in section.levels}
    for section in imported.sections:
        for level in [Level(level) for level in Level if level in used and level not in section.levels]:
            yield _("Section “%(title)s” has no level “%(level)s”.") % {
                "title": section.title,
                "level": level.label,
            }
        yield from aid_faults(section.levels.values())


def _refuse_what_cannot_stand(imported: Imported) -> None:
    wrong: list[str] = []
    if not imported.sections:
        wrong.append(_("There is no section. Start each section with a line such as: ## Pen names"))
    if not imported.title or len(imported.title) > 200:
        wrong.append(_("Give the guidance a title of 1 to 200 characters."))
    seen: set[str] = set()
    for section in imported.sections:
        wrong += _wrong_with(section, seen)
        seen.add(section.key)
    if wrong:
        raise ValidationError(wrong)


def _wrong_with(section: ImportedSection, seen: set[str]) -> Iterator[str]:
    named = {"title": section.title, "key": section.key}
    if not section.title or len(section.title) > 200:
        yield _("Give each section a title of 1 to 200 characters, not “%(title)s”.") % named
    if not section.key:
        yield _("Section “%(title)s” needs a key in plain letters: write {#a-key} behind its title.") % named
    if LIKE_A_DRAFT.fullmatch(section.key):
        yield (_("“%(key)s” is the address of a draft. Write another key as {#a-key} behind “%(title)s”.") % named)
    if section.key in seen:
        yield (
            _("Two sections have the key “%(key)s”. Write another one as {#a-key} behind one of the titles.") % named
        )
    if not any(section.levels.values()):
        yield _("Section “%(title)s” is empty.") % named
