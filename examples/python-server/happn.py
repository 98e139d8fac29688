"""happn 1.3.0: what a request does, and who hears of it.

All of one frame is done before the next one is looked at, whoever sent it. That is what makes the
store linearizable, and what is heard consistent with what was answered.
"""

import asyncio
import re

import wire
from patterns import channel_of, is_pattern
from query import BadQuery, Query
from session import Acknowledgement, Session, Subscriptions, publication_ack
from store import Store, document_of, merged

ACKNOWLEDGE_SECONDS_MAX = 60
#: How late the broken switches are: as a disk would be, that somebody put behind the store.
_LATE_SECONDS = 0.005

QUEUED, DEFERRED, TRANSACTIONAL, ACKNOWLEDGED = range(4)

_PROTOCOL = re.compile(r"happn|happn_1|(happn_)?1\.[0-3]\.0")
_HEARTBEAT = re.compile(r"primus::ping::(.*)", re.DOTALL)
_RESERVED_META = frozenset(
    "created modified path action type published status eventId sessionId".split()
) | {"channel", "consistency", "publicationId"}

_DESCRIPTION = {
    "name": "python-server",
    "secure": False,
    "encryptPayloads": False,
    "publicKey": "",
}

#: Mistakes to make on purpose, each one that a server like this could well have.
BREAKS = {
    "leaky-off": "an off of a pattern is answered, and the subscription stays",
    "crossed-answers": "a set is answered a moment later, with the eventId of the latest request",
    "lossy-merge": "a merge reads, waits, and then writes the whole document back",
}


class Refused(Exception):
    """A request that is answered with an error, and has done nothing."""


class Happn:
    def __init__(self, breaks=frozenset()):
        self._breaks = breaks
        self._store = Store()
        self._sessions = []
        self._subscriptions = Subscriptions(breaks)
        self._acknowledgements = []
        self._latest_event_id = None
        self._actions = {
            "configure-session": self._configure,
            "describe": lambda session, request: (dict(_DESCRIPTION), {}),
            "login": self._login,
            "set": self._set,
            "get": self._get,
            "remove": self._remove,
            "on": self._on,
            "off": self._off,
            "ack": self._ack,
            "disconnect": lambda session, request: (None, {}),
        }

    def open(self, socket):
        session = Session(socket)
        self._sessions.append(session)
        return session

    def end(self, session):
        """The connection is over: so is all that belonged to it."""
        self._sessions.remove(session)
        self._subscriptions.end(session)
        self._acknowledgements = [
            waiting for waiting in self._acknowledgements if waiting.publisher is not session
        ]

    def stop(self):
        """Tells everybody, and says goodbye."""
        frame = {
            "_meta": {"type": "system"},
            "eventKey": "server-side-disconnect",
            "data": "server-side-disconnect",
        }
        for session in self._sessions:
            session.send(frame)
            session.close()

    def receive(self, session, text):
        """Does what a text of a client's asks for. Whatever the text, nothing is raised."""
        try:
            value = wire.parse(text)
        except wire.Malformed as malformed:
            self._refuse(session, malformed.envelope, str(malformed))
            return
        if isinstance(value, str):
            ping = _HEARTBEAT.fullmatch(value)
            if ping:
                session.send(f"primus::pong::{ping[1]}")
            return
        if not isinstance(value, dict):
            return
        if value.get("action") == "ack" and "eventId" not in value:
            self._ack(session, value)
            return
        self._request(session, value)

    def _request(self, session, request):
        if "eventId" not in request:
            return
        self._latest_event_id = request["eventId"]
        action = request.get("action")
        handle = self._actions.get(action) if isinstance(action, str) else None
        if handle is None:
            self._refuse(session, request, f"there is no action {wire.text_of(action)}")
            return
        try:
            done = handle(session, request)
        except (Refused, BadQuery) as refused:
            self._refuse(session, request, str(refused))
            return
        if done is not None:
            self._answer(session, request, *done)

    # Answers

    def _answer(self, session, request, data, meta):
        meta = {"published": False, **meta, **_echo(request, "ok")}
        if isinstance(data, Listed):
            session.send([*data.items, meta])
        else:
            session.send({"data": data, "_meta": meta})

    def _refuse(self, session, request, message):
        if "eventId" not in request:
            return
        error = {"name": "Error", "message": message}
        meta = {"published": False, **_echo(request, "error"), "error": error}
        session.send({"data": None, "_meta": meta})

    # The handshake

    def _configure(self, session, request):
        data = request.get("data")
        protocol = data.get("protocol") if isinstance(data, dict) else None
        if not isinstance(protocol, str) or not _PROTOCOL.fullmatch(protocol):
            raise Refused(f"unknown protocol: {wire.text_of(protocol)}")
        session.protocol = protocol
        return None, {}

    def _login(self, session, request):
        data = request.get("data", {})
        if not isinstance(data, dict):
            raise Refused("the data of a login is an object")
        info = {"info": data["info"]} if "info" in data else {}
        described = {"id": session.id, "protocol": session.protocol, "happn": _DESCRIPTION}
        return {**described, **info}, {}

    # The store

    def _set(self, session, request):
        path, options = _path_of(request), _options_of(request)
        data = document_of(request.get("data", {}))
        if options.get("noStore") is True:
            return self._written(session, request, "SET", path, data, {})
        if "tag" in options:
            return self._tag(session, request, path, options["tag"])
        if options.get("set_type") == "sibling":
            path = f"{path}/{self._store.new_id()}"
        present = self._store[path]
        if options.get("merge") is True and present is not None:
            data = merged(present.data, data)
            if "lossy-merge" in self._breaks:
                self._late(self._store_and_answer, session, request, path, data)
                return None  # BREAK lossy-merge: what is merged meanwhile will be overwritten
        if "crossed-answers" in self._breaks:
            item = self._store.write(path, data)
            done = self._written(session, request, "SET", path, data, item.times)
            self._late(self._answer_latest, session, request, done)
            return None
        item = self._store.write(path, data)
        return self._written(session, request, "SET", path, data, item.times)

    def _tag(self, session, request, path, tag):
        """Keeps a snapshot of what is there."""
        present = self._store[path]
        if present is None:
            raise Refused("there is nothing to tag")
        if request.get("data") is not None:
            raise Refused("a tag takes no new data")
        separator = "" if path.startswith("/") else "/"
        target = f"/_TAGS{separator}{path}/{self._store.new_id()}"
        data = {"data": present.data, "_tag": tag, "path": target}
        item = self._store.write(target, data)
        return self._written(session, request, "SET", target, data, item.times)

    def _get(self, session, request):
        path, query = _path_of(request), Query(_options_of(request))
        items = query.choose(self._store.find(path))
        if is_pattern(path):
            if query.is_path_only:
                return Listed([{"_meta": {"path": item.path}} for item in items]), {}
            return Listed([_shown(item, query) for item in items]), {}
        if not items:
            return None, {}
        (item,) = items
        data = {} if query.is_path_only else query.shown(item.data)
        return data, {**item.times, "path": item.path}

    def _remove(self, session, request):
        path = _path_of(request)
        data = {"removed": self._store.remove(path)}
        return self._written(
            session, request, "REMOVE", path, data, {"timestamp": self._store.now()}
        )

    # Publications

    def _written(self, session, request, action, path, data, times):
        """Tells whoever listens. The data and the meta of the answer, unless that has been sent."""
        options, meta = _options_of(request), {**times, "path": path}
        if options.get("noPublish") is True:
            return data, meta
        consistency = options.get("consistency")
        if type(consistency) is not int or consistency not in range(4):
            consistency = TRANSACTIONAL
        event_id = request["eventId"]
        name = event_id if isinstance(event_id, str) else wire.text_of(event_id)
        publication_id = f"{session.id}-{name}"
        if consistency != TRANSACTIONAL:
            self._answer(session, request, data, meta)

        added = options.get("meta") if isinstance(options.get("meta"), dict) else {}
        shared = {
            **{key: value for key, value in added.items() if key not in _RESERVED_META},
            **times,
            "path": path,
            "action": f"/{action}@{path}",
            "type": "data",
            "sessionId": session.id,
            "consistency": consistency,
            "publicationId": publication_id,
        }
        recipients = self._recipients(action, path, options.get("targetClients"))
        for recipient, channel in recipients:
            recipient.send({"data": data, "_meta": {**shared, "channel": channel}})

        frames = len(recipients)
        if consistency == TRANSACTIONAL:
            meta["published"] = True
            if options.get("publishResults") is True:
                results = {"successful": frames, "failed": 0, "skipped": 0, "queued": frames}
                meta["publishResults"] = results
            return data, meta
        if consistency == DEFERRED:
            session.send(publication_ack(publication_id, event_id, frames))
        elif consistency == ACKNOWLEDGED:
            waiting = Acknowledgement(
                publication_id, session, event_id, [recipient for recipient, _ in recipients]
            )
            self._await(waiting)
        return None

    def _recipients(self, action, path, targets):
        listeners = self._subscriptions.listeners(action, path)
        if not isinstance(targets, list):
            return list(listeners)
        return [(session, channel) for session, channel in listeners if session.id in targets]

    def _await(self, waiting):
        if not waiting.waiting:
            waiting.publisher.send(waiting.frame())
            return
        self._acknowledgements.append(waiting)
        asyncio.get_running_loop().call_later(ACKNOWLEDGE_SECONDS_MAX, self._give_up, waiting)

    def _give_up(self, waiting):
        if waiting in self._acknowledgements:
            self._acknowledgements.remove(waiting)
            waiting.publisher.send(waiting.frame("unacknowledged publication"))

    def _ack(self, session, request):
        for waiting in self._acknowledgements:
            if waiting.id == request.get("data") and session in waiting.waiting:
                waiting.waiting.remove(session)
                if not waiting.waiting:
                    self._acknowledgements.remove(waiting)
                    waiting.publisher.send(waiting.frame())
                break
        return None, {}

    # Subscriptions

    def _on(self, session, request):
        text, options = _path_of(request), _options_of(request)
        channel = channel_of(text)
        if channel is None:
            raise Refused("a channel is /SET@, /REMOVE@ or /ALL@, and a path")
        self._subscriptions.add(session, *channel, _ref_count_of(options))
        is_emitted = options.get("initialEmit") is True
        if not is_emitted and options.get("initialCallback") is not True:
            return {}, {}
        items = sorted(self._store.find(channel[1]), key=lambda item: item.serial)
        if is_emitted:
            for item in items:
                self._emit(session, request, text, item)
        return [item.listed() for item in items], {}

    def _emit(self, session, request, channel, item):
        meta = {
            **item.times,
            "path": item.path,
            "channel": channel,
            "action": f"/ON@{channel}",
            "type": "data",
            "sessionId": session.id,
            "consistency": TRANSACTIONAL,
            "publicationId": f"{session.id}-{wire.text_of(request['eventId'])}",
        }
        session.send({"data": item.data, "_meta": meta})

    def _off(self, session, request):
        if request.get("path") == "*":
            self._subscriptions.end(session)
            return {}, {}
        channel = channel_of(request.get("path"))
        if channel is None:
            raise Refused("a channel is /SET@, /REMOVE@ or /ALL@, and a path")
        self._subscriptions.take(session, *channel, _ref_count_of(_options_of(request)))
        return {}, {}

    # The broken switches

    def _late(self, act, *arguments):
        asyncio.get_running_loop().call_later(_LATE_SECONDS, act, *arguments)

    def _store_and_answer(self, session, request, path, data):
        item = self._store.write(path, data)
        done = self._written(session, request, "SET", path, data, item.times)
        if done is not None:
            self._answer(session, request, *done)

    def _answer_latest(self, session, request, done):
        # BREAK crossed-answers: the latest request need not be this one, nor of this client
        if done is not None:
            self._answer(session, {**request, "eventId": self._latest_event_id}, *done)


class Listed:
    """The answer to a pattern: the items, and then the meta, in one array."""

    def __init__(self, items):
        self.items = items


def _shown(item, query):
    return {**query.shown(item.data), "_meta": {**item.times, "path": item.path}}


def _echo(request, status):
    """What an answer repeats of its request."""
    action, meta = request.get("action"), {"type": "response", "status": status}
    meta["eventId"] = request["eventId"]
    if "sessionId" in request and action not in ("login", "describe"):
        meta["sessionId"] = request["sessionId"]
    if isinstance(action, str):
        meta["action"] = action
    return meta


def _path_of(request):
    path = request.get("path")
    if not isinstance(path, str) or path == "":
        raise Refused("the path is no text, or empty")
    return path


def _options_of(request):
    options = request.get("options")
    return options if isinstance(options, dict) else {}


def _ref_count_of(options):
    count = options.get("refCount")
    return count if type(count) is int else 1
