"""Fetching what a stranger named: never anything inside, never more than a little, never for long."""

import time
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.elsewhere.fetching import CannotLook, Guard, NotReached, fetch, is_public
from tests.elsewhere_server import Server, page, sent_to

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "192.0.2.1", "168.63.129.16", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
    "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fec0::1", "64:ff9b:1::1",
]  # fmt: skip
OUTSIDE = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "2002:808:808::1"]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_lies_outside_is(address):
    assert is_public(ip_address(address))


@given(st.integers(0, 2**32 - 1))
def test_an_address_in_other_clothes_is_as_public_as_it_is(number):
    plain = ip_address(number)
    for clothes in ("::ffff:0:0", "64:ff9b::"):
        dressed = ip_address(int(ip_address(clothes)) + number)
        assert is_public(dressed) == is_public(plain)


@pytest.fixture
def there():
    with Server() as server:
        yield server


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0x7f.1/", "http://2130706433/", "http://0/",
     "http://127.1/", "http://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data/", "http://017700000001/"],
)  # fmt: skip
def test_no_spelling_of_an_inner_address_is_asked(url):
    with pytest.raises(CannotLook):
        fetch(url, guard=Guard())


@pytest.mark.parametrize(
    "url",
    ["ftp://blog.example/", "file:///etc/passwd", "gopher://blog.example/", "//blog.example/", "", "blog.example",
     "http://", "http://user@blog.example/", "http://user:secret@blog.example/", "http://blog.example:22/",
     "http://blog.example:6379/", "https://blog.example:80/", "http://blog.example:99999/", "http://[::1/",
     "http://blog.example/ x", "http://blog.example/\r\nX: y", "http://blog.example/" + "x" * 500,
     "javascript:alert(1)"],
)  # fmt: skip
def test_other_addresses_are_not_asked_at_all(url):
    def nobody_is_asked(*_where):
        raise AssertionError("A name was looked up.")

    with pytest.raises(CannotLook):
        fetch(url, guard=Guard(addresses_of=nobody_is_asked))


def test_one_inner_address_among_outer_ones_is_enough_to_refuse(there):
    guard = there.guard(may_reach=is_public, addresses_of=lambda *_: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(CannotLook, match="public internet"):
        fetch(there.url("/"), guard=guard)
    assert there.asked == []


def test_the_connection_goes_to_the_address_that_was_looked_at(there):
    """DNS rebinding: the name is asked for once, and never again for the connection."""
    asked = []

    def answers(host, _port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    there.answers["/"] = page("Hello.")
    assert fetch(there.url("/", host="rebinding.example"), guard=there.guard(addresses_of=answers)).body == b"Hello."
    assert asked == ["rebinding.example"]
    assert "Host: rebinding.example" in there.heads[0]


def test_a_redirect_inside_is_not_followed(there):
    there.answers["/"] = sent_to("http://metadata.example/latest/")
    reach = {"blog.example": ["127.0.0.1"], "metadata.example": ["169.254.169.254"]}
    guard = there.guard(
        may_reach=lambda address: str(address) == "127.0.0.1", addresses_of=lambda host, _port: reach[host]
    )
    with pytest.raises(CannotLook, match="public internet"):
        fetch(there.url("/"), guard=guard)


@pytest.mark.parametrize("where", ["file:///etc/passwd", "http://x@blog.example/", "gopher://blog.example:70/"])
def test_a_redirect_to_something_else_is_not_followed(there, where):
    there.answers["/"] = sent_to(where)
    with pytest.raises(CannotLook):
        fetch(there.url("/"), guard=there.guard())


def test_five_redirects_are_followed_and_no_sixth(there):
    for hop in range(6):
        there.answers[f"/{hop}"] = sent_to(f"/{hop + 1}", "301 Moved")
    there.answers["/6"] = page("Here.")
    assert fetch(there.url("/1"), guard=there.guard()).body == b"Here."
    with pytest.raises(CannotLook, match="from one address to the next"):
        fetch(there.url("/0"), guard=there.guard())


def test_the_size_is_counted_as_it_comes(there):
    """Whatever the head says of the length, or if it says nothing."""

    def endless(caller):
        caller.sendall(page("", **{"Content-Length": "10"}).replace(b"Content-Length: 10\r\n", b""))
        while True:
            caller.sendall(b"x" * 65_536)

    there.answers["/"] = endless
    with pytest.raises(CannotLook, match="longer than 1 MB"):
        fetch(there.url("/"), guard=there.guard())


def test_a_chunk_that_claims_to_be_huge_is_cut_off(there):
    def chunked(caller):
        caller.sendall(page("", **{"Transfer-Encoding": "chunked"}) + b"7fffffff\r\n")
        while True:
            caller.sendall(b"x" * 65_536)

    there.answers["/"] = chunked
    with pytest.raises(CannotLook, match="longer than 1 MB"):
        fetch(there.url("/"), guard=there.guard())


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_byte_now_and_then_does_not_keep_us(there, where):
    """Each byte comes in time; all of them together do not."""
    sent = []

    def drip(caller):
        caller.sendall(page("") if where == "body" else b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            caller.sendall(b"x")
            sent.append(1)
            time.sleep(0.02)

    there.answers["/"] = drip
    with pytest.raises(NotReached):
        fetch(there.url("/"), guard=there.guard(seconds=0.3))
    assert sent


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/octet-stream", "video/mp4"])
def test_only_text_is_read(there, kind):
    there.answers["/"] = page("x", kind=kind)
    with pytest.raises(CannotLook, match="not a page of text"):
        fetch(there.url("/"), guard=there.guard())


def test_what_is_packed_is_not_unpacked(there):
    there.answers["/"] = page("x", **{"Content-Encoding": "gzip"})
    with pytest.raises(CannotLook, match="packed"):
        fetch(there.url("/"), guard=there.guard())


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 100, b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200]
)
def test_an_answer_that_is_none_is_no_page(there, raw):
    there.answers["/"] = raw
    with pytest.raises(NotReached):
        fetch(there.url("/"), guard=there.guard())


def test_nobody_at_home_may_be_there_later(there):
    there.hang_up()
    with pytest.raises(NotReached):
        fetch(there.url("/"), guard=there.guard(seconds=2))


def test_it_says_who_asks_and_brings_no_cookie(there):
    there.answers["/a%20b?c=%C3%A4"] = page("x", **{"Set-Cookie": "a=b"})
    fetch(there.url("/a%20b?c=ä#part"), guard=there.guard())
    assert there.asked == ["/a%20b?c=%C3%A4"]
    assert "User-Agent: consult-webmention" in there.heads[0]
    assert "ookie" not in there.heads[0]


def test_a_certificate_is_checked_against_the_name(there):
    """There is nobody with a certificate here: a line without one is no answer over https."""
    there.answers["/"] = page("x")
    with pytest.raises(NotReached):
        fetch(there.url("/").replace("http:", "https:"), guard=there.guard(seconds=2))
    assert "/" not in there.asked
