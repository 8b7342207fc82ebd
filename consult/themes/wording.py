"""The sentences around the numbers: the same on the page and in the file (pure)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from consult.themes.counting import STANCES

if TYPE_CHECKING:
    from consult.themes.showing import Shown, ShownPlace, ShownQuote


def number(count: int) -> str:
    return f"{count:,}"


def comments(count: int) -> str:
    return ngettext("%(n)s comment", "%(n)s comments", count) % {"n": number(count)}


def people(count: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": number(count)}


def about_comments(counts: dict[str, int]) -> str:
    """12 comments can be read: 7 threads and 5 replies; 3 of them from elsewhere."""
    threads = ngettext("%(n)s thread", "%(n)s threads", counts["threads"]) % {"n": number(counts["threads"])}
    replies = ngettext("%(n)s reply", "%(n)s replies", counts["replies"]) % {"n": number(counts["replies"])}
    said = _("%(comments)s can be read: %(threads)s begun and %(replies)s.") % {
        "comments": comments(counts["shown"]), "threads": threads, "replies": replies,
    }  # fmt: skip
    if not counts["from_elsewhere"]:
        return said
    elsewhere = _("%(n)s of them came from elsewhere.") % {"n": number(counts["from_elsewhere"])}
    return f"{said} {elsewhere}"


def kinds(counts: dict[str, int]) -> list[str]:
    """How many suggestions, questions and pieces of evidence there are, each in words; none that there are none of."""
    names = {
        "suggestion": ngettext_lazy("%(n)s suggested wording", "%(n)s suggested wordings", "count"),
        "question": ngettext_lazy("%(n)s question", "%(n)s questions", "count"),
        "evidence": ngettext_lazy("%(n)s with evidence", "%(n)s with evidence", "count"),
    }
    found = ((words, counts.get(name, 0)) for name, words in names.items())
    return [str(words % {"count": count, "n": number(count)}) for words, count in found if count]


def about_kinds(counts: dict[str, int]) -> str:
    """Among them: 3 suggested wordings, 2 questions. By their writers, 4 are for it, 1 against, 0 mixed."""
    said = []
    if found := kinds(counts):
        said.append(_("Among them: %(kinds)s.") % {"kinds": ", ".join(found)})
    if any(counts.get(stance) for stance in STANCES):
        words = _("As their writers say themselves, %(for)s are for it, %(against)s against, %(mixed)s mixed.")
        said.append(words % {stance: number(counts[stance]) for stance in STANCES})
    return " ".join(said)


def about_missing(counts: dict[str, int]) -> str:
    """Beside the total, what it leaves out; and of that, what counts all the same."""
    if counts["all"] == counts["shown"]:
        return _("None was withdrawn or hidden.")
    said = [
        _("Not counted there: %(withdrawn)s withdrawn by their writers, %(hidden)s hidden. Together %(all)s.") % {
            "withdrawn": number(counts["withdrawn"] + counts["withdrawn_late"]), "hidden": number(counts["hidden"]),
            "all": comments(counts["all"] - counts["for_editors"]),
        }
    ]  # fmt: skip
    if counts["withdrawn_late"]:
        late = ngettext(
            "%(n)s of those was withdrawn after the close: it counts as a response, and its words are not told.",
            "%(n)s of those were withdrawn after the close: they count as responses, and their words are not told.",
            counts["withdrawn_late"],
        )
        said.append(late % {"n": number(counts["withdrawn_late"])})
    if counts["for_editors"]:
        editors = ngettext(
            "%(n)s more was written to the editors only: it counts as a response, and is not told.",
            "%(n)s more were written to the editors only: they count as responses, and are not told.",
            counts["for_editors"],
        )
        said.append(editors % {"n": number(counts["for_editors"])})
    return " ".join(said)


def about_people(counts: dict[str, int]) -> str:
    if not counts["shown"]:
        return ""
    said = _("They are by %(people)s, counted as names posted under.") % {"people": people(counts["people"])}
    if not counts["by_nobody_known"]:
        return said
    unknown = _("Who wrote %(comments)s is not known to us.") % {"comments": comments(counts["by_nobody_known"])}
    return f"{said} {unknown}"


def about_copies(counts: dict[str, int]) -> str:
    """Identical campaign texts, counted apart."""
    if not counts.get("copies"):
        return ""
    return ngettext(
        "%(n)s of the comments only repeats the text of another one, word for word or nearly so.",
        "%(n)s of the comments only repeat the text of another one, word for word or nearly so.",
        counts["copies"],
    ) % {"n": number(counts["copies"])}


def about_quote(quote: "ShownQuote") -> str:
    """How much a quotation stands for."""
    if quote.near == 1:
        return _("Nobody else says this.") if quote.few else _("One comment.")
    who = people(quote.people) if quote.people else _("writers we do not know")
    said = _("One of %(comments)s in similar words, by %(people)s.") % {"comments": comments(quote.near), "people": who}
    if quote.copies:
        said += " " + _("%(n)s of them are copies.") % {"n": number(quote.copies)}
    return f"{said} {_('Few said this.')}" if quote.few else said


def about_quoted(place: "ShownPlace") -> str:
    """What the quotations stand for and what they leave out: it adds up to all."""
    quoted = place.quoted
    named = {
        "near": _("%(n)s quoted or in similar words"),
        "in_other_groups": _("%(n)s like one another and not quoted"),
        "not_grouped": _("%(n)s like no other"),
        "without_words": _("%(n)s without words"),
    }
    parts = [words % {"n": number(quoted[name])} for name, words in named.items() if quoted[name]]
    said = f"{_('Of')} {comments(quoted['all'])}: {', '.join(parts)}." if parts else ""
    if place.quotes_gone:
        said += " " + ngettext(
            "%(n)s quotation is not shown any more: its comment was withdrawn or hidden.",
            "%(n)s quotations are not shown any more: their comments were withdrawn or hidden.",
            place.quotes_gone,
        ) % {"n": number(place.quotes_gone)}
    return said


def about_since(shown: "Shown") -> str:
    """What the summary does not know of."""
    said = []
    if shown.said_since:
        since = _("since this summary was made")
        came = ngettext("%(n)s comment has come in", "%(n)s comments have come in", shown.said_since)
        said.append(f"{came % {'n': number(shown.said_since)}} {since}.")
    if gone := max(shown.gone_since, shown.quotes_gone):
        said.append(
            ngettext(
                "%(n)s comment in it has been withdrawn or hidden since.",
                "%(n)s comments in it have been withdrawn or hidden since.",
                gone,
            )
            % {"n": number(gone)}
        )
    return " ".join(said)
