"""Who sits at this browser, and whether they may enter."""

import ipaddress
import os
from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from curation.web.running import Running, running

HOW_TO_SIGN_IN = """
[auth]
redirect_uri = "https://winnow.example.org/oauth2callback"
cookie_secret = "a long random text"
client_id = "…"
client_secret = "…"
server_metadata_url = "https://accounts.example.org/.well-known/openid-configuration"
"""


def held() -> Running:
    """The workspace, links and background work of this server."""
    return running()


def workspace():
    """The open workspace, to pass to the verbs."""
    return held().workspace


def person() -> str:
    """Who acts on this page: the signed-in address, else the local user. Call only after ``enter``."""
    if sign_in_configured():
        return str(st.user.get("email") or "").strip().lower()
    return workspace().person


def session_id() -> str:
    """Streamlit's id of this browser session."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def enter() -> str:
    """The person at this browser. Where nobody may enter yet, says why and how, and stops the run."""
    if not sign_in_configured():
        if is_shared(st.context.headers, st.get_option("server.address")):
            _say_how_to_share()
            st.stop()
        return person()
    if not st.user.get("is_logged_in"):
        _ask_to_sign_in()
        st.stop()
    if person() not in allowed_people() or st.user.get("email_verified") is False:
        _refuse()
        st.stop()
    return person()


def sign_in_configured() -> bool:
    """Whether Streamlit's secrets have an ``[auth]`` section."""
    return bool(st.secrets.load_if_toml_exists() and "auth" in st.secrets)


def allowed_people() -> set[str]:
    """Addresses that may enter, from ``allowed_people`` in the workspace's config.toml."""
    return {str(address).strip().lower() for address in workspace().config.get("allowed_people", ())}


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
        "Decisions belong to people, so there is nothing to see here until sign-in is set up."
    )
    st.markdown("1. Register Winnow with your OpenID Connect provider and write `.streamlit/secrets.toml`:")
    st.code(HOW_TO_SIGN_IN.strip(), language="toml")
    st.markdown("2. List who may enter in `config.toml` of the workspace:")
    st.code('allowed_people = ["ada@example.org", "grace@example.org"]', language="toml")
    st.markdown("3. Start Winnow again. For yourself alone, serve it on 127.0.0.1; then no sign-in is needed.")


def _ask_to_sign_in() -> None:
    st.title("Winnow", anchor=False)
    st.markdown("Sign in to see the data sets of this workspace.")
    st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login, key="session:login")


def _refuse() -> None:
    st.title("You cannot enter this workspace", anchor=False)
    st.text(f"You are signed in as {st.user.get('email')}, which is not among the people allowed in here.")
    st.markdown("Ask whoever runs it to add your address to `allowed_people` in `config.toml` of the workspace.")
    st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="session:logout")
