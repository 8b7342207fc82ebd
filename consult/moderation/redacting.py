"""Taking words out of a text, with a mark in their place (pure)."""

GAP = "[taken out by a moderator]"
"""Stands where words were taken out, wherever the comment is shown or exported."""


def passages_in(text: str, passages: list[str]) -> list[str]:
    """Those of the passages that do not stand in the text, word for word."""
    return [passage for passage in passages if passage not in text]


def without(text: str, passages: list[str]) -> str:
    """The text with each of these passages, wherever it stands, replaced by a gap. Long ones first, so that one which
    holds another is taken out whole; neighbouring gaps become one."""
    for passage in sorted(set(filter(None, passages)), key=len, reverse=True):
        text = text.replace(passage, GAP)
    while (joined := text.replace(f"{GAP}{GAP}", GAP).replace(f"{GAP} {GAP}", GAP)) != text:
        text = joined
    return text


def is_nothing_left(text: str) -> bool:
    return not any(character.isalnum() for character in text.replace(GAP, ""))
