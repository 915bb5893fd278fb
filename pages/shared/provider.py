"""Signing in with the team's provider (OpenID Connect), which Streamlit does; who that is, and until when."""

import json
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from curation.workflow.access.accounts import session_seconds


def is_configured() -> bool:
    """Whether Streamlit's secrets have an ``[auth]`` section."""
    return bool(st.secrets.load_if_toml_exists() and "auth" in st.secrets)


def address(told: Mapping[str, Any], workspace) -> str | None:
    """The address that the provider's token tells, in small letters; None where it is not verified, or was issued
    longer ago than people stay signed in."""
    issued = told.get("iat")
    if not told.get("is_logged_in") or told.get("email_verified") is False or not told.get("email"):
        return None
    if isinstance(issued, int | float) and time.time() - issued > session_seconds(workspace):
        return None
    return str(told["email"]).strip().lower()


def of_cookies(cookies: Mapping[str, str], workspace) -> str | None:
    """The address of whoever a request with these cookies comes from. The cookie is Streamlit's, and read with its own
    functions."""
    from streamlit.auth_util import get_origin_from_redirect_uri
    from streamlit.web.server.starlette import starlette_websocket as streamlit_cookies
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    signed = streamlit_cookies._get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
    try:
        told = json.loads(signed) if signed else {}
    except ValueError:
        return None
    return address(told, workspace) if told.get("origin") == get_origin_from_redirect_uri() else None
