"""One section at one level: its Markdown, a preview, and what is kept of unsaved words."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from consult.drafting import actions
from consult.drafting.doors import desk_page, draft_to_write, section_of
from consult.drafting.forms import LevelForm, put_on
from consult.drafting.keeping import KeptElsewhere
from consult.drafting.models import Autosaved
from consult.drafting.showing import rendered
from consult.drafting.views.merging import both_texts
from consult.drafting.views.writing_page import writing_page
from guidance.actions import Stale
from guidance.cleaning import clean_text
from guidance.diffs import changed
from guidance.models import Revision, SectionText


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, key: str, level: str) -> HttpResponse:
    """The writing page, and what its buttons do: save, preview, let unsaved words go."""
    draft = draft_to_write(request, slug)
    if request.method == "POST":
        return _written(request, draft, key, level)
    text = section_of(draft, key)
    there = text.levels.filter(level=level).first()
    markdown, version = (there.markdown, there.version) if there else ("", 0)
    kept = Autosaved.objects.of(request.user, draft).filter(section=text.section, level=level).first()
    if kept is None or clean_text(kept.markdown) == clean_text(markdown):
        return writing_page(request, draft, key, level, _form(markdown, version))
    if request.GET.get("unsaved") == "go-on":
        form = _form(kept.markdown, kept.read_version, goes_on=kept.page)
        return writing_page(request, draft, key, level, form, preview=rendered(kept.markdown))
    unsaved = {"at": kept.saved_at, "pieces": changed(markdown, kept.markdown)}
    form = _form(markdown, version)
    form.lock()
    return writing_page(request, draft, key, level, form, unsaved=unsaved)


def _form(markdown: str, version: int, *, goes_on: str = "") -> LevelForm:
    return LevelForm(initial={"markdown": markdown, "read_version": version, "goes_on": goes_on})


def _written(request: HttpRequest, draft: Revision, key: str, level: str) -> HttpResponse:
    form = LevelForm(request.POST)
    text = draft.section_texts.select_related("section").filter(section__key=key).first()
    if "let-go" in request.POST and text:
        actions.drop_autosaved(draft, text.section, level, by=request.user)
        return redirect("write", slug=draft.document.slug, key=key, level=level)
    if not form.is_valid():
        return writing_page(request, draft, key, level, form, status=422)
    markdown, version = form.cleaned_data["markdown"], form.cleaned_data["read_version"]
    try:
        if "preview" in request.POST and text:
            _keep(request, draft, text, level, form)
            return writing_page(request, draft, key, level, form, preview=rendered(markdown))
        actions.save_level(draft, key, level, markdown, read_version=version, by=request.user, sent=form.sent)
    except Stale as stale:
        _keep(request, draft, stale.theirs.section_text, level, form)
        return both_texts(request, draft, level, markdown, version, stale)
    except ValidationError as error:
        put_on(form, error)
        if text:
            _keep(request, draft, text, level, form)
        return writing_page(request, draft, key, level, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("write", slug=draft.document.slug, key=key, level=level)


def _keep(request: HttpRequest, draft: Revision, text: SectionText, level: str, form: LevelForm) -> bool:
    """Whether the words are kept. If not, others are, and these are still on the page."""
    said = form.cleaned_data
    facts = {"read_version": said["read_version"], "by": request.user, "sent": form.sent}
    try:
        actions.keep_autosaved(draft, text.section, level, said["markdown"], **facts)
    except KeptElsewhere:
        return False
    return True


@desk_page
@require_POST
def autosave(request: HttpRequest, slug: str, key: str, level: str) -> HttpResponse:
    """Unsaved words, sent now and then while somebody types."""
    draft = draft_to_write(request, slug)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    is_kept = _keep(request, draft, section_of(draft, key), level, form)
    return HttpResponse(status=204 if is_kept else 412)
