"""Forms of the team's pages."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.importing import MOST_BYTES, Imported, read, read_markdown, write_markdown
from guidance.models import Document

MOST_TO_SEND_BACK = 2_000_000
"""Characters of a text between its preview and its saving: they travel in the page, so that nothing of it is kept
before someone says so."""


class DocumentForm(forms.Form):
    """Which piece of guidance a text is for: one of those that someone drafts, or for admins a new one."""

    document = forms.ModelChoiceField(
        queryset=Document.objects.none(),
        label=gettext_lazy("Guidance"),
        empty_label=gettext_lazy("A new piece of guidance"),
        required=False,
    )

    def __init__(self, *args, documents, may_start: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        field.queryset = documents
        if not may_start:
            field.required, field.empty_label = True, None


class ImportForm(DocumentForm):
    """A file, read as it arrives. What comes of it is shown before it is saved."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A Word document (.docx), a saved web page (.html) or Markdown (.md), up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".docx,.docm,.md,.markdown,.txt,.html,.htm"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> Imported:
        file = self.cleaned_data["file"]
        imported = read(file.name, file.read(MOST_BYTES + 1))
        if len(_as_sent(imported)) > MOST_TO_SEND_BACK:
            raise ValidationError(
                _("This text is longer than a page can hold (2 million characters). Split the guidance in two, or ask"
                  " whoever looks after the server to bring it in with the command import_guidance.")
            )  # fmt: skip
        return imported


class SaveImportForm(DocumentForm):
    """What was shown, sent back to be saved. It is read anew: what comes back is as little trusted as a file."""

    document = forms.ModelChoiceField(queryset=Document.objects.none(), required=False, widget=forms.HiddenInput)
    markdown = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=MOST_TO_SEND_BACK)
    against = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def clean_markdown(self) -> Imported:
        return read_markdown(self.cleaned_data["markdown"])


def _as_sent(imported: Imported) -> str:
    """A browser sends each line end as two characters."""
    return write_markdown(imported, with_made_keys=False).replace("\n", "\r\n")


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
            ("reviewer", gettext_lazy("Read drafts before they are published, nothing else (reviewer)")),
            ("admin", gettext_lazy("Set consultations up, export, appoint others (admin)")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what they will do.")},
    )
    document = forms.ModelChoiceField(
        queryset=Document.objects.order_by("title"),
        label=gettext_lazy("Guidance (for editors and reviewers)"),
        required=False,
        empty_label=gettext_lazy("None"),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("role") in {"editor", "reviewer"} and not cleaned.get("document"):
            self.add_error("document", _("Choose the guidance that they will work on."))
        return cleaned
