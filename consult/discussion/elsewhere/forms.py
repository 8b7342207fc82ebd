"""Entering what came another way: first the words or the mail, then who, when, and where each paragraph belongs."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.consultations.models import Consultation
from consult.discussion.elsewhere.cutting import LEFT_OUT, Cut, cut, paragraphs_of
from consult.discussion.elsewhere.letters import MOST_PARTS, Provenance
from consult.discussion.elsewhere.mail import LARGEST, LONGEST, Mail, read_mail
from consult.discussion.elsewhere.models import Letter
from consult.discussion.forms import WordsField
from consult.discussion.places import Place
from consult.people.models import Persona
from guidance.cleaning import clean, is_blank
from guidance.models import Block, Level
from guidance.reading import contents_of

MOST_PARAGRAPHS = MOST_PARTS
NUMBER = re.compile(r"\s*(?P<section>\d{1,4})\s*\.\s*(?P<position>\d{1,4})\s*(?P<level>[^\d]*)\s*")
SAME, OUT, WHOLE = "same", "out", "whole"


class ArrivedForm(forms.Form):
    """What came in: typed words, or a mail as a file. What it becomes is shown before anything is saved."""

    words = WordsField(
        label=gettext_lazy("What they said"),
        help_text=gettext_lazy("Type or paste it, word for word. Leave a blank line between paragraphs."),
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
        strip=True,
    )
    file = forms.FileField(
        label=gettext_lazy("Or an e-mail, as a file"),
        help_text=gettext_lazy("A mail saved as .eml, up to 10 MB. Its attachments are not taken in."),
        widget=forms.FileInput(attrs={"accept": ".eml,message/rfc822"}),
        required=False,
        error_messages={"empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> Mail | None:
        file = self.cleaned_data["file"]
        return read_mail(file.read(LARGEST + 1), today=timezone.localdate()) if file else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "file" in self.errors:
            return cleaned
        words, mail = clean(cleaned.get("words") or "").text, cleaned.get("file")
        if mail and not is_blank(words):
            raise ValidationError(_("There are words and a file. Enter the one first, and then the other."))
        if not mail and is_blank(words):
            raise ValidationError(_("Write what they said, or choose a mail."))
        refuse_too_much(words)
        cleaned["mail"] = mail or Mail(words)
        refuse_too_much(cleaned["mail"].words)
        return cleaned


def refuse_too_much(words: str) -> None:
    if len(words) > LONGEST or len(paragraphs_of(words)) > MOST_PARAGRAPHS:
        raise ValidationError(
            _("This has more than %(characters)s characters or %(paragraphs)s paragraphs. Enter it in parts.")
            % {"characters": f"{LONGEST:,}", "paragraphs": f"{MOST_PARAGRAPHS:,}"}
        )


class LetterForm(forms.Form):
    """Who said it, when and how it came, and for each paragraph where it belongs.

    The words travel in the page between the two steps, so that nothing is kept before someone says so. What comes
    back is as little trusted as what came first.
    """

    route = forms.ChoiceField(
        label=gettext_lazy("How did it come?"),
        choices=Letter.Route.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how it came.")},
    )
    source = forms.CharField(
        label=gettext_lazy("In words that readers see (optional)"),
        help_text=gettext_lazy("For instance: a public meeting in Eastmere. Empty, it is “a letter”, “an e-mail”…"),
        max_length=200,
        required=False,
    )
    received_on = forms.DateField(
        label=gettext_lazy("Received on"),
        help_text=gettext_lazy("It decides whether it is counted as late."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Enter the day on which you received it."),
            "invalid": gettext_lazy("Enter a day such as 2026-11-27."),
        },
    )
    said_on = forms.DateField(
        label=gettext_lazy("Date on it (optional)"),
        help_text=gettext_lazy("Leave it empty if it has none."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        error_messages={"invalid": gettext_lazy("Enter a day such as 2026-11-27.")},
    )
    author = forms.CharField(label=gettext_lazy("Who said it (optional)"), max_length=120, required=False)
    capacity = forms.ChoiceField(
        label=gettext_lazy("On whose behalf?"),
        choices=[
            (Persona.Capacity.PERSONAL, gettext_lazy("Their own")),
            (Persona.Capacity.ORGANISATION, gettext_lazy("An organisation’s")),
        ],
        initial=Persona.Capacity.PERSONAL,
        widget=forms.RadioSelect,
    )
    organisation = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=120, required=False)
    reference = forms.CharField(
        label=gettext_lazy("Reference in your own files (optional)"),
        help_text=gettext_lazy("So that the original can be found. Only your team sees it."),
        max_length=120,
        required=False,
    )
    words = WordsField(widget=forms.HiddenInput, strip=True)
    notes = forms.CharField(widget=forms.HiddenInput, required=False)
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, consultation: Consultation, words: str, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_id": uuid.uuid4(), "words": words, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.consultation, self.paragraphs = consultation, paragraphs_of(words)
        self.fields["author"].help_text = (
            _("Readers see the name: this consultation is set up so.")
            if consultation.shows_names_from_elsewhere
            else _("Kept for your team. Readers see “Name not shown”.")
        )
        places = self._choices()
        for number in range(len(self.paragraphs)):
            self._ask_about(number, places)

    def _choices(self) -> list:
        """Every place but single paragraphs, which are named by their numbers."""
        consultation = self.consultation
        whole = _("The draft as a whole") if consultation.is_on_a_draft else _("The consultation as a whole")
        choices: list = [(WHOLE, whole)]
        if consultation.revision_id:
            sections = [(f"section:{text.section.key}", str(text)) for text in contents_of(consultation.revision)]
            choices.append((_("Sections"), sections))
        questions = [(f"question:{question.number}", str(question)) for question in consultation.questions.all()]
        return [*choices, (_("Questions"), questions)] if questions else choices

    def _ask_about(self, number: int, places: list) -> None:
        first = ("", _("Choose a place")) if number == 0 else (SAME, _("With the paragraph above"))
        self.fields[f"at_{number}"] = forms.ChoiceField(
            label=_("Where does paragraph %(number)d belong?") % {"number": number + 1},
            choices=[first, (OUT, _("Leave it out")), *places],
            initial=first[0],
            required=False,
        )
        if self.consultation.revision_id:
            self.fields[f"block_{number}"] = forms.CharField(
                label=_("Or at a paragraph of the draft"),
                max_length=40,
                required=False,
                widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
            )

    @property
    def rows(self) -> list[dict]:
        """Each paragraph with its fields, for the page."""
        return [
            {
                "words": words,
                "at": self[f"at_{number}"],
                "block": self[f"block_{number}"] if f"block_{number}" in self.fields else None,
            }
            for number, words in enumerate(self.paragraphs)
        ]

    @property
    def facts(self) -> list:
        return [self[name] for name in ("route", "source", "received_on", "said_on", "author", "capacity",
                                        "organisation", "reference")]  # fmt: skip

    @property
    def noted(self) -> list[str]:
        """What was noted when the mail was read."""
        return [line for line in str(self["notes"].value() or "").splitlines() if line.strip()][:20]

    def clean_words(self) -> str:
        words = clean(self.cleaned_data["words"]).text
        refuse_too_much(words)
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("capacity") == Persona.Capacity.ORGANISATION and not cleaned.get("organisation"):
            self.add_error("organisation", _("Enter the name of the organisation."))
        cleaned["cut"] = self._cut(cleaned)
        return cleaned

    def _cut(self, cleaned: dict[str, Any]) -> Cut:
        finder, above, places = _Places(self.consultation), None, []
        for number in range(len(self.paragraphs)):
            try:
                above = finder.find(cleaned.get(f"at_{number}") or "", cleaned.get(f"block_{number}") or "", above)
            except ValidationError as error:
                self.add_error(f"at_{number}", error)
                above = LEFT_OUT
            places.append(above)
        return cut(self.paragraphs, places)

    def came(self) -> Provenance:
        known = self.cleaned_data
        speaks_for_organisation = known["capacity"] == Persona.Capacity.ORGANISATION
        return Provenance(
            organisation=known["organisation"] if speaks_for_organisation else "",
            **{name: known[name] for name in ("route", "received_on", "author", "said_on", "reference", "source")},
        )


class _Places:
    """The places that someone names in one letter, each looked up once."""

    def __init__(self, consultation: Consultation) -> None:
        self.consultation = consultation
        texts = contents_of(consultation.revision) if consultation.revision_id else []
        self.sections = {text.section.key: text for text in texts}
        self.by_position = {text.position: text for text in texts}
        self.questions = {question.number: question for question in consultation.questions.all()}

    def find(self, at: str, block: str, above: object) -> object:
        """A place, or LEFT_OUT. Raises ValidationError when there is none, or more than one."""
        if block.strip():
            return self._at_block(block)
        kind, _colon, name = at.partition(":")
        match kind:
            case "same" if above is not None:
                return above
            case "out":
                return LEFT_OUT
            case "whole":
                return Place(self.consultation)
            case "section" if name in self.sections:
                return Place(self.consultation, self.sections[name])
            case "question" if int(name) in self.questions:
                return Place(self.consultation, question=self.questions[int(name)])
        raise ValidationError(_("Choose where this paragraph belongs, or leave it out."))

    def _at_block(self, typed: str) -> Place:
        found = NUMBER.fullmatch(typed)
        text = self.by_position.get(int(found["section"])) if found else None
        blocks = list(_blocks(text, int(found["position"]), found["level"])) if text else []
        if not blocks:
            raise ValidationError(_("There is no paragraph %(typed)s. Write its number, such as 4.2.") % {
                "typed": f"“{typed.strip()}”"
            })  # fmt: skip
        if len(blocks) > 1:
            levels = ", ".join(f"{blocks[0].number} {block.get_level_display().lower()}" for block in blocks)
            raise ValidationError(_("That number stands at several levels. Write one of: %(levels)s.") % {
                "levels": levels
            })  # fmt: skip
        return Place(self.consultation, text, blocks[0])


def _blocks(text: Any, position: int, level: str) -> Sequence[Block]:
    """The blocks with this number, at the level if one is named."""
    named = level.strip().strip(",()").strip().lower()
    levels = [one.value for one in Level if not named or named in {one.value, str(one.label).lower()}]
    found = Block.objects.filter(section_text=text, position=position, level__in=levels)
    blocks = [block for block in found if block.can_be_commented_on]
    for block in blocks:
        block.section_text = text
    return blocks
