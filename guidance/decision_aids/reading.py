"""A decision aid from the blocks of a section (pure). The form is described in docs/writing-guidance.md.

It is ordinary Markdown that a reader of paper can follow: a heading that begins with “Decision aid:”, a bold question
with a list of answers below it (“- Yes: go to question 2”), a bold result.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guidance.blocks import split_blocks
from guidance.decision_aids.trees import Answer, Step, Tree, faults, label_of

HEADING = re.compile(r"decision aid\s*[:–-]\s*(?P<title>\S.*)", re.IGNORECASE | re.DOTALL)
STEP = re.compile(
    r"(?P<mark>\*\*|__)\s*(?P<kind>question|result)\s+(?P<name>[a-z0-9](?:[a-z0-9-]{0,29}))\s*(?:[.:]\s*(?P<title>.*?))?"
    r"(?P=mark)[.:]?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
ALMOST_A_STEP = re.compile(
    r"(?:\*\*|__)\s*(?:question|result)\b|[*_\s]*(?:question|result)\s+[a-z0-9-]+\s*[.:]", re.IGNORECASE
)
GO_TO = re.compile(
    r"(?:→|->|=>|⇒|[:;,.(–—-]|\bgo\s+(?:on\s+)?to\b)[\s:]*(?:\bgo\s+(?:on\s+)?to\s+)?"
    r"(?P<kind>question|result)\s+(?P<name>[a-z0-9][a-z0-9-]{0,29})\s*[.)]*$",
    re.IGNORECASE,
)
"""The end of an answer, with what leads up to it."""


class Written(Protocol):
    """A block, wherever it comes from: BlockSource, Passage or Block. What has a `key` keeps it."""

    kind: str
    source: str
    text: str


@dataclass
class _Draft:
    """A step while its blocks are being read."""

    match: re.Match[str]
    key: str
    below: list[Written] = field(default_factory=list)


def aid_blocks(blocks: Sequence[Written]) -> list[Sequence[Written]]:
    """The blocks of each decision aid in a section's level: from its heading up to the next heading."""
    heads = [at for at, block in enumerate(blocks) if block.kind == "heading"]
    ends = [*heads[1:], len(blocks)]
    return [
        blocks[start:end]
        for start, end in zip(heads, ends, strict=False)
        if HEADING.fullmatch(blocks[start].text.strip())
    ]


def read_aid(blocks: Sequence[Written]) -> Tree:
    """The decision aid in these blocks, heading first. Raises ValidationError with everything that is to be mended."""
    head = HEADING.fullmatch(blocks[0].text.strip()) if blocks else None
    if head is None:
        raise ValidationError(_("Begin a decision aid with a heading such as: #### Decision aid: Should I post this?"))
    introduction, drafts = _cut(blocks[1:])
    wrong = list(_almost_steps(blocks[1:]))
    steps = [_step(draft, wrong) for draft in drafts]
    wrong += faults(steps)
    if wrong:
        raise ValidationError(
            [_("Decision aid “%(title)s”: %(fault)s") % {"title": head["title"], "fault": w} for w in wrong]
        )
    return Tree(head["title"], _markdown(introduction), tuple(steps), _key(blocks[0]))


def find_aid(levels: Iterable[Sequence[Written]]) -> Tree | None:
    """The decision aid of a section, given the blocks of each of its levels, if it has one that holds; or None."""
    found = [aid for blocks in levels for aid in aid_blocks(blocks)]
    if len(found) != 1:
        return None
    try:
        return read_aid(found[0])
    except ValidationError:
        return None


def aid_faults(levels: Iterable[Sequence[Written]]) -> list[str]:
    """Everything that is wrong with the decision aids of a section, for those who write it."""
    found = [aid for blocks in levels for aid in aid_blocks(blocks)]
    wrong = [_("A section holds one decision aid at most, at one of its levels.")] if len(found) > 1 else []
    for one in found:
        try:
            read_aid(one)
        except ValidationError as error:
            wrong += error.messages
    return wrong


def _cut(blocks: Sequence[Written]) -> tuple[list[Written], list[_Draft]]:
    """What stands before the first step, and the steps with what stands below each."""
    introduction: list[Written] = []
    drafts: list[_Draft] = []
    for block in blocks:
        step = STEP.fullmatch(block.source.strip()) if block.kind == "paragraph" else None
        if step:
            drafts.append(_Draft(step, _key(block)))
        else:
            (drafts[-1].below if drafts else introduction).append(block)
    return introduction, drafts


def _almost_steps(blocks: Sequence[Written]) -> Iterator[str]:
    for block in blocks:
        if block.kind == "paragraph" and ALMOST_A_STEP.match(block.source) and not STEP.fullmatch(block.source.strip()):
            yield _("“%(words)s” looks like a step and is none. Write it like this: **Question 1. Is it true?**") % {
                "words": _opening(block.source)
            }


def _step(draft: _Draft, wrong: list[str]) -> Step:
    match = draft.match
    title, rest = (match["title"], match["rest"]) if (match["title"] or "").strip() else (match["rest"], "")
    is_result = match["kind"].lower() == "result"
    answers: tuple[Answer, ...] = ()
    below = draft.below
    if not is_result and (at := _answers_at(below)) is not None:
        label = label_of(match["name"].lower(), is_result=False)
        answers = tuple(_answers(below[at], label, wrong))
        wrong += [
            _("%(step)s: “%(words)s” stands below its answers, where nobody would see it. Put it above them.")
            % {"step": label, "words": _opening(block.text)}
            for block in below[at + 1 :]
        ]
        below = below[:at]
    help_ = "\n\n".join(part for part in [rest.strip(), _markdown(below)] if part)
    step = Step(match["name"].lower(), is_result, _words(title).removesuffix("."), help_, draft.key, answers)
    if not step.title:
        wrong.append(_("%(step)s says nothing. Write its words behind its name.") % {"step": step.label})
    return step


def _answers_at(below: list[Written]) -> int | None:
    """The place of the first list in which something leads somewhere."""
    return next(
        (at for at, block in enumerate(below) if block.kind == "list" and any(map(GO_TO.search, _items(block)))),
        None,
    )


def _items(block: Written) -> list[str]:
    return [line.strip() for line in block.text.split("\n") if line.strip()]


def _answers(block: Written, label: str, wrong: list[str]) -> Iterator[Answer]:
    for item in _items(block):
        match = GO_TO.search(item)
        words = item[: match.start()].rstrip(" :;,.(–—-") if match else ""
        if match and words:
            yield Answer(words, match["name"].lower(), to_result=match["kind"].lower() == "result")
        else:
            wrong.append(
                _("%(step)s: the answer “%(answer)s” leads nowhere. End it with words such as: go to question 2")
                % {"step": label, "answer": _opening(item)}
            )


def _markdown(blocks: Sequence[Written]) -> str:
    return "\n\n".join(block.source for block in blocks)


def _words(markdown: str) -> str:
    """The words of a line of Markdown."""
    return " ".join(" ".join(block.text for block in split_blocks(markdown.strip())).split())


def _opening(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def _key(block: Written) -> str:
    return getattr(block, "key", "")
