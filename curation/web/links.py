"""Signed links: what the upload and download routes trust instead of a cookie."""

import secrets
import time
from collections.abc import Callable
from threading import Lock

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from curation.problems import Problem

UPLOAD_SECONDS = 60 * 60
DOWNLOAD_SECONDS = 15 * 60


class Links:
    """Signs and opens links. The secret lives as long as the process, so no link outlives the server.

    A link names the browser session that asked for it and is refused once ``session_lives`` says that session has
    ended. It is unguessable and travels only over that session's own connection, which is why the routes need no
    cookie and a foreign site cannot make a browser use them.
    """

    def __init__(self, session_lives: Callable[[str], bool] = lambda session: True):
        self.session_lives = session_lives
        self._secret = secrets.token_bytes(32)
        self._spent: dict[str, float] = {}
        self._lock = Lock()

    def sign(self, kind: str, session: str, person: str, **claims) -> str:
        """URL-safe text that carries ``claims`` for one session and person; ``kind`` is upload or download."""
        body = {"session": session, "person": person, "once": secrets.token_urlsafe(12), **claims}
        return self._signer(kind).dumps(body)

    def open(self, kind: str, text: str, seconds: int) -> dict:
        """The claims of a link at most ``seconds`` old. Problem when forged, for something else, old or orphaned."""
        try:
            claims = self._signer(kind).loads(text, max_age=seconds)
        except SignatureExpired:
            raise Problem("This link has expired. Reload the page for a new one.") from None
        except BadData:
            raise Problem("This link is not valid. Reload the page for a new one.") from None
        if not self.session_lives(claims["session"]):
            raise Problem("The page that made this link has been closed. Open it again for a new one.")
        return claims

    def spend(self, kind: str, text: str, seconds: int) -> dict:
        """As ``open``, and only the first time: a second use of the same link is a Problem."""
        claims = self.open(kind, text, seconds)
        now = time.monotonic()
        with self._lock:
            self._spent = {once: until for once, until in self._spent.items() if until > now}
            if claims["once"] in self._spent:
                raise Problem("This link has been used already. Reload the page for a new one.")
            self._spent[claims["once"]] = now + seconds + 1
        return claims

    def _signer(self, kind: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret, salt=f"winnow {kind}")
