"""Decision aids: what a writer may write, what is wrong with it, and what a reader is asked."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import find, given
from hypothesis import strategies as st

from consult.management.demo import content
from guidance.actions import publish, save_draft
from guidance.blocks import split_blocks
from guidance.decision_aids import MOST_STEPS, Answer, Step, aid_faults, find_aid, read_aid
from guidance.decision_aids.trees import Tree, faults
from guidance.importing import read_markdown
from guidance.models import Document
from tests.test_templates import Page

GOOD = """#### Decision aid: Should I post this?

It takes a *minute*.

**Question 1. Is it about somebody you serve?** Think of an [age](https://a.example/) and a street.

Take your time.

- Yes: go to question 2
- No → result post

__Question 2: Can you leave them out?__

1. Yes -> go on to result post.
2. No, or I am not sure (go to result ask)

**Result post.** You can post it.

**Result ask. Ask first.**

- your manager
- your union

#### Another heading

**Question 9. Is this a question of the aid?**
"""


def read(markdown: str) -> Tree:
    return read_aid(split_blocks(markdown.partition("\n#### Another")[0]))


# --- What a writer may write --------------------------------------------------------------------------
def test_a_tree_is_read_from_plain_markdown():
    tree = read(GOOD)
    assert (tree.title, tree.introduction) == ("Should I post this?", "It takes a *minute*.")
    assert [(step.name, step.title) for step in tree.steps] == [
        ("1", "Is it about somebody you serve?"),
        ("2", "Can you leave them out?"),
        ("post", "You can post it"),
        ("ask", "Ask first"),
    ]
    assert [(a.words, a.to) for step in tree.steps for a in step.answers] == [
        ("Yes", "2"),
        ("No", "post"),
        ("Yes", "post"),
        ("No, or I am not sure", "ask"),
    ]


def test_what_stands_below_a_question_or_a_result_helps_to_understand_it():
    first, _second, _post, ask = read(GOOD).steps
    assert first.help == "Think of an [age](https://a.example/) and a street.\n\nTake your time."
    assert ask.help == "- your manager\n- your union"


def test_the_aid_ends_at_the_next_heading():
    tree = find_aid([split_blocks(GOOD)])
    assert [step.name for step in tree.steps] == ["1", "2", "post", "ask"]


def test_the_aid_ends_with_its_level():
    levels = [split_blocks(GOOD.partition("\n#### Another")[0]), split_blocks("**Question 7. Stray?**")]
    assert find_aid(levels) is not None
    assert aid_faults(levels) == []


@pytest.mark.parametrize(
    ("line", "words", "to"),
    [
        ("Yes: go to question 2", "Yes", "2"),
        ("Yes, go to Question 2.", "Yes", "2"),
        ("Yes -> question 2", "Yes", "2"),
        ("Yes → Question 2", "Yes", "2"),
        ("Yes: question 2", "Yes", "2"),
        ("Yes go to question 2", "Yes", "2"),
        ("Yes – go on to question 2", "Yes", "2"),
        ("Yes (go to question 2)", "Yes", "2"),
        ("Yes: to the question 1, no to the rest: go to question 2", "Yes: to the question 1, no to the rest", "2"),
        ("**Yes**: go to *question 2*", "Yes", "2"),
    ],
)
def test_an_answer_may_lead_on_in_many_ways(line, words, to):
    (answer, _other) = read(GOOD.replace("Yes: go to question 2", line)).steps[0].answers
    assert (answer.words, answer.to) == (words, to)


def test_a_section_without_an_aid_has_none():
    assert find_aid([split_blocks("#### A heading\n\n**Question 1. Is it?**")]) is None
    assert aid_faults([split_blocks("#### A heading\n\n**Question 1. Is it?**")]) == []
    assert find_aid([]) is None


# --- What is wrong with it ----------------------------------------------------------------------------
def aid(*steps: str) -> str:
    return "#### Decision aid: T\n\n" + "\n\n".join(steps)


ONE = "**Question 1. Is it?**\n\n- Yes: go to result A\n- No: go to result B"
A, B = "**Result A. Do.**", "**Result B. Do not.**"
WRONG = {
    "unknown step": (aid(ONE, A), "the answer “No” leads to Result B, which is not there"),
    "unreachable": (aid(ONE, A, B, "**Result C. Never.**"), "Result C: no answer leads there"),
    "loop": (
        aid(ONE.replace("result B", "question 2"), "**Question 2. Sure?**\n\n- Yes: question 1\n- No: result A", A),
        "Question 2: the answer “Yes” leads back to Question 1",
    ),
    "to itself": (aid(ONE.replace("result B", "question 1"), A), "the answer “No” leads back to Question 1"),
    "no ending": (aid("**Question 1. Is it?**\n\n- Yes: question 1\n- No: question 1"), "There is no result"),
    "no question": (aid(A), "There is no question"),
    "nothing": (aid(), "There is no question"),
    "two of a name": (aid(ONE, A, B, "**Result a. Again.**"), "two steps are called “a”"),
    "a question and a result of one name": (aid(ONE, A, B, "**Result 1. One.**"), "two steps are called “1”"),
    "result first": (aid(A, ONE, B), "It starts with a result"),
    "one answer": (aid("**Question 1. Is it?**\n\n- Yes: go to result A", A), "fewer than two answers"),
    "no answers": (aid("**Question 1. Is it?**", A), "fewer than two answers"),
    "same answer": (aid(ONE.replace("No", "yes"), A, B), "has the same answer twice"),
    "no destination": (aid(ONE.replace("No: go to result B", "No: ask"), A), "the answer “No: ask” leads nowhere"),
    "no words": (aid(ONE.replace("No: go", "go"), A, B), "leads nowhere"),
    "a question called result": (aid(ONE.replace("result B", "result 1"), A), "leads to Result 1, which is not there"),
    "below the answers": (aid(ONE + "\n\nBy the way.", A, B), "“By the way.” stands below its answers"),
    "no title": (aid(ONE, "**Result A.**", B), "Result A says nothing"),
    "almost a step": (aid(ONE, A, B, "**Result C Without a stop**"), "looks like a step and is none"),
    "a step that is not bold": (aid(ONE, A, B, "Result C: plain"), "looks like a step and is none"),
    "too many": (aid(ONE, A, B, *(f"**Result r{i}. R.**" for i in range(MOST_STEPS))), "50 are the most"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(WRONG))
def test_what_is_wrong_is_said(name):
    markdown, complaint = WRONG[name]
    with pytest.raises(ValidationError, match=re.escape(complaint)):
        read(markdown)
    assert find_aid([split_blocks(markdown)]) is None
    assert any(complaint in fault for fault in aid_faults([split_blocks(markdown)]))


def test_everything_that_is_wrong_is_said_at_once():
    said = aid_faults(
        [split_blocks(aid(ONE.replace("No: go to result B", "No"), A, "**Result A. Twin.**", "**Result C. Never.**"))]
    )
    assert len(said) == 4
    assert all(fault.startswith("Decision aid “T”: ") for fault in said)


def test_two_aids_in_one_section_are_one_too_many():
    levels = [split_blocks(aid(ONE, A, B)), split_blocks(aid(ONE, A, B))]
    assert "one decision aid at most" in aid_faults(levels)[0]
    assert find_aid(levels) is None


def test_a_broken_aid_is_a_doubt_at_import_and_no_error():
    imported = read_markdown(f"# T\n\n## S {{#s}}\n\n{aid(ONE, A)}")
    assert any("leads to Result B, which is not there" in warning for warning in imported.warnings)


@st.composite
def many_steps(draw) -> list[Step]:
    """Steps whose answers mostly lead onward to a step that is there, so that some make a tree."""
    names = "abcdef"[: draw(st.integers(1, 6))]
    results = draw(st.integers(0, len(names)))
    kinds = {name: at >= len(names) - results for at, name in enumerate(names)}

    def answers(at: int) -> tuple[Answer, ...]:
        onward = st.sampled_from(names[at + 1 :] or names) if draw(st.integers(0, 9)) else st.sampled_from("abcdefg")
        targets = draw(st.lists(onward, min_size=1, max_size=3))
        return tuple(Answer(f"answer {n}", to, to_result=kinds.get(to, True)) for n, to in enumerate(targets))

    return [
        Step(name, kinds[name], "T", "", answers=() if kinds[name] else answers(at)) for at, name in enumerate(names)
    ]


@given(many_steps())
def test_where_no_fault_is_found_every_way_ends_at_a_result_and_every_step_is_on_one(steps):
    if faults(steps):
        return
    tree = Tree("T", "", tuple(steps))
    met, ways = set(), [(tree.start, [])]
    while ways:
        step, answers = ways.pop()
        met.add(step.name)
        assert len(answers) <= tree.most_questions <= len(tree.questions)
        assert [taken.number for taken in tree.way_to(step.name, answers)] == answers
        assert step.is_result == (not step.answers)
        ways += [(tree.named[a.to], [*answers, n]) for n, a in enumerate(step.answers, start=1)]
    assert met == {step.name for step in steps}


def test_trees_with_and_without_faults_are_among_what_is_tried():
    assert find(many_steps(), lambda steps: len(steps) > 3 and not faults(steps))
    assert find(many_steps(), lambda steps: len(steps) > 3 and bool(faults(steps)))


@given(st.text(alphabet="**Qq: uestion result 12ab.\n-→>#[](", max_size=200))
def test_any_text_is_an_aid_or_is_refused_in_words(text):
    blocks = split_blocks(f"#### Decision aid: T\n\n{text}")
    assert (find_aid([blocks]) is None) == bool(aid_faults([blocks]))


def test_torture_is_over_soon():
    for torture in (
        "**Question 1. " + "*" * 15_000,
        "- " + "go to " * 3_000,
        "- " + ": " * 9_000,
        "**Question " * 1_500,
    ):
        aid_faults([split_blocks(aid(ONE, A, B, torture))])


def test_fifty_steps_in_a_row_are_read():
    chain = [f"**Question {i}. Is it?**\n\n- Yes: go to question {i + 1}\n- No: go to result A" for i in range(1, 48)]
    tree = read(aid(*chain, "**Question 48. Is it?**\n\n- Yes: go to result A\n- No: go to result B", A, B))
    assert tree.most_questions == 48


def test_the_demonstration_has_an_aid_that_holds():
    (section,) = [s for s in content.guidance().sections if s.key == "personal-and-professional"]
    tree = find_aid([section.blocks(level) for level in section.levels])
    assert (tree.title, tree.most_questions, len(tree.results)) == ("Should I post this?", 8, 7)


# --- What a reader is asked ---------------------------------------------------------------------------
@pytest.fixture
def aid_address(db):
    from django.utils import timezone

    document = Document.objects.create(slug="posting", title="Posting")
    draft = save_draft(document, read_markdown(f"# Posting\n\n## You {{#you}}\n\nBefore.\n\n{GOOD}"))
    publish(draft, changelog="x", at=timezone.now())
    return reverse("guidance:aid", args=["posting", "you"])


def shown(client, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, address
    return Page(response.content.decode())


def followed(words: str, html: str) -> str:
    return re.search(rf'<a href="([^"]+)"[^>]*>{re.escape(words)} ', html)[1].replace("&amp;", "&")


def test_a_reader_walks_from_the_start_to_a_result(aid_address, stranger):
    html = stranger.get(aid_address).content.decode()
    assert "You will be asked 2 questions at most" in html
    html = stranger.get(f"{aid_address}1/").content.decode()
    assert "Is it about somebody you serve?" in html
    html = stranger.get(followed("Yes", html)).content.decode()
    assert "Can you leave them out?" in html
    result = followed("No, or I am not sure", html)
    assert result == f"{aid_address}ask/?answers=1.2"
    html = stranger.get(result).content.decode()
    assert "Ask first" in html
    assert "Start again" in html
    assert re.findall(r'summary-list__value">([^<]*)', html) == ["Yes", "No, or I am not sure"]
    assert f'href="{aid_address}2/?answers=1"' in html, "the second answer can be changed"


def test_a_link_to_a_step_shows_it_and_says_what_is_missing(aid_address, stranger):
    assert "came to this result by a link" in shown(stranger, f"{aid_address}ask/").words
    page = shown(stranger, f"{aid_address}2/")
    assert "came to this question by a link" in page.words
    assert f"{aid_address}ask/" in page.links


@pytest.mark.parametrize(
    "answers", ["2.2", "1", "1.2.1", "9", "0", "x", "1..2", "01.2", "1.2&x", "-1", "1." * 60 + "1", "٣"]
)
def test_answers_that_do_not_lead_there_are_forgotten(aid_address, stranger, answers):
    response = stranger.get(f"{aid_address}ask/", {"answers": answers})
    assert (response.status_code, response.url) == (302, f"{aid_address}ask/")


@pytest.mark.parametrize("step", ["3", "ASK", "constructor", "9" * 40])
def test_a_step_that_is_not_there_is_not_found(aid_address, stranger, step):
    assert stranger.get(f"{aid_address}{step}/").status_code == 404


def test_each_step_leads_back_to_its_paragraph(aid_address, stranger):
    section = reverse("guidance:section_at", args=["posting", "you", "full"])
    (link,) = [link for link in shown(stranger, f"{aid_address}ask/").links if link.startswith(section) and "#" in link]
    html = stranger.get(section).content.decode()
    paragraph = html[html.index(f'id="{link.partition("#")[2]}"') :]
    assert "Result ask. Ask first." in re.sub("<[^>]*>", "", paragraph[:400])


def test_the_section_leads_to_the_questions(aid_address, stranger):
    page = shown(stranger, reverse("guidance:section_at", args=["posting", "you", "full"]))
    assert aid_address in page.links


def test_the_chart_links_every_answer_to_its_step(aid_address, stranger):
    page = shown(stranger, aid_address)
    assert [link for link in page.links if link.startswith("#step-")] == [
        "#step-2", "#step-post", "#step-post", "#step-ask",
    ]  # fmt: skip
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_a_draft_keeps_its_own_aid(aid_address, stranger):
    permanent = reverse("guidance:draft_aid", args=["posting", 1, "you"])
    html = stranger.get(f"{permanent}1/").content.decode()
    assert followed("Yes", html) == f"{permanent}2/?answers=1"


def test_a_section_whose_aid_is_broken_has_no_questions(cast, stranger):
    assert stranger.get(reverse("guidance:aid", args=["social-media", "who"])).status_code == 404


def test_a_page_of_an_aid_costs_few_queries(aid_address, client, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get(f"{aid_address}ask/?answers=1.2")


def test_the_steps_can_be_commented_on(cast):
    from consult.discussion.places import place_at_block
    from guidance.decision_aids.pages import aid_of

    step = aid_of(cast.revision, "yourself").tree.named["a"]
    assert place_at_block(cast.consultation, step.key).block.text.startswith("Result A. Do not post it.")
