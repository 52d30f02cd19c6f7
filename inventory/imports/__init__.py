"""Catalogue files: read (CSV, XLSX), mapped to fields, and checked row by row. Touches no database.

_tables   bytes to a header and rows        _fields   what a column can mean, and guessing it from its name
_rows     a row to an entry, or to problems with their reasons
"""

from inventory.imports._fields import FIELDS, Field, guess_mapping, mapping_from_text
from inventory.imports._rows import Entry, Problem, parse_rows
from inventory.imports._tables import ImportUnreadable, Table, read_table

__all__ = [
    "FIELDS",
    "Entry",
    "Field",
    "ImportUnreadable",
    "Problem",
    "Table",
    "guess_mapping",
    "mapping_from_text",
    "parse_rows",
    "read_table",
]
