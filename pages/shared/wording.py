"""Numbers, times and foreign text as words on a page."""

import re
import time
from datetime import UTC, datetime

MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$^=&])")
SHORT_CODE = re.compile(r":(?=[A-Za-z0-9_+-])")
NAMED = re.compile(r"`([^`]*)`")
CUT = 20_000


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 row``, ``52,002 rows``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def share(part: float, whole: float = 1.0) -> str:
    """``part / whole`` in percent: ``0 %``, ``0.4 %``, ``12 %``."""
    value = 100 * part / whole if whole else 0.0
    if 0 < value < 10 or 99 < value < 100:
        return f"{value:.1f} %"
    return f"{value:.0f} %"


def number(value: float | None) -> str:
    """Three significant digits, or a dash where there is no value."""
    if value is None or value != value:
        return "-"
    if float(value).is_integer() and abs(value) < 1e7:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def duration(seconds: float | None) -> str:
    """Rough length of time: ``under a second``, ``40 s``, ``12 min``, ``3 h 20 min``."""
    if seconds is None or seconds != seconds:
        return "an unknown time"
    if seconds < 1:
        return "under a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"


def seconds_of(moment) -> float | None:
    """Unix seconds of a time given as number, datetime or ISO text; None when there is none."""
    if moment is None or isinstance(moment, int | float):
        return moment
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def ago(moment) -> str:
    """How long ago ``moment`` was: ``just now``, ``5 min ago``, ``2 d ago``, else the date."""
    moment = seconds_of(moment)
    if moment is None:
        return "never"
    past = time.time() - moment
    if past < 45:
        return "just now"
    if past < 3600:
        return f"{max(round(past / 60), 1)} min ago"
    if past < 86400:
        return f"{round(past / 3600)} h ago"
    if past < 14 * 86400:
        return f"{round(past / 86400)} d ago"
    return time.strftime("%d %b %Y", time.localtime(moment))


def size(n_bytes: float) -> str:
    """``21 MB`` and the like, in powers of ten."""
    if n_bytes < 1000:
        return f"{n_bytes:.0f} bytes"
    power, unit = (1e3, "kB") if n_bytes < 1e6 else (1e6, "MB") if n_bytes < 1e9 else (1e9, "GB")
    return f"{n_bytes / power:.{0 if n_bytes >= 10 * power else 1}f} {unit}"


def clean(text, limit: int = CUT) -> str:
    """Foreign text that can travel to a browser: no lone surrogates, no NUL, at most ``limit`` characters."""
    text = "" if text is None else str(text)
    more = len(text) - limit
    if more > 0:
        text = text[:limit]
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
    return f"{text} … ({more:,} more characters)" if more > 0 else text


def line(text, limit: int = 200) -> str:
    """Foreign text on one line for a table cell."""
    short = clean(text, 4 * limit) if text else ""
    short = " ".join(short.split())
    return short if len(short) <= limit else short[: limit - 1] + "…"


def message(text: str, limit: int = CUT) -> str:
    """A sentence of ours to be shown: names that it has between backticks stand in quotation marks."""
    return plain(NAMED.sub("\u201c\\1\u201d", text), limit)


def plain(text, limit: int = 200) -> str:
    """Foreign text for a label or heading, with everything escaped that Markdown or Streamlit would act on."""
    return SHORT_CODE.sub(":\u2060", MARKDOWN.sub(r"\\\1", line(text, limit)))


def listed(words: list[str], most: int = 6) -> str:
    """``a, b and c``; past ``most`` the number of the others."""
    words = [*words[:most], f"{len(words) - most} more"] if len(words) > most else list(words)
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


SHORT = {
    "vog": "VoG", "pvi": "PVI", "el2n": "EL2N", "grand": "GraNd", "lora": "LoRA",
    "knn": "kNN", "json": "JSON", "jsonl": "JSONL",
}  # fmt: skip


def titled(name: str) -> str:
    """A readable title of a name in code: ``near_duplicate`` -> ``Near duplicate``."""
    words = name.replace("_", " ").replace(":", " · ").strip()
    first, _, rest = words.partition(" ")
    return " ".join(filter(None, [SHORT.get(first) or first[:1].upper() + first[1:], rest]))
