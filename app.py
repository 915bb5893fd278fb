"""The server: opens the workspace, keeps the workers running, serves the pages and the routes beside them."""

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import pkgutil
import sys
from collections.abc import AsyncIterator

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware

from curation.web import running as web
from curation.web import tending
from curation.web.entrance import SignInFirst
from curation.web.headers import SafeHeaders
from curation.web.routes import routes_under

log = logging.getLogger("winnow")


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Hold the workspace, its workers and its socket as long as the server runs."""
    tended = await anyio.to_thread.run_sync(_start)
    work = (tended.sweep(), tended.collect(), anyio.to_thread.run_sync(_warm_up))
    background = [asyncio.create_task(part) for part in work]
    try:
        yield
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await anyio.to_thread.run_sync(tended.close)
        web.stop()


def _start() -> tending.Tended:
    """The workspace and what is tended; without them nothing may be served, so the process says why and ends."""
    try:
        held = web.start(session_lives=_session_lives, serves=True)
        _ask_the_provider(held)
        return tending.Tended(held)
    except ValueError as error:
        print(f"winnow: {error}", file=sys.stderr, flush=True)
    except Exception:
        log.exception("the server cannot start")
    os._exit(1)


def _warm_up() -> None:
    """Import what the pages share, so that the first visitor does not wait for it, and keep it out of collections.

    A full collection walks everything ever imported, which takes longer than most runs of a page; what is there now
    stays until the end.
    """
    import pages.shared

    for found in pkgutil.iter_modules(pages.shared.__path__, "pages.shared."):
        try:
            importlib.import_module(found.name)
        except Exception:
            log.exception("%s cannot be imported", found.name)
    gc.collect()
    gc.freeze()


def _ask_the_provider(held: web.Running) -> None:
    from pages.shared import provider

    if provider.is_configured():
        held.provider = lambda cookies: provider.of_cookies(cookies, held.workspace)


def _session_lives(session: str) -> bool:
    from streamlit.runtime import get_instance

    return get_instance().is_active_session(session)


def _on_script_error(error: Exception) -> bool:
    from pages.shared.errors import on_script_error

    return on_script_error(error)


def _base() -> str:
    return st.get_option("server.baseUrlPath")


web.only_by_start()
app = st.App(
    "pages/main.py",
    lifespan=lifespan,
    routes=routes_under(_base()),
    middleware=[Middleware(SafeHeaders), Middleware(SignInFirst, base=_base)],
    on_script_error=_on_script_error,
)

if __name__ == "__main__":
    app.run()
