"""Frames are read strictly: what is not of the contract is a Malformed, and nothing else happens."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carts.protocol.decode import LARGEST, Malformed, decode, decode_data, fingerprint
from carts.protocol.events import KINDS
from carts.protocol.inbound import Event, Weight


def event(**changes: object) -> str:
    return json.dumps({"type": "event", "seq": 1, "at": 5, "kind": "seal", "data": {}} | changes)


def test_a_weight_frame_is_read() -> None:
    message = decode('{"type":"weight","at":500,"step":100,"grams":[1,2.5,-3]}')

    assert message == Weight(at=500, step=100, grams=[1.0, 2.5, -3.0])


@pytest.mark.parametrize(
    "frame",
    [
        '{"type":"weight","at":500,"step":100,"grams":[NaN]}',
        '{"type":"weight","at":500,"step":100,"grams":[Infinity]}',
        '{"type":"weight","at":500,"step":100,"grams":[1e999]}',
        '{"type":"weight","at":500,"step":100,"grams":[1000001]}',
        '{"type":"weight","at":500,"step":100,"grams":[]}',
        '{"type":"weight","at":500,"step":100,"grams":[' + ",".join(["1"] * 101) + "]}",
        '{"type":"weight","at":500,"step":0,"grams":[1]}',
        '{"type":"weight","at":-1,"step":100,"grams":[1]}',
        '{"type":"weight","at":1.5,"step":100,"grams":[1]}',
        '{"type":"weight","at":true,"step":100,"grams":[1]}',
        '{"type":"weight","at":"500","step":100,"grams":[1]}',
        '{"type":"weight","at":' + "9" * 4000 + ',"step":100,"grams":[1]}',
        '{"type":"weight","at":1,"step":100,"grams":[' + "9" * 4000 + "]}",
        '{"type":"weight","at":500,"step":100}',
        '{"type":"dance"}',
        '{"at":500}',
        "[1]",
        "null",
        "",
        "{",
    ],
)
def test_wrong_types_and_numbers_outside_their_range_are_malformed(frame: str) -> None:
    assert isinstance(decode(frame), Malformed)


def test_a_repeated_name_is_malformed_even_where_the_last_one_would_do() -> None:
    twice = decode('{"type":"weight","at":1,"at":500,"step":100,"grams":[1]}')
    hidden = decode('{"type":"weight","at":500,"step":100,"grams":[1],"\\u0061t":7}')
    nested = decode('{"type":"event","seq":1,"at":2,"kind":"scan","data":{"code":"1","code":"2","source":"keyed"}}')

    assert isinstance(twice, Malformed)
    assert isinstance(hidden, Malformed)
    assert isinstance(nested, Malformed)


@pytest.mark.parametrize("reason", ["a\\u0000b", "\\ud800", "\ud800"])
def test_nul_and_lone_surrogates_are_malformed(reason: str) -> None:
    frame = '{"type":"event","seq":1,"at":2,"kind":"assist","data":{"reason":"' + reason + '"}}'

    assert isinstance(decode(frame), Malformed)


def test_a_frame_of_64_kib_is_read_and_one_byte_more_is_not() -> None:
    envelope = len(event(data={"reason": ""}, kind="cancel"))
    fits = event(kind="cancel", data={"reason": "x" * (LARGEST - envelope)})

    assert len(fits) == LARGEST
    assert isinstance(decode(fits), Event)
    assert isinstance(decode(fits[:-3] + 'x"}}'), Malformed)


def test_binary_frames_are_malformed() -> None:
    assert isinstance(decode(event().encode()), Malformed)


def test_deep_nesting_is_malformed() -> None:
    deep = "[" * 5000 + "]" * 5000

    assert isinstance(decode('{"type":"event","seq":1,"at":2,"kind":"seal","data":{"x":' + deep + "}}"), Malformed)


def test_unknown_fields_are_ignored() -> None:
    message = decode(event(colour="red", data={"mood": "good"}))

    assert isinstance(message, Event)
    assert not isinstance(decode_data(message), Malformed)


def test_a_malformed_event_names_its_seq_so_that_its_cart_finds_it() -> None:
    fault = decode(event(seq=7, at="late"))

    assert isinstance(fault, Malformed)
    assert fault.seq == 7


def test_an_unknown_kind_of_event_is_malformed() -> None:
    message = decode(event(kind="juggle"))

    assert isinstance(message, Event)
    assert isinstance(decode_data(message), Malformed)


def test_a_removal_names_either_a_code_or_a_line() -> None:
    def data(**fields: object) -> object:
        message = decode(event(kind="remove", data=fields))
        assert isinstance(message, Event)
        return decode_data(message)

    assert isinstance(data(), Malformed)
    assert isinstance(data(code="4011", line=1), Malformed)
    assert not isinstance(data(line=1), Malformed)


def test_the_fingerprint_is_of_what_an_event_says_not_of_how_it_is_spelt() -> None:
    one = decode('{"type":"event","seq":1,"at":2,"kind":"scan","data":{"code":"4011","source":"keyed"}}')
    same = decode('{"kind":"scan","type":"event","at":2,"seq":1,"data":{ "source":"keyed","code":"4011"}}')
    other = decode('{"type":"event","seq":1,"at":2,"kind":"scan","data":{"code":"4012","source":"keyed"}}')

    assert isinstance(one, Event)
    assert isinstance(same, Event)
    assert isinstance(other, Event)
    assert fingerprint(one) == fingerprint(same)
    assert fingerprint(one) != fingerprint(other)


@given(st.text(max_size=200))
def test_no_text_raises(frame: str) -> None:
    decode(frame)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(kind=st.sampled_from(sorted(KINDS)), fields=st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_no_event_data_raises(kind: str, fields: dict[str, object]) -> None:
    message = decode(json.dumps({"type": "event", "seq": 1, "at": 1, "kind": kind, "data": fields}))

    if isinstance(message, Event):
        decode_data(message)
