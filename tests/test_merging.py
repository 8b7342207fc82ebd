"""Two editors, one text: what merges cleanly is merged, what conflicts shows all sides, and no word is lost."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance import alignment
from guidance.blocks import split_blocks
from guidance.merged import Agreed, Conflict, Merged, NotClean
from guidance.merging import merge

BITS = st.sampled_from(["a", "b", "c", "- a", "- b", "| a | b |", "# c", "```", "1. a", "> b", "    c", "職"])
GAPS = st.sampled_from([" ", " ", "\n", "\n\n", "\n\n", "\n\n\n", "  ", "\t", ""])
TEXTS = st.lists(st.tuples(BITS, GAPS), max_size=14).map(lambda found: "".join(a + b for a, b in found)) | st.text(
    max_size=30
)


def shown(merged: Merged) -> str:
    """A merge with its conflicts as {theirs|mine}."""
    return merged.with_choices([f"{{{conflict.theirs}|{conflict.mine}}}" for conflict in merged.conflicts])


# --- The laws of a merge -----------------------------------------------------------------------------


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_leaves_the_other_as_it_is(base, other):
    assert merge(base, other, base).text == other
    assert merge(base, base, other).text == other
    assert merge(base, other, other).text == other


@given(TEXTS, TEXTS, TEXTS)
def test_conflicts_show_what_each_side_says(base, mine, theirs):
    merged = merge(base, mine, theirs)
    for conflict in merged.conflicts:
        assert conflict.mine != conflict.theirs
        assert squeezed(conflict.mine) in squeezed(mine)
        assert squeezed(conflict.theirs) in squeezed(theirs)
        assert squeezed(conflict.base) in squeezed(base)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, TEXTS, TEXTS)
def test_merging_the_other_way_round_finds_the_same_conflicts(base, mine, theirs):
    there, back = merge(base, mine, theirs), merge(base, theirs, mine)
    assert [(c.base, c.mine, c.theirs) for c in there.conflicts] == [(c.base, c.theirs, c.mine) for c in back.conflicts]


@given(TEXTS, TEXTS, TEXTS)
def test_every_word_that_either_added_is_in_the_merge_or_in_a_conflict(base, mine, theirs):
    merged = merge(base, mine, theirs)
    added = (set(mine.split()) | set(theirs.split())) - set(base.split())
    everything = merged.with_choices([f"{c.theirs} {c.mine}" for c in merged.conflicts])
    assert added <= set(everything.split())


@given(TEXTS, TEXTS, TEXTS)
def test_choosing_mine_everywhere_keeps_all_that_i_added(base, mine, theirs):
    merged = merge(base, mine, theirs)
    chosen = merged.with_choices([conflict.mine for conflict in merged.conflicts])
    assert set(mine.split()) - set(base.split()) <= set(chosen.split())


# --- Editors at work ---------------------------------------------------------------------------------


def words_in(text: str) -> set[str]:
    """Words that occur once in the world; not the marks of lists and tables."""
    return {word for word in text.split() if word.isalnum()}


class Editor:
    """Someone who types words that nobody else types, so that each can be looked for."""

    def __init__(self, name: str, text: str, chance: random.Random) -> None:
        self.name, self.base, self.text, self.chance = name, text, text, chance
        self.typed = 0
        self.took_out: set[str] = set()

    def work(self) -> None:
        lines = self.text.split("\n")
        for _ in range(self.chance.randint(1, 4)):
            line = self.chance.randrange(len(lines))
            words = lines[line].split(" ")
            at = self.chance.randrange(len(words))
            match self.chance.randrange(5):
                case 0:
                    words[at : at + 1] = [self.word()]
                case 1:
                    del words[at : at + self.chance.randint(1, 3)]
                case 2:
                    words.insert(at, self.word())
                case 3:
                    lines.insert(line, self.chance.choice([f"- {self.word()}", f"\n{self.word()} {self.word()}\n"]))
                    continue
                case 4:
                    lines.insert(self.chance.randrange(len(lines)), lines.pop(line))
                    continue
            lines[line] = " ".join(words)
        self.text = "\n".join(lines)

    def word(self) -> str:
        self.typed += 1
        return f"{self.name}{self.typed}"

    def save(self, current: str, choose) -> str:
        """Merge into what is saved, choosing at conflicts; from then on this is what the editor sees."""
        # A word may stand twice, once a conflict was answered with both sides: taking one copy out counts.
        self.took_out |= set(Counter(self.base.split()) - Counter(self.text.split()))
        merged = merge(self.base, self.text, current)
        self.base = self.text = merged.with_choices([choose(conflict) for conflict in merged.conflicts])
        return self.text


def both_sides(conflict: Conflict) -> str:
    return "\n\n".join(side for side in (conflict.theirs, conflict.mine) if side)


def some_text(chance: random.Random) -> str:
    numbers = iter(range(1000))

    def next_word() -> str:
        return f"w{next(numbers)}"

    def line(mark: str = "") -> str:
        return mark + " ".join(next_word() for _ in range(chance.randint(1, 7)))

    paragraphs = [
        chance.choice(
            [
                line(),
                line() + "\n" + line(),
                "\n".join(line("- ") for _ in range(3)),
                f"| {next_word()} | {next_word()} |\n|---|---|\n| {next_word()} | {next_word()} |",
            ]
        )
        for _ in range(chance.randint(1, 6))
    ]
    return "\n\n".join(paragraphs)


@given(st.integers(0, 10**9))
def test_no_word_that_both_kept_and_none_that_either_typed_is_lost(seed):
    chance = random.Random(seed)
    base = some_text(chance)
    ada, ben = Editor("ada", base, chance), Editor("ben", base, chance)
    ada.work()
    ben.work()
    merged = merge(base, ada.text, ben.text)
    there = words_in(merged.with_choices([f"{c.theirs} {c.mine}" for c in merged.conflicts]))
    mine, theirs, was = words_in(ada.text), words_in(ben.text), words_in(base)
    assert (mine | theirs) - was <= there
    assert mine & theirs <= there
    assert there <= mine | theirs


@given(st.integers(0, 10**9), st.integers(2, 5))
def test_no_interleaving_of_saves_loses_a_saved_word(seed, people):
    chance = random.Random(seed)
    current = some_text(chance)
    editors = [Editor(name, current, chance) for name in ["ada", "ben", "cy", "di", "eve"][:people]]
    saved = words_in(current)
    for _ in range(chance.randint(2, 12)):
        editor = chance.choice(editors)
        editor.work()
        if chance.random() < 0.6:
            saved |= words_in(editor.text)
            current = editor.save(current, both_sides)
            taken_out = set().union(*(one.took_out for one in editors))
            assert saved - taken_out <= words_in(current)


@given(st.integers(0, 10**9))
def test_the_sides_that_editors_can_choose_from_hold_their_sentence_whole(seed):
    """Choosing theirs everywhere gives what I changed elsewhere, and all of theirs."""
    chance = random.Random(seed)
    base = some_text(chance)
    ada, ben = Editor("ada", base, chance), Editor("ben", base, chance)
    ada.work()
    ben.work()
    merged = merge(base, ada.text, ben.text)
    chosen = words_in(merged.with_choices([conflict.theirs for conflict in merged.conflicts]))
    assert words_in(ben.text) - words_in(base) <= chosen


# --- By example --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("You may post any time.", "You must post any time.", "You may post no time.", "You must post no time."),
        ("You may post.", "You must post.", "You can post.", "You {can|must} post."),
        ("You may post.", "You must post.", "You must post.", "You must post."),
        ("One.\n\nTwo.", "One!\n\nTwo.", "One.\n\nTwo!", "One!\n\nTwo!"),
        ("One.\n\nTwo here.", "One.", "One.\n\nTwo there.", "One.\n\n{Two there.|}"),
        ("One.\n\nTwo here.", "One.\n\nTwo there.", "One.", "One.\n\n{|Two there.}"),
        ("One.", "One.\n\nMine is new.", "One.\n\nTheirs came first.", "One.\n\nTheirs came first.\n\nMine is new."),
        ("One.", "One.\n\nAsk me first.", "One.\n\nAsk us first.", "One.\n\n{Ask us first.|Ask me first.}"),
        ("One.", "One.\n\nNew.\n\nMine.", "One.\n\nNew.\n\nTheirs.", "One.\n\nNew.\n\nTheirs.\n\nMine."),
        ("- a\n- b\n", "- a\n- b\n- mine\n", "- a\n- b\n- theirs\n", "- a\n- b\n- theirs\n- mine\n"),
        ("- one two\n- six ten", "- one 2\n- six ten", "- one two\n- six 10", "- one 2\n- six 10"),
        ("- a\n- b\n- c", "- a\n- c", "- a\n- b\n- c\n- d", "- a\n- c\n- d"),
        ("- a\n- bee\n- c", "- a\n- c", "- a\n- wasp\n- c", "- a\n{- wasp|}\n- c"),
        ("|a|\n|-|\n| 1 | 2 |", "|a|\n|-|\n| 9 | 2 |", "|a|\n|-|\n| 1 | 8 |\n| 3 |", "|a|\n|-|\n| 9 | 8 |\n| 3 |"),
        ("One is. Two was.", "One is.\n\nTwo was.", "One is. Two were.", "One is.\n\nTwo were."),
        ("Long and known.", "Long and known.\n\n- a", "Long and seen.", "Long and seen.\n\n- a"),
        ("```\none\n  two\n```", "```\n1\n  two\n```", "```\none\n  2\n```", "```\n1\n  2\n```"),
        ("", "Mine.", "Theirs.", "Theirs.\n\nMine."),
        ("One.", "", "Two.", "{Two.|}"),
        ("One.\n", "1.\n\n", "One.\n", "1.\n\n"),
    ],
)  # fmt: skip
def test_merges_read_like_this(base, mine, theirs, merged):
    assert shown(merge(base, mine, theirs)) == merged


def test_a_paragraph_that_i_moved_and_they_edited_is_in_one_of_the_two_places_whole():
    base = "Ask first.\n\nThen post it on Monday.\n\nBe kind."
    merged = merge(base, "Then post it on Monday.\n\nAsk first.\n\nBe kind.", base.replace("Monday", "Friday"))
    assert "Friday" in shown(merged)


def test_paragraphs_lists_and_tables_do_not_stick_together():
    base = "Start.\n\nEnd."
    merged = merge(base, "Start.\n\n- one\n- two\n\nEnd.", "Start.\n\n| a |\n|---|\n| 1 |\n\nEnd.")
    assert [block.kind for block in split_blocks(merged.text)] == ["paragraph", "table", "list", "paragraph"]


def test_a_chosen_paragraph_stands_apart_and_an_empty_choice_leaves_no_hole():
    merged = merge("- a\n- bee\n- c", "- a\n- c", "- a\n- wasp\n- c")
    assert merged.with_choices(["- wasp"]) == "- a\n- wasp\n- c"
    assert merged.with_choices([""]) == "- a\n- c"


@given(st.integers(0, 10**9))
def test_blocks_that_nobody_touched_are_blocks_still(seed):
    chance = random.Random(seed)
    base = some_text(chance)
    ada, ben = Editor("ada", base, chance), Editor("ben", base, chance)
    for editor in (ada, ben):
        paragraphs = editor.text.split("\n\n")
        paragraphs.insert(chance.randrange(len(paragraphs) + 1), f"- {editor.word()}\n- {editor.word()}")
        editor.text = "\n\n".join(paragraphs)
    merged = merge(base, ada.text, ben.text)
    assert {block.source for text in (base, ada.text, ben.text) for block in split_blocks(text)} >= {
        block.source for block in split_blocks(merged.text) if block.kind != "list"
    }
    assert words_in(base) <= words_in(merged.text)


# --- However hard two texts are, the work has an end ---------------------------------------------------
@pytest.fixture
def cells(monkeypatch) -> list[int]:
    """How much was compared, with a small allowance."""
    spent: list[int] = []
    longest = alignment._longest
    monkeypatch.setattr(alignment, "MOST_CELLS", 5_000)

    def counted(old, new):
        spent.append(len(old) * len(new))
        return longest(old, new)

    monkeypatch.setattr(alignment, "_longest", counted)
    return spent


def in_another_order(seed: int, count: int = 300) -> list[str]:
    return random.Random(seed).choices([f"w{n}" for n in range(40)], k=count)


@pytest.mark.parametrize(("mark", "behind"), [("", " "), ("", "\n"), ("", "\n\n"), ("- ", "\n"), ("| ", " |\n")])
def test_a_merge_compares_no_more_than_it_may_and_what_is_left_is_a_conflict(cells, mark, behind):
    base, mine, theirs = (behind.join(mark + word for word in in_another_order(seed)) for seed in range(3))
    merged = merge(base, f"{mine}{behind}{mark}mine", f"{theirs}{behind}{mark}theirs")
    assert sum(cells) <= 5_000
    assert not merged.is_clean
    everything = merged.with_choices([f"{c.theirs} {c.mine}" for c in merged.conflicts])
    assert {"mine", "theirs"} <= set(everything.split())


@given(st.integers(0, 10**9), st.integers(0, 60))
def test_with_no_effort_left_no_word_is_lost_either(seed, most):
    chance = random.Random(seed)
    base = some_text(chance)
    ada, ben = Editor("ada", base, chance), Editor("ben", base, chance)
    ada.work()
    ben.work()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "MOST_CELLS", most)
        merged = merge(base, ada.text, ben.text)
    there = words_in(merged.with_choices([f"{c.theirs} {c.mine}" for c in merged.conflicts]))
    mine, theirs, was = words_in(ada.text), words_in(ben.text), words_in(base)
    assert (mine | theirs) - was <= there
    assert mine & theirs <= there


# --- A merge with conflicts has no text yet ----------------------------------------------------------


def test_a_conflict_has_to_be_decided_before_there_is_a_text():
    merged = merge("You may post.", "You must post.", "You can post.")
    assert not merged.is_clean
    assert merged.parts == (Agreed("You "), Conflict("may", "must", "can", " "), Agreed("post."))
    with pytest.raises(NotClean, match="1 conflict"):
        _ = merged.text
    with pytest.raises(ValueError, match="as many choices"):
        merged.with_choices([])
    assert merged.with_choices(["should"]) == "You should post."


# --- Bounds ------------------------------------------------------------------------------------------


def numbered(count: int, every: int = 0, word: str = "") -> str:
    """Paragraphs of 50 words each; every so many-th word is replaced."""
    words = [word if every and n % every == 0 else f"w{n * n % 7919}" for n in range(count)]
    return "\n\n".join(" ".join(words[at : at + 50]) for at in range(0, count, 50))


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        (numbered(100_000), numbered(100_000, 97, "mine"), numbered(100_000, 89, "theirs")),
        ("a\n" * 100_000, "a\n" * 99_000 + "mine\n" + "a\n" * 900, "theirs\n" + "a\n" * 99_990),
        ("- a\n" * 100_000, "- mine\n" + "- a\n" * 99_000, "- a\n" * 99_000 + "- theirs\n"),
        ("a\n\n" * 30_000, "mine\n\n" + "a\n\n" * 29_000 + "mine", "a\n\n" * 29_500 + "theirs"),
        ("a " * 100_000, "mine " + "a " * 99_000, "a " * 99_000 + "theirs"),
        ("|" * 50_000, "|" * 50_000 + "mine", "theirs" + "|" * 50_000),
        (" " * 100_000, "\n" * 100_000 + "mine", " \n" * 100_000 + "theirs"),
        ("> " * 5_000 + "a", "> " * 5_001 + "mine", "> " * 4_999 + "theirs"),
        ("[" * 50_000, "[" * 50_000 + "]: mine", "[" * 49_999 + "]: theirs"),
    ],
    ids=["100,000 words", "one line", "one item", "one paragraph", "one word", "bars", "space", "quotes", "brackets"],
)
def test_long_texts_end(base, mine, theirs):
    shown_whole = shown(merge(base, mine, theirs))
    assert "mine" in shown_whole
    assert "theirs" in shown_whole


def test_space_before_the_first_word_is_no_conflict():
    assert shown(merge("# c", "c", "    c")) == "    c"


def test_two_versions_of_a_new_paragraph_conflict_whoever_is_asked_first():
    one, other = "a a a\n\nb", "b a"
    assert merge("", one, other).is_clean == merge("", other, one).is_clean
