"""Passwords in links, access keys and private keys, by the signatures of detect-secrets."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

from curation.personal.found import Found

# Entropy and keyword detectors call every long word and every `password = …` in teaching code a secret; an IP is none.
_LEFT_OUT = ("base", "high_entropy_strings", "keyword", "ip_public")
_LIKELY = re.compile(
    r"A3T|A[BCKS][ICA]A|(?i:aws)|AccountKey=|://[^/\s]+:|AKC|AP[\dA-F]|(?i:cloudant|softlayer|ibm|iam|cos|api[_-]?key|secret)|"
    r"[MNO][\w-]{23,25}\.|gh[pousr]_|gl\w{2,6}-|GR1348941|eyJ|-us\d|_authToken|T3BlbkFJ|PRIVATE KEY|PuTTY|pypi-|"
    r"SG\.|xox|"
    r"hooks\.slack|sq0csp|k_live_|\d{8,10}:[\w-]{35}|(?:AC|SK)[a-z0-9]{32}|AIza|hf_|sk-"
)
_NEWER = {
    "Google API key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "Hugging Face token": re.compile(r"\bhf_[A-Za-z0-9]{34}\b"),
    "OpenAI or Anthropic key": re.compile(r"\bsk-(?:proj|ant|svcacct)-[A-Za-z0-9_-]{40,}"),
}
_EXAMPLE = re.compile(
    r"example|x{4,}|your|sample|test|dummy|fake|placeholder|<|\*{3}|\.{3}|(?:password|passw0rd|pass|pwd|secret|token|12345\w*)$",
    re.I,
)


def secret_detector():
    """Finds keys and passwords; stand-ins such as AKIA…EXAMPLE or user:password@ are none."""
    plugins = [plugin() for plugin in _plugins()]

    def find(text: str) -> list[Found]:
        if not _LIKELY.search(text):
            return []
        found = {one for plugin in plugins for pattern in plugin.denylist for one in _matches(plugin, pattern, text)}
        for kind, pattern in _NEWER.items():
            found |= {Found(kind, *match.span()) for match in pattern.finditer(text) if not _EXAMPLE.search(match[0])}
        return sorted(found, key=lambda one: one.start)

    return find


def _plugins() -> list[type]:
    package = importlib.import_module("detect_secrets.plugins")
    found = []
    for info in pkgutil.iter_modules(package.__path__):
        if info.name not in _LEFT_OUT:
            module = importlib.import_module(f"detect_secrets.plugins.{info.name}")
            own = [value for value in vars(module).values() if isinstance(value, type)]
            found += [value for value in own if value.__module__ == module.__name__ and hasattr(value, "secret_type")]
    return sorted(found, key=lambda plugin: plugin.__name__)


def _matches(plugin, pattern: re.Pattern, text: str) -> Iterator[Found]:
    """Places of secrets by one signature: its longest group where that is the secret, else the whole match."""
    kind = "private key" if plugin.secret_type == "Private Key" else f"secret ({plugin.secret_type})"
    valid = getattr(plugin, "is_formally_valid", lambda token: True)
    for match in pattern.finditer(text):
        spans = [match.span(group) for group in range(1, pattern.groups + 1) if match[group]]
        start, end = max(spans, key=lambda span: span[1] - span[0], default=match.span())
        if end - start < 6 and plugin.secret_type != "Basic Auth Credentials":
            start, end = match.span()
        if not _EXAMPLE.search(text[start:end]) and valid(text[start:end]):
            yield Found(kind, start, end)
