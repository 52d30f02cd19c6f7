"""Seeing: closed-set verification of packs and codes in a frame from above. Says what is there, never what is not.

    shapes, errors  what goes in and out            asking      ask the process that sees (`_child`, `_worker`, `_wire`)
    features        SIFT of catalogue and scene      posing      matches, votes, homographies, known size
    agreeing        structure, place by place        duelling    look-alikes against each other, where they differ
    looking         one frame                        believing   from measures to a calibrated chance
    marks           barcodes, a second sign          unknown     what matches nothing, pointed out

`looking` and what it uses are pure and need OpenCV; only the child imports them.
"""

from checkout.seeing._wire import CodeSeen, LookSeen
from checkout.seeing.asking import close, frame_look, lookalikes_of, picture_learn
from checkout.seeing.errors import SeeingFailed
from checkout.seeing.marks import marks_read, sharpness
from checkout.seeing.shapes import Edge, Reference, Region, Sight

__all__ = [
    "CodeSeen",
    "Edge",
    "LookSeen",
    "Reference",
    "Region",
    "SeeingFailed",
    "Sight",
    "close",
    "frame_look",
    "lookalikes_of",
    "marks_read",
    "picture_learn",
    "sharpness",
]
