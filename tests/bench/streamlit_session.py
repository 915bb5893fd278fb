"""A session of the app without a browser: Streamlit's own protocol over a WebSocket, as its front end speaks it."""

import time
from dataclasses import dataclass
from urllib.parse import parse_qsl

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

DONE = 0
FRAGMENT_DONE = 3
LONGEST = 120


@dataclass(frozen=True)
class Run:
    """One run of a page: seconds from the request to its end, messages and their bytes, errors shown on the page."""

    what: str
    seconds: float
    messages: int
    size: int
    errors: tuple[str, ...]


class Session:
    """One visitor. ``widgets`` holds what the page drew last: label or key -> the widget's protobuf element."""

    def __init__(self, socket: ClientConnection):
        self._socket = socket
        self._states: dict[str, WidgetState] = {}
        self._page, self._query = "", ""
        self.widgets: dict[str, object] = {}

    @classmethod
    async def of(cls, url: str) -> "Session":
        """Connect to the server at ``url`` (http://…)."""
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        return cls(await connect(address, subprotocols=["streamlit"], max_size=None, ping_interval=None))

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()

    async def open(self, page: str, query: str) -> Run:
        """Open a page by a link, as a new visitor of it."""
        self._states, self._page, self._query, self.widgets = {}, page, query, {}
        return await self._run(f"open {page}")

    async def choose(self, label: str, option: str) -> Run:
        """Choose ``option``, as it is written on the page, of a selectbox or of buttons side by side."""
        widget, state = self._widget(label)
        if hasattr(widget, "raw_values"):
            state.string_array_value.data[:] = [option]
        else:
            state.string_value = option
        return await self._run(f"{label}: {option}")

    async def press(self, label: str) -> Run:
        """Press a button."""
        widget, state = self._widget(label)
        state.trigger_value = True
        try:
            return await self._run(f"{label} pressed")
        finally:
            del self._states[widget.id]

    async def write(self, label: str, text: str) -> Run:
        """Write into a text field."""
        _, state = self._widget(label)
        state.string_value = text
        return await self._run(f"{label}: {text}")

    async def select(self, label: str, selection: str) -> Run:
        """Report a selection on a chart, as the JSON that the front end sends."""
        _, state = self._widget(label)
        state.string_value = selection
        return await self._run(f"{label}: selection")

    async def look(self, **parameters: str) -> Run:
        """Run the page again with other parameters in its link."""
        kept = [part for part in self._query.split("&") if part and part.partition("=")[0] not in parameters]
        self._query = "&".join([*kept, *(f"{name}={value}" for name, value in parameters.items())])
        return await self._run(f"link: {parameters}")

    def parameter(self, name: str) -> str | None:
        """What the page's link says under ``name`` now."""
        return dict(parse_qsl(self._query)).get(name)

    def options(self, label: str) -> list[str]:
        """The options of a widget as they are written on the page."""
        return [getattr(option, "content", option) for option in self.widgets[label].options]

    def _widget(self, label: str):
        widget = self.widgets[label]
        return widget, self._states.setdefault(widget.id, WidgetState(id=widget.id))

    async def _run(self, what: str) -> Run:
        asked = BackMsg()
        asked.rerun_script.page_name = self._page
        asked.rerun_script.query_string = self._query
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        asked.rerun_script.context_info.url = f"http://127.0.0.1/{self._page}"
        started = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        messages, size, errors = 0, 0, []
        while time.perf_counter() - started < LONGEST:
            data = await self._socket.recv()
            messages, size = messages + 1, size + len(data)
            told = ForwardMsg.FromString(data)
            kind = told.WhichOneof("type")
            if kind == "delta":
                self._drawn(told.delta, errors)
            elif kind == "page_info_changed":
                self._query = told.page_info_changed.query_string
            elif kind == "script_finished" and told.script_finished == DONE:
                return Run(what, time.perf_counter() - started, messages, size, tuple(errors))
        raise TimeoutError(f"{what} took longer than {LONGEST} s")

    def _drawn(self, delta, errors: list[str]) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind) if kind else None
        if kind == "exception" or (kind == "alert" and element.format == element.ERROR):
            errors.append(getattr(element, "message", "") or element.body)
        if getattr(element, "id", ""):
            self.widgets[getattr(element, "label", "") or kind] = element
