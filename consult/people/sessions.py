"""What we do not keep of a session: the address of the network from which someone signed in."""

from typing import Any

NO_ADDRESS = "0.0.0.0"  # noqa: S104  not an address to bind to


def forget_address(instance: Any, **_signal: Any) -> None:
    """For `pre_save` of allauth's UserSession, whose column for the address cannot be empty."""
    instance.ip = NO_ADDRESS
