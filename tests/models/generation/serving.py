"""An OpenAI-compatible server on loopback that says what a test has written down for it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-verysecret-0123456789"


def answered(text: str, finish: str = "stop", **more) -> dict:
    """The body of a chat answer."""
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage} | more


class Server:
    """``script`` maps a word in the last message to a list of moves, one a request, the last of them repeated.

    A move is ``(status, body)`` or ``(status, body, headers)``; ``hang``; ``cut`` (half of the promised body); or a
    function of the request's JSON that gives a body, or status and body. Words in no script are answered by an echo.
    ``seen`` records (path, body, headers) of every request; ``most`` how many were open at once.
    """

    def __init__(self, script=None, key: str | None = KEY):
        self.script, self.key, self.seen, self.most = script or {}, key, [], 0
        self._turn, self._lock, self._open, self.released = {}, threading.Lock(), 0, threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self._http.shutdown()
        self._http.server_close()

    def asked(self, word: str) -> int:
        """Requests whose text has the word."""
        return sum(word in json.dumps(body) for _, body, _ in self.seen)

    def move(self, text: str):
        with self._lock:
            word = next((word for word in self.script if word in text), None)
            if word is None:
                return lambda body: answered(f"echo of {text}")
            turn = self._turn[word] = self._turn.get(word, -1) + 1
        moves = self.script[word]
        return moves[min(turn, len(moves) - 1)]

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                with server._lock:
                    server._open += 1
                    server.most = max(server.most, server._open)
                try:
                    self._answer()
                finally:
                    with server._lock:
                        server._open -= 1

            def _answer(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.seen.append((self.path, body, dict(self.headers)))
                text = body["prompt"] if "prompt" in body else body["messages"][-1]["content"]
                if server.key and self.headers.get("Authorization") != f"Bearer {server.key}":
                    given = self.headers.get("Authorization", "none")
                    return self._say(401, {"error": {"message": f"Incorrect API key provided: {given}"}})
                move = server.move(text)
                if move == "hang":
                    return server.released.wait(30)
                if move == "cut":
                    raw = json.dumps(answered("never whole " * 50)).encode()
                    self._head(200, len(raw), {})
                    self.wfile.write(raw[: len(raw) // 2])
                    self.close_connection = True
                    return None
                if callable(move):
                    said = move(body)
                    return self._say(*said) if isinstance(said, tuple) else self._say(200, said)
                return self._say(*move)

            def _say(self, status, body, headers=None):
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self._head(status, len(raw), headers or {})
                self.wfile.write(raw)

            def _head(self, status, length, headers):
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": length, **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler
