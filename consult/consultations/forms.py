"""Setting a consultation up."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.consultations.models import Consultation, HouseRules, PrivacyNotice
from guidance.cleaning import clean_text
from guidance.models import Document, Revision


class ConsultationForm(forms.ModelForm):
    """Everything an admin says about a consultation. Questions are written one to a line."""

    questions = forms.CharField(
        label=gettext_lazy("Questions"),
        help_text=gettext_lazy(
            "One question on each line, at most 300 characters. Words behind “ | ” on a line are shown as help."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    class Meta:
        model = Consultation
        fields = [
            "title", "slug", "kind", "document", "revision", "about", "open_to_change", "not_open_to_change",
            "decides", "decision_by", "contact", "other_ways", "opens_at", "closes_at", "questions",
            "moderation", "takes_words_for_editors", "asks_stance", "shows_names_from_elsewhere",
        ]  # fmt: skip
        labels = {
            "slug": gettext_lazy("Address"),
            "kind": gettext_lazy("What kind of consultation is it?"),
            "document": gettext_lazy("Guidance"),
            "revision": gettext_lazy("Published draft"),
            "about": gettext_lazy("What it is about"),
            "open_to_change": gettext_lazy("What is open to change"),
            "not_open_to_change": gettext_lazy("What is not open to change"),
            "decides": gettext_lazy("Who decides"),
            "decision_by": gettext_lazy("Answer promised by"),
            "contact": gettext_lazy("E-mail address for questions"),
            "other_ways": gettext_lazy("Other ways to respond"),
            "opens_at": gettext_lazy("Opens"),
            "closes_at": gettext_lazy("Closes"),
            "moderation": gettext_lazy("Moderation"),
            "takes_words_for_editors": gettext_lazy("Words for the editors only"),
            "asks_stance": gettext_lazy("For or against"),
        }
        help_texts = {
            "slug": gettext_lazy("In plain letters, such as social-media-draft-1"),
            "revision": gettext_lazy("Only for a consultation on a draft"),
            "about": gettext_lazy("What it is about and why you ask. Markdown."),
        }
        error_messages = {
            "title": {"required": gettext_lazy("Enter a title.")},
            "slug": {"required": gettext_lazy("Enter an address.")},
            "kind": {"required": gettext_lazy("Choose what kind of consultation it is.")},
            "document": {"required": gettext_lazy("Choose the guidance that it is about.")},
            "about": {"required": gettext_lazy("Say what it is about.")},
            "open_to_change": {"required": gettext_lazy("Say what is open to change.")},
            "decides": {"required": gettext_lazy("Say who decides.")},
            "decision_by": {"required": gettext_lazy("Enter the day by which you promise an answer.")},
            "contact": {"required": gettext_lazy("Enter an e-mail address for questions.")},
            "opens_at": {"required": gettext_lazy("Enter when it opens.")},
            "closes_at": {"required": gettext_lazy("Enter when it closes.")},
        }
        widgets = {
            "kind": forms.RadioSelect,
            "moderation": forms.RadioSelect,
            "opens_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "closes_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "decision_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label.capitalize()) for kind in Consultation.Kind]
        self.fields["document"].queryset = Document.objects.order_by("title")
        self.fields["revision"].queryset = Revision.objects.published().select_related("document")
        for name in ("opens_at", "closes_at"):
            self.fields[name].input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        if self.instance.is_announced:
            self.fields["closes_at"].disabled = True
            self.fields["closes_at"].help_text = _("It was announced. “Extend or shorten it” on the desk changes it.")
        if self.instance.pk:
            self.fields["questions"].initial = "\n".join(
                f"{question.text} | {question.help}" if question.help else question.text
                for question in self.instance.questions.all()
            )

    def clean_questions(self) -> list[dict]:
        lines = [line.strip() for line in clean_text(self.cleaned_data["questions"]).splitlines() if line.strip()]
        questions = [
            dict(zip(("text", "help"), map(str.strip, (*line.split("|", 1), "")), strict=False)) for line in lines
        ]
        for number, question in enumerate(questions, start=1):
            if len(question["text"]) > 300:
                raise ValidationError(_("Shorten question %(number)d to 300 characters.") % {"number": number})
        return questions

    def clean(self) -> dict:
        cleaned = super().clean()
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = clean_text(value)
        return cleaned

    def _post_clean(self) -> None:
        """A new consultation takes the newest rules and notice, so that the whole of it can be checked."""
        if not self.instance.house_rules_id:
            self.instance.house_rules = HouseRules.objects.last()
            self.instance.privacy_notice = PrivacyNotice.objects.last()
        super()._post_clean()
