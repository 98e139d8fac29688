"""Sessions, what they are subscribed to, and what they have still to acknowledge."""

import uuid

import wire
from patterns import is_pattern, matches


class Session:
    """One connection's. It begins and ends with it."""

    def __init__(self, socket):
        self.id = str(uuid.uuid4())
        self.protocol = "happn"
        self._socket = socket

    def send(self, frame):
        self._socket.send(wire.text_of(frame))

    def close(self):
        self._socket.close()


class Subscriptions:
    """Who hears what: counts by session, action and path.

    Those on a single path are looked up, and those on patterns are tried one after the other.
    """

    def __init__(self, breaks=frozenset()):
        self._exact = {}
        self._patterns = {}
        self._breaks = breaks

    def add(self, session, action, path, count):
        self._change(session, action, path, count)

    def take(self, session, action, path, count):
        if "leaky-off" in self._breaks and is_pattern(path):
            return  # BREAK leaky-off: forgets that patterns are kept elsewhere
        if (session, action) in self._table(path).get(path, {}):
            self._change(session, action, path, -count)

    def end(self, session):
        """Ends all that a session has subscribed to."""
        for table in (self._exact, self._patterns):
            for path in list(table):
                table[path] = {key: n for key, n in table[path].items() if key[0] is not session}
                if not table[path]:
                    del table[path]

    def listeners(self, action, path):
        """Each session and channel that hears of that action on that path, once.

        A pattern that was removed is a path like any other here: the text that it is.
        """
        found = [(path, self._exact.get(path, {}))]
        found += [item for item in self._patterns.items() if matches(item[0], path)]
        for subscribed, counts in found:
            for session, kind in counts:
                if kind in (action, "ALL"):
                    yield session, f"/{kind}@{subscribed}"

    def _table(self, path):
        return self._patterns if is_pattern(path) else self._exact

    def _change(self, session, action, path, count):
        table = self._table(path)
        counts = table.setdefault(path, {})
        key = (session, action)
        counts[key] = counts.get(key, 0) + count
        if counts[key] <= 0:
            del counts[key]
        if not counts:
            del table[path]


class Acknowledgement:
    """A publication that waits until all of its recipients have acknowledged it."""

    def __init__(self, publication_id, publisher, event_id, recipients):
        self.id = publication_id
        self.publisher = publisher
        self.event_id = event_id
        self.waiting = list(recipients)
        self.frames = len(recipients)

    def frame(self, error=None):
        done = self.frames - len(self.waiting)
        return publication_ack(self.id, self.event_id, self.frames, error, acknowledged=done)


def publication_ack(publication_id, event_id, frames, error=None, **counts):
    """What a publisher is told of a publication once it is over."""
    return {
        "id": publication_id,
        "action": "publication-ack",
        "result": {"successful": frames, "failed": 0, "skipped": 0, "queued": frames, **counts},
        **({"error": error} if error else {}),
        "status": "error" if error else "ok",
        "_meta": {"type": "ack", "eventId": event_id},
    }
