"""A form drawn from the fields of a settings dataclass, for scorers, steps of a subset and whatever comes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from types import MappingProxyType
from typing import Any

import streamlit as st

from curation.columns import ColumnInfo
from pages.shared.state import keyed
from pages.shared.wording import line, plain, titled

NO_COLUMN = ""
BEST = ("first", "longest")


def settings_form(
    kind: type,
    key: str,
    *,
    values: dict[str, Any] | None = None,
    columns: Sequence[ColumnInfo] = (),
    models: Sequence[str] = (),
    embedders: Sequence[str] = (),
    files: Sequence[str] = (),
    hidden: Sequence[str] = (),
    titles: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Draw one widget a field and give the settings by name, ready for ``settings_from``.

    ``values`` are where the widgets start; ``columns``, ``models``, ``embedders`` and ``files`` are what fields of
    those kinds offer; fields in ``hidden`` are neither drawn nor given; ``titles`` are labels other than the names.
    Draw it in ``st.form`` where no field depends on another.
    """
    offers = {"model": models or ["default"], "embedder": embedders or ["default"], "file": files}
    chosen = {}
    for field in (field for field in fields(kind) if field.name not in hidden):
        rules = {"minimum": None, "maximum": None, "choices": (), "help": "", "kind": "", **field.metadata}
        rules["title"] = titles.get(field.name)
        start = (values or {}).get(field.name, _default(field))
        draw = _drawer(field, rules)
        chosen[field.name] = draw(field, rules, start, keyed(key, field.name), columns, offers)
    return chosen


def _default(field: Field) -> Any:
    return field.default if field.default is not MISSING else field.default_factory()


def _drawer(field: Field, rules: dict) -> Callable:
    if rules["kind"] in ("column", "best"):
        return _column
    if rules["kind"] in ("model", "embedder", "file"):
        return _offered
    if rules["choices"]:
        return _choice
    wanted = type(_default(field))
    return {bool: _switch, int: _number, float: _number}.get(wanted, _text)


def _label(field: Field, rules: dict) -> dict:
    help = rules["help"][:1].upper() + rules["help"][1:]
    if len(field.name) <= 2 and help and not rules["title"]:
        return {"label": plain(help.partition("(")[0].partition(";")[0].strip(), 60), "help": plain(help, 400)}
    return {"label": rules["title"] or titled(field.name), "help": plain(help, 400) or None}


def _switch(field, rules, start, key, columns, offers):
    return st.toggle(**_label(field, rules), value=bool(start), key=key)


def _number(field, rules, start, key, columns, offers):
    cast = type(_default(field))
    low, high = rules["minimum"], rules["maximum"]
    step = 1 if cast is int else 0.01 if high is not None and high <= 1 else None
    return st.number_input(
        **_label(field, rules),
        value=cast(start),
        min_value=None if low is None else cast(low),
        max_value=None if high is None else cast(high),
        step=step,
        format=None if cast is int else "%g",
        key=key,
    )


def _choice(field, rules, start, key, columns, offers):
    choices = list(rules["choices"])
    index = choices.index(start) if start in choices else 0
    if len(choices) <= 4:
        return st.segmented_control(
            **_label(field, rules),
            options=choices,
            default=choices[index],
            required=True,
            format_func=choice_title,
            key=key,
        )
    return st.selectbox(**_label(field, rules), options=choices, index=index, format_func=choice_title, key=key)


def choice_title(choice: Any) -> str:
    """A choice as people write it; short codes (``en``, ``bf16``) stay as they are."""
    words = str(choice)
    return titled(words) if len(words) > 2 and re.fullmatch("[A-Za-z_ -]+", words) else words


def _column(field, rules, start, key, columns, offers):
    titles = {info.name: info.title or titled(info.name) for info in columns}
    if rules["kind"] == "best":
        names = [*BEST, *(info.name for info in columns if info.kind == "number")]
    else:
        grouped = field.name in ("column", "group")
        fitting = [info for info in columns if info.kind == "number" or (grouped and info.kind == "label")]
        names = [info.name for info in sorted(fitting, key=lambda info: grouped and info.kind != "label")]
    if _default(field) == NO_COLUMN:
        names.insert(0, NO_COLUMN)
    if not names:
        st.caption(f"{titled(field.name)}: there is no column to choose yet.")
        return start
    index = names.index(start) if start in names else 0
    show = {NO_COLUMN: "(none)", "first": "The first", "longest": "The longest response", **titles}
    return st.selectbox(
        **_label(field, rules), options=names, index=index, format_func=lambda n: line(show.get(n, n)), key=key
    )


def _offered(field, rules, start, key, columns, offers):
    options = list(dict.fromkeys([*([start] if start else []), *offers[rules["kind"]]]))
    chosen = st.selectbox(
        **_label(field, rules),
        options=options,
        index=0 if start else None,
        accept_new_options=True,
        placeholder="A path, or choose one",
        key=key,
    )
    return chosen or ""


def _text(field, rules, start, key, columns, offers):
    return st.text_input(**_label(field, rules), value=str(start), key=key)
