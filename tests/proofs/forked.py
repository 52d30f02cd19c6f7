"""Servers that start at once: a process that has imported everything and forks a child for each order it reads.

A line of input is an order in JSON: the child's environment, and a port to serve at or a shop to make. A line of output
is the pid of the child. The child reads the settings anew from its environment, so that one parent is enough for many
runs with databases of their own.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any


def serve(port: int) -> None:
    """The same server as `manage.py serve` runs."""
    import uvicorn

    config = uvicorn.Config(
        "config.asgi:application",
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        ws="carts.live.wire:Wire",
        ws_per_message_deflate=False,
        ws_ping_interval=5,
        ws_ping_timeout=4,
        ws_max_size=256 * 1024,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


def make(carts: int, products: int) -> None:
    """Migrate the run's database and fill it; what was made stands in `shop.json` of the run's folder."""
    from django.core.management import call_command

    from tests import migrated
    from tests.benchmarks.stream import world

    migrated.copy_for(os.environ)
    call_command("migrate", verbosity=0)
    (Path(os.environ["DATA_DIR"]) / "shop.json").write_text(json.dumps(world.make(carts, products)))


def adopt(environment: dict[str, str]) -> None:
    """Make this process one that was started with this environment; its errors go to the run's log."""
    from channels.layers import channel_layers
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    os.environ.clear()
    os.environ.update(environment | {"DJANGO_SETTINGS_MODULE": "config.settings"})
    sys.modules.pop("config.settings")
    settings._wrapped = empty
    connections._settings = None  # type: ignore[attr-defined]
    connections.__dict__.pop("settings", None)
    for alias in list(connections):
        if hasattr(connections._connections, alias):  # type: ignore[attr-defined]
            del connections[alias]
    channel_layers.backends = {}
    log = os.open(Path(environment["DATA_DIR"]) / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 2)


def obey(order: dict[str, Any]) -> None:
    """One child's whole life."""
    from tests.proofs.sabotage import apply

    adopt(order["environment"])
    apply(order["sabotage"])
    if "make" in order:
        make(*order["make"])
    else:
        serve(order["port"])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import uvicorn.protocols.http.httptools_impl
    import uvicorn.protocols.websockets.websockets_sansio_impl  # noqa: F401  imported once, before the forks

    import config.asgi  # noqa: F401
    import tests.benchmarks.stream.world  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)
            obey(json.loads(line))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
