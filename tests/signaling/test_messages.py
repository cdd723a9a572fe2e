"""What is a frame and what is not, and that docs/protocol.md says so with working examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest

from signaling import messages
from signaling.endings import CloseCode
from signaling.messages import BadFrame, Ice, Join, Leave, MediaState, Offer, Outbound
from tests.support.environment import REPOSITORY

INBOUND = {str(kind.__struct_config__.tag): kind for kind in get_args(messages.Frame)}


def tagged(kind: type[Outbound]) -> Iterator[type[Outbound]]:
    if kind.__struct_config__.tag:
        yield kind
    for heir in kind.__subclasses__():
        yield from tagged(heir)


OUTBOUND = {str(kind.__struct_config__.tag): kind for kind in tagged(Outbound)}

PAGE = (REPOSITORY / "docs" / "protocol.md").read_text()
BLOCKS = re.findall(r"^```json\n(.*?)\n```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def section(block: str) -> str:
    """The heading above the block: who sends it."""
    headings: list[str] = re.findall(r"^## \d+\. (.+)$", PAGE[: PAGE.index(block)], re.MULTILINE)
    return headings[-1]


SENT = [block for block in BLOCKS if section(block) == "What a client sends"]
HEARD = [block for block in BLOCKS if section(block) == "What the server sends"]


def kind(block: str) -> str:
    return str(json.loads(block)["type"])


def ice(**data: object) -> str:
    return json.dumps({"type": "ice", "to": "bob", "data": data})


def offer(sdp: str = "v=0", **fields: object) -> str:
    frame = {"type": "offer", "to": "bob", "data": {"type": "offer", "sdp": sdp}}
    return json.dumps({**frame, **fields})


def shown(text: str) -> str:
    return repr(text) if len(text) < 80 else f"{text[:60]!r} and so on, {len(text)}"


def fault(text: str | None) -> str:
    with pytest.raises(BadFrame) as caught:
        messages.decode(text)
    # Whatever it quotes of the frame must go out again.
    messages.encode(caught.value.error)
    return caught.value.error.code


def test_the_page_shows_every_frame_that_a_client_may_send():
    assert {kind(block) for block in SENT} == INBOUND.keys()


def test_the_page_shows_every_frame_that_the_server_sends():
    # What is relayed is shown where the client sends it; its own struct must fit all the same.
    relayed = {"offer", "answer", "state"}
    assert {kind(block) for block in HEARD} == OUTBOUND.keys() - relayed


@pytest.mark.parametrize("block", SENT, ids=kind)
def test_a_frame_on_the_page_that_a_client_sends_is_read(block: str):
    frame = messages.decode(block)
    assert type(frame) is INBOUND[kind(block)]


@pytest.mark.parametrize("block", HEARD, ids=kind)
def test_a_frame_on_the_page_that_the_server_sends_is_written_so(block: str):
    frame = msgspec.json.decode(block, type=OUTBOUND[kind(block)])
    assert json.loads(messages.encode(frame)) == json.loads(block)


@pytest.mark.parametrize("name", ["offer", "answer", "ice", "state"])
def test_what_is_relayed_is_heard_as_it_was_sent_with_from_in_place_of_to(name: str):
    sent = next(json.loads(block) for block in SENT if kind(block) == name)
    sent.pop("to", None)
    heard = {**sent, "from": "qk3VZ0mS5pY1xW2a"}
    frame = msgspec.json.decode(json.dumps(heard), type=OUTBOUND[name])
    assert json.loads(messages.encode(frame)) == heard


def test_the_limits_on_the_page_are_the_servers():
    [welcome] = (json.loads(block) for block in HEARD if kind(block) == "welcome")
    assert welcome["limits"] == msgspec.to_builtins(messages.Limits())


def test_the_close_codes_on_the_page_are_the_servers():
    table = PAGE[PAGE.index("## 9.") : PAGE.index("## 10.")]
    rows = {int(code) for code in re.findall(r"^\| (\d{4}) \|", table, flags=re.MULTILINE)}
    assert {int(code) for code in CloseCode} <= rows


def test_data_is_kept_as_it_was_written():
    written = '{ "sdp" : "v=0\\u000d\\n\\u00e9 \\/" ,\t"type":"offer" }'
    frame = messages.decode(f'{{"type":"offer","to":"bob","data":{written}}}')
    assert isinstance(frame, Offer)
    assert bytes(frame.data) == written.encode()


def test_what_may_be_left_out_is_empty():
    assert messages.decode('{"type":"join"}') == Join(state=MediaState())
    bare = messages.decode('{"type":"ice","to":"bob","data":{}}')
    assert isinstance(bare, Ice) and bare.connection == ""


def test_from_is_taken_and_means_nothing():
    assert messages.decode('{"type":"leave","from":null}') == Leave()
    assert isinstance(messages.decode('{"type":"leave","from":"alice"}'), Leave)


def test_a_binary_message_is_no_frame():
    assert fault(None) == "binary_frame"


@pytest.mark.parametrize("character", ["a", "é", "😀"])
def test_a_frame_is_measured_in_bytes(character: str):
    room = messages.FRAME_BYTES - len('""')
    fits = json.dumps(character * (room // len(character.encode())), ensure_ascii=False)
    assert fault(fits) == "bad_frame"
    assert fault(fits + " " * len(character.encode())) == "frame_too_large"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "leave",
        '{"type":"leave"',
        '{"type":"leave"}{"type":"leave"}',
        '\ufeff{"type":"leave"}',
        '{"type":"leave"}\0',
        '{"type":"ping","t":NaN}',
        '{"type":"leave","from":"\\ud800"}',
        '{"type":"ice","to":"bob","data":{"candidate":"\\ud800"}}',
        '{"type":"ice","to":"bob","data":' + "[" * 20_000 + "]" * 20_000 + "}",
    ],
    ids=shown,
)
def test_what_is_not_json_is_no_frame(text: str):
    assert fault(text) == "bad_json"


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "{}",
        '{"type":"dance"}',
        '{"type":"leave","now":true}',
        '{"type":"leave","' + "ü" * 5_000 + '":true}',
        '{"type":"ping","type":"leave","t":1}',
        '{"type":"ping","t":-1}',
        '{"type":"ping","t":1.0}',
        f'{{"type":"ping","t":{2**53}}}',
        '{"type":"state","audio":1,"video":true,"screen":true,"hand":true}',
        '{"type":"chat","id":"m","text":""}',
        '{"type":"chat","id":"","text":"Roses?"}',
        '{"type":"chat","id":"m\\u0000","text":"Roses?"}',
        json.dumps({"type": "chat", "id": "m", "text": "r" * (messages.CHAT_LENGTH + 1)}),
        offer(to=""),
        offer(to="b" * 65),
        offer(connection="c" * 17),
        offer(data={"type": "answer", "sdp": "v=0"}),
        offer(data={"type": "offer", "sdp": "v=0", "more": 1}),
        offer("v" * (messages.SDP_LENGTH + 1)),
        ice(candidate="c" * (messages.CANDIDATE_LENGTH + 1)),
        ice(sdpMLineIndex=2**16),
        ice(sdpMLineIndex=-1),
        ice(sdpMid="m" * 65),
        ice(usernameFragment="u" * 257),
    ],
    ids=shown,
)
def test_what_is_not_exactly_a_frame_of_ours_is_none(text: str):
    assert fault(text) == "bad_frame"


@pytest.mark.parametrize(
    "text",
    [
        offer("v" * messages.SDP_LENGTH),
        offer(to="b" * 64, connection="c" * 16),
        ice(candidate="c" * messages.CANDIDATE_LENGTH, sdpMid="m" * 64, usernameFragment="u" * 256),
        ice(sdpMLineIndex=2**16 - 1, sdpMid=None, usernameFragment=None),
        f'{{"type":"ping","t":{2**53 - 1}}}',
        json.dumps({"type": "chat", "id": "m" * 64, "text": "r" * messages.CHAT_LENGTH}),
    ],
    ids=shown,
)
def test_what_is_just_within_the_limits_is_a_frame(text: str):
    assert type(messages.decode(text)) is INBOUND[kind(text)]


def test_a_fault_does_not_send_back_what_was_sent():
    with pytest.raises(BadFrame) as caught:
        messages.decode('{"type":"leave","' + "k" * 60_000 + '":1}')
    assert len(caught.value.error.detail) <= messages.DETAIL_LENGTH
