"""The ways to write one create request so that the engine reads the same: what a filter on names would miss."""

import json
from collections.abc import Iterator
from typing import Any

PLAIN = {"Image": "busybox", "Cmd": ["sleep", "600"]}


def spellings(attempt: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Names of spellings, and the bodies."""
    host, config = attempt.get("host") or {}, attempt.get("config") or {}
    body = {**PLAIN, **config, **({"HostConfig": host} if host else {})}
    yield "plain", json.dumps(body)
    yield "lower case", json.dumps(_renamed(body, str.lower))
    yield "upper case", json.dumps(_renamed(body, str.upper))
    yield "other letters that fold alike", json.dumps(_renamed(body, _folding), ensure_ascii=False)
    yield "keys with escapes", _escaped(body)
    if not host:
        return
    inner, outer = json.dumps(host)[1:-1], json.dumps({**PLAIN, **config})[:-1]
    yield "an empty HostConfig first", f'{outer}, "HostConfig": {{}}, "HostConfig": {{{inner}}}}}'
    yield "an empty HostConfig last", f'{outer}, "HostConfig": {{{inner}}}, "HostConfig": {{}}}}'
    yield "a second HostConfig in another case", f'{outer}, "HostConfig": {{}}, "hostConfig": {{{inner}}}}}'
    yield "harmless twin first", f'{outer}, "HostConfig": {{{_twin(host)}, {inner}}}}}'
    yield "with a byte order mark", "\ufeff" + json.dumps(body)
    yield "with something behind it", json.dumps(body) + ' {"HostConfig": {}}'
    if attempt.get("only") != "host":
        yield "at the top level", json.dumps({**PLAIN, **config, **host})
        yield "at the top level, lower case", json.dumps(_renamed({**PLAIN, **config, **host}, str.lower))


#: Spellings that the engine does not read the same; the guard has to stand them all the same.
NOT_FOR_THE_ENGINE = {"with a byte order mark"}


def _renamed(value: Any, rename: Any, depth: int = 2) -> Any:
    """Members of the top level and of HostConfig under other names; deeper there may be maps whose names count."""
    if not isinstance(value, dict) or depth == 0:
        return value
    deeper = {"HostConfig": depth - 1}
    return {rename(name): _renamed(member, rename, deeper.get(name, 0)) for name, member in value.items()}


def _folding(name: str) -> str:
    # U+017F and U+212A fold to s and k (Unicode CaseFolding.txt), and encoding/json compares with folding.
    return name.replace("s", "\u017f", 1).replace("k", "\u212a", 1)


def _escaped(body: dict[str, Any]) -> str:
    text = json.dumps(body)
    for name in (*(body.get("HostConfig") or {}), "HostConfig"):
        text = text.replace(f'"{name}":', f'"\\u{ord(name[0]):04x}{name[1:]}":')
    return text


def _twin(host: dict[str, Any]) -> str:
    kinds = {bool: "false", int: "0", float: "0", str: '""', list: "[]", dict: "{}"}
    return ", ".join(f'"{name}": {kinds[type(value)]}' for name, value in host.items())
