"""Bringing a text in again: which section is which, what would change, and keys that last."""

from hypothesis import given
from hypothesis import strategies as st

from guidance.importing import Imported, ImportedSection, read_markdown, write_markdown
from guidance.importing.mapping import By, Change, ExistingSection, map_sections, settle

LONG = (
    "You may write about your work under a pen name if you keep to four rules. Name no patient and no pupil. Do "
    "not write in working hours. Say nothing that you know only through your office. Correct a mistake "
    "as soon as you see it."
)
OTHER = (
    "Photographs of colleagues need their consent each time, in writing, and for the purpose at hand. A picture that "
    "shows a screen, a badge or a letter shows more than the person who took it thinks of at that moment."
)


def here(*sections: tuple[str, str, str]) -> list[ExistingSection]:
    return [ExistingSection(key, title, {"full": text}) for key, title, text in sections]


def file(text: str) -> Imported:
    return read_markdown(f"# T\n\n{text}")


def found(mapping) -> list[tuple[str, str]]:
    return [(change.section.key, change.by.value) for change in mapping.sections]


def test_a_section_is_found_by_the_key_that_the_file_gives_whatever_its_title():
    mapping = map_sections(
        here(("pens", "Pen names", "a"), ("b", "Other", "b")), file("## Other {#pens}\n\na\n\n## X\n\nx")
    )
    assert found(mapping) == [("pens", "key"), ("x", "new")]
    assert [section.key for section in mapping.missing] == ["b"]


def test_a_section_is_found_by_its_title_in_any_case_and_keeps_the_key_it_has():
    mapping = map_sections(here(("k-1", "Pen Names", "a")), file("## PEN  names\n\na"))
    assert found(mapping) == [("k-1", "title")]
    assert mapping.sections[0].is_renamed
    assert mapping.sections[0].levels[0].change == Change.UNCHANGED


def test_a_new_title_over_the_same_words_is_a_guess_and_says_how_sure():
    mapping = map_sections(
        here(("pens", "Pen names", LONG), ("photos", "Photographs", OTHER)),
        file(f"## Writing as somebody else\n\n{LONG} And think twice.\n\n## Money\n\nNothing like it."),
    )
    assert found(mapping) == [("pens", "guess"), ("money", "new")]
    assert 60 <= mapping.sections[0].similarity < 100
    assert [section.key for section in mapping.missing] == ["photos"]


def test_a_similar_title_is_a_guess():
    assert found(map_sections(here(("pens", "Pen names", "a")), file("## Pen-names\n\nb")))[0] == ("pens", "guess")


def test_two_texts_that_share_only_small_words_are_not_taken_for_one():
    assert found(map_sections(here(("pens", "Pen names", LONG)), file(f"## Photographs\n\n{OTHER}")))[0][1] == "new"


def test_a_guess_that_a_person_refused_is_a_new_section_with_a_key_of_its_own():
    mapping = map_sections(here(("pens", "Pen names", LONG)), file(f"## Pens\n\n{LONG}"), refused={"pens"})
    assert found(mapping) == [("pens-2", "new")]
    assert [section.key for section in mapping.missing] == ["pens"]


def test_it_says_for_each_level_what_would_change_with_the_words_before_and_after():
    existing = [ExistingSection("a", "A", {"overview": "One two.", "snapshot": "Same\n\nwords.", "full": "Goes."})]
    mapping = map_sections(
        existing, file("## A\n\n### Overview\n\nOne two three.\n\n### Snapshot\n\nSame\n\n\nwords.\n\n## B\n\nx")
    )
    a, b = mapping.sections
    assert [(c.level, c.change, c.words_before, c.words_after) for c in a.levels] == [
        ("overview", "changed", 2, 3),
        ("snapshot", "unchanged", 2, 2),
        ("full", "gone", 1, 0),
    ]
    assert (a.change, b.change, [c.change for c in b.levels]) == ("changed", "new", ["new"])
    assert not mapping.changes_nothing


def test_the_same_text_again_changes_nothing():
    text = f"## A {{#a}}\n\n{LONG}\n\n## B\n\n### Overview\n\nb"
    existing = [ExistingSection(s.key, s.title, s.levels) for s in file(text).sections]
    assert map_sections(existing, file(text)).changes_nothing
    assert not map_sections(existing[::-1], file(text)).changes_nothing
    assert not map_sections(existing, file(text + " c")).changes_nothing


def test_a_missing_section_is_kept_behind_the_one_it_stood_behind_or_goes():
    mapping = map_sections(
        here(("a", "A", "a"), ("b", "B", "b"), ("c", "C", "c"), ("d", "D", "d")),
        file("## C\n\nc\n\n## A\n\na\n\n## N\n\nn"),
    )
    assert [section.key for section in settle(mapping, keep={"b"}).sections] == ["c", "a", "b", "n"]
    assert [section.key for section in settle(mapping, keep={"b", "d", "x"}).sections] == ["c", "d", "a", "b", "n"]
    assert [section.key for section in settle(mapping).sections] == ["c", "a", "n"]


def test_the_first_section_stays_first():
    mapping = map_sections(here(("a", "A", "a"), ("b", "B", "b")), file("## B\n\nb"))
    assert [section.key for section in settle(mapping, keep={"a"}).sections] == ["a", "b"]


KEYS = st.sampled_from(["a", "b", "c", "d", "a-2"])
TITLES = st.sampled_from(["A", "a", "B", "Pen names", "Pen-names", "C", "D"])
TEXTS = st.sampled_from([LONG, LONG + " More.", OTHER, "a", "b"])


@given(
    st.lists(st.tuples(KEYS, TITLES, TEXTS), max_size=5, unique_by=lambda row: row[0]),
    st.lists(st.tuples(KEYS, TITLES, TEXTS, st.booleans()), min_size=1, max_size=5, unique_by=lambda row: row[0]),
    st.sets(KEYS),
    st.sets(KEYS),
)
def test_every_section_is_accounted_for_once_and_keys_stay_unique(existing, imported, refused, keep):
    text = Imported("T", "", [ImportedSection(k, t, {"full": words}, own) for k, t, words, own in imported])
    mapping = map_sections(here(*existing), text, refused=refused)
    taken = [change.existing.key for change in mapping.sections if change.existing]
    assert len(set(taken)) == len(taken)
    assert sorted(taken + [section.key for section in mapping.missing]) == sorted(row[0] for row in existing)
    assert [change.section.title for change in mapping.sections] == [row[1] for row in imported]
    assert all(change.section.key == change.existing.key for change in mapping.sections if change.existing)
    assert not any(change.by == By.GUESS and change.existing.key in refused for change in mapping.sections)
    settled = [section.key for section in settle(mapping, keep=keep).sections]
    assert len(set(settled)) == len(settled) == len(imported) + len({s.key for s in mapping.missing} & keep)


def test_two_hundred_sections_with_nothing_in_common_are_compared():
    words = [f"{LONG} {n} " + f"word{n} " * 40 for n in range(200)]
    existing = here(*((f"k{n}", f"Title number {n * 7919}", text) for n, text in enumerate(words)))
    again = Imported("T", "", [ImportedSection(f"n{n}", f"Other {n}", {"full": text}) for n, text in enumerate(words)])
    mapping = map_sections(existing, again)
    assert [change.section.key for change in mapping.sections] == [f"k{n}" for n in range(200)]


def test_what_is_written_for_the_way_through_the_page_finds_the_same_sections():
    text = file(f"## Pens\n\n{LONG}\n\n## Own {{#own}}\n\nx\n\n## Pens\n\ny")
    existing = here(("pens", "Pen names", LONG), ("own", "Mine", "x"))
    again = read_markdown(write_markdown(text, with_made_keys=False))
    assert found(map_sections(existing, again)) == found(map_sections(existing, text))
