"""The decoding libraries behind one face. zbar is optional: without its shared library everything else works."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zxingcpp

from inventory.imaging._wire import Code

Gray = npt.NDArray[np.uint8]
Engine = Callable[[Gray], tuple[Code, ...]]

_FORMAT: Final = zxingcpp.BarcodeFormat
_BARS: Final = [_FORMAT.EANUPC, _FORMAT.Code128, _FORMAT.ITF, _FORMAT.DataBar]
# What stands on goods and vouchers. Fewer kinds are faster and give fewer false reads.
_ALL_FORMATS: Final = zxingcpp.BarcodeFormats([*_BARS, _FORMAT.QRCode, _FORMAT.DataMatrix])
_BAR_FORMATS: Final = zxingcpp.BarcodeFormats(_BARS)

_ZBAR_KINDS: Final = {
    # zbar's name: (ours, symbology identifier, the same if FNC1 occurs). It doesn't say whether a Code 128 or QR code
    # began with FNC1, so that those of GS1 are left to the reader to tell by their form.
    "EAN13": ("ean13", "]E0", "]E0"),
    "EAN8": ("ean8", "]E4", "]E4"),
    "CODE128": ("code128", "", "]C1"),
    "I25": ("itf", "]I0", "]I0"),
    "QRCODE": ("qrcode", "]Q1", "]Q3"),
    "DATABAR": ("databar", "]e0", "]e0"),
    "DATABAR_EXP": ("databar", "]e0", "]e0"),
}


def zxing(gray: Gray) -> tuple[Code, ...]:
    """All codes that zxing-cpp sees, in any quarter turn, smaller and inverted too."""
    return _zxing_codes(zxingcpp.read_barcodes(gray, formats=_ALL_FORMATS, text_mode=zxingcpp.TextMode.Plain))


def zxing_again(gray: Gray) -> tuple[Code, ...]:
    """As `zxing`, two thirds of its time: neither inverted nor smaller, which the first look has tried."""
    return _zxing_codes(
        zxingcpp.read_barcodes(
            gray, formats=_ALL_FORMATS, text_mode=zxingcpp.TextMode.Plain, try_invert=False, try_downscale=False
        )
    )


def zxing_bars(gray: Gray) -> tuple[Code, ...]:
    """Codes of upright bars only: for cut-outs that were turned already."""
    return _zxing_codes(
        zxingcpp.read_barcodes(
            gray, formats=_BAR_FORMATS, text_mode=zxingcpp.TextMode.Plain, try_rotate=False, try_invert=False
        )
    )


def _zxing_codes(found: list[Any]) -> tuple[Code, ...]:
    return tuple(
        Code(
            barcode.format.name.lower(),
            barcode.text,
            barcode.symbology_identifier + barcode.text,
            _corners(barcode.position),
        )
        for barcode in found
        if barcode.valid
    )


def _corners(at: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(p.x), float(p.y)) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))


@lru_cache(maxsize=1)
def zbar() -> Engine | None:
    """zbar as an engine, or None where libzbar is not installed."""
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError):
        return None
    kinds = [pyzbar.ZBarSymbol[name] for name in _ZBAR_KINDS]

    def engine(gray: Gray) -> tuple[Code, ...]:
        return tuple(_zbar_code(found.type, found.data, found.rect) for found in pyzbar.decode(gray, symbols=kinds))

    return engine


def _zbar_code(kind: str, data: bytes, box: Any) -> Code:
    text = data.decode("utf-8", "replace")
    symbology, plain, with_fnc1 = _ZBAR_KINDS[kind]
    left, top, right, bottom = (float(n) for n in (box.left, box.top, box.left + box.width, box.top + box.height))
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Code(symbology, text, (with_fnc1 if "\x1d" in text else plain) + text, corners)


def engine_names() -> tuple[str, ...]:
    """The engines that work on this machine, best first."""
    return ("zxing", "zbar") if zbar() else ("zxing",)
