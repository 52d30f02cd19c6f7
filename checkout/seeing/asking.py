"""Asking the process that sees."""

from collections.abc import Sequence
from typing import Final

from checkout.pictures._child import Child
from checkout.pictures.errors import ChildFailed
from checkout.seeing._wire import (
    ANSWERED,
    ENCODER,
    Asked,
    CompareAsked,
    Compared,
    LearnAsked,
    Learned,
    LookAsked,
    LookSeen,
    Refused,
)
from checkout.seeing.errors import SeeingFailed
from checkout.seeing.shapes import Edge, Reference

LOOK_SECONDS: Final = 8.0
LEARN_SECONDS: Final = 10.0
_child = Child("checkout.seeing._worker")


def frame_look(
    picture: bytes,
    *,
    references: Sequence[Reference],
    edges: Sequence[Edge] = (),
    px_per_mm: float = 0.0,
    previous: bytes = b"",
    seconds: float = LOOK_SECONDS,
) -> LookSeen:
    """What a picture (a JPEG made by `opening`) shows of at most 40 candidates' faces. Raises SeeingFailed."""
    answer = _asked(LookAsked(picture, list(references), list(edges), px_per_mm, previous), seconds)
    if not isinstance(answer, LookSeen):
        raise SeeingFailed("seeing_failed", "The process that looks at pictures answered something else.")
    return answer


def picture_learn(picture: bytes, *, product: int, face: str, height_mm: float = 0.0) -> Reference:
    """A catalogue picture's features. Raises SeeingFailed `seeing_refused` when it shows no pack that can be found."""
    answer = _asked(LearnAsked(picture, product, face, height_mm), LEARN_SECONDS)
    if not isinstance(answer, Learned):
        raise SeeingFailed("seeing_failed", "The process that looks at pictures answered something else.")
    return answer.reference


def lookalikes_of(one: Reference, others: Sequence[Reference]) -> list[Edge]:
    """Which of `others` look like `one`: edges from it (index -1) to indexes in `others`. Raises SeeingFailed."""
    answer = _asked(CompareAsked(one, list(others)), LEARN_SECONDS + 0.2 * len(others))
    if not isinstance(answer, Compared):
        raise SeeingFailed("seeing_failed", "The process that looks at pictures answered something else.")
    return answer.edges


def close() -> None:
    """Ends the process, if one runs."""
    _child.close()


def child_pid() -> int | None:
    """The running process, for those who measure it."""
    return _child.pid


def _asked(asked: Asked, seconds: float) -> object:
    try:
        answer = ANSWERED.decode(_child.ask(ENCODER.encode(asked), seconds=seconds))
    except ChildFailed as error:
        raise SeeingFailed("seeing_failed", error.detail) from error
    if isinstance(answer, Refused):
        raise SeeingFailed("seeing_refused", answer.detail)
    return answer
