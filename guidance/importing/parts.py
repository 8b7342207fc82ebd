"""Headings and the text below them, put together as sections and levels (pure).

Every format is cut into the same parts first; what cannot stand is refused here, in the same words for all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from guidance.addresses import is_taken
from guidance.decision_aids import aid_faults
from guidance.importing.escaping import in_a_heading
from guidance.importing.imported import LEVEL_HEADINGS, Imported, ImportedSection
from guidance.importing.rests_on import begins_a_list, read_list
from guidance.models import Level

LONGEST_KEY = 80
MOST_COMPLAINTS = 20
MOST_SECTIONS = 2_000


@dataclass(frozen=True)
class Part:
    """A heading and the Markdown below it, up to the next heading that begins a part."""

    depth: int
    """1 is the document's title, 2 a section, 3 a level or a heading at its height. 0: text above any heading."""
    heading: str
    """Plain words."""
    key: str
    """As the file gives it, or nothing."""
    line: int
    """In the file, from 1; 0 in files whose lines nobody sees."""
    body: str

    def named(self) -> str:
        """How an error points to it."""
        words = _("“%(heading)s”") % {"heading": self.heading[:80]}
        return _("%(heading)s (line %(line)d)") % {"heading": words, "line": self.line} if self.line else words


def assemble(parts: list[Part]) -> Imported:
    """A document of parts, the first of which is its title. Raises ValidationError with all that is to be mended."""
    warnings: list[str] = []
    begun = _begun(parts, warnings)
    for section, own in begun:
        for part in own:
            _add(section, part)
        section.levels = {level: markdown for level, markdown in section.levels.items() if markdown}
    sections = [section for section, _own in begun]
    imported = Imported(parts[0].heading, parts[0].body, sections, warnings)
    warnings += _levels_lacking(sections)
    for section in sections:
        warnings += aid_faults([section.blocks(level) for level in section.levels])
    _refuse_what_cannot_stand(imported)
    return imported


def _begun(parts: list[Part], warnings: list[str]) -> list[tuple[ImportedSection, list[Part]]]:
    """Each section with its key and title, and the parts that belong to it."""
    heads = [part for part in parts if part.depth == 2]
    if len(heads) > MOST_SECTIONS:
        raise ValidationError(_("There are more than %(most)s sections.") % {"most": f"{MOST_SECTIONS:,}"})
    keys = iter(_keys_for(heads, warnings))
    begun: list[tuple[ImportedSection, list[Part]]] = []
    for part in parts[1:]:
        if part.depth == 2:
            begun.append((ImportedSection(next(keys), part.heading, has_own_key=bool(part.key)), [part]))
        elif begun:
            begun[-1][1].append(part)
        else:
            raise ValidationError(
                _("%(heading)s stands before the first section. Start sections with ##.") % {"heading": part.named()}
            )
    return begun


def _keys_for(heads: list[Part], warnings: list[str]) -> list[str]:
    """A key for each section: its own, or one made from its title. The same title twice gets -2, -3 …"""
    _refuse_twins([head for head in heads if head.key])
    taken = {head.key for head in heads if head.key}
    keys = []
    for head in heads:
        wanted = head.key or slugify(head.heading)[:LONGEST_KEY].strip("-_")
        key = wanted if head.key else _free(wanted, taken)
        if key != wanted:
            warnings.append(
                _("%(heading)s would have the key of another section or page, “%(key)s”: we gave it “%(new)s”.")
                % {"heading": head.named(), "key": wanted, "new": key}
            )
        taken.add(key)
        keys.append(key)
    return keys


def _free(wanted: str, taken: set[str]) -> str:
    if not wanted or (wanted not in taken and not is_taken(wanted)):
        return wanted
    number = 2
    while (key := f"{wanted[: LONGEST_KEY - 6]}-{number}") in taken:
        number += 1
    return key


def _refuse_twins(heads: list[Part]) -> None:
    by_key: dict[str, list[Part]] = {}
    for head in heads:
        by_key.setdefault(head.key, []).append(head)
    wrong = [
        _("Two sections have the key “%(key)s”: %(one)s and %(other)s. Write another {#key} behind one of them.")
        % {"key": key, "one": twins[0].named(), "other": twins[1].named()}
        for key, twins in by_key.items()
        if len(twins) > 1
    ]
    if wrong:
        raise ValidationError(wrong)


def _add(section: ImportedSection, part: Part) -> None:
    level = LEVEL_HEADINGS.get(part.heading.lower()) if part.depth == 3 else None
    cited = read_list(part.body) if part.depth == 3 and begins_a_list(part.heading) else []
    if cited:
        section.rests_on += [one for one in cited if one not in section.rests_on]
    elif part.depth == 2:
        if part.body:
            section.levels[Level.FULL.value] = part.body
    elif level is None:
        last = next(reversed(section.levels), Level.FULL.value)
        pieces = [section.levels.get(last, ""), f"### {in_a_heading(part.heading)}", part.body]
        section.levels[last] = "\n\n".join(piece for piece in pieces if piece)
    elif level in section.levels:
        raise ValidationError(
            _("%(heading)s: section “%(title)s” has this level twice.")
            % {"heading": part.named(), "title": section.title}
        )
    else:
        section.levels[level.value] = part.body


def _levels_lacking(sections: Iterable[ImportedSection]) -> Iterator[str]:
    used = {level for section in sections for level in section.levels}
    for section in sections:
        if section.is_empty:
            yield _("Section “%(title)s” is empty: it comes in as a heading alone.") % {"title": section.title[:80]}
            continue
        for level in [level for level in Level if level in used and level not in section.levels]:
            yield _("Section “%(title)s” has no level “%(level)s”.") % {"title": section.title, "level": level.label}


def _refuse_what_cannot_stand(imported: Imported) -> None:
    wrong: list[str] = []
    if not imported.sections:
        wrong.append(_("There is no section. Start each section with a line such as: ## Pen names"))
    if not imported.title or len(imported.title) > 200:
        wrong.append(_("Give the guidance a title of 1 to 200 characters."))
    for section in imported.sections:
        wrong += _wrong_with(section)
    if all(section.is_empty for section in imported.sections):
        wrong += (_("Section “%(title)s” is empty.") % {"title": section.title[:80]} for section in imported.sections)
    if wrong:
        raise ValidationError(list(dict.fromkeys(wrong))[:MOST_COMPLAINTS])


def _wrong_with(section: ImportedSection) -> Iterator[str]:
    named = {"title": section.title[:80], "key": section.key}
    if not section.title or len(section.title) > 200:
        yield _("Give each section a title of 1 to 200 characters, not “%(title)s”.") % named
    if not section.key:
        yield _("Section “%(title)s” needs a key in plain letters: write {#a-key} behind its title.") % named
    if is_taken(section.key):
        yield _("“%(key)s” is the address of another page. Write another key as {#a-key} behind “%(title)s”.") % named
