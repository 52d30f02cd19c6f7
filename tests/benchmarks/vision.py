"""Packs in scenes from above (``--scenes FOLDER``): what is confirmed, what is made up, what it costs.

Half of the scenes (the even ones) may teach (``--fit`` prints the weights for `checkout.seeing.believing`); the bar is
read on the other half. A scene has three frames. Baskets: the honest one; and swapped ones, where an item that lies
there at least half visible, the only one of its kind, is charged as a look-alike that does not.
"""

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from checkout.evidence import FrameSeen, Pack, Question, add_up, compare
from checkout.seeing import Edge, Reference, Sight, asking, frame_look, lookalikes_of, picture_learn
from checkout.seeing.believing import Signs, terms

FRAMES = 3
CANDIDATES = 40
SWAP = "swap whose real item is half visible, found"
TWINS = "  the same, more pieces of it show a face than are charged"
HIDDEN = "  the same, no more show a known face than are charged"
CLEARED = "any of these swaps, cleared by the camera"
KNOWN = 0.3
"""How much of a known face must show for a piece to count as one that could be seen."""
BAR = {
    "60 % or more of a known face visible, confirmed": (">=", 92.0),
    "30 to 60 % visible, confirmed": (">=", 80.0),
    "absent, reported seen": ("<=", 0.5),
    "absent look-alike, reported seen": ("<=", 3.0),
    SWAP: (">=", 88.0),
    TWINS: (">=", 88.0),
    HIDDEN: ("", 0.0),
    CLEARED: ("<=", 0.0),
    "honest basket accused": ("<=", 3.0),
}


class Looked(NamedTuple):
    """One frame of a scene: what lies there and what was seen."""

    scene: str
    frame: int
    truth: list[dict[str, Any]]
    sights: list[Sight]
    size: tuple[int, int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=Path, default=Path("../shared/scenes"))
    parser.add_argument("--fit", action="store_true", help="print weights learned from the even scenes")
    asked = parser.parse_args()
    if not (asked.scenes / "truth.json").exists():
        print(f"There are no scenes in {asked.scenes}: give --scenes FOLDER.")
        return 2
    products = list(csv.DictReader((asked.scenes / "products.csv").open()))
    references, edges = catalogue(asked.scenes, products)
    looked, seconds, megabytes = look_at(asked.scenes, references, edges)
    if asked.fit:
        print(fit([item for item in looked if int(item.scene) % 2 == 0], products))
        return 0
    held_out = [item for item in looked if int(item.scene) % 2 == 1]
    return show(products, edges, held_out, looked, seconds, megabytes)


def catalogue(folder: Path, products: Sequence[dict[str, str]]) -> tuple[list[Reference], list[Edge]]:
    """References of the products and, up to 40, of mirrored pictures that lie in no scene; and who looks like whom."""
    references = []
    for number, product in enumerate(products):
        data = (folder / product["reference"]).read_bytes()
        references.append(picture_learn(data, product=number, face="front", height_mm=float(product["height_mm"])))
    for number in range(CANDIDATES - len(products)):
        image = np.asarray(cv2.imread(str(folder / products[number]["reference"])))
        data = cv2.imencode(".png", np.ascontiguousarray(image[:, ::-1]))[1].tobytes()
        references.append(picture_learn(data, product=1000 + number, face="front", height_mm=235))
    edges = []
    for one in range(len(references)):
        rest = references[one + 1 :]
        found = lookalikes_of(references[one], rest) if rest else []
        edges += [Edge(one, one + 1 + edge.other, edge.matrix) for edge in found]
    return references, edges


def look_at(folder: Path, references: list[Reference], edges: list[Edge]) -> tuple[list[Looked], list[float], float]:
    """Every frame, the seconds that each took, and the most memory that the seeing process had (MB)."""
    truth = json.loads((folder / "truth.json").read_text())
    looked, seconds, worked = [], [], []
    for scene, objects in truth["scenes"].items():
        for frame in range(FRAMES):
            data = (folder / f"{scene}_{frame}.jpg").read_bytes()
            began, before = time.perf_counter(), cpu_seconds()
            seen = frame_look(data, references=references, edges=edges, px_per_mm=truth["px_per_mm"], seconds=300)
            seconds.append(time.perf_counter() - began)
            worked.append(cpu_seconds() - before)
            looked.append(Looked(scene, frame, objects, list(seen.sights), (1920, 1080)))
    status = Path(f"/proc/{asking.child_pid()}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    print(
        f"{len(worked)} frames, CPU seconds a frame on two threads: "
        f"median {np.median(worked):.2f}, p95 {np.percentile(worked, 95):.2f}, most {max(worked):.2f}; "
        f"load average {os.getloadavg()[0]:.1f}"
    )
    return looked, seconds, peak / 1024


def cpu_seconds() -> float:
    """What the process that sees has worked so far; on a busy machine this tells more than a clock on the wall."""
    if asking.child_pid() is None:
        return 0.0
    fields = Path(f"/proc/{asking.child_pid()}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_at(sight: Sight, item: dict[str, Any], size: tuple[int, int]) -> bool:
    """Whether a sight lies where the item does."""
    one = np.array([[x * size[0], y * size[1]] for x, y in sight.quad], np.float32)
    other = np.array(item["quad"], np.float32)
    shared, _ = cv2.intersectConvexConvex(one, other)
    return float(shared) > 0.3 * (cv2.contourArea(one) + cv2.contourArea(other) - float(shared))


def sure(sights: Sequence[Sight]) -> list[Sight]:
    from checkout.evidence import SURE

    return [sight for sight in sights if sight.confidence >= SURE]


def show(
    products: Sequence[dict[str, str]], edges: list[Edge], held_out: list[Looked], every: list[Looked],
    seconds: list[float], megabytes: float,
) -> int:  # fmt: skip
    tables = [measure(products, edges, items) for items in (held_out, every)]
    print(f"{'':56}{'bar':>9}{'held out':>22}{'all scenes':>22}")
    good = True
    for name, (sign, limit) in BAR.items():
        cells = []
        for table in tables:
            hits, of = table[name]
            cells.append(f"{100 * hits / max(1, of):.1f} % ({hits}/{of})")
        hits, of = tables[0][name]
        value = 100 * hits / max(1, of)
        good &= not sign or (value >= limit if sign == ">=" else value <= limit)
        print(f"{name:56}{sign and sign + f' {limit:g} %':>9}{cells[0]:>22}{cells[1]:>22}")
    p95 = float(np.percentile(seconds, 95))
    print(f"{f'a frame with {CANDIDATES} candidates, p95':56}{'<= 2.5 s':>9}{f'{p95:.2f} s':>22}")
    print(f"{'  median':56}{'':>9}{f'{np.median(seconds):.2f} s':>22}")
    print(f"{'most memory of the process that sees':56}{'<= 700 MB':>9}{f'{megabytes:.0f} MB':>22}")
    return 0 if good and megabytes <= 700 else 1


def measure(
    products: Sequence[dict[str, str]], edges: list[Edge], looked: Sequence[Looked]
) -> dict[str, tuple[int, int]]:
    """Hits and trials by name."""
    skus = [product["sku"] for product in products]
    families = {product["sku"]: product["family"] for product in products}
    counts = {name: [0, 0] for name in BAR}

    def count(name: str, hit: bool) -> None:
        counts[name][0] += hit
        counts[name][1] += 1

    for item in looked:
        certain = sure(item.sights)
        for thing in item.truth:
            if thing["sku"] is None or thing["face"] != "front" or thing["visible"] < KNOWN:
                continue
            name = "60 % or more of a known face visible, confirmed" if thing["visible"] >= 0.6 else (
                "30 to 60 % visible, confirmed"
            )  # fmt: skip
            number = skus.index(thing["sku"])
            count(name, any(sight.product == number and is_at(sight, thing, item.size) for sight in certain))
        there = {thing["sku"] for thing in item.truth}
        kin = {families[sku] for sku in there if sku}
        reported = {sight.product for sight in certain}
        for number, sku in enumerate(skus):
            if sku not in there:
                alike = families[sku] in kin
                count("absent look-alike, reported seen" if alike else "absent, reported seen", number in reported)
        for number in range(1000, 1000 + CANDIDATES - len(skus)):
            count("absent, reported seen", number in reported)
    for name, hit in baskets(skus, families, edges, looked):
        count(name, hit)
    return {name: (hits, of) for name, (hits, of) in counts.items()}


def baskets(
    skus: list[str], families: dict[str, str], edges: list[Edge], looked: Sequence[Looked]
) -> Iterator[tuple[str, bool]]:
    """The honest basket of each scene, and each swap that its look-alikes allow."""
    alike: dict[int, set[int]] = {}
    for edge in edges:
        alike.setdefault(edge.one, set()).add(edge.other)
        alike.setdefault(edge.other, set()).add(edge.one)
    kin = {product: frozenset(others) for product, others in alike.items()}
    for scene in sorted({item.scene for item in looked}):
        items = [item for item in looked if item.scene == scene]
        frames = [
            FrameSeen((), tuple(Pack(sight.product, sight.quad, sight.confidence) for sight in item.sights))
            for item in items
        ]
        things = [thing for thing in items[0].truth if thing["sku"]]
        honest: dict[int, int] = {}
        for thing in things:
            honest[skus.index(thing["sku"])] = honest.get(skus.index(thing["sku"]), 0) + 1
        seen = add_up(frames)
        findings = compare(honest, [], seen, kin)
        yield "honest basket accused", bool({"not_in_basket", "look_alike_seen"} & set(findings.reasons))
        there = {thing["sku"] for thing in things}
        for thing in things:
            real = skus.index(thing["sku"])
            if thing["face"] != "front" or thing["visible"] < 0.5:
                continue
            # Where another piece of the real item lies below or shows another face, all that can be seen is charged.
            shown = sum(
                one["sku"] == thing["sku"] and one["face"] == "front" and one["visible"] >= KNOWN for one in things
            )
            name = SWAP if honest[real] == 1 else TWINS if shown == honest[real] else HIDDEN
            for other, sku in enumerate(skus):
                if families[sku] == families[thing["sku"]] and sku not in there:
                    basket = {**honest, other: 1, real: honest[real] - 1}
                    found = compare(basket, [Question(kind="mismatch", products=(other,))], seen, kin)
                    accused = {sight.product for sight in found.sights if sight.finding == "not_in_basket"}
                    yield name, real in accused
                    yield CLEARED, found.clear


def fit(looked: Sequence[Looked], products: Sequence[dict[str, str]]) -> str:
    """Logistic regression (Newton's method, L2) of "it is this product" on the signs of each sight."""
    skus = [product["sku"] for product in products]
    rows, right = [], []
    for item in looked:
        for sight in item.sights:
            signs = Signs(sight.inliers, sight.agreement, sight.correlation, sight.margin, sight.area_ratio)
            rows.append((1.0, *terms(signs)))
            things = [thing for thing in item.truth if thing["face"] == "front" and thing["sku"]]
            right.append(any(skus.index(t["sku"]) == sight.product and is_at(sight, t, item.size) for t in things))
    x, y = np.array(rows), np.array(right, float)
    weights, ridge = np.zeros(x.shape[1]), np.diag([0.0] + [0.5] * (x.shape[1] - 1))
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        step = x.T @ (y - chance) - ridge @ weights
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + ridge + 1e-9 * np.eye(x.shape[1])
        weights += np.linalg.solve(curvature, step)
    numbers = ", ".join(f"{weight:.2f}" for weight in weights[1:])
    return f"{len(y)} sights, {int(y.sum())} right\nINTERCEPT = {weights[0]:.2f}\nWEIGHTS = ({numbers})"


if __name__ == "__main__":
    sys.exit(main())
