"""Adding, moving, renaming, splitting, merging and retiring sections of the open draft."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from guidance.actions.citations import copy_citations, merge_citations
from guidance.actions.text import OUT_OF_THE_WAY, editable, keep_level, new_level, section_text_of, touched
from guidance.addresses import is_taken
from guidance.blocks import joined
from guidance.cleaning import clean_line
from guidance.models import Block, Level, Revision, Section, SectionText

MOST_SECTIONS = 1_000


@transaction.atomic
def add_section(draft: Revision, title: str, *, after: str = "") -> SectionText:
    """A new section at the end, or behind the one with the key `after`. Its own lasting key is made from its title."""
    editable(draft)
    title = fit_title(title)
    texts = list(draft.section_texts.select_related("section"))
    if len(texts) >= MOST_SECTIONS:
        raise ValidationError(_("A document has at most %(most)d sections.") % {"most": MOST_SECTIONS})
    section = Section.objects.create(document=draft.document, key=_free_key(draft, title))
    text = SectionText.objects.create(revision=draft, section=section, position=len(texts) + 1, title=title)
    if after:
        keys = [one.section.key for one in texts]
        _renumber(draft, [*keys[: _index(keys, after) + 1], section.key, *keys[_index(keys, after) + 1 :]])
    touched(draft)
    text.refresh_from_db()
    return text


@transaction.atomic
def rename_section(draft: Revision, section: str, title: str, *, applies_to: str = "") -> SectionText:
    """Another title, and whom the section is for. The key stays, and with it every link."""
    editable(draft)
    text = section_text_of(draft, section)
    text.title, text.applies_to = fit_title(title), clean_line(applies_to)[:200]
    text.save(update_fields=["title", "applies_to"])
    touched(draft)
    return text


@transaction.atomic
def move_section(draft: Revision, section: str, *, to: int) -> SectionText:
    """Put a section at another place, counted from 1."""
    editable(draft)
    text = section_text_of(draft, section)
    keys = [key for key in _keys(draft) if key != section]
    keys.insert(min(max(to, 1), len(keys) + 1) - 1, section)
    _renumber(draft, keys)
    touched(draft)
    text.refresh_from_db()
    return text


@transaction.atomic
def retire_section(draft: Revision, section: str) -> None:
    """Take a section out of the draft. What was published stays, and what was said about it too."""
    editable(draft)
    section_text_of(draft, section).delete()
    _renumber(draft, _keys(draft))
    touched(draft)


@transaction.atomic
def split_section(draft: Revision, section: str, *, at: str, title: str) -> SectionText:
    """A new section behind this one, with the block whose key is `at`, and all below it at its level.

    The other levels stay where they are: which of their words belong together only a person knows. So both rest on
    all that the one rested on, until somebody says otherwise.
    """
    editable(draft)
    text = section_text_of(draft, section)
    first = text.blocks.filter(key=at).first()
    if first is None or first.position == 1:
        raise ValidationError(_("Choose the paragraph with which the new section begins: not the first one."))
    new = add_section(draft, title, after=section)
    copy_citations({text.pk: new})
    moving = list(text.blocks.filter(level=first.level, position__gte=first.position).order_by("position"))
    staying = list(text.blocks.filter(level=first.level, position__lt=first.position).order_by("position"))
    _move_blocks(moving, new, first.level)
    _rewrite(new, first.level, moving)
    _rewrite(text, first.level, staying)
    touched(draft)
    return new


@transaction.atomic
def merge_sections(draft: Revision, section: str, *, into: str) -> SectionText:
    """Put all words of one section behind those of another, level by level. Every block keeps its key.

    What both rested on, the one that stays rests on.
    """
    editable(draft)
    if section == into:
        raise ValidationError(_("Choose another section to merge this one into."))
    gone, kept = section_text_of(draft, section), section_text_of(draft, into)
    for level in Level:
        moving = list(gone.blocks.filter(level=level).order_by("position"))
        if not moving:
            continue
        there = list(kept.blocks.filter(level=level).order_by("position"))
        _move_blocks(moving, kept, level, behind=len(there))
        _rewrite(kept, level, [*there, *moving])
    merge_citations(gone, kept)
    gone.delete()
    _renumber(draft, _keys(draft))
    touched(draft)
    kept.refresh_from_db()
    return kept


def _move_blocks(blocks: list[Block], to: SectionText, level: str, *, behind: int = 0) -> None:
    for at, block in enumerate(blocks, start=behind + 1):
        Block.objects.filter(pk=block.pk).update(section_text=to, level=level, position=at)


def _rewrite(text: SectionText, level: str, blocks: list[Block]) -> None:
    """The level's Markdown, from blocks that keep their keys and are in their places already."""
    keep_level(text.levels.filter(level=level).first() or new_level(text, level), joined(blocks))


def fit_title(title: str) -> str:
    """A section's title as it may be stored. Raises ValidationError with what is to be mended."""
    title = clean_line(title)
    if not title:
        raise ValidationError({"title": _("Give the section a title.")})
    if len(title) > 200:
        raise ValidationError({"title": _("Shorten the title to 200 characters.")})
    return title


def _free_key(draft: Revision, title: str) -> str:
    """A key made from the title that no section of this document has, or ever had, and no other page."""
    wanted = slugify(title)[:70] or "section"
    taken = set(draft.document.sections.filter(key__startswith=wanted).values_list("key", flat=True))
    numbered = (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 4)))
    return next(key for key in numbered if key not in taken and not is_taken(key))


def _keys(draft: Revision) -> list[str]:
    return list(draft.section_texts.order_by("position").values_list("section__key", flat=True))


def _index(keys: list[str], key: str) -> int:
    if key not in keys:
        raise ValidationError(_("The outline has changed since you opened this page. Look again."))
    return keys.index(key)


def _renumber(draft: Revision, keys: list[str]) -> None:
    texts = {text.section.key: text for text in draft.section_texts.select_related("section")}
    moved = [(texts[key], at) for at, key in enumerate(keys, start=1) if texts[key].position != at]
    for text, at in moved:
        SectionText.objects.filter(pk=text.pk).update(position=OUT_OF_THE_WAY + at)
    for text, at in moved:
        SectionText.objects.filter(pk=text.pk).update(position=at)
