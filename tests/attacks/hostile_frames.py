"""What is no frame, by category: messages that break one rule each, and bytes that are none."""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from tests.support.client import frame

# Stands for the peer id of someone who is in the call, so that only what is wrong is wrong.
BOB = "bob-in-this-call"
KINDS = ("join", "offer", "answer", "ice", "state", "ping", "leave")
# Where a value may stand, in which frame.
STRINGS = [
    ("offer", "to"),
    ("offer", "connection"),
    ("offer", "from"),
    ("offer", "data.type"),
    ("offer", "data.sdp"),
    ("answer", "data.sdp"),
    ("ice", "to"),
    ("ice", "data.candidate"),
    ("ice", "data.sdpMid"),
    ("ice", "data.usernameFragment"),
    ("leave", "type"),
    ("leave", "from"),
]
NUMBERS = [("ping", "t"), ("ice", "data.sdpMLineIndex")]
FLAGS = [("state", "audio"), ("state", "hand"), ("join", "state.video"), ("join", "state.screen")]
OBJECTS = [("offer", "data"), ("answer", "data"), ("ice", "data"), ("join", "state")]
NULLABLE = {"from", "data.sdpMid", "data.usernameFragment", "data.sdpMLineIndex"}


def put(kind: str, path: str, written: str) -> str:
    """A good frame of this kind, with this text where the value of `path` stands."""
    fields = frame(kind)
    if "to" in fields:
        fields["to"] = BOB
    *outer, last = path.split(".")
    inner: dict[str, Any] = fields
    for name in outer:
        inner[name] = dict(inner[name])
        inner = inner[name]
    inner[last] = "@"
    text = json.dumps(fields)
    assert text.count('"@"') == 1
    return text.replace('"@"', written)


def everywhere(places: Iterable[tuple[str, str]], values: Iterable[str]) -> Iterator[str]:
    for (kind, path), written in itertools.product(places, values):
        yield put(kind, path, written)


# --- messages ---


def not_json() -> Iterator[str]:
    good = '{"type":"leave"}'
    yield from ["", " ", "\n", "leave", "{", "}", "[", "]", '"', "{}}", "{]", "undefined", "None"]
    yield from [good[:-1], good[:7], good[1:], good + good, good + "\n" + good, good + ","]
    yield from [good + "x", "x" + good, good + ";", f"f({good})", f")]}}'\n{good}", good + "\\"]
    yield from ["{'type':'leave'}", "{type:'leave'}", '{type:"leave"}', '{"type":leave}']
    yield from ['{"type":"leave",}', '{,"type":"leave"}', '{"type" "leave"}', '{"type"="leave"}']
    yield from [good + "//", good + "/**/", '{"type":/**/"leave"}', "# no\n" + good, "<leave/>"]
    yield from ["\ufeff" + good, good + "\ufeff", "\0" + good, good + "\0", "{\0}", "\u00a0" + good]
    yield from ["GET / HTTP/1.1\r\n\r\n", "a=1&b=2", "eyJ0eXBlIjoibGVhdmUifQ==", "---\ntype: leave"]


def no_object() -> Iterator[str]:
    yield from ["null", "true", "false", "0", "-1", "1.5", "1e3", '""', '"leave"', "[]", "[{}]"]
    yield from [
        '["leave"]',
        '[{"type":"leave"}]',
        '[["type","leave"]]',
        '"{\\"type\\":\\"leave\\"}"',
    ]
    yield from ['{"Type":"leave"}', '{"":"leave"}', '{"kind":"leave"}', "9" * 400]


def deep() -> Iterator[str]:
    shapes = ["[" * 30_000 + "]" * 30_000, '{"a":' * 9_000 + "1" + "}" * 9_000, "[" * 60_000]
    shapes.append('[{"a":' * 5_000 + "1" + "}]" * 5_000)
    yield from shapes
    places = [*STRINGS, *NUMBERS, *FLAGS, *OBJECTS, ("offer", "more"), ("ice", "data.more")]
    yield from everywhere(places, shapes)


def unknown_types() -> Iterator[str]:
    yield from (
        json.dumps({"type": kind}) for kind in ["", " ", "Leave", "LEAVE", "leave ", "leav"]
    )
    ours = ["welcome", "joined", "peer-joined", "peer-left", "peer-away", "peer-back", "room"]
    ours += ["ice-servers", "pong", "error"]
    yield from (json.dumps({**frame("offer"), "type": kind, "to": BOB}) for kind in ours)
    theirs = ["chat", "knock", "news", "websocket.close", "websocket.send", "group_send", "hello"]
    theirs += ["__proto__", "constructor", "toString", "__class__", "Offer", "offer\0", "ｏffer"]
    yield from (json.dumps({**frame("offer"), "type": kind, "to": BOB}) for kind in theirs)
    yield json.dumps({"type": "t" * 60_000})


def unknown_fields() -> Iterator[str]:
    names = ["more", "__proto__", "constructor", "From", "peer", "role", "", "\0", "k" * 9_000]
    for kind, name in itertools.product(KINDS, names[:4]):
        yield put(kind, name, "{}")
    for name in names:
        yield put("offer", name, '"alice"')
        yield put("ice", f"data.{name}", '"alice"')
    for kind in ("offer", "answer"):
        yield put(kind, "data.candidate", '""')
        yield put(kind, "data.toString", "null")
    yield put("join", "state.muted", "false")
    yield put("ping", "to", f'"{BOB}"')


def wrong_types() -> Iterator[str]:
    for places, values in [
        (STRINGS, ["true", "1", "1.5", "[]", "{}", '["a"]']),
        (NUMBERS, ["true", "1.5", '"1"', "[]", "{}", "[1]"]),
        (FLAGS, ["null", "0", "1", '"true"', '""', "[]", "{}"]),
        (OBJECTS, ["null", "true", "1", '"{}"', "[]", "[{}]", '[["type","offer"]]']),
    ]:
        yield from everywhere(places, values)
    nullless = [place for place in [*STRINGS, *NUMBERS] if place[1] not in NULLABLE]
    yield from everywhere(nullless, ["null"])


def missing_fields() -> Iterator[str]:
    for kind in KINDS:
        whole = frame(kind)
        for name in whole.keys() - {"state", "connection"}:
            yield json.dumps({key: value for key, value in whole.items() if key != name})
    for kind in ("offer", "answer"):
        yield put(kind, "data", "{}")
        yield put(kind, "data", f'{{"type":"{kind}"}}')
        yield put(kind, "data", '{"sdp":"v=0"}')


def numbers() -> Iterator[str]:
    never = ["NaN", "-NaN", "nan", "Infinity", "-Infinity", "inf", "01", "+1", ".5", "1.", "0x10"]
    never += ["1_000", "1e", "--1", "1n", "\uff11", "٣"]
    out_of_range = ["-1", "-0.0", "0.5", "1.0", "1e2", "1e999", "-1e999", "1e-999", "9" * 30]
    out_of_range += ["-" + "9" * 30, "9" * 5_000, str(2**53), str(2**63), str(2**64), "65536.0"]
    yield from everywhere(NUMBERS, never + out_of_range)
    yield put("ice", "data.sdpMLineIndex", str(2**16))
    yield from everywhere([*OBJECTS, *FLAGS, ("offer", "data.sdp")], ["NaN", "1e999", "9" * 30])
    yield from everywhere([("offer", "data.more"), ("offer", "more")], ["NaN", "1e999", "9" * 30])


def surrogates() -> Iterator[str]:
    lone = ['"\\ud800"', '"v=0\\udfffx"', '"\\udc00\\ud800"', '"\\ud83d\\u0041"']
    yield from everywhere(STRINGS, lone)
    for written in lone:
        yield f'{{"type":"leave",{written}:1}}'
        yield put("ice", "data", f"{{{written}:1}}")
        yield put("ice", "data", f'{{"candidate":{written},"candidate":""}}')
        yield put("offer", "more", written)


def control_characters() -> Iterator[str]:
    raw = [f'"{character}"' for character in "\0\1\b\t\n\r\x1f"]
    escapes = ['"\\x41"', '"\\u12"', '"\\uZZZZ"', '"\\\'"', '"\\0"', '"\\', '"\\U0001f600"']
    yield from everywhere(
        [("offer", "to"), ("offer", "data.sdp"), ("leave", "from")], raw + escapes
    )


def too_long() -> Iterator[str]:
    for kind, path, most in [
        ("offer", "to", 64),
        ("offer", "connection", 16),
        ("offer", "from", 64),
        ("offer", "data.sdp", 48 * 1024),
        ("answer", "data.sdp", 48 * 1024),
        ("ice", "data.candidate", 1024),
        ("ice", "data.sdpMid", 64),
        ("ice", "data.usernameFragment", 256),
        ("ice", "data.sdpMLineIndex", 5),
    ]:
        for length in (most + 1, 60_000):
            yield put(kind, path, f'"{"x" * length}"')
    yield put("offer", "to", '""')
    yield put("ice", "to", '""')
    yield put("offer", "data.type", '""')


def duplicates() -> Iterator[str]:
    yield '{"type":"leave","type":"ping","t":1}'
    yield '{"type":"ping","t":1,"type":"leave"}'
    yield '{"type":"leave","type":null}'
    yield '{"type":"ping","t":"1","t":1}'
    yield '{"type":"ping","t":1,"t":"1"}'
    yield put("offer", "from", f'"alice","to":7,"to":"{BOB}"')
    yield put("offer", "connection", '"c1","connection":7')
    yield put("offer", "data", '{"type":"answer","type":"offer","sdp":"v=0"}')
    yield put("offer", "data", '{"type":"offer","type":"answer","sdp":"v=0"}')
    yield put("offer", "data", '{"type":"offer","sdp":1,"sdp":"v=0"}')
    yield put("offer", "data", '{"type":"offer","sdp":"v=0"},"data":[]')
    yield put("ice", "data", '{"candidate":"","candidate":null}')
    yield put("state", "audio", '1,"audio":true')


def binary() -> Iterator[bytes]:
    yield from [
        b"",
        b"\0",
        b"leave",
        b'{"type":"leave"}',
        put("offer", "data.sdp", '"v=0"').encode(),
    ]
    yield from [b"\xff\xfe\xfd", b"\x81\xa4type\xa5leave", b"\xef\xbb\xbf{}", b"\x1f\x8b\x08"]
    yield from [bytes(range(256)), b"\xff\xd8\xff\xe0JFIF", b"\0" * 60_000]


def too_large() -> Iterator[str]:
    good = put("offer", "data.sdp", '"v=0"')
    yield good + " " * 65_536
    yield put("offer", "data.sdp", f'"{"v" * 65_536}"')
    yield put("offer", "data.sdp", f'"{"é" * 33_000}"')
    yield put("offer", "data.sdp", f'"{"😀" * 16_500}"')
    yield "[" * 70_000
    yield " " * 200_000


READABLE = [
    not_json,
    no_object,
    deep,
    unknown_types,
    unknown_fields,
    wrong_types,
    missing_fields,
    numbers,
    surrogates,
    control_characters,
    too_long,
    duplicates,
]


# --- bytes ---


def wire(opcode: int, payload: bytes, *, fin: int = 1, reserved: int = 0, masked: int = 1) -> bytes:
    """One WebSocket frame, byte by byte (RFC 6455, section 5.2); its mask is nought."""
    first = fin << 7 | reserved << 4 | opcode
    if len(payload) < 126:
        head = struct.pack("!BB", first, masked << 7 | len(payload))
    else:
        head = struct.pack("!BBH", first, masked << 7 | 126, len(payload))
    return head + b"\0\0\0\0" * masked + payload


LEAVE = b'{"type":"leave"}'
TEXT, BINARY, CONTINUATION, CLOSE, PING = 1, 2, 0, 8, 9
# With the code that ends it: the server's library refuses these before any code of ours.
UNSPEAKABLE = {
    "not UTF-8": (wire(TEXT, b'{"type":"\xff"}'), 1007),
    "UTF-8 that breaks off": (wire(TEXT, b'{"type":"\xe2\x82'), 1007),
    "UTF-8 longer than need be": (wire(TEXT, b"\xc0\xaf"), 1007),
    "a surrogate in UTF-8": (wire(TEXT, b'"\xed\xa0\x80"'), 1007),
    "not UTF-8 across fragments": (
        wire(TEXT, b'"\xe2', fin=0) + wire(CONTINUATION, b'\x28"'),
        1007,
    ),
    "a reserved bit": (wire(TEXT, LEAVE, reserved=4), 1002),
    "an unknown opcode": (wire(3, LEAVE), 1002),
    "an unknown control opcode": (wire(11, LEAVE), 1002),
    "no mask": (wire(TEXT, LEAVE, masked=0), 1002),
    "a continuation of nothing": (wire(CONTINUATION, LEAVE), 1002),
    "a second beginning": (wire(TEXT, LEAVE, fin=0) + wire(TEXT, LEAVE), 1002),
    "a long ping": (wire(PING, b"x" * 126), 1002),
    "a ping in pieces": (wire(PING, b"x", fin=0), 1002),
    "a close code of one byte": (wire(CLOSE, b"\x03"), 1002),
    "a close code that is none": (wire(CLOSE, struct.pack("!H", 999)), 1002),
    "more than 256 KiB": (struct.pack("!BBQ", 0x81, 0xFF, 2**18 + 1), 1009),
    "more than there is": (struct.pack("!BBQ", 0x81, 0xFF, 2**62), 1009),
    "more than a length can be": (struct.pack("!BBQ", 0x81, 0xFF, 2**64 - 1), 1009),
}
