"""What editors type."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.drafting.keeping import From
from guidance.actions import LONGEST_LEVEL
from guidance.cleaning import clean_text
from guidance.models import Document

MOST_TYPED = 20_000
"""Characters of a line that we take in. The verbs say how many may stand; this only bounds the work."""


def put_on(form: forms.Form, error: ValidationError) -> None:
    """Show a verb's complaint on the form: at its field if it names one that is there."""
    if hasattr(error, "error_dict"):
        for field, errors in error.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)
    else:
        form.add_error(None, error.messages)


class LevelForm(forms.Form):
    """One section at one level, with the version that its writer began with."""

    markdown = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Markdown: an empty line between paragraphs, - for a list, #### for a heading."),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "consult-writing", "spellcheck": "true", "dir": "auto", "data-writing": True}
        ),
    )
    read_version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    page = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    step = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    goes_on = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def lock(self) -> None:
        """To be read only: nothing is typed before it is known what becomes of the words that are kept."""
        attrs = self.fields["markdown"].widget.attrs
        del attrs["data-writing"]
        attrs["readonly"] = True

    @property
    def sent(self) -> From:
        """Where it comes from: writing.js gives each page a name, and counts what it sends."""
        said = self.cleaned_data
        return From(said["page"], said["step"] or 0, said["goes_on"])

    def clean_markdown(self) -> str:
        """Line ends as they are stored, so that what two wrote can be compared."""
        markdown = clean_text(self.cleaned_data["markdown"])
        if len(markdown) > LONGEST_LEVEL:
            raise ValidationError(
                _("This text is too long: %(length)s characters. A section takes at most %(most)s. Split it.")
                % {"length": f"{len(markdown):,}", "most": f"{LONGEST_LEVEL:,}"}
            )
        return markdown


class SettlingForm(LevelForm):
    """A merge to be put together: my text, the version that I began with, and theirs as `read_version`."""

    base_version = forms.IntegerField(min_value=0, max_value=2_000_000_000)


class NewSectionForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title of the new section"), required=False, max_length=1_000)
    after = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, *args, sections: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].choices = [("", gettext_lazy("At the end")), *sections]


class SectionForm(forms.Form):
    """A section's title, and whom it is for."""

    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=1_000)
    applies_to = forms.CharField(
        label=gettext_lazy("Whom it is for"),
        help_text=gettext_lazy("Only if it is not for everyone. It is shown below the title."),
        required=False,
        max_length=200,
    )


class SplitForm(forms.Form):
    """Where a section is cut in two, and what the second part is called."""

    at = forms.ChoiceField(
        label=gettext_lazy("First paragraph of the new section"),
        error_messages={
            "required": gettext_lazy("Choose the paragraph with which the new section begins."),
            "invalid_choice": gettext_lazy("Choose the paragraph with which the new section begins."),
        },
    )
    new_title = forms.CharField(label=gettext_lazy("Title of the new section"), required=False, max_length=1_000)

    def __init__(self, *args, places: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].choices = places


class FateForm(forms.Form):
    """What an old paragraph became: some of those that are close to it, or any other of the draft's."""

    became = forms.MultipleChoiceField(
        label=gettext_lazy("It became"),
        help_text=gettext_lazy("Several, if it was split."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("The draft has changed since you opened this page. Look again.")
        },
    )
    other = forms.ChoiceField(
        label=gettext_lazy("Another paragraph of the draft"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("The draft has changed since you opened this page. Look again.")
        },
    )

    def __init__(self, *args, close: list[tuple[str, str]], others: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["became"].choices = close
        self.fields["other"].choices = [("", gettext_lazy("None")), *others]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and not self.chosen:
            self.add_error("became", gettext_lazy("Choose at least one paragraph, or say that it was taken out."))
        return cleaned

    @property
    def chosen(self) -> tuple[str, ...]:
        """The keys of all that were chosen."""
        other = self.cleaned_data.get("other")
        return (*self.cleaned_data.get("became", ()), *([other] if other else []))


class AboutForm(forms.ModelForm):
    """What is said of the guidance as a whole, and how long it may be."""

    class Meta:
        model = Document
        fields = ["title", "summary", "replaces", "review_by", "sides", "overview_sides"]
        labels = {
            "title": gettext_lazy("Title"),
            "summary": gettext_lazy("Summary"),
            "replaces": gettext_lazy("Guidance that it replaces"),
            "review_by": gettext_lazy("To be looked at again by"),
            "sides": gettext_lazy("Sides of A4 for the snapshot"),
            "overview_sides": gettext_lazy("Sides of A4 for the overview"),
        }
        help_texts = {
            "title": gettext_lazy("Title and summary are public at once."),
            "review_by": gettext_lazy("For example 2027-11-30"),
            "sides": gettext_lazy("The checklist says so when the text is longer."),
            "overview_sides": "",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Of guidance that was never published nobody but its own team knows.
        known = Q(current__isnull=False) | Q(pk=self.instance.replaces_id)
        self.fields["replaces"].queryset = Document.objects.filter(known).exclude(pk=self.instance.pk).order_by("title")


class CiteForm(forms.Form):
    """A reference of this guidance that a section is to rest on, and on which of its paragraphs."""

    reference = forms.ChoiceField(
        label=gettext_lazy("Reference"),
        error_messages={
            "required": gettext_lazy("Choose a reference."),
            "invalid_choice": gettext_lazy("This reference is not there any more. Look again."),
        },
    )
    paragraph = forms.CharField(
        label=gettext_lazy("Paragraph"),
        help_text=gettext_lazy("Where it says so, such as: paragraph 4.2. Leave it empty for the whole."),
        required=False,
        max_length=MOST_TYPED,
    )

    def __init__(self, *args, references: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].choices = [("", gettext_lazy("Choose one")), *references]


class ReferenceForm(forms.Form):
    """A reference's name and address. What may stand is the verb's to say: it names what is to be mended."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("As readers know it, such as: Public Service Code"),
        required=False,
        max_length=MOST_TYPED,
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Where it can be read, such as: https://standards.example/code. Leave it empty for "
                               "what is on paper only."),
        required=False,
        max_length=MOST_TYPED,
    )  # fmt: skip


class NewReferenceForm(ReferenceForm):
    """A reference that this guidance does not have yet, with the paragraph that a section rests on."""

    paragraph = forms.CharField(
        label=gettext_lazy("Paragraph"),
        help_text=gettext_lazy("Where it says so, such as: paragraph 4.2. Leave it empty for the whole."),
        required=False,
        max_length=MOST_TYPED,
    )


class ChangeReferenceForm(ReferenceForm):
    """A reference as it is kept, with the version that its editor began with."""

    read_version = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)
