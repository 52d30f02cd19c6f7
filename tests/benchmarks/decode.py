"""What is read in pictures of barcodes: ``python -m tests.benchmarks.decode [FOLDER]``.

For pyzbar alone, zxing-cpp alone and ours, at four angles, by set: hits, false reads and milliseconds a picture, files
decoded and the child process included. The catalogue is the contents of all pictures of the folder. A false read is
one that the catalogue has but the picture does not; "other" are codes that the catalogue lacks, which count for
nothing at the till. A picture is turned about its centre on a canvas that grows, with repeated edges.
"""

import csv
import io
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from inventory.imaging import close_decoder, decode_image, decoding_engines
from inventory.imaging._engines import Gray, zbar, zxing
from inventory.imaging._opening import open_gray

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "barcodes"
ANGLES = (0, 15, 30, 45)
Reader = Callable[[bytes], Iterable[str]]


@dataclass
class Tally:
    """Figures of one set, reader and angle."""

    wanted: int = 0
    hits: int = 0
    false: list[str] = field(default_factory=list)
    other: int = 0
    hit_ms: list[float] = field(default_factory=list)
    empty_ms: list[float] = field(default_factory=list)

    def add(self, more: "Tally") -> None:
        """Adds another tally's figures."""
        self.wanted, self.hits, self.other = self.wanted + more.wanted, self.hits + more.hits, self.other + more.other
        self.false += more.false
        self.hit_ms += more.hit_ms
        self.empty_ms += more.empty_ms


def clean(text: str) -> str:
    """A content without the differences of line ends and padding that transcripts have."""
    return " ".join(text.replace("\r", "\n").split(" ")).strip().replace("\n\n", "\n")


def turned(data: bytes, degrees: int) -> bytes:
    """The picture turned, as PNG."""
    gray = open_gray(data)
    if degrees:
        height, width = gray.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
        size = (int(height * sine + width * cosine) + 1, int(height * cosine + width * sine) + 1)
        matrix[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
        gray = np.asarray(cv2.warpAffine(gray, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    file = io.BytesIO()
    Image.fromarray(gray).save(file, "PNG", compress_level=1)
    return file.getvalue()


def readers(catalogue: set[str]) -> dict[str, Reader]:
    """The three that are compared; pyzbar only where libzbar is."""

    def known(code: str) -> bool:
        return clean(code[3:] if code.startswith("]") else code) in catalogue

    def ours(data: bytes) -> Iterable[str]:
        decoding = decode_image(data, known=known, timeout_seconds=10)
        return [found.text for found in ((decoding.found,) if decoding.found else decoding.unknown)]

    def alone(engine: Callable[[Gray], Iterable[object]]) -> Reader:
        return lambda data: [getattr(code, "text", "") for code in engine(open_gray(data))]

    second = zbar()
    return ({"pyzbar": alone(second)} if second else {}) | {"zxing-cpp": alone(zxing), "ours": ours}


def tally(reader: Reader, pictures: list[tuple[str, str, str, bytes]], catalogue: set[str]) -> dict[str, Tally]:
    """Figures by set."""
    sets: dict[str, Tally] = defaultdict(Tally)
    for name, group, wanted, data in pictures:
        started = time.perf_counter()
        texts = {clean(text) for text in reader(data)}
        took = (time.perf_counter() - started) * 1000
        found = sets[group]
        found.wanted += bool(wanted)
        if wanted and wanted in texts:
            found.hits += 1
            found.hit_ms.append(took)
        elif not texts & catalogue:
            found.empty_ms.append(took)
        found.false += [f"{name}: {text}" for text in texts & catalogue if text != wanted]
        found.other += len(texts - catalogue)
    return sets


def line(name: str, angle: int, group: str, found: Tally) -> str:
    """One line of the table."""
    return (
        f"{name:10} {angle:3} {group:22} {found.hits:4}/{found.wanted:<4} {len(found.false):5} {found.other:5} "
        f"{percentile(found.hit_ms, 50)} {percentile(found.hit_ms, 95)} {percentile(found.empty_ms, 95)}"
    )


def percentile(values: list[float], share: int) -> str:
    """Milliseconds, or a dash."""
    return f"{np.percentile(values, share):7.1f}" if values else "      -"


def pictures_of(folder: Path) -> list[tuple[str, str, str, bytes]]:
    """File, set, content and bytes of each picture of the folder."""
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["file"], row["set"], clean(row["text"]), (folder / row["file"]).read_bytes())
            for row in csv.DictReader(file)
        ]


def judge(totals: dict[tuple[str, int], Tally], sets: dict[tuple[str, int], dict[str, Tally]]) -> bool:
    """Prints whether each bar is met."""
    upright = totals["ours", 0]
    below = [name for name, found in sets["ours", 0].items() if found.hits < sets["zxing-cpp", 0][name].hits]
    turned_share = min(totals["ours", angle].hits / max(1, upright.hits) for angle in ANGLES[1:])
    hit, empty = (float(np.percentile(values, 95)) for values in (upright.hit_ms, upright.empty_ms))
    bars = {
        f"no set below zxing-cpp alone: {below or 'none'}": not below,
        f"turned at least 95 % of upright: {100 * turned_share:.1f} %": turned_share >= 0.95,
        f"p95 of a hit at most 50 ms: {hit:.1f}": hit <= 50,
        f"p95 of an empty frame at most 300 ms: {empty:.1f}": empty <= 300,
    }
    for bar, met in bars.items():
        print(f"{'met   ' if met else 'missed'} {bar}")
    return all(bars.values())


def main(arguments: list[str]) -> int:
    """Prints the table; 1 when a bar is missed, 2 when there is no material."""
    folder = Path(arguments[0]) if arguments else DEFAULT
    if not (folder / "expected.csv").exists():
        print(f"No pictures at {folder}: nothing was measured. Give their folder as the argument.")
        return 2
    print(f"engines: {', '.join(decoding_engines())}")
    pictures = pictures_of(folder)
    catalogue = {wanted for _, _, wanted, _ in pictures if wanted}
    print("reader     deg set                         hits false other  p50 ms  p95 ms   empty")
    totals: dict[tuple[str, int], Tally] = defaultdict(Tally)
    sets: dict[tuple[str, int], dict[str, Tally]] = {}
    for angle in ANGLES:
        shown = [(name, group, wanted, turned(data, angle)) for name, group, wanted, data in pictures]
        for name, reader in readers(catalogue).items():
            sets[name, angle] = tally(reader, shown, catalogue)
            for group, found in sorted(sets[name, angle].items()):
                print(line(name, angle, group, found))
                totals[name, angle].add(found)
    for (name, angle), found in sorted(totals.items()):
        print(line(name, angle, "all", found))
    for (name, angle), found in totals.items():
        for false in found.false:
            print(f"  false read by {name} at {angle}: {false}")
    close_decoder()
    return 0 if judge(totals, sets) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
