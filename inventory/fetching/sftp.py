"""A file by SFTP, from a server whose key is known beforehand. Nothing of this machine's own SSH set-up counts."""

from typing import cast

import asyncssh

from inventory.fetching.errors import FetchFailed

CHUNK = 256 * 1024


class _Known(asyncssh.SSHClient):
    """Takes the server only by its fingerprint."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self.seen = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.seen = key.get_fingerprint()
        return self.seen == self._fingerprint


async def over_sftp(
    address: str, port: int, path: str, *, username: str, password: str, host_key: str, most_bytes: int
) -> bytes:
    """The file. Raises FetchFailed `host_key`, `not_let_in`, `not_found`, `too_large` or `unreachable`."""
    client = _Known(host_key)
    try:
        connection, _ = await asyncssh.create_connection(
            lambda: client, address, port, username=username, password=password, known_hosts=((), (), ()),
            config=[], client_keys=None, agent_path=None, gss_host=None, keepalive_interval=15,
        )  # fmt: skip
    except asyncssh.HostKeyNotVerifiable as error:
        detail = f"The server's key is {client.seen or 'unknown'}, which is not the one that was entered."
        raise FetchFailed("host_key", detail) from error
    except asyncssh.PermissionDenied as error:
        raise FetchFailed("not_let_in", "The server does not take this user name and password.") from error
    try:
        return await _read(connection, path, most_bytes)
    except asyncssh.SFTPNoSuchFile as error:
        raise FetchFailed("not_found", f"There is no file {path}.") from error
    except asyncssh.SFTPError as error:
        raise FetchFailed("wrong_answer", f"The server gives no file: {error.reason[:120]}") from error


async def _read(connection: asyncssh.SSHClientConnection, path: str, most_bytes: int) -> bytes:
    data = bytearray()
    async with connection, connection.start_sftp_client() as sftp, sftp.open(path, "rb") as file:
        while len(data) <= most_bytes and (chunk := await file.read(CHUNK)):
            data += cast(bytes, chunk)  # it was opened for bytes
    if len(data) > most_bytes:
        raise FetchFailed("too_large", f"The file has more than {most_bytes} bytes.")
    return bytes(data)
