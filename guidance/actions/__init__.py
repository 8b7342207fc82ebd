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
    forget_fate_by_hand,
    freeze,
    open_draft,
    release,
    said_at,
    save_draft,
    save_level,
    say_fate_by_hand,
)

__all__ = [
    "LONGEST_LEVEL",
    "Stale",
    "add_section",
    "correct",
    "forget_fate_by_hand",
    "freeze",
    "hold_current",
    "merge_sections",
    "move_section",
    "open_draft",
    "publish",
    "release",
    "rename_section",
    "retire_section",
    "said_at",
    "save_draft",
    "save_level",
    "say_fate_by_hand",
    "split_section",
    "store_fates",
    "withdraw",
]
