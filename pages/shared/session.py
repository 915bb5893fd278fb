"""Who sits at this browser, and whether they may enter."""

import ipaddress
import os
import time
from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from curation.web.identity import COOKIE
from curation.web.running import Running, running
from curation.workflow.access import accounts, actors
from curation.workflow.access.people import saw
from pages.shared import provider

HOW_TO_SIGN_IN = """
[auth]
redirect_uri = "https://winnow.example.org/oauth2callback"
cookie_secret = "a long random text"
client_id = "…"
client_secret = "…"
server_metadata_url = "https://accounts.example.org/.well-known/openid-configuration"
"""
FOUND_SECONDS, MOST_FOUND = 1.0, 1000
_found: dict[str, tuple] = {}

# a link of Streamlit's own would open another tab
LINK = '<a href="{}" target="_self" style="color: inherit; font-size: 0.9rem">{}</a>'


def held() -> Running:
    """The workspace, links and background work of this server."""
    return running()


def workspace():
    """The open workspace, to pass to the verbs. Refused where nobody is signed in any longer."""
    if actors.current(held().workspace) == actors.NOBODY:
        raise actors.Refused("you are no longer signed in: reload the page")
    return held().workspace


def person() -> str:
    """Who acts on this page: the person who signed in, else the owner of this machine. Call only after ``enter``."""
    return actors.current(held().workspace).name


def session_id() -> str:
    """Streamlit's id of this browser session."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def enter() -> str:
    """The person at this browser. Where nobody may enter yet, says why and how, and stops the run."""
    if not sign_in_configured():
        if actor() == actors.NOBODY:
            _say_how_to_share()
            st.stop()
        return person()
    name = signed_in()
    if name is None:
        _ask_to_sign_in()
        st.stop()
    if not accounts.may_enter(held().workspace, name):
        _refuse(name)
        st.stop()
    saw(held().workspace, name)
    return name


def actor() -> actors.Actor | None:
    """Who acts in the run of a page, its callbacks and fragments; None outside of one.

    Every verb asks, so it is found out anew once a second, and at once after a change of people or sessions.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    ws = held().workspace
    changes = [ws.database.version(None, kind) for kind in ("people", "sessions")]
    of = (ws.folder, context.user_info.get("email"), *changes)
    known = _found.get(context.session_id)
    if known is None or known[0] != of or known[1] < time.monotonic():
        if len(_found) > MOST_FOUND:
            _found.clear()
        known = _found[context.session_id] = (of, time.monotonic() + FOUND_SECONDS, _find())
    return known[2]


def _find() -> actors.Actor:
    if sign_in_configured():
        name = signed_in()
        return actors.Actor(name) if name else actors.NOBODY
    if is_shared(st.context.headers, st.get_option("server.address")):
        return actors.NOBODY
    return actors.owner(held().workspace)


actors.found_by(actor)


def sign_in_configured() -> bool:
    """Whether people sign in here: with a provider, or with accounts of the workspace."""
    return provider.is_configured() or accounts.has_accounts(held().workspace)


def signed_in() -> str | None:
    """The name of whoever signed in at this browser; None where nobody did, or their session has ended."""
    name = accounts.signed_in(held().workspace, _token())
    if name is None and provider.is_configured():
        name = provider.address(st.user, held().workspace)
    return name


def has_account() -> bool:
    """Whether the person at this browser signed in with a password of this workspace."""
    return accounts.signed_in(held().workspace, _token()) is not None


def sign_out() -> None:
    """End this browser's session; for use as a callback."""
    if has_account():
        accounts.sign_out(held().workspace, _token())
    else:
        st.logout()


def _token() -> str:
    return st.context.cookies.get(COOKIE, "")


def is_shared(headers: Mapping[str, str], address: str | None) -> bool:
    """Whether others than the local user can reach this server, as far as it can tell."""
    if os.environ.get("WINNOW_SHARED") == "1" or not is_loopback(address or ""):
        return True
    if headers.get("Forwarded") or headers.get("X-Forwarded-For"):
        return True
    host = headers.get("Host")
    return host is not None and not is_loopback(host_name(host))


def host_name(host: str) -> str:
    """``Host`` header without its port: ``[::1]:8501`` -> ``::1``."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def is_loopback(address: str) -> bool:
    """Whether ``address`` (name or number) means this machine alone."""
    if address.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _say_how_to_share() -> None:
    st.title("Winnow needs sign-in before it can be shared", anchor=False)
    st.markdown(
        "This server can be reached from other machines, but nobody has to say who they are. "
        "Decisions belong to people, so there is nothing to see here until sign-in is set up, in one of two ways."
    )
    st.markdown("**With your OpenID Connect provider**: register Winnow there and write `.streamlit/secrets.toml`.")
    st.code(HOW_TO_SIGN_IN.strip(), language="toml")
    st.markdown("Then let the first administrator in, by the address that the provider knows, and start Winnow again.")
    st.code("python -m curation people add ada@example.org --administrator", language="sh")
    st.markdown("**Without one**, with accounts of this workspace; the password is asked for.")
    st.code("python -m curation people add ada --administrator --password", language="sh")
    st.markdown("For yourself alone, serve Winnow on 127.0.0.1; then no sign-in is needed.")


def _ask_to_sign_in() -> None:
    st.title("Winnow", anchor=False)
    st.markdown("Sign in to see the data sets of this workspace.")
    with st.container(horizontal=True):
        if provider.is_configured():
            st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login, key="session:login")
        if accounts.has_accounts(held().workspace):
            st.html(LINK.format("sign-in", "Sign in with a password"))


def _refuse(name: str) -> None:
    st.title("You cannot enter this workspace", anchor=False)
    st.text(f"You are signed in as {name}, who has no role here.")
    st.markdown("Ask an administrator to let you in on the People page.")
    st.button("Sign out", icon=":material/logout:", on_click=sign_out, key="session:logout")
