"""A web server of somebody else's, on this machine: what it answers is what a test says."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from consult.discussion.elsewhere.fetching import Guard


@dataclass
class Server:
    """Answers each path with raw bytes, or with what a function writes to the line."""

    answers: dict[str, bytes | Callable] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    def __enter__(self) -> "Server":
        self.line = socket.create_server(("127.0.0.1", 0))
        self.port = self.line.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_trouble) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _address = self.line.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller:
            head = b""
            while b"\r\n\r\n" not in head and (more := caller.recv(4096)):
                head += more
            path = head.split(b" ")[1].decode(errors="replace") if head.count(b" ") > 1 else "?"
            self.asked.append(path)
            self.heads.append(head.decode(errors="replace"))
            answer = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\n\r\n")
            with suppress(OSError):  # they may hang up
                answer(caller) if callable(answer) else caller.sendall(answer)

    def url(self, path: str, host: str = "blog.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def guard(self, **changes) -> Guard:
        """Lets through to this server, whatever the host is called, and checks all else as always."""
        here = {"may_reach": lambda _address: True, "addresses_of": lambda _host, _port: ["127.0.0.1"], "ports": None}
        return Guard(**{**here, **changes})


def page(html: str, *, kind: str = "text/html; charset=utf-8", status: str = "200 OK", **head: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join([*lines, "", ""]).encode() + html.encode()


def sent_to(where: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nLocation: {where}\r\n\r\n".encode()
