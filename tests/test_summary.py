"""The summary of a consultation: exact quotations, numbers that add up, and nobody picked out."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import withdraw
from consult.discussion.bulk import NewComment, insert_many
from consult.discussion.models import Elsewhere, PublicComment
from consult.discussion.places import Place, place_at_question
from consult.jobs import nudging
from consult.jobs.actions import sweep
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.jobs.states import SILENT_FOR
from consult.ledger.models import Entry
from consult.people.models import Account
from consult.people.permissions import Refused
from consult.themes import actions
from consult.themes.actions import ask_for_summary
from consult.themes.counting import FEWEST, HIDDEN, SHOWN, WITHDRAWN, Said, adds_up, counts, groups_of_people
from consult.themes.markdown import _plain, as_markdown
from consult.themes.models import Summary, SummaryPart
from consult.themes.parts import CONTACT
from consult.themes.showing import show
from tests.conftest import named

pytestmark = pytest.mark.django_db
BADGE = "The badge test punishes nurses who speak honestly about safe staffing."


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)


@pytest.fixture
def conversation(say, consultation, ben_persona, ada_persona):
    """ada and ben disagree in a section and at a question; ada takes one comment back."""
    root = say(BADGE)
    say("A badge test is easy to remember at three in the morning.", persona=ben_persona, reply_to=root)
    say("Keep the badge test. Easy to remember beats exact.", persona=ben_persona)
    say("Pen names protect nurses. Say so in the first line.", place=place_at_question(consultation, 1))
    gone = say("My ward is on the third floor.")
    withdraw(gone, by=Account.objects.get(pk=ada_persona.account_id))
    return root


def made(consultation, by) -> Summary:
    asked = ask_for_summary(consultation, by=by)
    if isinstance(asked, Summary):
        return asked
    run_job(asked.pk)
    asked.refresh_from_db()
    assert asked.is_done, asked.error
    return Summary.objects.get(pk=asked.result["summary"])


def quotes_of(summary):
    return [quote for place in summary.content["places"] for quote in place["quotes"]]


def crowd(consultation, how_many, **choices):
    """As many people with names of their own in a consultation."""
    accounts = [Account.objects.create_user(f"{how_many}-{n}-{len(choices)}@example.org") for n in range(how_many)]
    return [named(consultation, a, f"Person {a.pk}", **choices) for a in accounts]


class TestWhatItSays:
    def test_every_quotation_is_a_slice_of_its_comment_and_links_to_it(self, conversation, consultation, edie):
        summary = made(consultation, edie)
        assert quotes_of(summary)
        for quote in quotes_of(summary):
            comment = PublicComment.objects.get(pk=quote["id"])
            assert comment.comment[quote["start"] : quote["end"]] == quote["text"]
        assert show(summary).spoken_of[0].quotes[0].address.startswith("/comments/")

    def test_the_numbers_of_every_place_add_up_to_those_of_the_whole(self, conversation, consultation, edie):
        content = made(consultation, edie).content
        whole = content["counts"]
        assert (whole["all"], whole["shown"], whole["withdrawn"], whole["people"]) == (5, 4, 1, 2)
        assert all(adds_up(place["counts"]) for place in content["places"])
        for name in ("all", "shown", "withdrawn", "hidden", "threads", "replies"):
            assert sum(place["counts"][name] for place in content["places"]) == whole[name]

    def test_sections_nobody_spoke_of_are_named(self, conversation, consultation, edie):
        silent = [place.heading for place in show(made(consultation, edie)).silent]
        assert "Section 1. Who this is for" in silent

    def test_what_ada_took_back_is_counted_and_never_read(self, conversation, consultation, edie):
        assert "third floor" not in made(consultation, edie).body

    def test_words_from_elsewhere_are_counted_apart_and_their_writers_not_named(
        self, consultation, section_place, edie
    ):
        [pk] = insert_many([NewComment(text="A public servant is a citizen first.", place=section_place)], by=edie)
        Elsewhere.objects.create(
            comment_id=pk, consultation=consultation, source="Blog", external_key="1", author_name="Jo Bloggs"
        )
        summary = made(consultation, edie)
        assert summary.content["counts"]["from_elsewhere"] == summary.content["counts"]["by_nobody_known"] == 1
        assert summary.content["counts"]["people"] == 0
        [quote] = next(place for place in show(summary).places if place.quotes).quotes
        assert (quote.who, quote.about) == ("Name not shown", "from elsewhere: Blog")

    def test_campaign_texts_are_counted_beside_the_total(self, say, consultation, edie):
        text = "We, the night shift, ask you to strike out the badge test. It punishes those who speak up."
        for persona in crowd(consultation, 6):
            say(text, persona=persona)
        place = next(place for place in show(made(consultation, edie)).spoken_of)
        assert (place.counts["shown"], place.counts["copies"]) == (6, 5)
        assert "5 of the comments only repeat" in place.about_copies

    def test_telephone_numbers_and_addresses_are_not_quoted(self, say, consultation, edie):
        say("Ring me on 07700 900123 at any time. The badge test must go.")
        say("Write to me, ada@example.org, about the badge test.")
        assert not any(
            "900123" in quote["text"] or "@" in quote["text"] for quote in quotes_of(made(consultation, edie))
        )

    @pytest.mark.parametrize("words", ["0161 496 0000", "+44 7700 900123", "a@b.example", "(020) 7946-0958"])
    def test_what_looks_like_a_way_to_reach_someone(self, words):
        assert CONTACT.search(words)
        assert not CONTACT.search("In 2014, 55% of 1,200 nurses, paragraph 4.5")


class TestNobodyIsPickedOut:
    @given(st.lists(st.sampled_from(["nurse", "Nurse ", "teacher", "soldier", "", "police officer"]), max_size=60))
    def test_no_small_group_is_shown_nor_left_over(self, professions):
        groups = groups_of_people(dict(enumerate(professions)))
        assert all(size >= FEWEST for _name, size in groups)
        assert not groups or sum(size for _name, size in groups) == len(professions)

    def test_a_single_soldier_is_among_the_others(self, say, consultation, edie):
        for persona in crowd(consultation, 8, profession="nurse"):
            say(f"I am {persona.pk} and I post at night.", persona=persona)
        say("We post from the barracks.", persona=crowd(consultation, 1, profession="soldier")[0])
        summary = made(consultation, edie)
        assert "soldier" not in summary.body
        assert summary.content["professions"] == []

    def test_no_account_name_or_time_is_in_it(self, conversation, consultation, edie, ada, ben):
        summary = made(consultation, edie)
        everything = summary.body + as_markdown(show(summary))
        for secret in (ada.email, ben.email, "hospital", "chalk-and", timezone.now().strftime("%H:%M")):
            assert secret not in everything

    def test_what_people_do_not_show_of_themselves_is_not_beside_their_words(self, say, consultation, edie):
        hidden = crowd(consultation, 1, profession="midwife")[0]
        say("A long night, and a longer badge test.", persona=hidden)
        assert "midwife" not in as_markdown(show(made(consultation, edie)))


@given(
    st.lists(
        st.builds(
            Said,
            id=st.integers(),
            text=st.just("x"),
            state=st.sampled_from([SHOWN, WITHDRAWN, HIDDEN]),
            persona=st.none() | st.integers(1, 5),
            depth=st.integers(0, 3),
            is_from_elsewhere=st.booleans(),
        )
    )
)
def test_counts_always_add_up(said):
    assert adds_up(counts(said))


class TestAsking:
    def test_nothing_new_is_answered_from_what_is_stored(self, conversation, consultation, edie, ann):
        first = made(consultation, edie)
        assert ask_for_summary(consultation, by=ann) == first
        assert Job.objects.of_kind("summary").count() == 1

    def test_a_new_comment_or_a_withdrawal_makes_another(self, conversation, say, consultation, edie, ada):
        first = made(consultation, edie)
        say("One more thing.")
        second = made(consultation, edie)
        withdraw(conversation, by=ada)
        third = made(consultation, edie)
        assert len({first.pk, second.pk, third.pk}) == 3

    def test_asked_twice_while_it_runs_it_is_one_job(self, conversation, consultation, edie, ann):
        assert ask_for_summary(consultation, by=edie) == ask_for_summary(consultation, by=ann)

    def test_only_the_team_may_ask(self, consultation, ada, otto, mo):
        for someone in (ada, otto, mo):
            with pytest.raises(Refused):
                ask_for_summary(consultation, by=someone)

    def test_before_it_opens_there_is_nothing_to_summarise(self, consultation, edie):
        consultation.opens_at = timezone.now() + timedelta(days=1)
        with pytest.raises(ValidationError, match="has not opened yet"):
            ask_for_summary(consultation, by=edie)

    def test_a_silent_consultation_has_a_summary_of_noughts(self, ideas, edie):
        shown = show(made(ideas, edie))
        assert (shown.counts["all"], shown.spoken_of) == (0, [])
        assert as_markdown(shown)

    def test_it_is_in_the_history_with_its_seal_and_hash(self, conversation, consultation, edie):
        summary = made(consultation, edie)
        entry = Entry.objects.about(summary).get()
        assert (entry.verb, entry.actor) == ("summary.made", "editor")
        assert json.loads(entry.facts) == {"inputs": summary.inputs_hash, "seal": summary.seal_number}


class TestWhoeverDies:
    def test_whoever_takes_over_goes_on_from_the_parts_that_are_there(
        self, conversation, consultation, edie, monkeypatch
    ):
        job = ask_for_summary(consultation, by=edie)
        done, part_of = [], actions.part_of

        def dies_at_the_third(said, against):
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(said)
            return part_of(said, against)

        monkeypatch.setattr(actions, "part_of", dies_at_the_third)
        mine = Job.objects.claim(job.pk)
        with pytest.raises(KeyboardInterrupt):
            actions.make_summary(mine)
        assert SummaryPart.objects.filter(job=job).count() == 2
        sweep(at=timezone.now() + SILENT_FOR + timedelta(seconds=1))

        def only_the_rest(said, against):
            done.append(said)
            return part_of(said, against)

        monkeypatch.setattr(actions, "part_of", only_the_rest)
        run_job(job.pk)
        job.refresh_from_db()
        assert job.is_done, job.error
        assert len(done) == len(Summary.objects.get().content["places"])
        assert not SummaryPart.objects.exists()

    def test_what_is_said_while_it_runs_is_left_for_the_next_one(self, conversation, say, consultation, edie):
        job = ask_for_summary(consultation, by=edie)
        say("I come too late for this one.")
        run_job(job.pk)
        summary = Summary.objects.get()
        assert "too late" not in summary.body
        assert show(summary).said_since == 1

    def test_words_withdrawn_while_it_runs_are_not_in_it(self, conversation, consultation, edie, ada, monkeypatch):
        job = ask_for_summary(consultation, by=edie)
        part_of, taken_back = actions.part_of, []

        def ada_takes_it_back(said, against):
            part = part_of(said, against)
            if BADGE in canonical_words(said) and not taken_back:
                taken_back.append(withdraw(conversation, by=ada))
            return part

        monkeypatch.setattr(actions, "part_of", ada_takes_it_back)
        run_job(job.pk)
        assert taken_back
        assert "punishes nurses" not in Summary.objects.get().body

    def test_the_same_words_give_the_same_bytes(self, conversation, consultation, edie):
        first = made(consultation, edie)
        body = first.body
        first.delete()
        assert made(consultation, edie).body == body


def canonical_words(said):
    return " ".join(comment.text for comment in said)


class TestThePage:
    def test_edie_asks_watches_and_reads(self, conversation, consultation, edie, browser_of):
        browser = browser_of(edie)
        address = f"/team/consultations/{consultation.slug}/summary/"
        assert "There is no summary yet" in browser.get(address).content.decode()
        assert browser.post(f"{address}make/").status_code == 302
        assert "Waiting for its turn" in browser.get(address).content.decode()
        run_job(Job.objects.get(kind="summary").pk)
        page = browser.get(address).content.decode()
        assert "badge test" in page
        assert "out of date" not in page

    def test_what_was_withdrawn_since_leaves_the_page_and_the_page_says_so(
        self, conversation, consultation, edie, ada, browser_of
    ):
        made(consultation, edie)
        withdraw(conversation, by=ada)
        page = browser_of(edie).get(f"/team/consultations/{consultation.slug}/summary/").content.decode()
        assert "punishes nurses" not in page
        assert "This summary is out of date." in page

    def test_what_people_type_is_shown_as_they_typed_it(self, say, consultation, edie, browser_of):
        say("<script>alert(1)</script> is how I *feel* about the [badge test](https://evil.example)")
        summary = made(consultation, edie)
        page = browser_of(edie).get(f"/team/consultations/{consultation.slug}/summary/").content.decode()
        assert "<script>alert" not in page
        markdown = as_markdown(show(summary))
        assert "<script>" not in re.sub(r"\\.", "", markdown)
        assert "](https" not in re.sub(r"\\.", "", markdown)

    @pytest.mark.parametrize("name", ["ada", "ben", "otto", "mo"])
    def test_others_are_refused(self, name, cast, browser_of):
        address = f"/team/consultations/{cast.consultation.slug}/summary/"
        browser = browser_of(getattr(cast, name))
        assert browser.get(address).status_code == 403
        assert browser.post(f"{address}make/").status_code == 403
        assert not Job.objects.exists()

    def test_a_stranger_is_asked_to_sign_in(self, stranger, consultation):
        assert stranger.get(f"/team/consultations/{consultation.slug}/summary/").status_code == 302

    def test_the_page_costs_the_same_whatever_was_said(
        self, conversation, say, consultation, edie, browser_of, django_assert_max_num_queries
    ):
        for number in range(30):
            say(f"Remark {number} on badge tests and night shifts.")
        made(consultation, edie)
        browser = browser_of(edie)
        with django_assert_max_num_queries(14):
            browser.get(f"/team/consultations/{consultation.slug}/summary/")


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("1. is a list", "1\\. is a list"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("a *b* <i> [c](d) `e`", "a \\*b\\* \\<i\\> \\[c\\](d) \\`e\\`"),
        ("Plain words, 4.5% (of 10): fine!", "Plain words, 4.5% (of 10): fine!"),
        ("https://evil.example www.evil.example", "https\\://evil.example www\\.evil.example"),
    ],
)
def test_what_people_type_stays_what_they_typed(words, kept):
    assert _plain(words) == kept


def test_the_file_is_markdown_with_the_same_sentences(conversation, consultation, edie):
    shown = show(made(consultation, edie))
    markdown = as_markdown(shown, base="https://consult.example")
    assert markdown.startswith(f"# Summary of {shown.title}\n")
    assert shown.spoken_of[0].about_comments in markdown
    assert "<https://consult.example/comments/" in markdown
    assert markdown == as_markdown(shown, base="https://consult.example")


def test_replies_and_blocks_count_where_their_thread_stands(say, block_place, consultation, edie):
    root = say("This paragraph is too strict.", place=block_place)
    say("It is not strict enough.", reply_to=root)
    say("About everything.", place=Place(consultation))
    content = made(consultation, edie).content
    by_kind = {place["kind"]: place["counts"]["shown"] for place in content["places"] if place["counts"]["shown"]}
    assert by_kind == {"section": 2, "whole": 1}
