"""The checkout's shop, and its files in a folder of the test."""

from tests.checkout.conftest import _own_files, sandbox, sent, shop

__all__ = ["_own_files", "sandbox", "sent", "shop"]
