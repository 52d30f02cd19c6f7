"""The guard before every call to an address that somebody typed in."""

import pytest

from inventory.addresses import AddressRefused, address_checked, anywhere, is_nearby, is_public, is_this_machine

OURS = ["127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1",
        "::", "fe80::1%eth0", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "::7f00:1"]  # fmt: skip
A_STORES = ["10.1.2.3", "192.168.1.1", "172.16.0.1", "100.64.0.1", "fc00::1", "fd12::1", "::ffff:10.0.0.1",
            "64:ff9b::a00:1", "fec0::1"]  # fmt: skip
THE_INTERNETS = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", OURS)
def test_this_machine_and_what_is_beside_it_are_in_nobodys_reach(address: str) -> None:
    assert (is_public(address), is_nearby(address)) == (False, False)


@pytest.mark.parametrize("address", A_STORES)
def test_addresses_of_a_stores_network_are_for_cameras_only(address: str) -> None:
    assert (is_public(address), is_nearby(address)) == (False, True)


@pytest.mark.parametrize("address", THE_INTERNETS)
def test_addresses_of_the_internet_are_for_all(address: str) -> None:
    assert (is_public(address), is_nearby(address), is_this_machine(address)) == (True, True, False)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_known_in_every_spelling(address: str) -> None:
    assert is_this_machine(address)


@pytest.mark.parametrize("found", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"], []])
def test_a_name_with_one_address_out_of_reach_is_refused(found: list[str]) -> None:
    with pytest.raises(AddressRefused) as refusal:
        address_checked("cheat.example", 443, resolve=lambda host, port: found)

    assert refusal.value.code == "address_refused"


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    answers = iter([["93.184.216.34"], ["10.0.0.1"]])

    assert address_checked("moves.example", 443, resolve=lambda host, port: next(answers)) == "93.184.216.34"


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    with pytest.raises(AddressRefused) as refusal:
        address_checked("nobody.invalid", 443)

    assert refusal.value.code == "unreachable"


def test_where_a_server_is_told_to_it_calls_its_own_house() -> None:
    assert address_checked("here.example", 80, reach=anywhere, resolve=lambda host, port: ["127.0.0.1"]) == "127.0.0.1"
