"""Kept pages are renewed even if the process that changed something died before it could say so."""

from django.core.cache import cache

from consult.discussion.actions import withdraw
from consult.ledger.actions import seal_everything
from consult.pages.catching_up import catch_up
from consult.pages.versions import scope_of


def versions(consultation) -> tuple:
    return cache.get(f"soft:{scope_of(consultation.slug)}"), cache.get(f"hard:{scope_of(consultation.slug)}")


def test_a_withdrawal_nobody_was_told_of_is_noticed(say, ada, consultation):
    comment = say()
    seal_everything()
    catch_up()
    before = versions(consultation)
    withdraw(comment, by=ada)  # on-commit nudges never run in this test's transaction
    seal_everything()
    assert catch_up() == 1
    assert versions(consultation)[1] != before[1]


def test_a_new_comment_renews_softly(say, consultation):
    say()
    seal_everything()
    catch_up()
    before = versions(consultation)
    say("another")
    seal_everything()
    catch_up()
    after = versions(consultation)
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)


def test_nothing_new_renews_nothing(say, consultation):
    say()
    seal_everything()
    catch_up()
    before = versions(consultation)
    assert catch_up() == 0
    assert versions(consultation) == before
