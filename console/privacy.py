"""Which class of data each field of the console is in; see `inventory.privacy`."""

from collections.abc import Mapping

from inventory.privacy import Fields
from inventory.privacy.classes import FIGURES, SECRET, SESSION, STAFF

FIELDS: Mapping[str, Fields] = {
    "console.SecondFactor": Fields({STAFF: "id user enrolled_at", SECRET: "secret_sealed last_step"}),
    "console.RecoveryCode": Fields({SECRET: "id factor code_hash used_at"}),
    "console.StaffSession": Fields({SESSION: "id session user address agent began_at seen_at"}),
    "console.StoreMonth": Fields({FIGURES: "id store month losses until counted_at"}),
    "console.StoreDay": Fields({FIGURES: "id store day figures version counted_at"}),
}
