"""Endpoints that the administrator listed: ``endpoints`` in the workspace's ``config.toml``, and their keys.

An entry is an address, or a table::

    endpoints = [
        "http://127.0.0.1:9000/v1",
        { address = "https://api.example.org/v1", key_env = "EXAMPLE_KEY", input_price = 0.15, output_price = 0.60 },
    ]

Keys come from the environment, or from Streamlit's secrets, at the moment of a call. They are part of no setting.
"""

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from curation.problems import Problem

KEY = "WINNOW_ENDPOINT_KEY"
SECRETS = (Path(".streamlit/secrets.toml"), Path.home() / ".streamlit/secrets.toml")
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Endpoint:
    """A listed address, how fast it may be asked, and what a million tokens cost (0: unknown).

    Limits are a minute's, 0 for none; ``timeout`` is in seconds for one try, ``tries`` counts the first.
    """

    address: str
    key_env: str = KEY
    concurrency: int = 8
    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    timeout: float = 120.0
    tries: int = 5
    input_price: float = 0.0
    output_price: float = 0.0

    def key(self) -> str | None:
        """The secret, None where there is none."""
        found = os.environ.get(self.key_env)
        return found or next((key for path in SECRETS if (key := _secret(path, self.key_env))), None)

    def cost(self, prompt_tokens: int, tokens: int) -> float | None:
        """What a call cost, None without prices."""
        if not self.input_price and not self.output_price:
            return None
        return (prompt_tokens * self.input_price + tokens * self.output_price) / 1e6


def parted(name: str) -> tuple[str, str]:
    """``http://HOST/v1#MODEL`` as address and model. Problem when the address is none that could be listed."""
    address, _, model = name.partition("#")
    return normal(address), model.strip() or "default"


def normal(address: str) -> str:
    """The address in one form: lower-case host, port always told, no slash at the end.

    Problem where it holds a user, a password, a query or a fragment, or is no HTTP address.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        parts, port = urlsplit(""), None
    plain = parts.hostname and port and not (parts.username or parts.password or parts.query or parts.fragment)
    if not plain or ".." in parts.path or "%" in parts.path or "\\" in address:
        raise Problem(
            "an endpoint's address is http://HOST:PORT/v1 or https://HOST/v1, without user, password or query"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"


def listed(workspace: Path | None, address: str) -> Endpoint:
    """The endpoint that the workspace lists under this address. Problem when it lists none such."""
    known = read(workspace) if workspace is not None else {}
    if address not in known:
        raise Problem(
            f"the endpoint {address} is not among those that the administrator listed; `endpoints` in the workspace's "
            f"config.toml names them, now {', '.join(known) or 'none'}"
        )
    return known[address]


def read(workspace: Path) -> dict[str, Endpoint]:
    """Address -> endpoint, from ``config.toml``; {} where nothing is listed."""
    try:
        config = tomllib.loads((Path(workspace) / "config.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Problem(f"config.toml is not valid TOML: {error}") from None
    return checked(config.get("endpoints", []))


def checked(entries: Any) -> dict[str, Endpoint]:
    """The value of ``endpoints`` as endpoints by address. Problem in plain words when it is something else."""
    if not isinstance(entries, list):
        raise Problem('endpoints is a list of addresses, such as ["http://127.0.0.1:9000/v1"]')
    known = {one.name: str if one.name == "address" else type(one.default) for one in fields(Endpoint)}
    found = []
    for entry in entries:
        table = {"address": entry} if isinstance(entry, str) else entry
        if not isinstance(table, dict) or "address" not in table or set(table) - set(known):
            raise Problem(f"an entry of endpoints is an address, or a table of {', '.join(known)}")
        for name, value in table.items():
            _check(name, value, known[name])
        found.append({**table, "address": normal(table["address"])})
    return {table["address"]: Endpoint(**table) for table in found}


def _check(name: str, value: Any, kind: type) -> None:
    right = isinstance(value, (int, float) if kind is float else kind) and not isinstance(value, bool)
    if not right or (kind is not str and value < (1 if name in ("concurrency", "tries") else 0)):
        raise Problem(f"{name} of an endpoint must be {'a text' if kind is str else 'a number, not negative'}")


def _secret(path: Path, name: str) -> str | None:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get(name)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, str) and found else None
