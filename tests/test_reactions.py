"""Agreeing and disagreeing, and threads in the order that follows: counted exactly, and nobody named."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import Said, fold_tallies, post, withdraw
from consult.discussion.models import Agreement, PublicComment, Reaction
from consult.discussion.querysets import THREADS_A_PAGE, Order
from consult.discussion.reactions import (
    agreement_with,
    fold_agreements,
    rank,
    react,
    reaction_of,
    threads_to_rank,
)
from consult.people.permissions import Refused
from tests.conftest import named

pytestmark = pytest.mark.django_db
SECTION = "/consultations/draft-1/sections/yourself/"


def again(comment) -> PublicComment:
    return PublicComment.objects.select_related("consultation__document", "persona").get(pk=comment.pk)


def weigh(comment, persona, by, agrees=True) -> bool:
    return react(again(comment), agrees=agrees, persona=persona, by=by)


def test_one_word_each_and_it_can_be_changed_and_taken_back(say, ben, ben_persona):
    comment = say()
    assert weigh(comment, ben_persona, ben)
    assert not weigh(comment, ben_persona, ben)
    assert agreement_with(comment) == (1, 0)
    weigh(comment, ben_persona, ben, agrees=False)
    assert agreement_with(comment) == (0, 1)
    weigh(comment, ben_persona, ben, agrees=None)
    assert agreement_with(comment) == (0, 0)
    assert reaction_of(comment, ben_persona) is None
    assert fold_agreements() == 3


def test_nobody_agrees_with_themselves_or_under_anothers_name(say, ada, ada_persona, ben, ben_persona):
    comment = say()
    with pytest.raises(ValidationError, match="your own comment"):
        weigh(comment, ada_persona, ada)
    with pytest.raises(Refused):
        weigh(comment, ada_persona, ben)


def test_what_is_gone_or_elsewhere_cannot_be_agreed_with(say, ada, ben, ideas, ben_persona):
    comment = say()
    with pytest.raises(ValidationError, match="not on the page"):
        weigh(comment, named(ideas, ben, "Other Ben"), ben)
    withdraw(comment, by=ada)
    with pytest.raises(ValidationError, match="not on the page"):
        weigh(comment, ben_persona, ben)


def test_when_it_has_closed_the_numbers_stand(say, ben, ben_persona, consultation):
    from datetime import timedelta

    comment = say()
    weigh(comment, ben_persona, ben)
    consultation.closes_at = consultation.opens_at + timedelta(days=1)
    consultation.save()
    ben_persona.consultation = consultation
    with pytest.raises(Refused):
        weigh(comment, ben_persona, ben, agrees=None)
    assert agreement_with(comment) == (1, 0)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([True, False, None]), st.booleans()), max_size=20))
def test_numbers_equal_a_recount_however_often_they_are_folded(rolled_back, cast, section_place, moves):
    def example():
        comment = post(
            section_place, text="x", persona=cast.ada_persona, submission_id=uuid4(), by=cast.ada
        )  # fmt: skip
        people = [
            (cast.ben_persona, cast.ben),
            (named(cast.consultation, cast.edie, "Third"), cast.edie),
            (named(cast.consultation, cast.otto, "Fourth"), cast.otto),
        ]
        for who, agrees, folds in moves:
            weigh(comment, *people[who], agrees=agrees)
            if folds:
                rank(threads_to_rank())
                fold_agreements()
            mine = list(Reaction.objects.filter(comment=comment).values_list("agrees", flat=True))
            assert agreement_with(comment) == (mine.count(True), mine.count(False))
        rank(threads_to_rank())
        fold_agreements()
        assert Agreement.objects.filter(comment=comment).count() <= 1
        assert again(comment).agreed == agreement_with(comment)[0]

    rolled_back(example)


def settle() -> None:
    rank(threads_to_rank())
    while fold_tallies() or fold_agreements():
        pass


def in_order(consultation, section_place, **how) -> list[str]:
    """All threads of the section, page after page."""
    found, order = [], Order(**how)
    while True:
        section = section_place.section_text.section
        page = list(PublicComment.objects.in_section(consultation, section).threads_page(order))
        found += [root.text for root in page[:THREADS_A_PAGE]]
        if len(page) <= THREADS_A_PAGE:
            return found
        last = page[THREADS_A_PAGE - 1]
        order = Order(order.by, order.kind, last.pk, order.rank_of(last))


@pytest.mark.parametrize("by", ["newest", "oldest", "agreed", "discussed"])
def test_every_thread_is_there_once_in_each_order(by, say, consultation, section_place, ben, ben_persona):
    roots = [say(f"{i:02}") for i in range(45)]
    for i in (3, 17, 40):
        weigh(roots[i], ben_persona, ben)
        say("reply", reply_to=roots[i])
    settle()
    found = in_order(consultation, section_place, by=by)
    assert sorted(found) == [f"{i:02}" for i in range(45)]
    first = {"newest": ["44", "43", "42"], "oldest": ["00", "01", "02"]}.get(by, ["40", "17", "03"])
    assert found[:3] == first


def test_threads_of_one_kind(say, consultation, section_place, ada, ada_persona):
    say("a comment")
    said = Said("a question?", kind=PublicComment.Kind.QUESTION)
    post(section_place, text=said, persona=ada_persona, submission_id=uuid4(), by=ada)
    assert in_order(consultation, section_place, kind="question") == ["a question?"]


def test_an_order_that_is_none_is_refused(stranger, say):
    say()
    for query in ("sort=loudest", "kind=poem", "sort=agreed&rank=x"):
        status = stranger.get(f"{SECTION}?{query}").status_code
        assert status == (200 if "rank" in query else 404)


def test_a_page_in_any_order_leads_to_the_next(say, stranger):
    for i in range(25):
        say(f"number {i}")
    settle()
    for by in ("oldest", "agreed", "discussed"):
        page = stranger.get(f"{SECTION}?sort={by}").content.decode()
        assert f"sort={by}" in page
        assert "Show more threads" in page


def test_agreeing_without_javascript(say, browser_of, ben, form_of):
    comment = say()
    browser = browser_of(ben)
    page = browser.get(f"/comments/{comment.pk}/agree/")
    answer = browser.post(f"/comments/{comment.pk}/agree/", {**form_of(page), "stance": "agree"})
    assert answer.status_code == 302
    assert agreement_with(comment) == (1, 0)
    assert "You agree" in browser.get(SECTION).content.decode()


def test_a_newcomer_takes_a_name_first(say, browser_of, edie, form_of):
    comment = say()
    browser = browser_of(edie)
    page = browser.get(f"/comments/{comment.pk}/agree/")
    assert "Choose the name" in page.content.decode()
    assert browser.post(f"/comments/{comment.pk}/agree/", {"stance": "agree"}).status_code == 422
    fields = {**form_of(page), "name": "Marsh Wren", "stance": "agree", "accepts": "on"}
    fields |= {"is_pen_name": "True", "capacity": "personal"}
    browser.post(f"/comments/{comment.pk}/agree/", fields)
    assert agreement_with(comment) == (1, 0)


def test_nobody_is_told_who_agrees(say, browser_of, ben, ben_persona, ada, stranger):
    comment = say()
    weigh(comment, ben_persona, ben)
    for reader in (stranger, browser_of(ada)):
        page = reader.get(SECTION).content.decode()
        assert "Chalk and Talk" not in page
    sums = Agreement.objects.aggregate(n=Sum("agree"))
    assert sums["n"] == 1
