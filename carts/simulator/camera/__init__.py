"""A simulated overhead camera: a real HTTP server whose pictures show what is truly in the cart."""

from .scenes import SceneItem, SceneRefusedError, Scenes
from .server import SimulatedCamera

__all__ = ["SceneItem", "SceneRefusedError", "Scenes", "SimulatedCamera"]
