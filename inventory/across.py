"""What asks across tenants on purpose, and why. Everything else must name its tenant.

`inventory.tenant_guard` raises for the rest; a test finds entries that name nothing any more.
"""

from collections.abc import Mapping

SWEEP = "a sweep: finds rows whose time has come, whoever's they are, and works on each by its own key"
PLATFORM = "about the platform as a whole, for who runs it; no tenant is shown another's"
RESTORE = "a restored backup is of all tenants"

# Functions by file, with the reason of each.
_FILES: Mapping[str, tuple[str, str]] = {
    "carts/services/teaching.py": (SWEEP, "paid_trips_teach"),
    "carts/services/previews.py": (SWEEP, "previews_left"),
    "carts/services/retention.py": (SWEEP, "snapshots_expire traces_expire journal_archive _movable"),
    # What it runs is looked at by its own name; this is what has none, a list of a query made elsewhere.
    "carts/live/reads.py": (PLATFORM, "_clean"),
    "carts/selectors/stored.py": (PLATFORM, "find_trip"),
    "checkout/services/advancing.py": (SWEEP, "attempts_due _due"),
    "checkout/services/away.py": (SWEEP, "away_mend"),
    "checkout/services/cameras.py": (SWEEP, "cameras_check"),
    "checkout/services/closing.py": (SWEEP, "days_close"),
    "checkout/services/disputes.py": (SWEEP, "disputes_follow"),
    "checkout/services/draws.py": (SWEEP, "draws_bind draws_disclose"),
    "checkout/services/escalations.py": (SWEEP, "claims_expire"),
    "checkout/services/frames.py": (SWEEP, "frames_expire"),
    "checkout/services/idempotency.py": (SWEEP, "keys_expire"),
    "checkout/services/orphans.py": (SWEEP, "frames_compare"),
    "checkout/services/outbox.py": (SWEEP, "outbox_expire _due"),
    "checkout/services/pictures.py": (SWEEP, "pictures_learn"),
    "checkout/services/receipt_mail.py": (SWEEP, "mails_expire"),
    "checkout/services/refunding.py": (SWEEP, "refunds_due _due"),
    "checkout/services/restoring.py": (RESTORE, "restored_settle"),
    "checkout/services/sweeping.py": (SWEEP, "looks_recover tenders_mend checkouts_mend"),
    "checkout/services/teaching.py": (SWEEP, "pictures_teach"),
    "checkout/triggers.py": ("reads which columns a table has", "_columns"),
    "checkout/selectors/figures.py": (PLATFORM, "figures"),
    "checkout/selectors/usage.py": (PLATFORM, "usage_of_all"),
    "inventory/privacy/subject.py": (SWEEP, "expired_forget"),
    "inventory/selectors/stores.py": (PLATFORM, "store_by_code open_stores"),
    "inventory/services/audit.py": (PLATFORM, "audit_chains"),
    "inventory/services/audit_heads.py": (PLATFORM, "heads_export"),
    "inventory/services/catalogue_feeds.py": (SWEEP, "feeds_due"),
    "inventory/services/catalogue_import.py": (SWEEP, "files_sweep"),
    "inventory/services/import_jobs.py": (SWEEP, "imports_waiting"),
}
ACROSS: Mapping[str, str] = {f"{path}:{name}": why for path, (why, names) in _FILES.items() for name in names.split()}
# Fields beside keys and unique ones whose value only one tenant has.
LEADING: Mapping[str, tuple[str, ...]] = {
    "carts.JournalEntry": ("stream",),  # 122 random bits of the cart's own
    "checkout.IdempotencyKey": ("principal",),  # a device or a person
    "inventory.AuditEntry": ("chain", "subject"),  # a tenant's chain; a row by its key
    "inventory.Claim": ("holder",),  # a trip
}
