"""The register of data: what is kept, why, how long, on what ground, and what erasure does with it.

    classes.py      the classes of data; the jobs that delete take their periods from here
    fields.py       which class each field of this app (and of Django's own tables) is in
    register.py     the fields of all apps, collected from each one's `privacy.py`
    page.py         docs/privacy.md, made from both
    subject.py      what is kept of one shopper, as data, and its erasure

Each app says in its own `privacy.py` what its fields are: `FIELDS`, by model. A field in no class fails the build.
"""

from inventory.privacy.classes import CLASSES, DataClass, Erasure, Fields
from inventory.privacy.fields import FIELDS

__all__ = ["CLASSES", "FIELDS", "DataClass", "Erasure", "Fields"]
