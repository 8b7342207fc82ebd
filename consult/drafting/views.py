"""The editors' desk: the outline of the open draft, and a section's text at each level."""

from collections.abc import Callable
from math import ceil

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from consult.drafting import actions
from consult.drafting.forms import AboutForm, LevelForm, NewSectionForm, SectionForm
from consult.drafting.models import Autosaved
from consult.drafting.showing import Rendered, outline_of, passages_in, rendered, written_by_others
from consult.people.permissions import Can, may
from guidance.actions import LONGEST_LEVEL, Stale
from guidance.cleaning import clean_text
from guidance.diffs import changed
from guidance.measures import longest_sentences, measure, minutes_to_read, sides_of_a4, words_in
from guidance.merging import merge
from guidance.models import Document, Level, Revision, SectionText


def _draft(request: HttpRequest, slug: str, can: Can = Can.DRAFT) -> Revision:
    """The open draft, for those who may do this with it; to others it does not exist."""
    document = get_object_or_404(Document.objects.select_related("current"), slug=slug)
    draft = Revision.objects.select_related("document__current").open_draft_of(document)
    if draft is None or not may(request.user, can, document):
        raise Http404
    return draft


def _section(draft: Revision, key: str) -> SectionText:
    return get_object_or_404(draft.section_texts.select_related("section"), section__key=key)


# --- The outline ------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def outline(request: HttpRequest, slug: str) -> HttpResponse:
    """The sections in their order; what is done to them is said by the button that is pressed."""
    draft = _draft(request, slug)
    if request.method == "POST":
        try:
            said = _done(draft, request)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, said)
        return redirect("outline", slug=slug)
    rows = outline_of(draft)
    sections = [(row.key, row.title) for row in rows]
    context = {
        "draft": draft,
        "document": draft.document,
        "rows": rows,
        "sections": sections,
        "new_form": NewSectionForm(sections=sections),
        "levels": list(Level),
        "others": written_by_others(draft, request.user),
        "trail": [(_("Your team pages"), reverse("team")), (str(draft), reverse("team_draft", args=[slug]))],
        "here": "team",
    }
    return render(request, "consult/drafting/outline.html", context)


def _done(draft: Revision, request: HttpRequest) -> str:
    """Do what the button says, and say what was done. Raises ValidationError with what is to be mended."""
    asked, by = request.POST, request.user
    key, to = asked.get("section", "")[:80], asked.get("to", "")
    acts: dict[str, Callable[[], str]] = {
        "add": lambda: _added(draft, asked, by),
        "move": lambda: _moved(draft, key, to, by),
        "retire": lambda: _retired(draft, key, by),
        "merge": lambda: _merged(draft, key, to[:80], by),
    }
    if asked.get("act") not in acts:
        raise ValidationError(_("Choose what to do."))
    return acts[asked["act"]]()


def _added(draft: Revision, asked, by) -> str:
    new = actions.add_section(draft, asked.get("title", ""), after=asked.get("after", "")[:80], by=by)
    return _("Section “%(title)s” was added.") % {"title": new.title}


def _moved(draft: Revision, key: str, to: str, by) -> str:
    if not (to.isascii() and to.isdigit() and len(to) < 6):
        raise ValidationError(_("Enter the number of the place, such as 3."))
    moved = actions.move_section(draft, key, to=int(to), by=by)
    return _("“%(title)s” is section %(number)d now.") % {"title": moved.title, "number": moved.position}


def _retired(draft: Revision, key: str, by) -> str:
    title = _section(draft, key).title
    actions.retire_section(draft, key, by=by)
    return _("“%(title)s” was taken out of the draft. What was published of it stays.") % {"title": title}


def _merged(draft: Revision, key: str, into: str, by) -> str:
    title = _section(draft, key).title
    kept = actions.merge_sections(draft, key, into=into, by=by)
    return _("The words of “%(title)s” stand at the end of “%(kept)s” now.") % {"title": title, "kept": kept.title}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A section's title, whom it is for, and where it could be split."""
    draft = _draft(request, slug)
    text = _section(draft, key)
    form = SectionForm(request.POST or None, initial={"title": text.title, "applies_to": text.applies_to})
    if request.method == "POST":
        try:
            if "at" in request.POST:
                title = request.POST.get("new_title", "")
                new = actions.split_section(draft, key, at=request.POST["at"][:16], title=title, by=request.user)
                messages.success(request, _("Section “%(title)s” was split off.") % {"title": new.title})
                return redirect("outline", slug=slug)
            if form.is_valid():
                actions.rename_section(draft, key, **form.cleaned_data, by=request.user)
                return redirect("outline", slug=slug)
        except ValidationError as error:
            form.errors  # noqa: B018  the form is asked before an error is put on it
            form.add_error(None, error.messages)
    context = {
        "draft": draft,
        "document": draft.document,
        "text": text,
        "form": form,
        "blocks": list(text.blocks.filter(position__gt=1).order_by("level", "position")),
        "here": "team",
    }
    return render(request, "consult/drafting/section.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said of the guidance as a whole."""
    document = get_object_or_404(Document, slug=slug)
    if not may(request.user, Can.DRAFT, document):
        raise Http404
    form = AboutForm(request.POST or None, instance=document)
    if request.method == "POST" and form.is_valid():
        fresh = Document.objects.get(pk=document.pk)
        actions.describe_document(fresh, by=request.user, **form.cleaned_data)
        return redirect("team")
    context = {"document": document, "form": form, "here": "team"}
    return render(request, "consult/drafting/about.html", context, status=422 if form.errors else 200)


# --- Writing ----------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, key: str, level: str) -> HttpResponse:
    """One section at one level: its Markdown, a preview, and what is kept of unsaved words."""
    draft = _draft(request, slug)
    if request.method == "POST":
        return _written(request, draft, key, level)
    text = _section(draft, key)
    there = text.levels.filter(level=level).first()
    kept = Autosaved.objects.of(request.user, draft).filter(section=text.section, level=level).first()
    markdown, version = (there.markdown, there.version) if there else ("", 0)
    if kept and request.GET.get("unsaved") == "go-on":
        form = LevelForm(initial={"markdown": kept.markdown, "read_version": kept.read_version})
        return _page(request, draft, key, level, form, preview=rendered(kept.markdown))
    form = LevelForm(initial={"markdown": markdown, "read_version": version})
    differs = kept is not None and kept.markdown.strip() != markdown.strip()
    unsaved = {"at": kept.saved_at, "pieces": changed(markdown, kept.markdown)} if differs else None
    return _page(request, draft, key, level, form, unsaved=unsaved)


def _written(request: HttpRequest, draft: Revision, key: str, level: str) -> HttpResponse:
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _page(request, draft, key, level, form, status=422)
    markdown, version = form.cleaned_data["markdown"], form.cleaned_data["read_version"]
    text = draft.section_texts.select_related("section").filter(section__key=key).first()
    if "let-go" in request.POST and text:
        actions.drop_autosaved(draft, text.section, level, by=request.user)
        return redirect("write", slug=draft.document.slug, key=key, level=level)
    try:
        if "preview" in request.POST and text:
            actions.keep_autosaved(draft, text.section, level, markdown, read_version=version, by=request.user)
            return _page(request, draft, key, level, form, preview=rendered(markdown))
        actions.save_level(draft, key, level, markdown, read_version=version, by=request.user)
    except Stale as stale:
        return _both(request, draft, key, level, markdown, stale)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, draft, key, level, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("write", slug=draft.document.slug, key=key, level=level)


def _both(request: HttpRequest, draft: Revision, key: str, level: str, mine: str, stale: Stale) -> HttpResponse:
    """Somebody else saved meanwhile: both texts, merged as far as they go together. Nothing is thrown away."""
    merged = merge(stale.base, mine, stale.theirs.markdown)
    text = merged.text if merged.is_clean else ""
    form = LevelForm(initial={"markdown": text, "read_version": stale.theirs.version})
    context = {
        "draft": draft,
        "document": draft.document,
        "text": _section(draft, key),
        "level": Level(level),
        "form": form,
        "base": stale.base,
        "mine": mine,
        "theirs": stale.theirs,
        "merged": merged,
        "they_changed": changed(stale.base, stale.theirs.markdown),
        "i_changed": changed(stale.base, mine),
        "here": "team",
    }
    return render(request, "consult/drafting/both.html", context, status=409)


@login_required
@require_POST
def settle(request: HttpRequest, slug: str, key: str, level: str) -> HttpResponse:
    """The conflicts of a merge, settled one by one: the text comes back in the form, to be looked over and saved."""
    draft = _draft(request, slug)
    sent = {name: clean_text(request.POST.get(name, "")) for name in ("base", "mine", "theirs")}
    if max(map(len, sent.values())) > LONGEST_LEVEL:
        return HttpResponse(status=413)
    merged = merge(sent["base"], sent["mine"], sent["theirs"])
    choices = []
    for number, conflict in enumerate(merged.conflicts, start=1):
        both = f"{conflict.theirs.rstrip()}\n\n{conflict.mine}"
        own = request.POST.get(f"own-{number}", "")
        wanted = {"mine": conflict.mine, "theirs": conflict.theirs, "both": both, "own": own}
        choices.append(wanted.get(request.POST.get(f"choice-{number}", "both"), both))
    form = LevelForm(
        initial={"markdown": merged.with_choices(choices), "read_version": request.POST.get("read_version", "0")[:10]}
    )
    return _page(request, draft, key, level, form, preview=rendered(merged.with_choices(choices)))


@login_required
@require_POST
def autosave(request: HttpRequest, slug: str, key: str, level: str) -> HttpResponse:
    """Unsaved words, sent now and then while somebody types."""
    draft = _draft(request, slug)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    text = _section(draft, key)
    asked = form.cleaned_data
    actions.keep_autosaved(
        draft, text.section, level, asked["markdown"], read_version=asked["read_version"], by=request.user
    )
    return HttpResponse(status=204)


def _page(
    request: HttpRequest, draft: Revision, key: str, level: str, form: LevelForm,
    *, preview: Rendered | None = None, unsaved: dict | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The writing page. Should the section be gone, its words are still there to be copied."""
    text = draft.section_texts.select_related("section").filter(section__key=key).first()
    if text is None and not form.is_bound:
        raise Http404
    markdown = form["markdown"].value() or ""
    passages = passages_in(markdown, key, level)
    measured = measure(passages).whole
    words = words_in(markdown)
    context = {
        "draft": draft,
        "document": draft.document,
        "text": text,
        "key": key,
        "level": Level(level),
        "levels": list(Level),
        "form": form,
        "preview": preview,
        "unsaved": unsaved,
        "words": words,
        "minutes": minutes_to_read(words),
        "sides": ceil(sides_of_a4(words)),
        "measured": measured,
        "longest": longest_sentences(passages, at_most=5),
        "autosave_url": reverse("autosave", args=[draft.document.slug, key, level]),
        "others": written_by_others(draft, request.user, key),
        "here": "team",
    }
    return render(request, "consult/drafting/write.html", context, status=status)


# --- Reviewers --------------------------------------------------------------------------------------------
@never_cache
@login_required
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole draft, to be read by those who were asked to look it through. That they did is written down."""
    draft = _draft(request, slug, Can.READ_DRAFT)
    actions.note_reading(draft, by=request.user)
    context = {"draft": draft, "document": draft.document, "rows": outline_of(draft, with_text=True), "here": ""}
    return render(request, "consult/drafting/review.html", context)
