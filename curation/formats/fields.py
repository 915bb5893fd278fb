"""Where in a record the parts of a conversation stand: a mapping of roles to fields, and the places it leads to."""

from curation.files import dump

LONGEST_METADATA = 1_000
ABSENT = object()


def locate(record, name: str) -> tuple[object, tuple]:
    """Value and path of a field: a key as it is written, else a dotted path; (ABSENT, ()) where there is none.

    >>> locate({"a.b": 1, "c": [{"d": 2}]}, "c.0.d")
    (2, ('c', 0, 'd'))
    """
    if isinstance(record, dict):
        if name in record:
            return record[name], (name,)
        for cut in (place for place, letter in enumerate(name) if letter == "."):
            if name[:cut] in record:
                value, path = locate(record[name[:cut]], name[cut + 1 :])
                if value is not ABSENT:
                    return value, (name[:cut], *path)
    elif isinstance(record, list):
        head, _, rest = name.partition(".")
        if head.isascii() and head.isdigit() and int(head) < len(record):
            value, path = locate(record[int(head)], rest) if rest else (record[int(head)], ())
            return (value, (int(head), *path)) if value is not ABSENT else (ABSENT, ())
    return ABSENT, ()


class Fields:
    """A mapping made ready: role -> field, with the format's own field names for the roles that it leaves out.

    A role mapped to nothing (``""`` or None) is not used. ValueError on a role that the format does not have.
    """

    def __init__(self, roles: dict[str, str], mapping: dict | None = None):
        unknown = sorted(set(mapping or {}) - set(roles))
        if unknown:
            raise ValueError(f"unknown role {', '.join(unknown)}; this format has {', '.join(roles) or 'none'}")
        merged = {**roles, **(mapping or {})}
        self.names = {role: name for role, name in merged.items() if name}
        self.paths = {role: (name,) for role, name in self.names.items()}
        self.used = {name.partition(".")[0] for name in self.names.values()} | set(self.names.values())

    def value(self, record: dict, role: str) -> tuple[object, tuple]:
        """Value and path of a role's field; (None, ()) where the record has none."""
        name = self.names.get(role)
        if name is None:
            return None, ()
        if name in record:
            return record[name], self.paths[role]
        value, path = locate(record, name)
        return (None, ()) if value is ABSENT else (value, path)

    def text(self, record: dict, role: str) -> tuple[str, tuple]:
        """Text and path of a role's field; ("", ()) where the record has none."""
        name = self.names.get(role)
        value = record.get(name)
        if type(value) is str:
            return value, self.paths[role]
        value, path = self.value(record, role)
        return text_of(value), () if isinstance(value, dict | list) else path

    def required(self, record: dict, role: str) -> tuple[str, tuple]:
        """As ``text``; ValueError where the record has no such field."""
        value = record.get(self.names.get(role))
        if type(value) is str:
            return value, self.paths[role]
        text, path = self.text(record, role)
        if not path and self.value(record, role)[1] == ():
            raise ValueError(f"the row has no field `{self.names.get(role) or role}`")
        return text, path

    def metadata(self, record: dict, keep: tuple = ()) -> dict:
        """The record's other fields that are numbers, true or false, or texts of at most 1,000 characters."""
        used = self.used
        if record.keys() <= used and not keep:
            return {}
        return {key: value for key, value in record.items() if (key not in used or key in keep) and _scalar(value)}


def _scalar(value) -> bool:
    kind = type(value)
    return (kind is str and len(value) <= LONGEST_METADATA) or kind is int or kind is float or kind is bool


def text_of(value) -> str:
    """A field's value as text: texts as they are, nothing as the empty text, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else dump(value)
