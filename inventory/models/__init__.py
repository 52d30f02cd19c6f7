"""What a store sells, who works there, and what was written down about both."""

from inventory.models.audit import AuditChain, AuditEntry
from inventory.models.catalogue import Barcode, Category, Packaging, Product, ProductPicture, SoldBy
from inventory.models.claims import Claim, ClaimKind, Coupon, MemberCard
from inventory.models.feeds import CatalogueFeed, FeedState
from inventory.models.imports import CatalogueImport, ImportState
from inventory.models.people import Membership, Role
from inventory.models.prices import Price, Promotion
from inventory.models.rates import RateWindow
from inventory.models.stock import MovementKind, StockLevel, StockMovement
from inventory.models.tenancy import Lane, Retailer, Store, Venue
from inventory.models.weights import LearnedWeight, WeightDay

__all__ = [
    "AuditChain",
    "AuditEntry",
    "Barcode",
    "CatalogueFeed",
    "CatalogueImport",
    "Category",
    "Claim",
    "ClaimKind",
    "Coupon",
    "FeedState",
    "ImportState",
    "Lane",
    "LearnedWeight",
    "MemberCard",
    "Membership",
    "MovementKind",
    "Packaging",
    "Price",
    "Product",
    "ProductPicture",
    "Promotion",
    "RateWindow",
    "Retailer",
    "Role",
    "SoldBy",
    "StockLevel",
    "StockMovement",
    "Store",
    "Venue",
    "WeightDay",
]
