"""Home, a consultation's front page, its sections, its questions, and threads."""

from dataclasses import replace
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.calendar.models import Outage, QuietPeriod
from consult.consultations.models import Consultation
from consult.consultations.timetable import State
from consult.discussion.models import PublicComment, Tally
from consult.discussion.places import place_of
from consult.discussion.querysets import ORDERS, Order
from consult.pages.context import reader_of
from consult.pages.last_read import read_before
from consult.pages.shared import Body, body_of, show
from consult.pages.talk import OnThePage, Talk, card, readable_replies, replies, rules_of, talk
from consult.pages.where import where
from consult.publishing.models import Publication
from guidance.measures import minutes_to_read
from guidance.models import Level
from guidance.reading import Paragraph, SectionPage, contents_of, section_page, where_to_begin, words_by_section
from guidance.rendering import with_marks
from guidance.views import document_context, revision_of


def number_in(query: str | None) -> int | None:
    """A cursor from an address. Anything but a plain number of a possible size is no cursor."""
    return int(query) if query and query.isascii() and query.isdigit() and len(query) <= 18 else None


def home(request: HttpRequest) -> HttpResponse:
    """What is open, what is coming, what has closed."""
    now = timezone.now()
    counts = Tally.objects.of_consultations()
    consultations = list(Consultation.objects.announced().select_related("document"))
    rows = [{"consultation": c, "where": where(c, now), "counts": counts.get(c.pk)} for c in consultations]
    context = {
        "open": [row for row in rows if row["where"].state in {State.OPEN, State.PAUSED}],
        "coming": [row for row in rows if row["where"].state == State.BEFORE],
        "closed": [row for row in rows if row["where"].state in {State.CLOSED, State.ANSWERED}][::-1],
        "here": "consultations",
    }
    response = render(request, "consult/pages/home.html", context)
    response.keep_until = min((row["where"].true_until for row in rows), default=now + timedelta(minutes=5))
    return response


def document(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The guidance, with what is asked about it and until when, and how it came to be published."""
    now = timezone.now()
    context = document_context(revision_of(slug, number))
    context["read_before"] = read_before(reader_of(request), context["revision"])
    comments = Tally.objects.of_sections(context["document"])
    for row in context["rows"]:
        row["comments"] = comments.get(row["text"].section_id, 0)
    context["has_comments"] = bool(comments)
    context["publication"] = Publication.objects.shown(context["revision"])
    counts = Tally.objects.of_consultations()
    found = Consultation.objects.announced().on(context["document"]).order_by("-opens_at")
    context["consultations"] = [{"consultation": c, "where": where(c, now), "counts": counts.get(c.pk)} for c in found]
    response = render(request, "consult/pages/document.html", context)
    response.keep_until = min(
        (row["where"].true_until for row in context["consultations"]), default=now + timedelta(minutes=5)
    )
    return response


def trail_of(consultation: Consultation, *further: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Consultations"), reverse("home")),
        (consultation.title, consultation.get_absolute_url()),
        *further,
    ]


def consultation(request: HttpRequest, slug: str) -> HttpResponse:
    """The front page: what is asked, of whom, until when, and where to begin."""
    return show(request, slug, _front)


def _front(consultation: Consultation) -> Body:
    stands = where(consultation, timezone.now())
    counts = Tally.objects.of_places(consultation)
    words = words_by_section(consultation.revision) if consultation.revision_id else {}
    sections = section_rows(consultation, counts, words)
    context = {
        "consultation": consultation,
        "where": stands,
        "counts": counts,
        "sections": sections,
        "minutes": _minutes_by_level(words),
        "begins": where_to_begin([row["text"] for row in sections], words),
        "questions": question_rows(consultation, counts),
        "mentions": consultation.mentions.shown()[:20],
        "date_changes": consultation.date_changes.all(),
        "outages": Outage.objects.during(consultation),
        "quiet_periods": QuietPeriod.objects.to_show(consultation, on=timezone.localdate()),
        "others": Consultation.objects.announced().on(consultation.document).exclude(pk=consultation.pk)
        .order_by("opens_at")[:5],
    }  # fmt: skip
    trail = [(_("Consultations"), reverse("home"))]
    return body_of(
        "consult/pages/consultation_body.html",
        context,
        title=consultation.title,
        until=stands.true_until,
        trail=trail,
    )


def section_rows(consultation: Consultation, counts, words: dict[int, dict[str, int]] | None = None) -> list[dict]:
    if not consultation.revision_id:
        return []
    words = words_by_section(consultation.revision) if words is None else words
    return [
        {
            "text": text,
            "minutes": minutes_to_read(words.get(text.pk, {}).get(Level.SNAPSHOT, 0)),
            "levels": " ".join(words.get(text.pk, {})),
            "counts": counts.sections.get(text.section_id),
        }
        for text in contents_of(consultation.revision)
    ]


def question_rows(consultation: Consultation, counts) -> list[dict]:
    return [
        {"question": question, "counts": counts.questions.get(question.pk)} for question in consultation.questions.all()
    ]


def _minutes_by_level(words: dict[int, dict[str, int]]) -> dict[str, int]:
    totals = {level.value: sum(by_level.get(level, 0) for by_level in words.values()) for level in Level}
    return {level: minutes_to_read(total) for level, total in totals.items() if total}


def section(request: HttpRequest, slug: str, key: str, level: str = "") -> HttpResponse:
    """A section of the draft, with what is said about it beside it."""
    block = request.GET.get("block", "")[:16]
    order = order_in(request)
    return show(request, slug, lambda consultation: _section(consultation, key, level, block, order))


def order_in(request: HttpRequest) -> Order:
    """In which order threads are asked for. What is none of ours is refused, so that nobody fills the cache with it."""
    by, kind = request.GET.get("sort", "newest"), request.GET.get("kind", "")
    if by not in ORDERS or (kind and kind not in PublicComment.Kind.values):
        raise Http404("There is no such order.")
    return Order(by, kind, number_in(request.GET.get("before")), number_in(request.GET.get("rank")))


def _section(consultation: Consultation, key: str, level: str, block: str, order: Order) -> Body:
    if not consultation.revision_id:
        raise Http404("A call for ideas has no sections.")
    page = section_page(consultation.revision, key, level)
    chosen = next((paragraph for paragraph in page.paragraphs if paragraph.key == block), None)
    if block and chosen is None:
        raise Http404("There is no such paragraph at this level.")
    stands = where(consultation, timezone.now())
    counts = Tally.objects.of_places(consultation, page.text.section)
    comments = PublicComment.objects.in_section(consultation, page.text.section, block)
    threads = talk(
        comments,
        consultation,
        is_open=stands.is_open,
        order=order,
        places=None if chosen else _on_the_page(consultation, page),
    )
    context = {
        "consultation": consultation,
        "where": stands,
        "page": page,
        "paragraphs": [
            {"block": _with_quotes(p, threads) if p is chosen else p, "counts": counts.blocks.get(p.key)}
            for p in page.paragraphs
        ],
        "chosen": chosen,
        "contents": [{"text": text, "counts": counts.sections.get(text.section_id)} for text in page.contents],
        "counts": counts.blocks.get(block) if block else counts.sections.get(page.text.section_id),
        "section_counts": counts.sections.get(page.text.section_id),
        "talk": threads,
    }
    title = f"{page.title}: {chosen.number}" if chosen else page.title
    return body_of(
        "consult/pages/section_body.html",
        context,
        title=f"{title} – {consultation.title}",
        until=stands.true_until,
        trail=trail_of(consultation),
        comment_ids=threads.ids,
        hidden_from_search=order != Order(),
        shows=consultation.revision,
    )


def _with_quotes(paragraph: Paragraph, threads: Talk) -> Paragraph:
    """With the words marked that the threads on the page are about."""
    return replace(paragraph, html=with_marks(paragraph.html, threads.quotes))


def _on_the_page(consultation: Consultation, page: SectionPage) -> OnThePage:
    numbers = {paragraph.key: paragraph.number for paragraph in page.paragraphs}
    return OnThePage(numbers, reverse("section", args=[consultation.slug, page.text.section.key]))


def question(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A question, with the answers to it."""
    order = order_in(request)
    return show(request, slug, lambda consultation: _question(consultation, number, order))


def _question(consultation: Consultation, number: int, order: Order) -> Body:
    asked = list(consultation.questions.all())
    question = next((question for question in asked if question.number == number), None)
    if question is None:
        raise Http404("There is no such question.")
    return _talk_page(
        consultation,
        PublicComment.objects.in_question(question),
        order,
        template="consult/pages/question_body.html",
        title=str(question),
        context={"question": question, "questions": asked},
        count=lambda counts: counts.questions.get(question.pk),
    )


def whole(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said about the draft, or the consultation, as a whole."""
    order = order_in(request)

    def build(consultation: Consultation) -> Body:
        name = _("The draft as a whole") if consultation.is_on_a_draft else _("The consultation as a whole")
        return _talk_page(
            consultation,
            PublicComment.objects.on_the_whole(consultation),
            order,
            template="consult/pages/whole_body.html",
            title=name,
            context={"name": name},
            count=lambda counts: counts.whole,
        )

    return show(request, slug, build)


def _talk_page(consultation, comments, order, *, template, title, context, count) -> Body:
    stands = where(consultation, timezone.now())
    threads = talk(comments, consultation, is_open=stands.is_open, order=order)
    counts = Tally.objects.of_places(consultation)
    return body_of(
        template,
        {
            "consultation": consultation,
            "where": stands,
            "talk": threads,
            "counts": count(counts),
            "all_counts": counts,
            **context,
        },
        title=f"{title} – {consultation.title}",
        until=stands.true_until,
        trail=trail_of(consultation),
        comment_ids=threads.ids,
        hidden_from_search=order != Order(),
    )


def thread(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One thread: its first comment, and its replies from any of them on."""
    start = number_in(request.GET.get("from"))
    return show(request, slug, lambda consultation: _thread(consultation, pk, start))


def _thread(consultation: Consultation, pk: int, start_pk: int | None) -> Body:
    in_here = PublicComment.objects.filter(consultation=consultation)
    roots = in_here.roots().to_show().with_reply_counts().with_standing(consultation.document.current_id)
    root = get_object_or_404(roots, pk=pk)
    root.consultation = consultation
    start = (
        get_object_or_404(in_here.standing().listed(), pk=start_pk, path__startswith=root.path) if start_pk else None
    )
    stands = where(consultation, timezone.now())
    answers = replies(root, consultation, is_open=stands.is_open, start=start if start and start.depth else None)
    place = place_of(root)
    context = {
        "consultation": consultation,
        "where": stands,
        "root": card(root, consultation, is_open=stands.is_open, rules=rules_of([root])),
        "in_all": readable_replies(root.readable, is_gone=not root.visible),
        "replies": answers,
        "place": place,
        "back": address_of(place),
    }
    return body_of(
        "consult/pages/thread_body.html",
        context,
        title=_("Thread on %(place)s – %(consultation)s") % {"place": place.name, "consultation": consultation},
        until=stands.true_until,
        trail=trail_of(consultation),
        comment_ids=[root.pk, *answers.ids],
        hidden_from_search=True,
    )


def address_of(place) -> str:
    """The page on which a place's threads stand."""
    slug = place.consultation.slug
    if place.block:
        url = reverse("section_at", args=[slug, place.section_text.section.key, place.block.level])
        return f"{url}?block={place.block.key}#talk"
    if place.section_text:
        return reverse("section", args=[slug, place.section_text.section.key]) + "#talk"
    if place.question:
        return reverse("question", args=[slug, place.question.number])
    return reverse("whole", args=[slug])


def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment's lasting address: it opens the thread where the comment stands, however long the thread is."""
    found = get_object_or_404(
        PublicComment.objects.filter(consultation__announced_at__isnull=False).select_related(
            "consultation", "persona"
        ),
        pk=pk,
    )
    if not found.listed:
        return _own_or_nothing(request, found)
    url = reverse("thread", args=[found.consultation.slug, found.root_id])
    from_here = f"?from={found.pk}" if found.depth else ""
    onward = redirect(f"{url}{from_here}#c{found.pk}")
    onward["X-Robots-Tag"] = "noindex"
    return onward


def _own_or_nothing(request: HttpRequest, found: PublicComment) -> HttpResponse:
    """What has no place on public pages: only its writer is told that it is there."""
    reader = reader_of(request)
    if reader is None or found.account_id != reader.pk:
        raise Http404("There is no such comment.")
    return redirect("posted", pk=found.pk)
