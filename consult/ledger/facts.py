"""What may stand in the public part of an entry: short facts, and never words, addresses or people.

The ledger outlives every erasure, so what must be erasable has no place here. These checks catch slips;
they raise TypeError or ValueError, since a slip is ours to mend and not the reader's.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from ipaddress import ip_address
from typing import Any

LONGEST_STRING = 200
LARGEST_NUMBER = 2**53 - 1
"""What every reader of JSON can hold exactly."""

FORBIDDEN_KEYS = {
    *("account", "account_id", "user", "user_id", "username", "author", "session", "session_key", "user_agent"),
    *("name", "display_name", "first_name", "full_name", "last_name", "persona_name", "address", "phone"),
    *("text", "comment", "body", "message", "password", "token", "salt", "receipt"),
}
FORBIDDEN_PARTS = {"email", "mail", "ip", "ips"}
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*", re.ASCII)
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]")
ADDRESS = re.compile(r"(?<![\w.:])[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*(?!\w)")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The public facts, ready for `canonical`, with dates as text."""
    return {_checked_key(key): _checked_value(value, of=key) for key, value in facts.items()}


def checked_private(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The private facts: the same kinds of value; but they may name people, since they can be erased."""
    return {_well_formed_key(key): _plain(value, of=key) for key, value in facts.items()}


def _well_formed_key(key: Any) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError(f"“{key}” cannot be the name of a fact: use ASCII letters, digits and _ . : / -")
    return key


def _checked_key(key: Any) -> str:
    lowered = _well_formed_key(key).lower()
    if lowered in FORBIDDEN_KEYS or FORBIDDEN_PARTS & set(re.split(r"[^a-z0-9]+", lowered)):
        raise ValueError(f"“{key}” does not belong in the public part of the ledger, which is never erased.")
    return key


def _checked_value(value: Any, *, of: str) -> Any:
    value = _plain(value, of=of, key=_checked_key)
    for string in _strings(value):
        _refuse_what_leads_to_people(string, of=of)
    return value


def _plain(value: Any, *, of: str, key: Any = _well_formed_key) -> Any:
    """`value` as JSON can hold it exactly. A Django choice becomes its plain text or number."""
    match value:
        case None | bool():
            return value
        case str():
            if UNSTORABLE.search(value):
                raise ValueError(f"The fact “{of}” holds a character that cannot be stored.")
            return str.__str__(value)
        case int():
            if abs(value) > LARGEST_NUMBER:
                raise ValueError(f"The fact “{of}” is too large a number.")
            return int(value)
        case datetime():
            raise TypeError(f"The fact “{of}” is a moment; public facts know days only.")
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(one, of=of, key=key) for one in value]
        case Mapping():
            return {key(inner): _plain(one, of=of, key=key) for inner, one in value.items()}
    raise TypeError(f"The fact “{of}” is a {type(value).__name__}; use text, whole numbers, dates, lists or dicts.")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return [string for part in parts for string in _strings(part)]


def _refuse_what_leads_to_people(string: str, *, of: str) -> None:
    if len(string) > LONGEST_STRING:
        raise ValueError(f"The fact “{of}” is longer than {LONGEST_STRING} characters; facts are short.")
    if EMAIL.search(string):
        raise ValueError(f"The fact “{of}” looks like an e-mail address.")
    if any(map(_is_network_address, ADDRESS.findall(string))):
        raise ValueError(f"The fact “{of}” looks like a network address.")


def _is_network_address(candidate: str) -> bool:
    for spelling in {candidate, candidate.rstrip(".:"), candidate.partition(":")[0]}:
        try:
            ip_address(spelling)
        except ValueError:
            continue
        return True
    return False
