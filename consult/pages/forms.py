"""Forms of the team's pages."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.importing import LONGEST
from guidance.models import Document


class ImportForm(forms.Form):
    """A Markdown file that becomes a document's open draft."""

    document = forms.ModelChoiceField(
        queryset=Document.objects.none(),
        label=gettext_lazy("Guidance"),
        empty_label=gettext_lazy("A new piece of guidance"),
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Markdown file"),
        help_text=gettext_lazy("# is the title, ## a section, ### Overview, Snapshot or Full story a level."),
        error_messages={"required": gettext_lazy("Choose a Markdown file.")},
    )

    def __init__(self, *args, documents, may_start: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        field.queryset = documents
        if not may_start:
            field.required, field.empty_label = True, None

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > LONGEST:
            raise ValidationError(_("This file is larger than 5 MB. Split the guidance in two."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(
                _("This file is not plain text in UTF-8. Save it as Markdown (.md) in UTF-8, and choose it again.")
            ) from None


class StandingPageForm(forms.Form):
    """The organisation's own words for a standing page."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        error_messages={"required": gettext_lazy("Enter a title.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Markdown. Leave the page as it is to keep our default text."),
        widget=forms.Textarea(attrs={"rows": 20}),
        error_messages={"required": gettext_lazy("Write the text of the page.")},
    )


class HouseRulesForm(forms.Form):
    """A new version of the house rules."""

    rules = forms.CharField(
        label=gettext_lazy("House rules"),
        help_text=gettext_lazy("One rule on each line. Those who accepted an older version can still read it."),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": gettext_lazy("Write at least one rule.")},
    )


class PrivacyNoticeForm(forms.Form):
    """A new version of the privacy notice."""

    text = forms.CharField(
        label=gettext_lazy("Privacy notice"),
        help_text=gettext_lazy("Markdown. People see it before they take part. Older versions stay readable."),
        widget=forms.Textarea(attrs={"rows": 20}),
        error_messages={"required": gettext_lazy("Write the notice.")},
    )


class AppointForm(forms.Form):
    """Making someone an admin, or a member of a drafting team."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("They sign in with it. We create the account if there is none."),
        error_messages={
            "required": gettext_lazy("Enter an e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address like name@example.org."),
        },
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What will they do?"),
        choices=[
            ("editor", gettext_lazy("Draft guidance and read summaries (editor)")),
            ("admin", gettext_lazy("Set consultations up, export, appoint others (admin)")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what they will do.")},
    )
    document = forms.ModelChoiceField(
        queryset=Document.objects.order_by("title"),
        label=gettext_lazy("Guidance (for editors)"),
        required=False,
        empty_label=gettext_lazy("None"),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("role") == "editor" and not cleaned.get("document"):
            self.add_error("document", _("Choose the guidance that they will draft."))
        return cleaned
