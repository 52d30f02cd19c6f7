"""Who may do what: one table. Roles come from `Membership`, for a store or for all stores of a retailer."""

from collections.abc import Mapping
from enum import StrEnum

from inventory.models.people import Role


class Action(StrEnum):
    """What people do in the console and the admin."""

    SEE_BOARD = "see_board"
    SEE_TRIP = "see_trip"
    SEE_PICTURES = "see_pictures"
    REVIEW = "review"
    REFUSE = "refuse"
    COMMAND_CART = "command_cart"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_CARTS = "manage_carts"
    MANAGE_STAFF = "manage_staff"
    MANAGE_POLICY = "manage_policy"
    SEE_REPORTS = "see_reports"
    REFUND = "refund"
    SEE_AUDIT = "see_audit"
    MANAGE_TENANTS = "manage_tenants"


WORDS: Mapping[Action, str] = {
    Action.SEE_BOARD: "See the board and the fleet",
    Action.SEE_TRIP: "See trips, reviews and disputes",
    Action.SEE_PICTURES: "See pictures of an escalation",
    Action.REVIEW: "Take and decide reviews",
    Action.REFUSE: "Refuse a checkout",
    Action.COMMAND_CART: "Send a cart a command",
    Action.MANAGE_CATALOGUE: "Change catalogue, weights and stock",
    Action.MANAGE_CARTS: "Manage carts and cameras",
    Action.MANAGE_STAFF: "Manage staff",
    Action.MANAGE_POLICY: "Change the policy",
    Action.SEE_REPORTS: "See reports",
    Action.REFUND: "Give money back, close the day",
    Action.SEE_AUDIT: "See the audit log",
    Action.MANAGE_TENANTS: "Manage retailers and stores",
}

_ASSOCIATE = frozenset({Action.SEE_BOARD, Action.SEE_TRIP, Action.SEE_PICTURES, Action.REVIEW, Action.COMMAND_CART})
_SUPERVISOR = _ASSOCIATE | {Action.REFUSE, Action.REFUND, Action.SEE_REPORTS, Action.MANAGE_CARTS}
_MANAGER = _SUPERVISOR | {Action.MANAGE_CATALOGUE, Action.MANAGE_STAFF, Action.MANAGE_POLICY, Action.SEE_AUDIT}
# Reads everything, changes nothing.
_AUDITOR = frozenset({Action.SEE_BOARD, Action.SEE_TRIP, Action.SEE_PICTURES, Action.SEE_REPORTS, Action.SEE_AUDIT})
# Runs the platform for all tenants, and has no business in their pictures, reviews or money.
_OPERATOR = frozenset(
    {
        Action.SEE_BOARD,
        Action.SEE_TRIP,
        Action.MANAGE_CATALOGUE,
        Action.MANAGE_CARTS,
        Action.MANAGE_STAFF,
        Action.MANAGE_POLICY,
        Action.SEE_REPORTS,
        Action.SEE_AUDIT,
        Action.MANAGE_TENANTS,
    }
)

ROLES: Mapping[Role, frozenset[Action]] = {
    Role.ASSOCIATE: _ASSOCIATE,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.MANAGER: _MANAGER,
    Role.AUDITOR: _AUDITOR,
    Role.OPERATOR: _OPERATOR,
}


def roles_with(action: Action) -> list[Role]:
    """The roles that may do this."""
    return [role for role, actions in ROLES.items() if action in actions]


class Scope(StrEnum):
    """What a token of a retailer's own system may do; a token has those that it was made with, and no others."""

    READ_ORDERS = "orders:read"
    READ_DAYS = "days:read"
    CLOSE_DAYS = "days:close"


SCOPES: Mapping[Scope, str] = {
    Scope.READ_ORDERS: "Read the order feed: `GET /api/v1/orders`",
    Scope.READ_DAYS: "Read closed business days: `GET /api/v1/days/{store}/{day}`",
    Scope.CLOSE_DAYS: "Close a business day: `POST /api/v1/days/{store}/{day}`",
}
