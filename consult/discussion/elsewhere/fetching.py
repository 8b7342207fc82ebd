"""Fetching a page that a stranger named: never anything inside, never more than a little, never for long.

Whoever names an address could name one of ours: the database, a cloud's metadata, a printer. So the name is resolved
here, every address that it has must be one of the public internet, and the connection is made to the address that was
looked at, not to the name again: a name that answers differently the second time (DNS rebinding) gains nothing. The
same is asked of every redirect. Certificates are checked against the name.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

LARGEST = 1_000_000
MOST_REDIRECTS = 5
SECONDS = 15.0
"""For all of it: every redirect, every byte."""
LONGEST_ADDRESS = 500
CHUNK = 65_536
PORTS = {"http": 80, "https": 443}
KINDS = {"text/html", "application/xhtml+xml", "text/plain"}
REDIRECTS = {301, 302, 303, 307, 308}
CLOUDS_OWN = [ip_network("168.63.129.16/32"), ip_network("192.0.0.0/24")]
"""Inside a cloud, and yet public by its number: Azure's address for its machines; Oracle's, before Python 3.11.9."""
GIVEN_OUT = ip_network("2000::/3")
"""All of IPv6 that belongs to the public internet so far."""
EMBEDDING = [(ip_network("64:ff9b::/96"), 0), (ip_network("2002::/16"), 80), (ip_network("::/96"), 0)]
"""IPv6 ranges that lead to an IPv4 address, and how many bits stand behind it: NAT64, 6to4, IPv4-compatible."""


class CannotLook(Exception):
    """There is nothing there that we would look at, and there will not be. The sentence says why."""


class NotReached(ConnectionError):
    """It did not answer this time. It may the next."""


@dataclass(frozen=True)
class Fetched:
    """What was found at the end of all redirects. `body` is empty unless the status is 200."""

    url: str
    status: int
    kind: str = ""
    charset: str = ""
    body: bytes = b""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether this is an address of the public internet, for one machine, that hides no other."""
    if isinstance(address, IPv6Address):
        if address.scope_id or address.teredo:
            return False
        if (inner := address.ipv4_mapped) or (inner := _embedded(address)):
            return is_public(inner)
        if address not in GIVEN_OUT:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not any(address in network for network in CLOUDS_OWN)
    )


def _embedded(address: IPv6Address) -> IPv4Address | None:
    for network, behind in EMBEDDING:
        if address in network:
            return IPv4Address((int(address) >> behind) & 0xFFFFFFFF)
    return None


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises CannotLook if it has none, NotReached if nobody could be asked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as trouble:
        if isinstance(trouble, socket.gaierror) and trouble.errno == socket.EAI_AGAIN:
            raise NotReached("The name could not be looked up.") from None
        raise CannotLook(_("There is no such host.")) from None
    return list(dict.fromkeys(str(address[0]) for *_kind, address in found))


@dataclass(frozen=True)
class Guard:
    """What may be reached. Tests put a server of their own in its place; nothing else does."""

    may_reach: Callable[[IPv4Address | IPv6Address], bool] = is_public
    addresses_of: Callable[[str, int], list[str]] = resolved
    ports: dict[str, int] | None = field(default_factory=lambda: dict(PORTS))
    largest: int = LARGEST
    seconds: float = SECONDS

    def checked(self, url: str) -> SplitResult:
        """The parts of an address that may be asked for. Raises CannotLook."""
        if len(url) > LONGEST_ADDRESS or not url.isprintable() or " " in url:
            raise CannotLook(_("This is not an address that we look at."))
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise CannotLook(_("This is not an address.")) from None
        if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
            raise CannotLook(_("We look at addresses that begin with http:// or https://, without a name in front."))
        if self.ports is not None and port not in {None, self.ports[parts.scheme]}:
            raise CannotLook(_("We look at the usual ports only."))
        return parts

    def addresses(self, parts: SplitResult) -> list[str]:
        """Where to connect to. If any address of the name lies inside, none of them is asked."""
        found = self.addresses_of(parts.hostname, parts.port or PORTS[parts.scheme])
        if not found or not all(self.may_reach(ip_address(one)) for one in found):
            raise CannotLook(_("This address does not lie on the public internet."))
        return found


def fetch(url: str, *, guard: Guard) -> Fetched:
    """Raises CannotLook for good reasons, and NotReached for passing ones."""
    until = _Until(time.monotonic() + guard.seconds)
    for _hop in range(MOST_REDIRECTS + 1):
        answer = _asked(url, guard, until)
        if isinstance(answer, Fetched):
            return answer
        url = answer
    raise CannotLook(_("It sends us from one address to the next."))


def _asked(url: str, guard: Guard, until: "_Until") -> Fetched | str:
    """The page, or the address to which it sends us."""
    parts = guard.checked(url)
    for address in guard.addresses(parts):
        connection = _Pinned(parts, address, until)
        try:
            connection.request("GET", _path(parts), headers=HEADERS)
            with connection.getresponse() as response:
                return _read(response, url, guard)
        except (OSError, http.client.HTTPException, ValueError):
            continue  # it may answer at its next address
        finally:
            connection.hang_up()
    raise NotReached("No address of the host gave an answer.")


HEADERS = {
    "User-Agent": "consult-webmention/1",
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


def _path(parts: SplitResult) -> str:
    """As it is sent: in ASCII, with no fragment."""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return "".join(one if one.isascii() else "".join(f"%{byte:02X}" for byte in one.encode()) for one in path)


def _read(response: http.client.HTTPResponse, url: str, guard: Guard) -> Fetched | str:
    if response.status in REDIRECTS and (where := response.headers.get("Location")):
        return urljoin(url, where.strip()).partition("#")[0]
    if response.status != 200:
        return Fetched(url, response.status)
    kind = response.headers.get_content_type()
    if kind not in KINDS:
        raise CannotLook(_("What is there is not a page of text."))
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise CannotLook(_("The page is packed in a way that we did not ask for."))
    return Fetched(url, 200, kind, response.headers.get_content_charset() or "", _body(response, guard.largest))


def _body(response: http.client.HTTPResponse, largest: int) -> bytes:
    """What it sends, counted as it comes: what a head says of the length may be wrong."""
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += chunk
        if len(body) > largest:
            raise CannotLook(_("The page is longer than 1 MB."))
    return bytes(body)


# --- The connection -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Until:
    """The end of our patience."""

    moment: float

    def left(self) -> float:
        if (left := self.moment - time.monotonic()) <= 0:
            raise TimeoutError("It took too long.")
        return left


class _Pinned(http.client.HTTPConnection):
    """A connection to one address that was looked at, in the name of the host."""

    def __init__(self, parts: SplitResult, address: str, until: _Until) -> None:
        super().__init__(parts.hostname, parts.port or PORTS[parts.scheme])
        self.default_port = PORTS[parts.scheme]
        self.is_secret, self.address, self.until = parts.scheme == "https", address, until
        self.line: socket.socket | None = None

    def connect(self) -> None:
        self.line = socket.create_connection((self.address, self.port), timeout=self.until.left())
        if self.is_secret:
            self.line = ssl.create_default_context().wrap_socket(self.line, server_hostname=self.host)
        self.sock = _Patient(self.line, self.until)

    def hang_up(self) -> None:
        self.close()
        if self.line is not None:
            self.line.close()


class _Patient:
    """A socket as `http.client` uses it. Each wait is cut to what is left of all patience, so that a byte a second
    does not keep us."""

    def __init__(self, line: socket.socket, until: _Until) -> None:
        self.line, self.until = line, until

    def sendall(self, data: bytes) -> None:
        self.line.settimeout(self.until.left())
        self.line.sendall(data)

    def makefile(self, *_how: object) -> io.BufferedReader:
        return io.BufferedReader(_Heard(self.line, self.until))

    def close(self) -> None:
        """The answer may still be read; `hang_up` ends it."""


class _Heard(io.RawIOBase):
    def __init__(self, line: socket.socket, until: _Until) -> None:
        self.line, self.until = line, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        self.line.settimeout(self.until.left())
        return self.line.recv_into(buffer)
