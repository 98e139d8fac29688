"""The store: documents by path, in memory."""

import time

import query
from patterns import is_pattern, matches

#: Paths of the server's own, which no pattern from outside reaches.
_OWN = ("/_SYSTEM", "/_TAGS")


def document_of(data):
    """How data is kept: an object without `_meta`, and anything else as `{"value": …}`."""
    if isinstance(data, dict):
        return {key: value for key, value in data.items() if key != "_meta"}
    return {"value": data}


def merged(present, added):
    """Top-level keys of `added` over those that are there; a null leaves what is there."""
    kept = {key: value for key, value in added.items() if value is not None or key not in present}
    return {**present, **kept}


class Item:
    """A document and its times, in epoch milliseconds. Never changed: a write makes a new one."""

    __slots__ = ("path", "data", "created", "modified", "serial")

    def __init__(self, path, data, created, modified, serial):
        self.path = path
        self.data = data
        self.created = created
        self.modified = modified
        #: Counts writes, so that those of one millisecond have an order too.
        self.serial = serial

    @property
    def times(self):
        return {"created": self.created, "modified": self.modified}

    def listed(self):
        """As one among several: with a `_meta` of its own."""
        return {**self.data, "_meta": {**self.times, "path": self.path}}


class Store:
    def __init__(self):
        self._items = {}
        self._serial = 0
        self._now = 0

    def __getitem__(self, path):
        return self._items.get(path)

    def now(self):
        """Epoch milliseconds, that never go back although the clock may."""
        self._now = max(self._now, time.time_ns() // 1_000_000)
        return self._now

    def new_id(self):
        self._serial += 1
        return f"{self.now()}_{self._serial}"

    def write(self, path, data):
        self._serial += 1
        now = self.now()
        present = self._items.get(path)
        item = Item(path, data, present.created if present else now, now, self._serial)
        self._items[path] = item
        return item

    def remove(self, pattern):
        """Removes what matches, and says how much that was."""
        found = self.find(pattern)
        for item in found:
            del self._items[item.path]
        return len(found)

    def find(self, pattern):
        """What matches a path or pattern, ascending by path."""
        if not is_pattern(pattern):
            item = self._items.get(pattern)
            return [item] if item else []
        return sorted(
            (
                item
                for path, item in self._items.items()
                if matches(pattern, path)
                and (not path.startswith(_OWN) or pattern.startswith(_OWN))
            ),
            key=lambda item: query.text_key(item.path),
        )
