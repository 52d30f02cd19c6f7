"""Which class each field of `inventory` is in, and of the tables that Django brings."""

from collections.abc import Mapping

from inventory.privacy.classes import (
    AUDIT,
    CARD,
    DEED,
    GOODS,
    MACHINE,
    SECRET,
    SESSION,
    SETUP,
    SHOPPING,
    STAFF,
    UPLOAD,
    Fields,
)

FIELDS: Mapping[str, Fields] = {
    "inventory.Retailer": Fields({SETUP: "id name slug created_at active"}),
    "inventory.Store": Fields(
        {
            SETUP: "id retailer code name venue country currency currency_exponent tax_inclusive language timezone"
            " label_templates policy frame_hours active",
            MACHINE: "catalogue_version",
        }
    ),
    "inventory.Lane": Fields({SETUP: "id store name"}),
    "inventory.AuditChain": Fields({AUDIT: "name retailer position digest"}),
    "inventory.AuditEntry": Fields(
        {AUDIT: "id chain position retailer store actor actor_name action subject detail at previous digest"}
    ),
    "inventory.Category": Fields({GOODS: "id retailer name"}),
    "inventory.Product": Fields(
        {
            GOODS: "id retailer code name brand category sold_by net_volume_ml net_weight_g gross_weight_g packaging"
            " tax_rate_bp deposit_minor age_limit sale_from sale_until quantity_limit sale_stopped recalled"
            " recalled_batches active search_text updated_at"
        }
    ),
    "inventory.Barcode": Fields({GOODS: "id retailer product key pack_quantity"}),
    "inventory.ProductPicture": Fields({GOODS: "id product face image pack_height_mm"}),
    "inventory.Coupon": Fields({GOODS: "id retailer code promotion_coupon uses valid_from valid_until active"}),
    "inventory.MemberCard": Fields({CARD: "id retailer code ending active added_at"}),
    "inventory.Claim": Fields(
        {SHOPPING: "id retailer kind code number holder amount_minor taken_at redeemed_at"}, trip="holder"
    ),
    "inventory.CatalogueImport": Fields(
        {
            UPLOAD: "file problems samples",
            GOODS: "id store filename sha256 header mapping state rows created changed unchanged prices skip_problems"
            " dry_run problem_count checked_at applied_at",
            DEED: "actor",
        }
    ),
    "inventory.CatalogueFeed": Fields(
        {
            SETUP: "id store name url username host_key every_minutes mapping skip_problems active",
            SECRET: "sealed_password",
            MACHINE: "state detail failures next_at lease_until fetched_at sha256 etag last_import",
            DEED: "changed_by",
        }
    ),
    "inventory.Membership": Fields({STAFF: "id user retailer store role on_duty_since"}),
    "inventory.Price": Fields({GOODS: "id store product amount_minor valid_from valid_until source", DEED: "set_by"}),
    "inventory.Promotion": Fields({GOODS: "id store code name rule active"}),
    "inventory.RateWindow": Fields({MACHINE: "id retailer kind used ends_at"}),
    "inventory.StockMovement": Fields({GOODS: "id store product kind quantity reference at"}),
    "inventory.StockLevel": Fields({GOODS: "id store product quantity updated_at"}),
    "inventory.LearnedWeight": Fields({GOODS: "id store product belief mean_g sd_g observations updated_at"}),
    "inventory.WeightDay": Fields({GOODS: "id store product day mean_g sd_g observations note"}),
    "auth.User": Fields(
        {
            STAFF: "id username first_name last_name email is_staff is_active is_superuser date_joined last_login"
            " groups user_permissions",
            SECRET: "password",
        }
    ),
    "auth.Group": Fields({SETUP: "id name permissions"}),
    "auth.Permission": Fields({SETUP: "id name content_type codename"}),
    "contenttypes.ContentType": Fields({SETUP: "id app_label model"}),
    "sessions.Session": Fields({SESSION: "session_key session_data expire_date"}),
    "admin.LogEntry": Fields(
        {DEED: "id action_time user content_type object_id object_repr action_flag change_message"}
    ),
}
