"""The product's own settings, with one address more: an empty view behind all of our middleware."""

from consult.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
