"""Tells the simulated camera what truly lies in a cart. The simulation goes on without a camera."""

from collections.abc import Iterable
from urllib.parse import quote

import httpx

from .camera.scenes import SceneItem


class CameraLink:
    """Calls of a simulated camera at `url`; None means that the store has none."""

    def __init__(self, url: str | None, *, credentials: tuple[str, str] | None = None) -> None:
        self._url = url.rstrip("/") if url else None
        self._credentials = credentials

    async def show(self, cart: str, items: Iterable[SceneItem], lane: str) -> bool:
        """Puts a cart with its content under a lane's camera. False when there is no camera or it is away."""
        if self._url is None:
            return False
        body = {
            "lane": lane,
            "items": [{"code": item.code, "quantity": item.quantity, "hidden": item.hidden} for item in items],
        }
        try:
            async with httpx.AsyncClient(auth=self._credentials, timeout=5, trust_env=False) as http:
                answer = await http.put(f"{self._url}/scene/{quote(cart, safe='')}", json=body)
        except httpx.HTTPError:
            return False
        return answer.is_success
