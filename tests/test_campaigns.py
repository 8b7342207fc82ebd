"""Texts that many people send: grouped, counted, and never thrown away; what somebody adds stays their own."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import withdraw
from consult.discussion.bulk import NewComment, insert_many
from consult.discussion.campaigns import joining
from consult.discussion.campaigns.actions import compare, read_on
from consult.discussion.campaigns.marks import is_comparable, marks_of
from consult.discussion.campaigns.models import Mark, Sent, Wording
from consult.discussion.campaigns.passages import holds, passages
from consult.discussion.campaigns.showing import campaigns_of, copies_of, with_own_words
from consult.discussion.mending import remove_words
from consult.discussion.models import PublicComment
from consult.discussion.states import StaffState, lock_thread, set_staff_state
from consult.discussion.words import put_words
from consult.ledger.actions import record, seal_everything
from consult.people.actions import open_account
from consult.screening.likeness import fingerprint, same
from tests.conftest import named

LETTER = (
    "We ask you to think again about the badge test in paragraph 4.5. It punishes nurses who speak honestly about "
    "safe staffing, and it leaves whistleblowers without any protection at all. Please strike it out before the "
    "next draft."
)
OTHER = (
    "Our branch asks for a duty phone that is answered at night. Journalists ring it at 2 in the morning and nobody "
    "answers, so they print what they have."
)
OWN = "On my ward two colleagues left last winter because a manager found what they had posted under their own names."
DATA = Path("/work/shared/data")


@pytest.fixture
def sent(consultation, section_place):
    """These texts come in, each under a name of its own."""
    names = iter(range(1000))

    def send(*texts: str) -> list[int]:
        people = [open_account(f"writer-{n}@example.org") for _text, n in zip(texts, names, strict=False)]
        personas = [named(consultation, one, f"Writer {one.pk}") for one in people]
        return insert_many(
            NewComment(text, section_place, persona=one) for text, one in zip(texts, personas, strict=True)
        )

    return send


@pytest.fixture
def night_falls():
    """What was said is sealed, and read by those who look for campaigns."""

    def fall() -> None:
        seal_everything()
        while read_on():
            pass

    return fall


def groups() -> set[frozenset[str]]:
    """Which texts are held to be the same."""
    found: dict[int, set[str]] = {}
    for one in Sent.objects.select_related("wording", "comment"):
        found.setdefault(one.wording.campaign, set()).add(one.comment.comment)
    return {frozenset(texts) for texts in found.values()}


class TestTexts:
    @pytest.mark.parametrize(
        ("was", "now"),
        [
            ("4.5", "4.6"),
            ("without any", "with"),
            ("strike it out", "do not strike it out"),
            ("punishes", "supports"),
            ("paragraph 4.5", "paragraph B5"),
        ],
    )
    def test_another_number_or_a_not_makes_another_text(self, was, now):
        changed = LETTER.replace(was, now)
        assert not same(fingerprint(LETTER), fingerprint(changed))
        assert not holds(f"{changed} {OWN}", LETTER)

    @given(st.data())
    def test_a_not_anywhere_makes_another_text(self, data):
        words = LETTER.split()
        at = data.draw(st.integers(0, len(words)))
        negation = data.draw(st.sampled_from(["not", "never", "no", "don’t", "cannot", "without", "shan't"]))
        changed = " ".join([*words[:at], negation, *words[at:]])
        assert not same(fingerprint(LETTER), fingerprint(changed))
        assert marks_of(LETTER, among="1") != marks_of(changed, among="1")

    @given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 40))
    def test_another_number_anywhere_makes_another_text(self, one, other, at):
        words = LETTER.split()
        texts = [" ".join([*words[:at], str(number), *words[at:]]) for number in (one, other)]
        assert same(*map(fingerprint, texts)) == (one == other)

    def test_the_sixteen_hashes_are_sixteen(self):
        """Each looks at the words in an order of its own: their lowest shingles are not one and the same."""
        made = fingerprint(LETTER)
        assert len({int(found) for found in made.lowest}) > 8
        changed = [fingerprint(LETTER.replace("nurses", word)) for word in ("medics", "clerks", "guards", "pilots")]
        alike = [sum(map(int, made.lowest == other.lowest)) for other in changed]
        assert min(alike) > 8
        assert len({tuple(made.lowest == other.lowest) for other in changed}) > 1

    def test_whoever_signs_it_it_is_the_same_letter(self, db, section_place, ada_persona):
        """Twenty-six names and three towns: whatever the signature, it is the same letter."""
        texts = [f"{LETTER} {chr(65 + n % 26) * 3} of {('Leeds', 'York', 'Hull')[n % 3]}" for n in range(78)]
        compare(PublicComment.objects.filter(pk__in=insert_many(
            NewComment(text, section_place, persona=ada_persona) for text in texts)))  # fmt: skip
        assert len(groups()) == 1

    @given(st.lists(st.sampled_from([*LETTER.split(". "), OWN, "Yes.", "\n", " ", "42", "😀"]), max_size=12))
    def test_passages_joined_are_the_text(self, parts):
        text = " ".join(parts)
        assert "".join(one.text for one in passages(text, LETTER)) == text

    def test_what_somebody_adds_is_told_from_what_everybody_says(self):
        found = passages(f"Dear editors,\n\n{LETTER}\n\n{OWN}", LETTER)
        assert [one.is_shared for one in found] == [False, True, False]
        assert found[2].text.strip() == OWN

    def test_a_short_sentence_of_the_campaign_is_the_campaigns(self):
        campaign = f"Enough is enough. {LETTER}"
        found = passages(f"{campaign} {OWN} I agree.", campaign)
        assert [part.text.strip() for part in found if not part.is_shared] == [f"{OWN} I agree."]

    def test_a_phrase_in_a_longer_text_is_no_campaign_with_words_added(self):
        assert not holds(f"{OWN} Please strike out the badge test.", "Please strike out the badge test.")

    def test_marks_do_not_cross_from_one_consultation_to_another(self):
        assert not marks_of(LETTER, among="1") & marks_of(LETTER, among="2")

    @pytest.mark.parametrize("text", ["", "\n", "I agree with this.", "😀" * 500, "¿?" * 5000])
    def test_little_is_not_compared(self, text):
        assert not is_comparable(text)

    @pytest.mark.parametrize(
        "text", ["a " * 50_000, "No. " * 20_000, "(" * 50_000 + LETTER, "字" * 10_000, LETTER * 200]
    )
    def test_hostile_texts_have_few_marks(self, text):
        assert len(marks_of(text, among="1")) <= 48


def test_copies_with_another_signature_are_one_campaign(sent, night_falls, consultation):
    sent(LETTER, LETTER.upper(), f"{LETTER} Jane, Leeds", f"Dear editors, {LETTER}", OTHER)
    night_falls()
    [campaign] = campaigns_of(consultation)
    assert (campaign.comments, campaign.people, campaign.with_own_words) == (4, 4, 0)
    assert campaign.text == LETTER


def test_a_paragraph_of_ones_own_stays_ones_own(sent, night_falls, consultation):
    mine = f"{LETTER}\n\n{OWN}"
    ids = sent(LETTER, mine, LETTER, LETTER)
    night_falls()
    [campaign] = campaigns_of(consultation)
    assert (campaign.comments, campaign.with_own_words) == (3, 1)
    [one] = with_own_words(consultation, campaign)
    assert one.comment.pk == ids[1]
    assert "".join(part.text for part in one.passages if not part.is_shared).strip() == OWN


def test_it_does_not_matter_who_came_first(sent, night_falls, consultation):
    sent(f"{LETTER}\n\n{OWN}")
    night_falls()
    sent(LETTER, LETTER, LETTER)
    night_falls()
    [campaign] = campaigns_of(consultation)
    assert (campaign.comments, campaign.with_own_words) == (3, 1)


def test_a_changed_number_or_an_added_not_is_never_counted_among_them(sent, night_falls, consultation):
    sent(LETTER, LETTER, LETTER, LETTER.replace("4.5", "4.6"), LETTER.replace("strike", "do not strike"))
    night_falls()
    [campaign] = campaigns_of(consultation)
    assert (campaign.comments, campaign.with_own_words) == (3, 0)


def test_one_person_who_says_it_three_times_is_no_campaign(say, night_falls, consultation):
    for _ in range(3):
        say(LETTER)
    night_falls()
    assert campaigns_of(consultation) == []


def test_nothing_is_thrown_away(sent, night_falls):
    ids = sent(*[LETTER] * 5, OTHER, "I agree.")
    night_falls()
    assert PublicComment.objects.filter(pk__in=ids, visible=True).count() == 7


def test_who_takes_their_words_back_is_not_counted(sent, night_falls, consultation, ada, say):
    sent(LETTER, LETTER, LETTER)
    mine = say(LETTER)
    night_falls()
    assert campaigns_of(consultation)[0].people == 4
    withdraw(mine, by=ada)
    assert campaigns_of(consultation)[0].people == 3


def test_what_waits_or_was_hidden_is_not_counted(sent, night_falls, consultation):
    ids = sent(LETTER, LETTER, LETTER, LETTER)
    night_falls()
    for pk, state in zip(ids, (StaffState.HELD, StaffState.HIDDEN), strict=False):
        set_staff_state(lock_thread(PublicComment.objects.get(pk=pk)), state)
    assert campaigns_of(consultation) == []


def test_words_that_change_leave_their_wording_and_no_mark_behind(say, night_falls, mo):
    comment = say(LETTER)
    night_falls()
    assert Mark.objects.exists()
    put_words(comment, text="")
    record(mo, "comment.redacted", comment, actor="moderator")
    night_falls()
    assert not Sent.objects.exists()
    assert not Wording.objects.exists()
    assert not Mark.objects.exists()


def test_removed_words_leave_no_mark_behind_in_those_who_quoted_them(say, night_falls, ada, ben_persona):
    said = say(LETTER)
    say(f"They write: “{LETTER}” I could not agree more.", reply_to=said, persona=ben_persona)
    night_falls()
    before = set(Mark.objects.values_list("mark", flat=True))
    remove_words(said, by=ada)
    night_falls()
    assert not before & set(Mark.objects.values_list("mark", flat=True))


def test_no_words_are_kept_beside_the_comments():
    """A table of its own would be one more place from which removed words have to be removed."""
    for noun in (Wording, Sent, Mark):
        assert {field.get_internal_type() for field in noun._meta.local_fields} <= {
            *("BigAutoField", "BigIntegerField", "PositiveIntegerField", "ForeignKey", "OneToOneField"),
        }


def test_a_suggestion_of_other_words_is_another_text(say, night_falls, consultation, sent, block_place):
    from consult.discussion.actions import Said

    for wording in ("A pen name is yours.", "A pen name is theirs."):
        say(Said(LETTER, kind="suggestion", suggested=wording * 8), place=block_place)
    night_falls()
    assert len(set(Sent.objects.values_list("wording__campaign", flat=True))) == 2


def test_what_is_read_twice_is_counted_once(sent, night_falls, consultation):
    ids = sent(LETTER, LETTER, LETTER)
    night_falls()
    compare(PublicComment.objects.filter(pk__in=ids))
    assert campaigns_of(consultation)[0].comments == 3
    assert Wording.objects.count() == 1


def test_two_consultations_are_two_worlds(sent, night_falls, consultation, ideas, ada):
    from consult.discussion.places import place_at_question

    sent(LETTER, LETTER)
    place = place_at_question(ideas, 1)
    insert_many([NewComment(LETTER, place, persona=named(ideas, ada, "Elsewhere"))])
    night_falls()
    assert campaigns_of(consultation) == campaigns_of(ideas) == []
    assert Wording.objects.count() == 2


def test_each_comment_knows_how_many_say_the_same(sent, night_falls):
    ids = sent(LETTER, f"{LETTER} Jane", OTHER, "I agree.")
    night_falls()
    assert copies_of(ids) == {ids[0]: 2, ids[1]: 2, ids[2]: 1}


VARIED = st.lists(
    st.tuples(
        st.sampled_from([LETTER, OTHER, LETTER.replace("4.5", "4.6"), f"{LETTER} {OWN}", f"{OTHER} {LETTER}"]),
        st.sampled_from(["", "Dear editors, ", "Hello all, as a nurse I write to you. "]),
        st.sampled_from(["", " Jane, Leeds", " Yours faithfully, the night shift of a hospital", " NOT!"]),
    ),
    min_size=2,
    max_size=9,
)


@given(VARIED, st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_order_in_which_they_come_does_not_matter(db, rolled_back, section_place, ada_persona, parts, random, some):
    texts = ["".join((begin, body, end)) for body, begin, end in parts]

    def arriving(order: list[str]) -> tuple[set[frozenset[str]], Counter]:
        ids = insert_many(NewComment(text, section_place, persona=ada_persona) for text in order)
        for start in range(0, len(ids), some):
            compare(PublicComment.objects.filter(pk__in=ids[start : start + some]))
        held = Sent.objects.filter(wording__holds__isnull=False).values_list("comment__comment", flat=True)
        return groups(), Counter(held)

    shuffled = random.sample(texts, len(texts))
    assert rolled_back(lambda: arriving(texts)) == rolled_back(lambda: arriving(shuffled))


@given(VARIED)
def test_whatever_is_grouped_has_the_same_numbers_and_negations(db, rolled_back, section_place, ada_persona, parts):
    texts = ["".join((begin, body, end)) for body, begin, end in parts]

    def fixed_words() -> list[set[int]]:
        compare(PublicComment.objects.filter(pk__in=insert_many(
            NewComment(text, section_place, persona=ada_persona) for text in texts)))  # fmt: skip
        return [{fingerprint(text).fixed for text in group} for group in groups()]

    assert all(len(fixed) == 1 for fixed in rolled_back(fixed_words))


def test_reading_on_costs_the_same_however_much_was_said_before(sent, night_falls):
    costs = []
    for before in (5, 150):
        sent(*[f"{LETTER} Number {n}, of the night shift" for n in range(before)])
        night_falls()
        sent(LETTER, OTHER)
        seal_everything()
        with CaptureQueriesContext(connection) as asked:
            read_on()
        costs.append(len(asked))
    assert costs[0] >= costs[1]


def test_of_many_that_share_a_mark_the_earliest_are_looked_at(sent, night_falls, monkeypatch, consultation):
    monkeypatch.setattr(joining, "LOOK_AT_MOST", 3)
    sent(*[f"{LETTER} {name}, Leeds" for name in ("Ann", "Bob", "Cat", "Dan", "Eve", "Fay", "Gus", "Hal")])
    night_falls()
    assert campaigns_of(consultation)[0].people == 8


def test_nothing_new_takes_no_lock(db, night_falls, django_assert_max_num_queries):
    night_falls()
    with django_assert_max_num_queries(2):
        assert read_on() == 0


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not on this machine")
def test_real_comments_are_grouped_only_when_they_say_the_same(section_place, ada_persona, db):
    """Pol.is data: people there seldom copy, so nearly every comment has a wording of its own."""
    found = []
    for name in ("15-per-hour-seattle", "canadian-electoral-reform", "bg2050-volunteers"):
        with (DATA / "polis" / f"{name}.csv").open(encoding="utf-8", errors="replace") as file:
            found += [row["comment-body"] for row in csv.DictReader(file) if row["comment-body"]]
    ids = insert_many(NewComment(text, section_place, persona=ada_persona) for text in found)
    compare(PublicComment.objects.filter(pk__in=ids))
    alike = [group for group in groups() if len(group) > 1]
    assert all(len({fingerprint(text).fixed for text in group}) == 1 for group in alike)
    assert len(alike) <= 10
