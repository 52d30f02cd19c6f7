"""Threads that decode a type for the first time at the same moment: safe once the server has started, deadly before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Each round has types of its own that nobody has decoded before, as a server's are when killed carts come back to it.
RACE = """
import sys, threading
import msgspec

ROUNDS, THREADS = 200, 8
SOURCE = '''
from __future__ import annotations
class A{n}(msgspec.Struct, array_like=True):
    x: int = 0
    y: float | None = None
class B{n}(msgspec.Struct, array_like=True):
    a: list[A{n}] = []
    c: dict[str, A{n}] = {{}}
class C{n}(msgspec.Struct):
    b: B{n}
    d: list[B{n}] = []
    e: A{n} | None = None
'''
for n in range(ROUNDS):
    exec(SOURCE.format(n=n))
if sys.argv[1] == "started":
    import config.asgi
sys.setswitchinterval(1e-6)
for n in range(ROUNDS):
    a, b, c = (globals()[f"{name}{n}"] for name in "ABC")
    data = msgspec.msgpack.encode(c(b=b(a=[a()]), d=[b()], e=a()))
    gate = threading.Barrier(THREADS)

    def decode():
        gate.wait()
        msgspec.msgpack.decode(data, type=c)

    threads = [threading.Thread(target=decode) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def raced(how: str, folder: Path) -> int:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "BROKER_URL"}
    }
    own = kept | {"DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", RACE, how], env=own, capture_output=True, check=False, timeout=120)
    return done.returncode


def test_a_started_server_decodes_in_many_threads_at_once(tmp_path: Path) -> None:
    assert raced("started", tmp_path) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a fault may end a process in another way")
def test_without_it_the_process_dies(tmp_path: Path) -> None:
    """The control. When this fails, msgspec has been mended, and resolve_structs can go."""
    assert raced("unprepared", tmp_path) == -signal.SIGSEGV
