"""Bytes to a table: CSV in UTF-8 with any usual separator, or the first sheet of an XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Final, NamedTuple

from inventory.errors import DomainError

MOST_BYTES: Final = 60 * 1024 * 1024
MOST_ROWS: Final = 250_000
MOST_COLUMNS: Final = 100
MOST_UNPACKED: Final = 400 * 1024 * 1024
SEPARATORS: Final = ",;\t|"


class ImportUnreadable(DomainError):
    """The file as a whole makes no sense; `detail` says what to do."""

    code = "import_unreadable"
    status = 400
    detail = "This file can't be read: send a CSV in UTF-8 or an XLSX, with the names of the columns in its first row."


class Table(NamedTuple):
    """A header, and rows with the number of their line in the file (the header is line 1). Cells are stripped text."""

    header: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]]


def read_table(data: bytes) -> Table:
    """The table in a file; raises ImportUnreadable for an empty, damaged, oversized or headless one."""
    if not data.strip():
        raise ImportUnreadable("This file is empty.")
    if len(data) > MOST_BYTES:
        raise ImportUnreadable(f"This file is larger than {MOST_BYTES >> 20} MB: send it in parts.")
    lines = _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    header: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if not header:
            header = _checked(cells)
            continue
        rows.append((number, cells))
        if len(rows) > MOST_ROWS:
            raise ImportUnreadable(f"This file has more than {MOST_ROWS} rows: send it in parts.")
    if not rows:
        raise ImportUnreadable("This file has no rows below its header.")
    return Table(header, rows)


def _checked(cells: tuple[str, ...]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    names = [cell for cell in cells if cell]
    if len(cells) > MOST_COLUMNS:
        raise ImportUnreadable(f"This file has more than {MOST_COLUMNS} columns.")
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ImportUnreadable(f"Two columns are named {twice!r}: give each its own name.")
    return cells


def _csv(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportUnreadable(
            f"Byte {error.start} is not UTF-8: save the file as CSV in UTF-8, or as XLSX."
        ) from error
    if "\x00" in text:
        raise ImportUnreadable("There are NUL characters in it: save the file as CSV in UTF-8, or as XLSX.")
    first = text.lstrip().split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    try:
        for cells in reader:
            yield reader.line_num, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        raise ImportUnreadable(f"Line {reader.line_num}: {error}.") from error


def _xlsx(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    import openpyxl  # loaded late: only spreadsheets need it

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise ImportUnreadable("This XLSX unpacks to more than is sensible: send a CSV.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, tuple(_cell(cell) for cell in cells)
    except ImportUnreadable:
        raise
    except Exception as error:  # openpyxl lets anything through from damaged files
        raise ImportUnreadable("This XLSX is damaged: open it and save it again, or send a CSV.") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    # Spreadsheets keep codes as numbers: 3850354001560.0 is meant as digits.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
