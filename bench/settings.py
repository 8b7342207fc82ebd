"""The product's own settings, with one address more: an empty view behind all of our middleware."""

from consult.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
STAFF_SECOND_FACTOR = False
"""The crowd is put in by an admin who never signs in, and has no second step."""
