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


class PublishForm(forms.Form):
    changelog = forms.CharField(
        label=gettext_lazy("What readers find in this draft"),
        help_text=gettext_lazy("A sentence or two in plain words. It is shown with the draft."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say in a sentence or two what readers find in this draft.")},
    )
