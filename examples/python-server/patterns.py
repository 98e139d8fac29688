"""Paths, patterns and channels."""

import re

_CHANNEL = re.compile(r"/(SET|REMOVE|ALL)@(.*)", re.DOTALL)


def is_pattern(path):
    return "*" in path


def matches(pattern, path):
    """Whether the whole path fits; `*` is any run of characters, none and `/` included.

    Goes once from left to right. A regular expression with many stars could take for ever.
    """
    if not is_pattern(pattern):
        return pattern == path
    first, *middle, last = pattern.split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for literal in middle:
        found = path.find(literal, position)
        if found < 0:
            return False
        position = found + len(literal)
    return len(path) - len(last) >= position and path.endswith(last)


def channel_of(text):
    """`/SET@/a/*` as `("SET", "/a/*")`; None where it is no channel."""
    found = _CHANNEL.fullmatch(text) if isinstance(text, str) else None
    return found and found.groups()
