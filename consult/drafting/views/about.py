"""What is said of the guidance as a whole, and how long it may be."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consult.drafting import actions
from consult.drafting.doors import desk_page, document_to_write
from consult.drafting.forms import AboutForm, put_on
from consult.drafting.showing import status_of
from guidance.models import Document, Revision


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """Title, summary, what it replaces, when it is looked at again, and its budget."""
    document = document_to_write(request, slug)
    form = AboutForm(request.POST or None, instance=Document.objects.get(pk=document.pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_document(document, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            put_on(form, error)
        else:
            messages.success(request, _("“%(title)s” was saved.") % {"title": document.title})
            return redirect("team")
    draft = Revision.objects.open_draft_of(document)
    trail = [(_("Your team pages"), reverse("team"))]
    if draft:
        trail.append((str(draft), reverse("outline", args=[slug])))
    context = {"document": document, "form": form, "trail": trail, "here": "team"}
    return render(request, "consult/drafting/about.html", context, status=status_of(form))
