"""The text's writing verbs. Called only by consult/drafting and consult/publishing, which ask the law and record.

`text` writes words, `outline` sections, `references` what they rest on, `publishing` shows them to everyone.
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
from guidance.actions.references import (
    ChangedMeanwhile,
    change_reference,
    cite,
    keep_reference,
    remove_reference,
    stop_citing,
)
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
    "ChangedMeanwhile",
    "Stale",
    "add_section",
    "change_reference",
    "cite",
    "correct",
    "forget_fate_by_hand",
    "freeze",
    "hold_current",
    "keep_reference",
    "merge_sections",
    "move_section",
    "open_draft",
    "publish",
    "release",
    "remove_reference",
    "rename_section",
    "retire_section",
    "said_at",
    "save_draft",
    "save_level",
    "say_fate_by_hand",
    "split_section",
    "stop_citing",
    "store_fates",
    "withdraw",
]
