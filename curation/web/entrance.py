"""Signing in with an account of the workspace, changing its password, and the way to the form."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from curation.problems import Problem
from curation.web import forms
from curation.web.identity import COOKIE, person_of
from curation.web.running import running
from curation.workflow.access import accounts
from curation.workflow.access.actors import Actor, acting_as

LONGEST_BODY = 16_384
INSIDE = re.compile(r"[a-z_-]{0,40}(\?[^#\\\s]{0,2000})?")
NO_PAGES = {"/health", "/sign-in", "/password", "/upload", "/download"}


async def sign_in(request: Request) -> Response:
    """The form, and, when it comes back, a session's cookie and the way to the page that was wanted."""
    if not accounts.has_accounts(running().workspace):
        return PlainTextResponse("Nobody signs in here with a password.", status_code=404)
    if request.method == "GET":
        return _page(forms.sign_in_page(next=_inside(request.query_params.get("next")), is_open=_is_open(request)))
    given = await _given(request)
    if given is None:
        return PlainTextResponse("This form comes from a page of this server.", status_code=403)
    name, wanted = given.get("name", ""), _inside(given.get("next"))
    try:
        token = await anyio.to_thread.run_sync(
            accounts.sign_in, running().workspace, name, given.get("password", ""), address_of(request)
        )
    except Problem as problem:
        said = _sentence(problem)
        return _page(forms.sign_in_page(said, name[:200], wanted, _is_open(request)), _status(problem))
    return _with_cookie(request, token, wanted)


async def password(request: Request) -> Response:
    """The form to change a password, and, when it comes back, a new session with the new one.

    Administrators give others one by it: ``?person=…``. What they may is asked where it is done.
    """
    name = person_of(request.cookies)
    if name is None:
        return RedirectResponse("sign-in", status_code=303)
    other = request.query_params.get("person", "")[:200].strip().lower()
    if request.method == "GET":
        return _page(forms.password_page(name, other=other))
    given = await _given(request)
    if given is None:
        return PlainTextResponse("This form comes from a page of this server.", status_code=403)
    try:
        if given.get("new") != given.get("again"):
            raise Problem("the new password was not the same both times")
        if given.get("person"):
            await anyio.to_thread.run_sync(_give, name, given)
            return RedirectResponse("people", status_code=303)
        token = await anyio.to_thread.run_sync(_changed, name, given, address_of(request))
    except ValueError as problem:
        return _page(forms.password_page(name, _sentence(problem), given.get("person", "")), _status(problem))
    return _with_cookie(request, token, "")


def _changed(name: str, given: dict[str, str], address: str) -> str:
    workspace = running().workspace
    with acting_as(Actor(name)):
        accounts.change_password(workspace, given.get("old", ""), given.get("new", ""), address)
        return accounts.sign_in(workspace, name, given["new"], address)


def _give(name: str, given: dict[str, str]) -> None:
    with acting_as(Actor(name)):
        accounts.set_password(running().workspace, given["person"], given.get("new", ""))


def address_of(request: Request) -> str:
    """Where a request comes from: behind a proxy on this machine, what the proxy says of it."""
    address = request.client.host if request.client else ""
    named = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return named if named and address in ("127.0.0.1", "::1", "") else address


class SignInFirst:
    """ASGI middleware: a browser that opens a page without having signed in is shown the form instead.

    Only where the accounts of the workspace are the one way in. The pages ask again themselves. ``base`` gives the path
    under which the server has its pages, empty for none.
    """

    def __init__(self, app, base: Callable[[], str] = str):
        self.app, self._base = app, base

    async def __call__(self, scope, receive, send):
        # The messages of starting and ending have no path.
        path, base = scope.get("path", ""), self._base().strip("/")
        below = path.removeprefix(f"/{base}") if base and f"{path}/".startswith(f"/{base}/") else path
        if scope["type"] == "http" and scope["method"] == "GET" and self._is_page(below or "/"):
            held, request = running(), Request(scope)
            if held.provider is None and accounts.has_accounts(held.workspace) and person_of(request.cookies) is None:
                query = f"?{request.url.query}" if request.url.query else ""
                wanted = _inside(f"{below.strip('/')}{query}")
                here = f"/{base}/" if base else ""
                response = RedirectResponse(f"{here}sign-in?next={quote(wanted)}", status_code=303)
                return await response(scope, receive, send)
        return await self.app(scope, receive, send)

    @staticmethod
    def _is_page(path: str) -> bool:
        return re.fullmatch(r"/[a-z_]{0,40}", path) is not None and path not in NO_PAGES


async def _given(request: Request) -> dict[str, str] | None:
    """The fields of a form of ours; None when it comes from elsewhere or is too large."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return None
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    return {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace"), max_num_fields=10).items()}


def _with_cookie(request: Request, token: str, wanted: str) -> Response:
    response = RedirectResponse(f"./{wanted}", status_code=303, headers={"Cache-Control": "no-store"})
    seconds = int(accounts.session_seconds(running().workspace))
    safe = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    response.set_cookie(COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=safe, path="/")
    return response


def _inside(wanted: str | None) -> str:
    """A page of ours, or the first one: never another site."""
    return wanted if wanted and INSIDE.fullmatch(wanted) else ""


def _is_open(request: Request) -> bool:
    encrypted = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    return not encrypted and address_of(request) not in ("127.0.0.1", "::1", "testclient")


def _status(problem: ValueError) -> int:
    return 429 if "too many" in str(problem) else 400


def _sentence(problem: ValueError) -> str:
    text = str(problem)
    return f"{text[:1].upper()}{text[1:]}."


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status_code=status, headers=forms.HEADERS)


ROUTES = [
    Route("/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/password", password, methods=["GET", "POST"]),
]
