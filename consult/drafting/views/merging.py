"""Two who wrote at once: both texts, merged as far as they go together, and the rest chosen by hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consult.drafting import actions
from consult.drafting.doors import desk_page, draft_to_write, words_come_back
from consult.drafting.forms import LevelForm, SettlingForm
from consult.drafting.showing import rendered
from consult.drafting.views.writing_page import writing_page
from guidance.actions import Stale, said_at
from guidance.diffs import changed
from guidance.merging import merge
from guidance.models import Level, LevelText, Revision


def both_texts(
    request: HttpRequest, draft: Revision, level: str, mine: str, base_version: int, stale: Stale
) -> HttpResponse:
    """Somebody else saved meanwhile. Nothing is thrown away: both are shown, and what goes together is merged."""
    theirs, base = stale.theirs, stale.base
    merged = merge(base, mine, theirs.markdown)
    context = {
        "draft": draft,
        "document": draft.document,
        "text": theirs.section_text,
        "level": Level(level),
        "form": LevelForm(initial={"markdown": merged.text if merged.is_clean else "", "read_version": theirs.version}),
        "mine": mine,
        "base_version": base_version,
        "theirs": theirs,
        "merged": merged,
        "they_changed": changed(base, theirs.markdown),
        "i_changed": changed(base, mine),
        "here": "team",
    }
    return render(request, "consult/drafting/both.html", context, status=409)


@desk_page
@require_POST
def settle(request: HttpRequest, slug: str, key: str, level: str) -> HttpResponse:
    """The conflicts of a merge, settled one by one: the text comes back in the form, to be looked over and saved."""
    draft = draft_to_write(request, slug)
    asked = SettlingForm(request.POST)
    there = _level_text(draft, key, level)
    if there is None or not asked.is_valid():
        why = _("This section is not in the draft any more. Somebody retired it or merged it.")
        return words_come_back(request, request.POST.get("markdown", ""), why, status=409)
    said = asked.cleaned_data
    merged = merge(said_at(there, said["base_version"]), said["markdown"], said_at(there, said["read_version"]))
    choices = [_chosen(request, number, conflict) for number, conflict in enumerate(merged.conflicts, start=1)]
    text = merged.with_choices(choices)
    form = LevelForm({"markdown": text, "read_version": said["read_version"]})
    if not form.is_valid():
        return writing_page(request, draft, key, level, form, status=422)
    actions.keep_autosaved(
        draft, there.section_text.section, level, text, read_version=said["read_version"], by=request.user
    )
    return writing_page(request, draft, key, level, form, preview=rendered(text))


def _level_text(draft: Revision, key: str, level: str) -> LevelText | None:
    found = LevelText.objects.filter(section_text__revision=draft, section_text__section__key=key, level=level)
    return found.select_related("section_text__section").first()


def _chosen(request: HttpRequest, number: int, conflict) -> str:
    """What was chosen for a conflict. Whoever chose nothing keeps both."""
    both = f"{conflict.theirs.rstrip()}\n\n{conflict.mine}"
    own = request.POST.get(f"own-{number}", "")
    wanted = {"mine": conflict.mine, "theirs": conflict.theirs, "own": own}
    return wanted.get(request.POST.get(f"choice-{number}", ""), both)
