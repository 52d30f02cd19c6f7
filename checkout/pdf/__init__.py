"""A receipt as PDF, in fonts that come with the library.

_sheets    the sizes of paper, and what suits them
_fonts     fonts, and text that they can show
_story     what stands on the receipt, from top to bottom
_making    the document of it
"""

from checkout.pdf._making import receipt_bytes
from checkout.pdf._sheets import SHEETS

__all__ = ["SHEETS", "receipt_bytes"]
