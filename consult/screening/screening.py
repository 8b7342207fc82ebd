"""One question to all that screening knows (pure)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from consult.screening.findings import Finding, without_overlaps
from consult.screening.identity import could_identify
from consult.screening.personal import personal_data


@dataclass(frozen=True)
class Screened:
    """What was found in some texts, in order; each text with its findings."""

    texts: tuple[str, ...]
    findings: tuple[tuple[Finding, ...], ...]

    def __bool__(self) -> bool:
        return any(self.findings)

    @property
    def all(self) -> list[tuple[str, Finding]]:
        """Each found stretch of words, with what it looks like."""
        return [
            (text[one.start : one.end], one)
            for text, found in zip(self.texts, self.findings, strict=True)
            for one in found
        ]

    @property
    def kinds(self) -> list[str]:
        """What was found, without any of the words: what may be kept for moderators."""
        return sorted({one.kind for _words, one in self.all})

    @property
    def holds_personal_data(self) -> bool:
        return any(one.is_personal_data for _words, one in self.all)

    @property
    def digest(self) -> str:
        """Changes when other words are found: whoever says “post it all the same” has seen these ones."""
        seen = "\0".join(f"{one.kind}:{words}" for words, one in self.all)
        return hashlib.sha256(seen.encode()).hexdigest()[:32]

    def pieces(self, which: int) -> Iterator[tuple[str, Finding | None]]:
        """A text cut where something was found, for a page that marks it. Joined, the pieces are the text."""
        text, at = self.texts[which], 0
        for one in self.findings[which]:
            yield text[at : one.start], None
            yield text[one.start : one.end], one
            at = one.end
        yield text[at:], None


def screen(*texts: str, allowed: frozenset[str] = frozenset()) -> Screened:
    """What these texts contain. `allowed` is what `personal.as_compared` makes of public addresses and numbers."""
    found = (without_overlaps([*personal_data(text, allowed), *could_identify(text)]) for text in texts)
    return Screened(tuple(texts), tuple(tuple(findings) for findings in found))
