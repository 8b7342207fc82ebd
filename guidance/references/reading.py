"""What a text rests on, as pages show it: below each section, and reference by reference."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, F, JSONField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from guidance.models import Citation, Reference, Revision, SectionText
from guidance.references.fitting import site_of

DIGITS = re.compile(r"(\d{1,18})")


@dataclass(frozen=True)
class Cited:
    """A reference as one section cites it."""

    reference: int
    name: str
    address: str
    paragraph: str
    citation: int

    @property
    def site(self) -> str:
        return site_of(self.address)

    @property
    def as_read(self) -> tuple[str, str, str]:
        return self.name, self.address, self.paragraph

    @property
    def order(self) -> tuple:
        """By name, then by paragraph: 3.2 before 3.10."""
        return self.name.casefold(), _numbers_as_numbers(self.paragraph), self.citation


def _numbers_as_numbers(words: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part.casefold()) for part in DIGITS.split(words) if part]


# --- Below a section --------------------------------------------------------------------------------------
class Gathered(Subquery):
    """The rows of a subquery, each a JSON object called `cited`, in one array: they ride along in another question."""

    output_field = JSONField()

    def as_postgresql(self, compiler, connection, **context):
        array = "(SELECT COALESCE(JSONB_AGG(gathered.cited), '[]'::JSONB) FROM (%(subquery)s) AS gathered)"
        return self.as_sql(compiler, connection, template=array, **context)

    def as_sqlite(self, compiler, connection, **context):
        array = "(SELECT JSON_GROUP_ARRAY(JSON(gathered.cited)) FROM (%(subquery)s) AS gathered)"
        return self.as_sql(compiler, connection, template=array, **context)


def with_citations(texts: QuerySet[SectionText], key: str = "") -> QuerySet[SectionText]:
    """Each section with what it rests on, or only the one with this key; in the same question. See `rests_on`."""
    cited = Gathered(
        Citation.objects.filter(section_text=OuterRef("pk")).values(
            cited=JSONObject(
                reference=F("reference"),
                name=F("reference__name"),
                address=F("reference__address"),
                paragraph=F("paragraph"),
                citation=F("pk"),
            )
        )
    )
    if key:
        cited = Case(When(section__key=key, then=cited), default=Value([], JSONField()), output_field=JSONField())
    return texts.annotate(cited=cited)


def rests_on(text: SectionText) -> list[Cited]:
    """What a section rests on, by name. The section comes from `with_citations`."""
    return sorted((Cited(**row) for row in text.cited), key=lambda cited: cited.order)


@dataclass(frozen=True)
class CitedAnew:
    """What a section rests on in one revision and not in another: as readers see it, by name, address, paragraph."""

    added: tuple[Cited, ...] = ()
    gone: tuple[Cited, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.gone)


def cited_anew(old: Revision, new: Revision) -> dict[str, CitedAnew]:
    """Sections, by their keys, that do not rest on the same in these two revisions; in two questions."""
    before, after = _cited_by_section(old), _cited_by_section(new)
    found = {
        key: CitedAnew(
            _without(after.get(key, []), before.get(key, [])), _without(before.get(key, []), after.get(key, []))
        )
        for key in before.keys() | after.keys()
    }
    return {key: changed for key, changed in found.items() if changed}


def _cited_by_section(revision: Revision) -> dict[str, list[Cited]]:
    texts = with_citations(revision.section_texts.select_related("section"))
    return {text.section.key: rests_on(text) for text in texts}


def _without(these: list[Cited], those: list[Cited]) -> tuple[Cited, ...]:
    known = {one.as_read for one in those}
    return tuple(one for one in these if one.as_read not in known)


# --- Reference by reference -------------------------------------------------------------------------------
@dataclass
class Resting:
    """A section that rests on a reference, and on which of its paragraphs."""

    text: SectionText
    paragraphs: list[str] = field(default_factory=list)


@dataclass
class Rested:
    """A reference with the sections that rest on it, in their order."""

    reference: Reference
    sections: list[Resting] = field(default_factory=list)


def references_of(revision: Revision) -> list[Rested]:
    """Everything that a revision rests on, by name, in one question."""
    found: dict[int, Rested] = {}
    for citation in _in_order(revision):
        row = found.setdefault(citation.reference_id, Rested(citation.reference))
        if not row.sections or row.sections[-1].text.pk != citation.section_text_id:
            row.sections.append(Resting(citation.section_text))
        if citation.paragraph:
            row.sections[-1].paragraphs.append(citation.paragraph)
    for row in found.values():
        for section in row.sections:
            section.paragraphs.sort(key=_numbers_as_numbers)
    return sorted(found.values(), key=lambda row: _by_name(row.reference))


def _in_order(revision: Revision) -> Iterable[Citation]:
    citations = Citation.objects.of_revision(revision).select_related("reference", "section_text__section")
    return citations.order_by("section_text__position", "pk")


def kept_beside(revision: Revision) -> list[Reference]:
    """References of the document that nothing in this draft rests on: never published, or in the current revision."""
    cited = Citation.objects.of_revision(revision).values("reference")
    known = Reference.objects.living().filter(document=revision.document_id).exclude(pk__in=cited).with_publicity()
    current = set(
        Citation.objects.filter(section_text__revision=revision.document.current_id).values_list("reference", flat=True)
    )
    return sorted((one for one in known if not one.is_public or one.pk in current), key=_by_name)


def _by_name(reference: Reference) -> tuple[str, int]:
    return reference.name.casefold(), reference.pk
