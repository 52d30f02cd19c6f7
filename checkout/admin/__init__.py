"""The admin of cameras, checkouts, escalations, payments and receipts."""

from checkout.admin import cameras, checkouts, draws, escalations, money, outbox, payments, seeing, trust

__all__ = ["cameras", "checkouts", "draws", "escalations", "money", "outbox", "payments", "seeing", "trust"]
