"""Edits as people make them, with answers written by hand: which paragraph became which, and where quotes are now."""

import pytest

from guidance.placing import Standing
from tests.edits.reading import read_edits

EDITS = read_edits()
IN_PLACE = {"in_place", "in_place_or_moved"}
AT_LEAST = 0.95
"""Of the quotes that a person would find again."""

each_edit = pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)


@each_edit
def test_each_paragraph_became_what_a_person_would_say(edit):
    found = edit.found_fates()
    assert {label: found[label] for label in edit.became} == edit.became


@each_edit
def test_nothing_claims_to_be_in_place_that_is_not(edit):
    for label, words, _now, standing, *which in edit.quotes:
        found, _there = edit.placed(label, words, *which)
        assert found.standing != Standing.IN_PLACE or standing in IN_PLACE, (label, words)
    for label, standing in edit.blocks.items():
        assert edit.placed_block(label).standing != Standing.IN_PLACE or standing in IN_PLACE, label
    for key, standing in edit.sections.items():
        found = edit.placed_section(key)
        assert found.standing != Standing.IN_PLACE or standing in IN_PLACE, key


@each_edit
def test_a_whole_sections_comments_follow_it(edit):
    assert {key: edit.placed_section(key).standing for key in edit.sections} == edit.sections


@each_edit
def test_a_whole_paragraphs_comments_follow_it(edit):
    assert {label: edit.placed_block(label).standing for label in edit.blocks} == edit.blocks


def _score() -> tuple[int, int, list[str]]:
    found, wanted, missed = 0, 0, []
    for edit in EDITS:
        for label, words, now, _standing, *which in edit.quotes:
            if now:
                wanted += 1
                _found, there = edit.placed(label, words, *which)
                if there == now:
                    found += 1
                else:
                    missed.append(f"{edit.name}: “{words}” is “{now}” now, not “{there}”")
    return found, wanted, missed


def test_nearly_all_quotes_that_a_person_would_find_are_found():
    found, wanted, missed = _score()
    print(f"{found} of {wanted} quotes found in {len(EDITS)} edits")
    assert len(EDITS) >= 40
    assert found >= AT_LEAST * wanted, missed


@each_edit
def test_each_quote_stands_as_a_person_would_say(edit):
    allowed = {"in_place_or_moved": {"in_place", "moved"}}
    wrong = [
        (label, words, found.standing.value, standing)
        for label, words, _now, standing, *which in edit.quotes
        if (found := edit.placed(label, words, *which)[0]).standing.value not in allowed.get(standing, {standing})
    ]
    assert not wrong
