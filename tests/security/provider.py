"""An OpenID Connect provider on loopback: discovery, authorization code with PKCE, signed tokens, its keys."""

import base64
import hashlib
import secrets
import threading
import time
from html import escape
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "winnow", "not a secret anywhere else"


class Provider:
    """Serves until ``close``; ``people`` maps what stands on its page to claims of whoever chooses it."""

    def __init__(self, people: dict[str, dict]):
        self.people, self.url = people, ""
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict] = {}
        self._key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, private=True)
        routes = [
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
        ]
        config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> "Provider":
        """Serve on a free port of this machine."""
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def secrets(self, app: str) -> str:
        """Streamlit's secrets for an app at this address."""
        return f"""[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "{secrets.token_urlsafe(32)}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{self.url}/.well-known/openid-configuration"
"""

    async def _metadata(self, request: Request) -> Response:
        told = {"issuer": self.url, "jwks_uri": f"{self.url}/keys", "response_types_supported": ["code"]}
        told |= {"authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token"}
        told |= {"subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]}
        return JSONResponse(told | {"code_challenge_methods_supported": ["S256"]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        if "who" not in asked:
            links = "".join(
                f'<p><a href="authorize?{escape(urlencode(asked | {"who": who}))}">{escape(who)}</a></p>'
                for who in self.people
            )
            return HTMLResponse(f"<h1>Who are you?</h1>{links}")
        if asked["client_id"] != CLIENT or asked["code_challenge_method"] != "S256":
            return Response("not a client of mine", 400)
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._codes.pop(form["code"], None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        fits = asked and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        if (
            not fits
            or request.headers["authorization"] != f"Basic {basic}"
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": asked["nonce"]}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims | self.people[asked["who"]], self._key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": token, "expires_in": 600})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))
