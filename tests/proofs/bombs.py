"""Crafted bombs and broken pictures through the process that opens strangers' pictures (``--count``, ``--control``).

What must hold: this process never dies and each picture is opened or refused with a code; the child stays under 256 MB
(the most it ever had, VmHWM) and answers or is ended within 2 s and a second's grace; an honest picture is opened after
some. ``--control`` opens the same pictures with no limits of ours, each in a process of its own, and must see one hurt.
"""

import argparse
import io
import random
import struct
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from checkout.pictures import PictureRefused, close, opening, picture_open

MOST_MB: Final = 256
MOST_S: Final = 3.0
CODES: Final = frozenset({"picture_too_large", "picture_broken", "picture_slow"})


class Seen(NamedTuple):
    """Of all pictures: how they ended, the most memory of any child (MB) and the longest answer (s)."""

    ends: Counter[str]
    megabytes: float
    seconds: float
    faults: list[str]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, *, depth: int = 8, colour: int = 2, more: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def honest(kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.effect_mandelbrot((640, 360), (-2, -1, 1, 1), 60).convert("RGB").save(file, kind)
    return file.getvalue()


def huge(chance: random.Random) -> bytes:
    """Says that it has up to 2 thousand million pixels; a few bytes that swell."""
    side = chance.choice([5_000, 30_000, 46_000, 2**31 - 1])
    return png(side, chance.choice([side, 1, 4_000]), zlib.compress(bytes(chance.randrange(1, 4_000_000)), 9))


def just_allowed(chance: random.Random) -> bytes:
    """As many pixels as are taken, 64 bits each."""
    height = chance.choice([1, 2_000, 4_000])
    width = 15_900_000 // height if height > 1 else 65_000
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + 8 * width)) for _ in range(min(height, 64))) + rows.flush()
    return png(width, height, data, depth=16, colour=6)


def text_bomb(chance: random.Random) -> bytes:
    swollen = zlib.compress(b"a" * chance.randrange(1, 80) * 1_000_000, 9)
    more = chunk(b"zTXt", b"Comment\0\0" + swollen) + chunk(b"iCCP", b"x\0\0" + swollen)
    return png(8, 8, zlib.compress(bytes(8 * 25)), more=more * chance.randrange(1, 4))


def cut(chance: random.Random) -> bytes:
    whole = honest(chance.choice(["JPEG", "PNG", "WEBP"]))
    return whole[: chance.randrange(len(whole))]


def bitten(chance: random.Random) -> bytes:
    whole = bytearray(honest(chance.choice(["JPEG", "PNG", "WEBP"])))
    for _ in range(chance.randrange(1, 60)):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


def many_scans(chance: random.Random) -> bytes:
    """A progressive JPEG whose scans are repeated: each must be decoded again."""
    file = io.BytesIO()
    side = chance.choice([600, 1900, 3900])
    Image.effect_noise((side, side), 90).convert("RGB").save(file, "JPEG", progressive=True, quality=30)
    whole = file.getvalue()
    last = whole.rfind(b"\xff\xda")
    return whole[:last] + whole[last:-2] * chance.choice([10, 400]) + b"\xff\xd9"


def lying_size(chance: random.Random) -> bytes:
    whole = bytearray(honest("JPEG"))
    at = whole.find(b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack(">HH", chance.choice([1, 65_500, 3_999]), chance.choice([1, 65_500, 3_999]))
    return bytes(whole)


def other_kind(chance: random.Random) -> bytes:
    size = (chance.randrange(16, 300), chance.randrange(16, 300))
    file = io.BytesIO()
    Image.new("RGB", size).save(file, chance.choice(["GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX"]))
    return file.getvalue()


def noise(chance: random.Random) -> bytes:
    begin = chance.choice(
        [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\x7fWEBPVP8L", b"%!PS-Adobe-3.0\n"]
    )
    return begin + chance.randbytes(chance.choice([0, 10, 5_000, 7_000_000]))


KINDS: Final[tuple[Callable[[random.Random], bytes], ...]] = (
    huge, just_allowed, text_bomb, cut, bitten, many_scans, lying_size, other_kind, noise,
)  # fmt: skip


def crafted(count: int, seed: int) -> list[tuple[str, bytes]]:
    chance = random.Random(seed)
    return [(kind.__name__, kind(chance)) for kind in (KINDS[number % len(KINDS)] for number in range(count))]


def most_memory(pid: int | None) -> float:
    """VmHWM of a process in MB; 0 when it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024 if "VmHWM:" in status else 0.0


def run(count: int, seed: int) -> Seen:
    ends: Counter[str] = Counter()
    most, longest, faults = 0.0, 0.0, []
    good = honest()
    picture_open(good)
    for number, (kind, data) in enumerate(crafted(count, seed)):
        began = time.monotonic()
        try:
            opened = picture_open(data)
            end = "opened"
            if max(opened.width, opened.height) > 1920:
                faults.append(f"{number} {kind}: {opened.width} x {opened.height} came through")
        except PictureRefused as error:
            end = error.code
        took = time.monotonic() - began
        ends[end] += 1
        longest = max(longest, took)
        most = max(most, most_memory(opening.child_pid()))
        if end not in CODES | {"opened"}:
            faults.append(f"{number} {kind}: {end}")
        if took > MOST_S:
            faults.append(f"{number} {kind}: {took:.1f} s")
        if number % 10 == 0 and picture_open(good).width != 640:
            faults.append(f"{number} {kind}: an honest picture was not opened after it")
    close()
    if most > MOST_MB:
        faults.append(f"the child had {most:.0f} MB")
    return Seen(ends, most, longest, faults)


def control(count: int, seed: int) -> bool:
    """Whether the same pictures hurt a process without limits: more memory or time than is allowed, or its end."""
    code = (
        "import io, sys, resource\nfrom PIL import Image\nImage.MAX_IMAGE_PIXELS = None\n"
        "try: Image.open(io.BytesIO(sys.stdin.buffer.read())).convert('RGB')\nexcept Exception: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    # At most 1.5 GB, so that the machine itself is not what breaks.
    for _, data in crafted(count, seed):
        asked = ["prlimit", f"--as={1536 * 1024 * 1024}", sys.executable, "-c", code]
        try:
            done = subprocess.run(asked, input=data, capture_output=True, timeout=10, check=False)
        except subprocess.TimeoutExpired:
            return True
        if done.returncode != 0 or int(done.stdout or b"0") > MOST_MB:
            return True
    return False


def told(count: int, seed: int) -> tuple[int, str]:
    """The proof's status and its words."""
    seen = run(count, seed)
    ends = ", ".join(f"{number} {end}" for end, number in seen.ends.most_common())
    lines = [f"seed {seed}: {count} pictures ({ends})", f"child {seen.megabytes:.0f} MB, {seen.seconds:.2f} s at most"]
    lines += [f"FAULT {fault}" for fault in seen.faults]
    return (1 if seen.faults else 0), "\n".join([*lines, "fails" if seen.faults else "holds"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="open them without limits; must be noticed")
    asked = parser.parse_args()
    if asked.control:
        noticed = control(asked.count, asked.seed)
        sys.stdout.write(f"seed {asked.seed}, without limits: {'noticed' if noticed else 'NOT NOTICED'}\n")
        return 0 if noticed else 1
    status, words = told(asked.count, asked.seed)
    sys.stdout.write(words + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
