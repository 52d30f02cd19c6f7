"""Why there is no picture. Never the shopper's fault, and never a pass."""


class CameraError(Exception):
    """`code` is stable and is stored with the escalation; `detail` is for the store's staff."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


class PictureRefused(CameraError):
    """Something that is not decoded: `picture_too_large`, `picture_broken`, `picture_slow`, `cart_not_found`."""


class ChildFailed(CameraError):
    """The child gave no answer: `child_busy`, `child_slow`, `child_died`."""
