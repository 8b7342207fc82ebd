"""Writing words into the one open draft."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from guidance.actions.citations import bring_in_citations, copy_citations
from guidance.blocks import BlockSource, split_blocks
from guidance.cleaning import clean_text
from guidance.importing import Imported, ImportedSection
from guidance.importing.references import resolve_references
from guidance.matching import keep_keys
from guidance.measures import words_in
from guidance.models import (
    Block,
    Document,
    FateByHand,
    Level,
    LevelText,
    LevelVersion,
    Revision,
    Section,
    SectionText,
)

LONGEST_LEVEL = 1_000_000
"""Characters of one section at one level: about 150,000 words."""
LONGEST_LINE = 20_000
"""Characters. The parser's work grows faster than a line that was made to torture it."""
OUT_OF_THE_WAY = 1_000_000
"""Positions are unique at every moment: while they change, rows stand here."""
Before = tuple[str, str, str]
"""A block that had a key already: (key, where, text); where is its section and level."""


class Stale(ValidationError):
    """Somebody else saved the same text meanwhile. `theirs` is what stands there now; nothing was written."""

    def __init__(self, theirs: LevelText, base: str) -> None:
        super().__init__(_("Somebody else saved this text while you were writing."))
        self.theirs, self.base = theirs, base


# --- Opening ----------------------------------------------------------------------------------------------
@transaction.atomic
def open_draft(document: Document) -> Revision:
    """The document's open draft: the one that is there, or a new one with the words and keys of the current one."""
    document = _locked(document)
    if draft := Revision.objects.open_draft_of(document):
        return draft
    last = document.revisions.order_by("-number").first()
    draft = Revision.objects.create(document=document, number=last.number + 1 if last else 1)
    if document.current_id:
        _copy_text(document.current, draft)
    return draft


def _copy_text(old: Revision, new: Revision) -> None:
    texts = {}
    for text in old.section_texts.all():
        texts[text.pk] = SectionText.objects.create(
            revision=new,
            section_id=text.section_id,
            position=text.position,
            title=text.title,
            applies_to=text.applies_to,
        )
    copy_citations(texts)
    levels = LevelText.objects.bulk_create(
        LevelText(section_text=texts[level.section_text_id], level=level.level, markdown=level.markdown)
        for level in LevelText.objects.filter(section_text__revision=old)
    )
    LevelVersion.objects.bulk_create(LevelVersion(level_text=one, version=1, markdown=one.markdown) for one in levels)
    copied = []
    for block in old.blocks.all():
        block.pk, block._state.adding = None, True
        block.revision, block.section_text = new, texts[block.section_text_id]
        copied.append(block)
    Block.objects.bulk_create(copied)


def _locked(document: Document) -> Document:
    return Document.objects.select_for_update(of=("self",)).select_related("current").get(pk=document.pk)


def editable(draft: Revision) -> Revision:
    """The draft, with its document locked until the transaction ends. Raises ValidationError once it is published."""
    _locked(draft.document)
    draft.refresh_from_db()
    if not draft.is_draft:
        raise ValidationError(_("This draft was published meanwhile. Start the next one to go on writing."))
    if draft.is_frozen:
        raise ValidationError(_("This draft is about to be published. Stop that first if you want to change it."))
    return draft


@transaction.atomic
def freeze(draft: Revision) -> Revision:
    """Let nobody change the draft while it is prepared and waits for its time."""
    editable(draft)
    draft.is_frozen = True
    draft.save(update_fields=["is_frozen"])
    return draft


@transaction.atomic
def release(draft: Revision) -> Revision:
    """Let editors go on with a draft that was frozen."""
    _locked(draft.document)
    Revision.objects.filter(pk=draft.pk).update(is_frozen=False)
    draft.refresh_from_db()
    return draft


def touched(draft: Revision) -> None:
    """Note that the draft is not what it was: what was prepared or looked through is out of date."""
    Revision.objects.filter(pk=draft.pk).update(version=F("version") + 1)
    draft.refresh_from_db(fields=["version"])


# --- Whole texts ------------------------------------------------------------------------------------------
@transaction.atomic
def save_draft(document: Document, imported: Imported) -> Revision:
    """Make the imported text the document's one open draft. Blocks keep their keys as far as their words do."""
    draft = editable(open_draft(document))
    before = [*_keyed(draft.blocks), *loose_blocks(draft)]
    draft.blocks.all().delete()
    keys = [section.key for section in imported.sections]
    draft.section_texts.exclude(section__key__in=keys).delete()
    draft.section_texts.update(position=F("position") + OUT_OF_THE_WAY)
    if not draft.document.current_id:  # what is published has its title, and a draft changes nothing that is public
        Document.objects.filter(pk=document.pk).update(title=imported.title, summary=imported.summary)
    document.refresh_from_db()
    rows = []
    for position, section in enumerate(imported.sections, start=1):
        text = _place(draft, section, position)
        bring_in_citations(text, section.rests_on)
        text.levels.exclude(level__in=list(section.levels)).delete()
        for level, markdown in section.levels.items():
            keep_level(text.levels.filter(level=level).first() or new_level(text, level), fit_markdown(markdown))
            rows += [(text, level, at, block) for at, block in enumerate(split_blocks(markdown), start=1)]
    _write_blocks(draft, rows, before)
    touched(draft)
    return draft


def _place(draft: Revision, imported: ImportedSection, position: int) -> SectionText:
    section, _created = Section.objects.get_or_create(document=draft.document, key=imported.key)
    text, created = SectionText.objects.update_or_create(
        revision=draft, section=section, defaults={"position": position, "title": imported.title}
    )
    if created:  # a section that comes back rests on what it rests on in the current text
        published = SectionText.objects.filter(revision=draft.document.current_id, section=section)
        copy_citations({before.pk: text for before in published})
    return text


def new_level(text: SectionText, level: str) -> LevelText:
    return LevelText(section_text=text, level=level, version=0)


def keep_level(there: LevelText, markdown: str) -> LevelText:
    """Store a level's words, and beside them what they were at each version."""
    if there.pk and there.markdown == markdown:
        return there
    there.markdown, there.version = markdown, there.version + 1
    there.save()
    LevelVersion.objects.create(level_text=there, version=there.version, markdown=markdown)
    return there


def _keyed(blocks) -> list[Before]:
    rows = blocks.order_by("section_text__position", "level", "position").values_list(
        "key", "section_text__section__key", "level", "text"
    )
    return [(key, f"{section} {level}", text) for key, section, level, text in rows]


def loose_blocks(draft: Revision) -> list[Before]:
    """Blocks of the current text whose keys the draft does not hold: should their words come back, so do the keys."""
    if not draft.document.current_id or draft.document.current_id == draft.pk:
        return []
    held = draft.blocks.values("key")
    return _keyed(Block.objects.filter(revision_id=draft.document.current_id).exclude(key__in=held))


# --- One section at one level -----------------------------------------------------------------------------
@transaction.atomic
def save_level(draft: Revision, section: str, level: str, markdown: str, *, read_version: int) -> LevelText:
    """Write one section at one level. `read_version` is the version that the writer began with, 0 for none.

    Raises Stale if somebody saved another text since then, ValidationError for what cannot stand.
    """
    editable(draft)
    markdown = fit_markdown(markdown)
    text = section_text_of(draft, section)
    there = text.levels.filter(level=level).first() or new_level(text, level)
    if there.markdown == markdown and there.pk:
        return there
    if there.version != read_version:
        raise Stale(there, said_at(there, read_version))
    return write_level(draft, there, markdown)


def said_at(there: LevelText, version: int) -> str:
    """What a level said at a version: where the two who wrote at once began. Empty if it said nothing yet."""
    return (
        LevelVersion.objects.filter(level_text=there.pk, version=version).values_list("markdown", flat=True).first()
        or ""
    )


def write_level(draft: Revision, there: LevelText, markdown: str) -> LevelText:
    """Store the words of a level and make its blocks anew. An empty level is one that the section does not have."""
    text = there.section_text
    before = [*_keyed(text.blocks.filter(level=there.level)), *loose_blocks(draft)]
    keep_level(there, markdown)
    text.blocks.filter(level=there.level).delete()
    rows = [(text, there.level, at, block) for at, block in enumerate(split_blocks(markdown), start=1)]
    _write_blocks(draft, rows, before)
    _bring_keys_home(draft)
    touched(draft)
    return there


def section_text_of(draft: Revision, section: str) -> SectionText:
    text = draft.section_texts.select_related("section").filter(section__key=section).first()
    if text is None:
        raise ValidationError(_("This section is not in the draft any more. Somebody retired it or merged it."))
    return text


def fit_markdown(markdown: str) -> str:
    """The text as it may be stored, with links that stand alone. Raises ValidationError with what is to be mended."""
    cleaned = clean_text(markdown)
    _refuse_too_long(cleaned)
    for number, line in enumerate(cleaned.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise ValidationError(
                _("Line %(line)d is longer than %(most)s characters. Break it into paragraphs.")
                % {"line": number, "most": f"{LONGEST_LINE:,}"}
            )
    alone, _is_whole = resolve_references(cleaned)
    _refuse_too_long(alone)
    return alone


def _refuse_too_long(text: str) -> None:
    if len(text) > LONGEST_LEVEL:
        raise ValidationError(
            _("This text is too long: %(length)s characters. A section takes at most %(most)s. Split it.")
            % {"length": f"{len(text):,}", "most": f"{LONGEST_LEVEL:,}"}
        )


def _write_blocks(
    draft: Revision, rows: list[tuple[SectionText, str, int, BlockSource]], before: Iterable[Before]
) -> None:
    keys = keep_keys(before, [(f"{text.section.key} {level}", block.text) for text, level, _at, block in rows])
    Block.objects.bulk_create(
        Block(
            revision=draft,
            section_text=text,
            level=level,
            position=position,
            key=key,
            kind=block.kind,
            source=block.source,
            text=block.text,
            words=words_in(block.text),
        )
        for key, (text, level, position, block) in zip(keys, rows, strict=True)
    )


def _bring_keys_home(draft: Revision) -> None:
    """Who pastes a paragraph first and cuts it afterwards moved it too: then the old key is free, and the twin that
    was pasted has a new one. The twin takes the old key."""
    free: dict[str, list[str]] = {}
    for key, _where, text in loose_blocks(draft):
        free.setdefault(text, []).append(key)
    if not free:
        return
    known = Block.objects.filter(revision_id=draft.document.current_id).values("key")
    for block in draft.blocks.exclude(key__in=known).filter(text__in=list(free)).order_by("pk"):
        if keys := free[block.text]:
            Block.objects.filter(pk=block.pk).update(key=keys.pop(0))


@transaction.atomic
def say_fate_by_hand(draft: Revision, changes: Mapping[str, tuple[str, ...]]) -> None:
    """An editor's word on what became of blocks: {old key: new keys}. Raises ValidationError for unknown keys."""
    editable(draft)
    old = set(Block.objects.filter(revision_id=draft.document.current_id).values_list("key", flat=True))
    new = set(draft.blocks.values_list("key", flat=True))
    for key, became in changes.items():
        if key not in old or not set(became) <= new:
            raise ValidationError(_("The draft has changed since you opened this page. Look again."))
        FateByHand.objects.update_or_create(revision=draft, old_key=key, defaults={"new_keys": list(became)})
    touched(draft)


@transaction.atomic
def forget_fate_by_hand(draft: Revision, old_key: str) -> bool:
    """Take an editor's word on a block back: what is found counts again. False if there was none."""
    editable(draft)
    gone, _by_model = FateByHand.objects.filter(revision=draft, old_key=old_key).delete()
    if gone:
        touched(draft)
    return bool(gone)


def levels_of(text: SectionText) -> dict[str, LevelText]:
    """What a section has, level by level, in their order."""
    there = {level.level: level for level in text.levels.all()}
    return {level.value: there[level] for level in Level if level in there}
