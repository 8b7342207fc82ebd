"""The text's writing verbs. Called only by consult/drafting and consult/publishing, which ask the law and record.

`text` writes words, `outline` sections, `publishing` shows them to everyone.
"""

from guidance.actions.outline import (
    add_section,
    merge_sections,
    move_section,
    rename_section,
    retire_section,
    split_section,
)
from guidance.actions.publishing import correct, hold_current, publish, store_fates, withdraw
from guidance.actions.text import (
    LONGEST_LEVEL,
    Stale,
    freeze,
    open_draft,
    release,
    save_draft,
    save_level,
    say_fate_by_hand,
)

__all__ = [
    "LONGEST_LEVEL",
    "Stale",
    "add_section",
    "correct",
    "freeze",
    "hold_current",
    "merge_sections",
    "move_section",
    "open_draft",
    "publish",
    "release",
    "rename_section",
    "retire_section",
    "save_draft",
    "save_level",
    "say_fate_by_hand",
    "split_section",
    "store_fates",
    "withdraw",
]
