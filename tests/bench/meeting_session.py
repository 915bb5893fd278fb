"""Somebody in a meeting, without a browser: polls its fragments as the front end does, and notes what it is shown."""

import asyncio
import time
import urllib.parse
import urllib.request

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ENDED = (0, 1, 3)
FULL = (0, 1)
LONGEST = 60


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def cookie_of(url: str, name: str, password: str) -> str:
    """The cookie that signing in at the form gives."""
    data = urllib.parse.urlencode({"name": name, "password": password}).encode()
    try:
        urllib.request.build_opener(_NoRedirect).open(f"{url}/sign-in", data)
    except urllib.error.HTTPError as answer:
        return answer.headers["Set-Cookie"].partition(";")[0]
    raise ValueError(f"{name} cannot sign in")


class Member:
    """One person on the meeting's page. ``shown`` is which row the stage shows (``3 of 12``), ``at`` when that came."""

    def __init__(self, socket: ClientConnection, query: str):
        self._socket, self._query, self._page = socket, query, ""
        self._states: dict[str, WidgetState] = {}
        self.widgets: dict[str, tuple[str, str]] = {}
        self.timers: dict[str, float] = {}
        self.shown, self.at, self.errors = "", 0.0, []
        self.polls: list[float] = []
        self.full_runs = 0
        self._turn = asyncio.Lock()

    @classmethod
    async def of(cls, url: str, query: str, cookie: str) -> "Member":
        """Open the page by its link."""
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        headers = {"Cookie": cookie}
        socket = await connect(
            address, subprotocols=["streamlit"], max_size=None, ping_interval=None, additional_headers=headers
        )
        member = cls(socket, query)
        await member._run()
        return member

    async def close(self) -> None:
        """Go without a word, as a browser that is shut does."""
        await self._socket.close()

    async def press(self, label: str) -> float:
        """Press a button: the run of its fragment, or of the page; seconds."""
        async with self._turn:
            widget, fragment = self.widgets[label]
            state = self._states[widget] = WidgetState(id=widget, trigger_value=True)
            begun = time.perf_counter()
            try:
                await self._run(fragment)
            finally:
                del self._states[state.id]
            return time.perf_counter() - begun

    async def poll(self, until: float) -> None:
        """Run every fragment that asked for it at its pace."""
        while time.monotonic() < until:
            begun = time.monotonic()
            async with self._turn:
                for fragment in list(self.timers):
                    before = time.perf_counter()
                    if await self._run(fragment, is_auto=True):
                        break
                    self.polls.append(time.perf_counter() - before)
            pace = min(self.timers.values(), default=1.0)
            await asyncio.sleep(max(0.0, begun + pace - time.monotonic()))

    async def _run(self, fragment: str = "", is_auto: bool = False) -> bool:
        """One run, and the run of the whole page where it asks for that; whether there was one."""
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_script_hash = self._query, self._page
        asked.rerun_script.page_name = "" if self._page else "meeting"
        asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = fragment, is_auto
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        asked.rerun_script.context_info.url = "http://127.0.0.1/meeting"
        await self._socket.send(asked.SerializeToString())
        begun, is_full = time.monotonic(), not fragment
        while time.monotonic() - begun < LONGEST:
            told = ForwardMsg.FromString(await self._socket.recv())
            kind = told.WhichOneof("type")
            if kind == "delta":
                self._drawn(told.delta)
            elif kind == "navigation":
                self._page = told.navigation.page_script_hash
            elif kind == "auto_rerun":
                self.timers[told.auto_rerun.fragment_id] = told.auto_rerun.interval
            elif kind == "stop_auto_rerun":
                for gone in told.stop_auto_rerun.fragment_id:
                    self.timers.pop(gone, None)
            elif kind == "page_info_changed":
                self._query = told.page_info_changed.query_string
            elif kind == "script_finished" and told.script_finished not in ENDED:
                is_full = True
                self.full_runs += 1
            elif kind == "script_finished" and (not is_full or told.script_finished in FULL):
                return is_full
        raise TimeoutError(f"no end after {LONGEST} s")

    def _drawn(self, delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind) if kind else None
        if kind == "exception" or (kind == "alert" and element.format == element.ERROR):
            self.errors.append(getattr(element, "message", "") or element.body)
        if kind == "progress" and " of " in element.text:
            shown = element.text.partition(" · ")[0]
            if shown != self.shown:
                self.shown, self.at = shown, time.monotonic()
        if getattr(element, "id", "") and getattr(element, "label", ""):
            self.widgets[element.label] = (element.id, delta.fragment_id)
