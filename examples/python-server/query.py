"""What the options of a `get` choose, order and leave out."""


class BadQuery(Exception):
    """The options make no sense."""


def text_key(text):
    """Sorts texts by their UTF-16 units, as every other happn server does."""
    return text.encode("utf-16-be", "surrogatepass")


class Query:
    def __init__(self, options):
        inner = options.get("options") or {}
        if not isinstance(inner, dict):
            raise BadQuery("the options of a query are no object")
        either = lambda name: inner.get(name) if inner.get(name) is not None else options.get(name)
        self._criteria = _an_object("criteria", options.get("criteria"))
        self._fields = _an_object("fields", either("fields"))
        self._sort = _an_object("sort", either("sort"))
        self._limit = _a_count("limit", inner.get("limit"))
        self.is_path_only = either("path_only") is True

    def choose(self, items):
        """The items asked for, of those that match the path."""
        if self._criteria is not None:
            items = [item for item in items if _meets(item.data, self._criteria)]
        # Sorting is stable: the last key first.
        for name, direction in reversed((self._sort or {}).items()):
            if direction in (1, -1):
                items = sorted(items, key=lambda item: _sort_key(item, name), reverse=direction < 0)
        return items if self._limit is None else items[: self._limit]

    def shown(self, data):
        """The fields of a document that were asked for."""
        if self._fields is None:
            return data
        names = [name.split(".") for name, wanted in self._fields.items() if wanted in (1, True)]
        return _part(data, names)


def _an_object(name, value):
    if value is not None and not isinstance(value, dict):
        raise BadQuery(f"{name} is no object")
    return value


def _a_count(name, value):
    if value is not None and (type(value) is not int or value < 0):
        raise BadQuery(f"{name} is no whole number")
    return value


_MISSING = object()


def _field(data, name):
    """What a document has under a name such as `a` or `a.b`."""
    if name in data:
        return data[name]
    for key in name.split("."):
        if not isinstance(data, dict) or key not in data:
            return _MISSING
        data = data[key]
    return data


def _part(data, names):
    part = {}
    for key, value in data.items():
        tails = [tail for head, *tail in names if head == key]
        if [] in tails:
            part[key] = value
        elif tails and isinstance(value, dict):
            part[key] = _part(value, tails)
    return part


def _sort_key(item, name):
    if name in ("_meta.created", "_meta.modified"):
        return (1, getattr(item, name.removeprefix("_meta.")))
    value = _field(item.data, name)
    if value is _MISSING:
        return (0,)
    if _is_number(value):
        return (1, value)
    return (2, text_key(value)) if isinstance(value, str) else (3,)


def _meets(data, criteria):
    return all(_fits(data, key, wanted) for key, wanted in criteria.items())


def _fits(data, key, wanted):
    if key in ("$and", "$or"):
        if not isinstance(wanted, list):
            raise BadQuery(f"{key} takes a list")
        join = all if key == "$and" else any
        return join(isinstance(part, dict) and _meets(data, part) for part in wanted)
    value = _field(data, key)
    if isinstance(wanted, dict) and any(name.startswith("$") for name in wanted):
        return all(_operated(value, name, operand) for name, operand in wanted.items())
    return _equals(value, wanted)


def _operated(value, name, operand):
    match name:
        case "$gt" | "$gte" | "$lt" | "$lte":
            return _compares(value, name, operand)
        case "$ne":
            return not _equals(value, operand)
        case "$in":
            return isinstance(operand, list) and any(_equals(value, one) for one in operand)
        case "$nin":
            return isinstance(operand, list) and not any(_equals(value, one) for one in operand)
        case "$exists":
            return (value is not _MISSING) == bool(operand)
        case _:
            raise BadQuery(f"there is no {name}")


def _compares(value, name, operand):
    if _is_number(value) and _is_number(operand):
        left, right = value, operand
    elif isinstance(value, str) and isinstance(operand, str):
        left, right = text_key(value), text_key(operand)
    else:
        return False
    order = (left > right) - (left < right)
    return {"$gt": order > 0, "$gte": order >= 0, "$lt": order < 0, "$lte": order <= 0}[name]


def _equals(value, wanted):
    # In Python, True equals 1; in JSON it does not.
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return value is not _MISSING and value == wanted


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)
