"""A small identity provider that runs in the test: discovery, authorize, token with PKCE, userinfo, keys."""

import base64
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "consult", "the-client-secret"


@dataclass
class IdentityProvider:
    """What it says, and how it lies when a test wants it to."""

    issuer: str = ""
    person: dict = field(default_factory=lambda: {"sub": "u-1", "email": "wren@dept.example", "email_verified": True})
    claims: dict = field(default_factory=dict)
    """Put into the ID token in place of what is right; None takes a claim out."""
    told: dict = field(default_factory=dict)
    """Put into userinfo in place of what is right."""
    discovery: dict = field(default_factory=dict)
    sign: object = None
    """Makes the ID token, if not we; or text to send in its place."""
    keys: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    codes: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        self.keys = [{**public, "kid": "k1", "alg": "RS256"}]

    def right(self, nonce: str) -> dict:
        now = int(time.time())
        return {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}

    def id_token(self, nonce: str) -> str:
        claims = {name: value for name, value in {**self.right(nonce), **self.claims}.items() if value is not None}
        if isinstance(self.sign, str):
            return self.sign
        if self.sign:
            return self.sign(claims)
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})

    # --- Its pages ------------------------------------------------------------------------------------
    def answer(self, method: str, path: str, query: dict, body: dict, headers) -> tuple[int, dict | str]:
        self.asked.append((method, path, query, body))
        if path == "/.well-known/openid-configuration":
            known = {"issuer": self.issuer, **{f"{name}_endpoint": f"{self.issuer}/{name}" for name in
                     ("authorization", "token", "userinfo")}, "jwks_uri": f"{self.issuer}/keys"}  # fmt: skip
            return 200, {**known, **self.discovery}
        if path == "/keys":
            return 200, {"keys": self.keys}
        if path == "/authorization":
            code = f"code-{len(self.codes)}"
            self.codes[code] = query
            return 302, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        if path == "/token":
            return self._token(body)
        if path == "/userinfo" and headers.get("Authorization") == "Bearer an-access-token":
            return 200, {**self.person, **self.told}
        return 404, {"error": "nothing here"}

    def _token(self, body: dict) -> tuple[int, dict]:
        begun = self.codes.pop(body.get("code"), None)
        verifier = body.get("code_verifier", "")
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        is_right = (
            begun
            and begun.get("code_challenge_method") == "S256"
            and begun["code_challenge"] == challenge
            and (body.get("client_id"), body.get("client_secret")) == (CLIENT, SECRET)
            and body.get("redirect_uri") == begun["redirect_uri"]
        )
        if not is_right:
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.id_token(begun["nonce"])}
        return 200, {name: value for name, value in answer.items() if value}


@contextmanager
def running():
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(_flat(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def _answer(self, body: dict) -> None:
            at = urlsplit(self.path)
            status, said = provider.answer(self.command, at.path, _flat(at.query), body, self.headers)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode() if status != 302 else b"")

        def log_message(self, *_args) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def _flat(query: str) -> dict:
    return {name: values[0] for name, values in parse_qs(query).items()}
