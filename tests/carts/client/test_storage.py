"""The cart's memory: what is recorded is on disk, numbered once, and outlives the process."""

from pathlib import Path

import pytest

from carts.client import Event, Skip, Storage, StorageInUse, TokenFile
from carts.client.storage import KEPT_AFTER_ACK


def test_numbering_goes_on_after_a_restart(storage_path: Path) -> None:
    storage = Storage(storage_path)
    storage.append("start", {}, 10)
    stream = storage.stream
    storage.close()

    again = Storage(storage_path)

    assert again.append("scan", {"code": "Ä"}, 20) == Event(seq=2, at=20, kind="scan", data={"code": "Ä"})
    assert again.stream == stream
    assert [event.at for event in again.after(0) if isinstance(event, Event)] == [10, 20]


def test_numbering_goes_on_when_every_event_was_acknowledged_and_dropped(storage_path: Path) -> None:
    storage = Storage(storage_path)
    for number in range(KEPT_AFTER_ACK + 2):
        storage.append("scan", {}, number)
    storage.acknowledge(KEPT_AFTER_ACK + 2)

    assert storage.held() == (3, KEPT_AFTER_ACK + 2)
    assert storage.append("scan", {}, 9999).seq == KEPT_AFTER_ACK + 3


def test_a_second_process_cannot_number_the_same_stream(storage_path: Path) -> None:
    storage = Storage(storage_path)
    storage.append("start", {}, 0)

    with pytest.raises(StorageInUse):
        Storage(storage_path)


def test_an_acknowledgement_never_goes_back_nor_past_what_was_written(storage_path: Path) -> None:
    storage = Storage(storage_path)
    storage.append("start", {}, 0)

    storage.acknowledge(5)
    storage.acknowledge(0)

    assert storage.acked == 1


def test_the_streams_clock_counts_the_time_switched_off_and_never_goes_back(storage_path: Path) -> None:
    wall = [1000.0]
    storage = Storage(storage_path, wall=lambda: wall[0])
    storage.append("start", {}, 700)

    wall[0] = 1002.5
    assert storage.elapsed_ms() == 3200

    wall[0] = 0.0
    assert storage.elapsed_ms() == 700


def test_a_refused_event_goes_out_as_a_skip_also_after_a_restart(storage_path: Path) -> None:
    storage = Storage(storage_path)
    storage.append("scan", {"code": "x"}, 0)
    storage.refuse(1, "refused by the server: malformed")
    storage.close()

    assert Storage(storage_path).after(0) == [Skip(first=1, last=1, why="refused by the server: malformed")]


def test_an_intention_keeps_its_key_over_a_restart_until_it_is_settled(storage_path: Path) -> None:
    storage = Storage(storage_path)
    key = storage.key_for("pay")
    storage.close()

    again = Storage(storage_path)
    assert again.key_for("pay") == key
    assert again.key_for("other") != key

    again.settle_key("pay")
    assert again.key_for("pay") != key


def test_a_renewed_storage_begins_another_stream_at_one(storage_path: Path) -> None:
    storage = Storage(storage_path)
    storage.append("start", {}, 0)
    storage.quarantine("conflict")
    stream = storage.stream

    storage.renew()

    assert storage.stream != stream
    assert storage.quarantined is None
    assert storage.append("start", {}, 0).seq == 1


def test_the_token_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "cart" / "token")
    assert file.read() is None

    file.write("secret")

    assert file.read() == "secret"
    assert file.path.stat().st_mode & 0o077 == 0
    file.forget()
    assert file.read() is None
