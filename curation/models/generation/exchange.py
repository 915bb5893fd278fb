"""One question to an endpoint over HTTP: tried again where that may help, and a reason in plain words where not."""

import json
import threading
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import tenacity

from curation.models.generation.listed import Endpoint
from curation.models.generation.pace import Pace

AGAIN = {408, 409, 425, 429, 500, 502, 503, 504, 529}
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_ASKED = 0.5, 60.0, 300.0
CONNECT = 10.0
MOST_BYTES = 8 << 20
SAID = 200


class Refused(Exception):
    """The endpoint gave no answer; the text says why, without secrets. ``again`` when a later try may succeed."""

    def __init__(
        self, reason: str, again: bool = False, pause: float | None = None, hopeless: bool = False, status: int = 0
    ):
        super().__init__(reason)
        self.again, self.pause, self.hopeless, self.status = again, pause, hopeless, status


class Exchange:
    """Questions to one endpoint from any thread. ``stop`` set: nothing is tried again."""

    def __init__(self, endpoint: Endpoint, stop: threading.Event):
        self._endpoint, self._stop = endpoint, stop
        self._pace = Pace(endpoint.requests_per_minute, endpoint.tokens_per_minute)
        limits = httpx2.Limits(max_connections=endpoint.concurrency)
        timeout = httpx2.Timeout(endpoint.timeout, connect=min(CONNECT, endpoint.timeout), pool=None)
        # Neither proxies nor .netrc of the environment: what is sent goes to the listed address and nowhere else.
        self._client = httpx2.Client(timeout=timeout, limits=limits, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        self._client.close()

    def post(self, path: str, body: dict, tokens: int) -> Any:
        """What ``address/path`` answers to ``body`` in JSON, of about ``tokens`` in all. Refused when it does not."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, Refused) and error.again),
            stop=tenacity.stop_after_attempt(self._endpoint.tries) | tenacity.stop_when_event_set(self._stop),
            wait=_pause,
            sleep=tenacity.sleep_using_event(self._stop),
            reraise=True,
        )
        return retrying(self._once, path, body, tokens)

    def _once(self, path: str, body: dict, tokens: int) -> Any:
        while (seconds := self._pace.wait(tokens)) > 0:
            if self._stop.wait(min(seconds, 1.0)):
                raise Refused("it was cancelled")
        key = self._endpoint.key()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            status, headers, raw = self._sent(f"{self._endpoint.address}/{path}", body, headers)
        except httpx2.TimeoutException:
            raise Refused(f"the endpoint did not answer within {self._endpoint.timeout:g} s", again=True) from None
        except (httpx2.RequestError, httpx2.InvalidURL, UnicodeError) as error:
            raise Refused(f"the connection to the endpoint broke ({type(error).__name__})", again=True) from None
        if status != 200:
            raise _refused(status, headers, raw, key, self._endpoint)
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise Refused("the endpoint's answer is not valid JSON", again=True) from None

    def _sent(self, address: str, body: dict, headers: dict) -> tuple[int, Any, bytes]:
        """Status, headers and body; a deadline for the whole, since a server may send a byte now and then."""
        deadline, raw = time.monotonic() + self._endpoint.timeout, bytearray()
        with self._client.stream("POST", address, json=body, headers=headers) as response:
            for chunk in response.iter_bytes():
                raw += chunk
                if len(raw) > MOST_BYTES:
                    raise Refused("the endpoint's answer is larger than any that was asked for")
                if time.monotonic() > deadline or self._stop.is_set():
                    raise httpx2.ReadTimeout("too slow")
            return response.status_code, response.headers, bytes(raw)


def _refused(status: int, headers, raw: bytes, key: str | None, endpoint: Endpoint) -> Refused:
    if status in (401, 403):
        known = "is wrong or may not do this" if key else "is missing"
        return Refused(f"the endpoint refused the key ({status}): {endpoint.key_env} {known}", hopeless=True)
    if 300 <= status < 400:
        return Refused(f"the endpoint redirects elsewhere ({status}), which is not followed", hopeless=True)
    said = _said(raw, key)
    if status in AGAIN:
        return Refused(f"the endpoint is busy or broken ({status}{said})", again=True, pause=_asked_pause(headers))
    return Refused(f"the endpoint refused the question ({status}{said})", hopeless=status in (404, 405), status=status)


def _said(raw: bytes, key: str | None) -> str:
    """What the server says of itself, in one short line from which the key is taken out."""
    try:
        error = json.loads(raw)["error"]
        text = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(text)).split())
    return f": {text.replace(key, '...') if key else text}"[:SAID]


def _asked_pause(headers) -> float | None:
    """Seconds that ``Retry-After`` asks for, as a number or a date; None where it says nothing."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return max(0.0, min(seconds, LONGEST_ASKED)) if seconds == seconds else None


def _pause(state: tenacity.RetryCallState) -> float:
    """What the endpoint asked for; else twice as long each time, with a random part, so that rows do not march."""
    error = state.outcome.exception()
    if error.pause is not None:
        return error.pause
    return tenacity.wait_random_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE)(state)
