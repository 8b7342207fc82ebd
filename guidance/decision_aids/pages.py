"""What the pages of a decision aid show: its beginning with all questions, and one question or result a page."""

import re
from dataclasses import dataclass

from django.http import Http404

from guidance.decision_aids.reading import find_aid
from guidance.decision_aids.trees import Step, Taken, Tree
from guidance.models import Block, Level, Revision, SectionText

ANSWERS = re.compile(r"(?:[1-9][0-9]?(?:\.[1-9][0-9]?){0,49})?")


@dataclass(frozen=True)
class Aid:
    """A decision aid where it stands: in a section of a revision, at one level."""

    text: SectionText
    level: str
    tree: Tree
    numbers: dict[str, str]
    """The number that is printed beside each block: {block key: "4.2"}."""

    @property
    def number(self) -> str:
        """Of the first block that can be linked to: the introduction or the first question."""
        return self.numbers[self.tree.start.key]


@dataclass(frozen=True)
class Choice:
    """An answer as a link: to the next step, with all answers so far."""

    words: str
    to: str
    answers: str


@dataclass(frozen=True)
class Given:
    """An answer that was given, and the way back to its question."""

    step: Step
    words: str
    before: str
    """The answers up to that question, for its address; empty for the first."""


@dataclass(frozen=True)
class StepPage:
    """One question with its answers, or a result."""

    aid: Aid
    step: Step
    choices: list[Choice]
    given: list[Given]
    is_way_known: bool
    """Whether the reader came from the start, and not by a link to this step."""

    @property
    def number(self) -> str:
        """Of the paragraph that the step is."""
        return self.aid.numbers[self.step.key]


def aid_of(revision: Revision, key: str) -> Aid:
    """The decision aid of a section. Raises Http404 where there is none."""
    text = revision.section_texts.filter(section__key=key).select_related("section").first()
    blocks = list(Block.objects.filter(section_text=text).select_related("section_text")) if text else []
    tree = find_aid([block for block in blocks if block.level == level] for level in Level)
    if tree is None:
        raise Http404("This section has no decision aid.")
    level = next(block.level for block in blocks if block.key == tree.key)
    return Aid(text, level, tree, {block.key: block.number for block in blocks})


def step_page(aid: Aid, name: str, answers: str) -> StepPage | None:
    """A step after these answers (“1.2”: the first, then the second). None where they do not lead to it.

    Without answers any step can be looked at by itself. Raises Http404 for a step that is not there.
    """
    step = aid.tree.named.get(name)
    if step is None:
        raise Http404("This decision aid has no such step.")
    numbers = [int(number) for number in answers.split(".") if number] if ANSWERS.fullmatch(answers) else None
    way = None if numbers is None else aid.tree.way_to(name, numbers)
    if way is None and answers:
        return None
    return StepPage(aid, step, _choices(step, numbers if way is not None else None), _given(way or []), way is not None)


def _choices(step: Step, numbers: list[int] | None) -> list[Choice]:
    return [
        Choice(answer.words, answer.to, "" if numbers is None else _address([*numbers, number]))
        for number, answer in enumerate(step.answers, start=1)
    ]


def _given(way: list[Taken]) -> list[Given]:
    numbers = [taken.number for taken in way]
    return [Given(taken.step, taken.answer.words, _address(numbers[:at])) for at, taken in enumerate(way)]


def _address(numbers: list[int]) -> str:
    return ".".join(map(str, numbers))
