"""Whatever editors do to a text, no comment is lost, and none claims to be in place where its words are not."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from guidance.anchors import LONGEST_QUOTE, find_again, find_words, plain, quote_at
from guidance.fates import FateKind, Passage, fates, follow
from guidance.matching import keep_keys
from guidance.placing import At, Ground, Standing, place, sentences_around

SENTENCES = [
    "You keep a private life.", "You must not name a patient.", "Ask before you post.", "You must name a patient.",
    "It may be read in ten years.", "It may be read in two years.", "Nobody will ask for your password.", "Yes.", "No.",
    "The press office answers journalists, day and night.", "Talk to your line manager first.",
    "Assume that your manager, a journalist and the people you serve could all read what you post.",
    "Say what went wrong – and who puts it right.", "Say what went wrong - and who puts it right.",
    "Žluťoučký kůň 👩‍👩‍👧 pěl.",
]  # fmt: skip
paragraphs = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join)
sections = st.lists(paragraphs, max_size=5)
documents = st.lists(sections, min_size=1, max_size=3)
steps = st.lists(
    st.tuples(
        st.sampled_from(["edit", "cut", "move", "split", "merge", "delete", "retype", "copy", "swap"]),
        *[st.integers(0, 30)] * 3,
    ),
    min_size=1,
    max_size=6,
)
Text = list[list[str]]


def edited(text: Text, script) -> Text:
    """The text after a script of edits."""
    text = [list(section) for section in text]
    for act, one, two, three in script:
        section = text[one % len(text)]
        if not section:
            section.append(SENTENCES[two % len(SENTENCES)])
            continue
        at = two % len(section)
        sentences = section[at].split(". ")
        match act:
            case "edit":
                words = section[at].split(" ")
                words[three % len(words)] = "another"
                section[at] = " ".join(words)
            case "cut":
                section[at] = ". ".join(sentences[: max(1, len(sentences) - 1)])
            case "move":
                text[three % len(text)].insert(0, section.pop(at))
            case "split" if len(sentences) > 1:
                section[at : at + 1] = [sentences[0] + ".", ". ".join(sentences[1:])]
            case "merge" if at + 1 < len(section):
                section[at : at + 2] = [section[at] + " " + section[at + 1]]
            case "delete":
                section.pop(at)
            case "retype":
                section[at] = SENTENCES[three % len(SENTENCES)] + " " + SENTENCES[one % len(SENTENCES)]
            case "copy":
                section.insert(0, section[at])
            case "swap":
                section[at], section[three % len(section)] = section[three % len(section)], section[at]
    return text


def passages_of(text: Text, keys: list[str]) -> list[Passage]:
    given_keys = iter(keys)
    return [
        Passage(next(given_keys), f"s{i}", "full", position, "paragraph", words, words)
        for i, section in enumerate(text)
        for position, words in enumerate(section, start=1)
    ]


def saved(before: list[Passage], text: Text) -> list[Passage]:
    """The text after a save, with the keys that it gives."""
    rows = [(f"{p.section} {p.level}", p.text) for p in passages_of(text, [""] * sum(map(len, text)))]
    keys = keep_keys([(p.key, f"{p.section} {p.level}", p.text) for p in before], rows)
    return passages_of(text, keys)


def ground_of(old: list[Passage], new: list[Passage], fates_of_step) -> Ground:
    titles = [{p.section: p.section for p in passages} for passages in (old, new)]
    return Ground(old, new, fates_of_step, *titles)


def anchors_of(old: list[Passage], choice: int) -> list[At]:
    found = [At(p.section, words=p.section) for p in old]
    for passage in old:
        found.append(At(passage.section, "full", passage.key, words=passage.text))
        start = choice % len(passage.text)
        end = min(len(passage.text), start + 1 + choice % 40)
        if passage.text[start:end].strip():
            found.append(At(passage.section, "full", passage.key, quote_at(passage.text, start, end), passage.text))
    return found


@given(documents, st.lists(steps, min_size=1, max_size=4))
def test_keys_are_unique_and_what_did_not_change_keeps_its_key(text, scripts):
    here = saved([], text)
    for script in scripts:
        text = edited(text, script)
        before, here = here, saved(here, text)
        assert len({p.key for p in here}) == len(here)
        was, now = Counter(p.text for p in before), Counter(p.text for p in here)
        key_of = {p.text: p.key for p in before}
        for passage in here:
            if was[passage.text] == now[passage.text] == 1:
                assert passage.key == key_of[passage.text]


@given(documents, steps, steps)
def test_fates_account_for_every_old_and_every_new_block(text, script, more):
    old = saved([], text)
    first = edited(text, script)
    new = saved(saved(old, first), edited(first, more))
    found = fates(old, new)
    assert sorted(key for fate in found for key in fate.old) == sorted(p.key for p in old)
    assert sorted(key for fate in found for key in fate.new) == sorted(p.key for p in new)
    texts = {p.key: p.text for p in old}, {p.key: p.text for p in new}
    for fate in found:
        shape = {
            FateKind.NEW: (0, 1), FateKind.REMOVED: (1, 0), FateKind.SAME: (1, 1), FateKind.MOVED: (1, 1),
            FateKind.EDITED: (1, 1),
        }.get(fate.kind)  # fmt: skip
        assert shape in (None, (len(fate.old), len(fate.new)))
        if fate.kind in {FateKind.SAME, FateKind.MOVED}:
            assert texts[0][fate.old[0]] == texts[1][fate.new[0]]
        if fate.kind == FateKind.EDITED:
            assert texts[0][fate.old[0]] != texts[1][fate.new[0]]


@given(documents, st.lists(steps, min_size=1, max_size=3), st.integers(0, 500))
def test_no_comment_is_lost_and_none_claims_a_place_that_is_not_its_own(text, scripts, choice):
    old = saved([], text)
    new = old
    for script in scripts:
        text = edited(text, script)
        new = saved(new, text)
    ground = ground_of(old, new, fates(old, new))
    there = {p.key: p for p in new}
    for at in anchors_of(old, choice):
        found = place(at, ground)
        assert found.standing in Standing
        if found.standing != Standing.REMOVED:
            assert found.section in ground.new_titles
        if found.standing in {Standing.IN_PLACE, Standing.MOVED} and at.key:
            now = there[found.key]
            if at.quote is None:
                assert now.text == at.words
            else:
                assert plain(now.text[found.start : found.end]) == plain(at.quote.exact)
                assert find_words(at.quote.exact, at.words)
                assert plain(sentences_around(now.text, found.start, found.end)) in plain(at.words)
        if found.standing == Standing.IN_PLACE:
            assert found.section == at.section
            if not at.key:
                said = [[p.text for p in side if p.section == at.section] for side in (old, new)]
                assert said[0] == said[1]


@given(documents, steps, steps)
def test_over_two_versions_a_block_is_followed_to_where_its_words_are(text, script, more):
    first = saved([], text)
    text = edited(text, script)
    second = saved(first, text)
    third = saved(second, edited(text, more))
    ways = [fates(first, second), fates(second, third)]
    for passage in first:
        assert set(follow(passage.key, ways)) <= {p.key for p in third}


@given(documents, steps)
def test_the_same_input_gives_the_same_fates(text, script):
    old = saved([], text)
    new = saved(old, edited(text, script))
    assert fates(old, new) == fates(list(old), list(new))


def test_an_editors_word_is_checked_and_kept():
    import pytest
    from django.core.exceptions import ValidationError

    old = saved([], [["One thing to say about pen names.", "Another thing about journalists."]])
    new = saved(old, [["Bicycles are parked outside.", "Another thing about journalists."]])
    bicycles = next(p.key for p in new if "Bicycles" in p.text)
    by_hand = {old[0].key: (bicycles,)}
    assert FateKind.EDITED in {fate.kind for fate in fates(old, new, by_hand=by_hand) if old[0].key in fate.old}
    with pytest.raises(ValidationError, match="not there any more"):
        fates(old, new, by_hand={old[0].key: ("nothing",)})
    both = tuple(p.key for p in new)
    with pytest.raises(ValidationError, match="split or merged"):
        fates(old, new, by_hand={old[0].key: both, old[1].key: both})


# --- Quotes ------------------------------------------------------------------------------------------------
@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_any_stretch_of_a_text_is_found_in_it(text, one, other):
    start, end = sorted((one % (len(text) + 1), other % (len(text) + 1)))
    if not text[start:end].strip():
        return
    quote = quote_at(text, start, end)
    assert text[start:end] == quote.exact
    found = find_again(quote, [("a", text)])
    if found:
        assert 0 <= found.start < found.end <= len(text)
        if found.how == "exact":
            assert plain(text[found.start : found.end]) == plain(quote.exact)


def test_a_short_word_is_decided_by_what_stands_around_it():
    text = "Ask the press office. Tell the nurse on duty. Then ring the ward."
    start = text.index("the", 25)
    found = find_again(quote_at(text, start, start + 3), [("a", "Before all else. " + text)])
    assert found.start == 17 + start
    assert find_again(quote_at(text, start, start + 3), [("a", "Something else on the shelf.")]) is None


def test_a_quote_of_hostile_size_does_not_hang():
    text = "na " * 30_000
    assert find_again(quote_at(text, 300, 300 + LONGEST_QUOTE), [("a", text), ("b", "x" * 90_000)])
