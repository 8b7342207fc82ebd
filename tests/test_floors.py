"""The floor plan is a test, not a poster: a room imports only from floors below its own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
FLOORS = [
    {"guidance", "consult.ledger"},
    {"consult.jobs"},
    {"consult.people", "consult.screening"},
    {"consult.consultations", "consult.drafting"},
    {"consult.discussion"},
    {"consult.moderation"},
    {"consult.themes"},
    {"consult.outcomes"},
    {"consult.publishing", "consult.notices", "consult.exports"},
    {"consult.retention", "consult.pages", "consult.api", "consult.dashboard", "consult.feeds"},
    {"consult.tasks", "consult.apps", "consult.config", "consult.models", "consult.management"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
ROOF = len(FLOORS) - 1

# A noun may carry the key of a noun above it, if its code never does anything with it. Each one is named here.
KEYS_THAT_POINT_UP = {("consult.people", "consult.Consultation")}
# The house's furniture: what every page stands in. It may link anywhere, and knows no room's nouns.
FURNITURE = (
    "base.html",
    "refusal.html",
    "components/",
    "account/",
    "allauth/",
    "usersessions/",
    "mfa/",
    "socialaccount/",
    "django/",
)


def room_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] == "guidance":
        return "guidance"
    return ".".join(parts[:2]) if parts[0] == "consult" and len(parts) > 1 else None


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("guidance", "consult"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imported_by(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def may_know(room: str, other: str) -> bool:
    return room == other or FLOOR_OF[room] == ROOF or FLOOR_OF[other] < FLOOR_OF[room]


def test_every_room_stands_on_a_floor():
    rooms = {room for module, _path in modules() if (room := room_of(module))}
    assert rooms <= set(FLOOR_OF)


def test_rooms_import_only_from_floors_below():
    wrong = {
        f"{module} imports {other}"
        for module, path in modules()
        if (room := room_of(module))
        for name in imported_by(ast.parse(path.read_text(encoding="utf-8")))
        if (other := room_of(name)) in FLOOR_OF and not may_know(room, other)
    }
    assert not wrong


def nouns() -> dict[str, str]:
    """The room of each model: {"consult.Persona": "consult.people", …}."""
    from django.apps import apps

    models = [*apps.get_app_config("consult").get_models(), *apps.get_app_config("guidance").get_models()]
    return {model._meta.label: room_of(model.__module__) for model in models}


def test_models_named_in_strings_stand_on_floors_below():
    wrong = set()
    for module, path in modules():
        text = path.read_text(encoding="utf-8")
        for name, other in nouns().items():
            named = re.search(rf'["\']{re.escape(name)}["\']', text)
            room = room_of(module)
            if named and room and not may_know(room, other) and (room, name) not in KEYS_THAT_POINT_UP:
                wrong.add(f"{module} names {name}")
    assert not wrong


@pytest.mark.django_db
def test_foreign_keys_point_down():
    from django.apps import apps

    wrong = set()
    rooms = nouns()
    for model in [*apps.get_app_config("consult").get_models(), *apps.get_app_config("guidance").get_models()]:
        for field in model._meta.local_fields:
            other = rooms.get(field.related_model._meta.label) if field.is_relation else None
            if other is None or field.related_model._meta.label == "consult.Account":
                continue
            key = (rooms[model._meta.label], field.related_model._meta.label)
            if not may_know(key[0], other) and key not in KEYS_THAT_POINT_UP:
                wrong.add(f"{model._meta.label}.{field.name}")
    assert not wrong


def owner_of_template(name: str) -> str | None:
    """The room that a template belongs to; None for the furniture."""
    if name.startswith(FURNITURE) or "/" not in name:
        return None
    parts = name.split("/")
    return "guidance" if parts[0] == "guidance" else f"consult.{parts[1]}"


def room_of_address() -> dict[str, str]:
    """The room behind each named address."""
    rooms: dict[str, str] = {}

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
            elif isinstance(pattern, URLPattern) and pattern.name:
                module = pattern.callback.__module__
                rooms[prefix + pattern.name] = room_of(module)

    walk(get_resolver().url_patterns)
    return rooms


def test_templates_know_only_what_stands_below_them():
    addresses = room_of_address()
    libraries = {p.stem: room_of(m) for m, p in modules() if p.parent.name == "templatetags"}
    wrong = set()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(ROOT / "templates"))
        room = owner_of_template(name)
        text = path.read_text(encoding="utf-8")
        used = [owner_of_template(t) for t in re.findall(r'{%\s*(?:include|extends)\s+"([^"]+)"', text)]
        used += [
            libraries.get(library)
            for line in re.findall(r"{%\s*load\s+([^%]+)%}", text)
            for library in line.replace(" from ", " ").split()
        ]
        if room is not None:
            used += [addresses.get(link) for link in re.findall(r'{%\s*url\s+"([^"]+)"', text)]
        lowest = room or "guidance"
        wrong |= {f"{name} uses {other}" for other in used if other and not may_know(lowest, other)}
    assert not wrong
