"""Codes as read at a till, and what they mean. Pure: no database, clock or I/O.

`read` takes any text and answers with a `Read` or an `Unreadable`; it never raises for one. The reader is our own over
GS1's published tables, without third-party code: biip 5.2, the Python parser nearest to it, reads (3922)1 as 0.1
instead of 0.01, misses Digital Links behind symbology identifiers, and took some eighty times as long for an EAN-13.

    _reading     which kind of code it is
    _numbers     GTINs, UPC-E, PLUs, in-store labels      _templates, _rules   layouts of labels, of regions and stores
    _elements    element strings                          _links               Digital Links
    _identifiers one value of one AI                      _ai_table, _linters, _coupons, _code_lists   GS1's tables
    _meaning     elements to weights, prices, dates       _keys                what the catalogue files under
"""

from inventory.barcodes._code_lists import EXPONENTS
from inventory.barcodes._keys import catalogue_key
from inventory.barcodes._read import Read, Unreadable
from inventory.barcodes._reading import KINDS, read
from inventory.barcodes._rules import REGIONS, StoreRules
from inventory.barcodes._templates import Template, parse_template

__all__ = [
    "EXPONENTS",
    "KINDS",
    "REGIONS",
    "Read",
    "StoreRules",
    "Template",
    "Unreadable",
    "catalogue_key",
    "parse_template",
    "read",
]
