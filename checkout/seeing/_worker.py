"""The process that sees: ``python -m checkout.seeing._worker``. Its pictures were made safe, its memory is limited."""

from functools import lru_cache
from typing import Final

import cv2
import msgspec
import numpy as np

from checkout.pictures._serving import serve
from checkout.seeing._wire import (
    ASKED,
    ENCODER,
    Answered,
    Asked,
    Compared,
    LearnAsked,
    Learned,
    LookAsked,
    LookSeen,
    Refused,
)
from checkout.seeing.features import Bytes, Pack, pack_of, reference_of, scene_of
from checkout.seeing.looking import THREADS, look, ways_of
from checkout.seeing.marks import codes_read
from checkout.seeing.posing import between
from checkout.seeing.shapes import Edge, Reference
from checkout.seeing.unknown import moved, unknown_regions

MEMORY_BYTES: Final = 1100 * 1024 * 1024
"""Of data, which counts reserved pages too; `make bench-vision` measures what it really uses (goal: 700 MB)."""
_KEPT_PACKS: Final = 160


def main() -> None:
    serve(_answer, memory_bytes=MEMORY_BYTES)


def _answer(request: bytes) -> bytes:
    try:
        return ENCODER.encode(_done(ASKED.decode(request)))
    except (ValueError, cv2.error, MemoryError, msgspec.MsgspecError) as error:
        return ENCODER.encode(Refused(f"{type(error).__name__}: {error}"[:160]))


def _done(asked: Asked) -> Answered:
    if isinstance(asked, LookAsked):
        return _look(asked)
    if isinstance(asked, LearnAsked):
        picture = _decoded(asked.picture)
        made = reference_of(picture, product=asked.product, face=asked.face, height_mm=asked.height_mm)
        return Learned(made)
    one = _pack(asked.one)
    edges = []
    for index, other in enumerate(asked.others):
        way = between(one, _pack(other))
        if way is not None:
            edges.append(Edge(-1, index, tuple(float(value) for value in way[0].ravel())))
    return Compared(edges)


def _look(asked: LookAsked) -> LookSeen:
    picture = _decoded(asked.picture)
    packs = [_pack(reference) for reference in asked.references]
    # OpenCV's own threads for the one large step; after it ours are the parallelism, and theirs would be in the way.
    cv2.setNumThreads(THREADS)
    scene = scene_of(picture)
    cv2.setNumThreads(1)
    sights = look(packs, ways_of(asked.edges), scene, asked.px_per_mm)
    regions = unknown_regions(picture, sights)
    if asked.previous:
        regions = [*moved(picture, _decoded(asked.previous), sights), *regions]
    return LookSeen(sights, codes_read(picture), regions, asked.px_per_mm)


def _decoded(data: bytes) -> Bytes:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture")
    return np.asarray(picture, np.uint8)


@lru_cache(maxsize=_KEPT_PACKS)
def _pack(reference: Reference) -> Pack:
    return pack_of(reference)


if __name__ == "__main__":
    main()
