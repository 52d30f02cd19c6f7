"""Pictures made for the tests: codes drawn by zxing-cpp, turned, and files that are no pictures."""

import io
import struct
import zlib

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

EAN = "4006381333931"
OTHER_EAN = "9506000134352"
Gray = npt.NDArray[np.uint8]


def drawn(text: str = EAN, kind: str = "EAN13", *, scale: int = 3) -> Gray:
    """A code in black on white with quiet zones."""
    barcode = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    bars = np.asarray(zxingcpp.write_barcode_to_image(barcode, scale=scale, add_quiet_zones=True), np.uint8)
    return np.pad(bars, 40, constant_values=255)


def turned(gray: Gray, degrees: float) -> Gray:
    """The picture turned about its centre on white."""
    return np.asarray(Image.fromarray(gray).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255))


def beside(*pictures: Gray) -> Gray:
    """Pictures in a row on white."""
    height = max(len(picture) for picture in pictures)
    return np.hstack([np.pad(p, ((0, height - len(p)), (0, 0)), constant_values=255) for p in pictures])


def file_of(gray: npt.NDArray[np.uint8], kind: str = "PNG", **options: object) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    Image.fromarray(gray).save(file, kind, **options)
    return file.getvalue()


def blank(width: int = 320, height: int = 240) -> Gray:
    """An empty frame."""
    return np.full((height, width), 200, np.uint8)


def stripes(degrees: float) -> Gray:
    """Irregular stripes whose across direction lies `degrees` off horizontal, clockwise as pixels count."""
    runs = np.random.default_rng(7).integers(1, 4, 100) * 4
    row = np.repeat(np.arange(100) % 2, runs)[:240].astype(np.uint8) * 255
    patch = np.full((400, 400), 255, np.uint8)
    patch[140:260, 80:320] = row
    matrix = cv2.getRotationMatrix2D((200, 200), -degrees, 1)
    return np.asarray(cv2.warpAffine(patch, matrix, (400, 400), borderValue=(255,)), np.uint8)


def png_that_claims(width: int, height: int) -> bytes:
    """A tiny PNG whose header names a size that its data does not have."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
