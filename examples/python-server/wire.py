"""What stands in a frame: JSON in, JSON out."""

import json
import math

#: What nests deeper is refused: it would take whoever walks through it to the end of his stack.
DEPTH_MAX = 500


class Malformed(Exception):
    """The text is no request. `event_id` where it has one, so that it can be told."""

    def __init__(self, reason, envelope=None):
        super().__init__(reason)
        self.envelope = envelope or {}


def parse(text):
    """The JSON value of a client's text.

    Raises Malformed; `envelope` then has the scalar fields of what nests too deep.
    """
    shallow = _without_depth(text, DEPTH_MAX)
    if shallow is not None:
        value = _parsed(shallow)
        fields = value if isinstance(value, dict) else {}
        raise Malformed(
            "the request nests too deep",
            {key: field for key, field in fields.items() if not isinstance(field, (dict, list))},
        )
    return _parsed(text)


def text_of(value):
    """JSON without spaces; ASCII, so that halves of surrogate pairs get through as they came."""
    return json.dumps(value, separators=(",", ":"))


def _parsed(text):
    try:
        return json.loads(
            text, parse_float=_number, parse_int=_integer, parse_constant=_no_constant
        )
    except ValueError as error:
        raise Malformed(f"not JSON: {error}") from None


def _number(text):
    """As JavaScript has it: 1.0 is 1, and what is too large for a number is none."""
    value = float(text)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def _integer(text):
    # Longer ones are no longer exact for any other client, and Python refuses very long ones.
    return int(text) if len(text) <= 15 else _number(text)


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def _without_depth(text, depth_max):
    """The text with `null` for what lies deeper than allowed; None where nothing does."""
    if text.count("[") + text.count("{") <= depth_max:
        return None
    kept, kept_to = [], 0
    depth, is_string, is_escaped, is_deep = 0, False, False, False
    for index, character in enumerate(text):
        if is_string:
            if is_escaped:
                is_escaped = False
            elif character == "\\":
                is_escaped = True
            elif character == '"':
                is_string = False
        elif character == '"':
            is_string = True
        elif character in "[{":
            depth += 1
            is_deep = is_deep or depth > depth_max
            if depth == 2:
                kept += [text[kept_to:index], "null"]
        elif character in "]}":
            if depth == 2:
                kept_to = index + 1
            depth -= 1
    return "".join([*kept, text[kept_to:]]) if is_deep else None
