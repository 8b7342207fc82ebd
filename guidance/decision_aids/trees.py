"""The questions and results of a decision aid, and what can be wrong with them (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

MOST_STEPS = 50


def label_of(name: str, *, is_result: bool) -> str:
    """What a step is called: Question 2, Result A."""
    shown = name.upper() if len(name) == 1 else name
    return (_("Result %(name)s") if is_result else _("Question %(name)s")) % {"name": shown}


@dataclass(frozen=True)
class Answer:
    words: str
    to: str
    """The name of the step it leads to."""
    to_result: bool = False
    """Whether the text calls that a result."""

    @property
    def destination(self) -> str:
        """As the text names it: Question 2, Result A."""
        return label_of(self.to, is_result=self.to_result)


@dataclass(frozen=True)
class Step:
    """A question or a result. Its first paragraph is a block like any other: `key` is that block's lasting key."""

    name: str
    """As in the address: lower case."""
    is_result: bool
    title: str
    """The question, or the result in a few words."""
    help: str
    """What stands below it, in Markdown."""
    key: str = ""
    """Of its first block."""
    answers: tuple[Answer, ...] = ()
    """None for a result."""

    @property
    def label(self) -> str:
        """As the text names it: Question 2, Result A."""
        return label_of(self.name, is_result=self.is_result)


@dataclass(frozen=True)
class Taken:
    """A question on the way, and which of its answers was chosen."""

    step: Step
    number: int
    """Of the answer, counted from 1."""

    @property
    def answer(self) -> Answer:
        return self.step.answers[self.number - 1]


@dataclass(frozen=True)
class Tree:
    """A decision aid that holds: every answer leads on, no way leads round, every way ends at a result."""

    title: str
    introduction: str
    """Markdown."""
    steps: tuple[Step, ...]
    """In the order of the text; the first is where it starts."""
    key: str = ""
    """Of the block with its heading."""

    @property
    def start(self) -> Step:
        return self.steps[0]

    @property
    def questions(self) -> list[Step]:
        return [step for step in self.steps if not step.is_result]

    @property
    def results(self) -> list[Step]:
        return [step for step in self.steps if step.is_result]

    @cached_property
    def named(self) -> Mapping[str, Step]:
        return {step.name: step for step in self.steps}

    def way_to(self, name: str, answers: list[int]) -> list[Taken] | None:
        """The questions that these answers (numbers from 1) lead through, from the start to that step.

        None if they do not lead there.
        """
        way: list[Taken] = []
        step = self.start
        for number in answers:
            if not 1 <= number <= len(step.answers):
                return None
            way.append(Taken(step, number))
            step = self.named[step.answers[number - 1].to]
        return way if step.name == name else None

    @property
    def most_questions(self) -> int:
        """How many questions the longest way asks."""
        longest: dict[str, int] = {}
        for name in reversed(_in_order(self.start, self.named)):
            step = self.named[name]
            longest[name] = 0 if step.is_result else 1 + max(longest[answer.to] for answer in step.answers)
        return longest[self.start.name]


def _in_order(start: Step, named: Mapping[str, Step]) -> list[str]:
    """Every step that can be reached, each before those that its answers lead to. For trees without a loop."""
    done: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name not in seen:
            seen.add(name)
            for answer in named[name].answers:
                visit(answer.to)
            done.append(name)

    visit(start.name)
    return done[::-1]


def faults(steps: list[Step]) -> list[str]:
    """Everything that is wrong with these steps, in sentences; empty if they make a tree."""
    if not any(not step.is_result for step in steps):
        return [_("There is no question. Begin one with a paragraph such as: **Question 1. Is it true?**")]
    if len(steps) > MOST_STEPS:
        return [
            _("There are %(n)d questions and results: %(most)d are the most. Ask less, or make two of it.")
            % {"n": len(steps), "most": MOST_STEPS}
        ]
    found = [*_twins(steps), *_wrong_answers(steps)]
    named = {step.name: step for step in reversed(steps)}
    if steps[0].is_result:
        found.append(_("It starts with a result. Put the first question first."))
    if not any(step.is_result for step in steps):
        found.append(_("There is no result. End with a paragraph such as: **Result A. Post it.**"))
    return [*found, *_unreachable(steps, named), *_loops(steps, named)]


def _twins(steps: list[Step]) -> Iterator[str]:
    seen: set[str] = set()
    for step in steps:
        if step.name in seen:
            yield _("%(step)s: two steps are called “%(name)s”. Give one of them another name.") % {
                "step": step.label,
                "name": step.name,
            }
        seen.add(step.name)


def _wrong_answers(steps: list[Step]) -> Iterator[str]:
    kinds = {step.name: step.is_result for step in steps}
    for step in [step for step in steps if not step.is_result]:
        said = {"step": step.label}
        if len(step.answers) < 2:
            yield (
                _("%(step)s has fewer than two answers. Write them as a list below it: - Yes: go to question 2") % said
            )
        words = [answer.words.casefold() for answer in step.answers]
        if len(set(words)) < len(words):
            yield _("%(step)s has the same answer twice.") % said
        for answer in step.answers:
            if kinds.get(answer.to) != answer.to_result:
                yield _("%(step)s: the answer “%(answer)s” leads to %(to)s, which is not there.") % {
                    **said,
                    "answer": answer.words,
                    "to": answer.destination,
                }


def _unreachable(steps: list[Step], named: Mapping[str, Step]) -> Iterator[str]:
    reached, todo = {steps[0].name}, [steps[0].name]
    while todo:
        onward = {answer.to for answer in named[todo.pop()].answers} & named.keys() - reached
        reached |= onward
        todo.extend(onward)
    for step in named.values():
        if step.name not in reached:
            yield _("%(step)s: no answer leads there.") % {"step": step.label}


def _loops(steps: list[Step], named: Mapping[str, Step]) -> Iterator[str]:
    """One sentence for each answer that leads back to a question that it came from."""
    open_, done = set(), set()

    def visit(name: str) -> Iterator[str]:
        open_.add(name)
        for answer in named[name].answers:
            if answer.to in open_:
                yield _("%(step)s: the answer “%(answer)s” leads back to %(to)s, so that it might never end.") % {
                    "step": named[name].label,
                    "answer": answer.words,
                    "to": named[answer.to].label,
                }
            elif answer.to in named and answer.to not in done:
                yield from visit(answer.to)
        open_.discard(name)
        done.add(name)

    for step in steps:
        if step.name not in done:
            yield from visit(step.name)
