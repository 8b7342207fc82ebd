"""Finding a quote again after the text moved (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quote:
    exact: str
    prefix: str = ""
    suffix: str = ""
