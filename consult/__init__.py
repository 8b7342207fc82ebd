"""The conversation around the text. Rooms and floors: docs/architecture.md; tests/test_floors.py enforces them."""
