"""What editors type."""

from django import forms
from django.utils.translation import gettext_lazy

from guidance.actions import LONGEST_LEVEL
from guidance.models import Document


class LevelForm(forms.Form):
    """One section at one level, with the version that its writer began with."""

    markdown = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Markdown: an empty line between paragraphs, - for a list, ### for a heading."),
        required=False,
        strip=False,
        max_length=LONGEST_LEVEL,
        widget=forms.Textarea(attrs={"rows": 24, "class": "consult-writing", "spellcheck": "true"}),
    )
    read_version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)


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
        self.fields["replaces"].queryset = Document.objects.exclude(pk=self.instance.pk).order_by("title")
