"""The admin of the catalogue, tenants, people, stock and the audit log."""

from inventory.admin import audit, catalogue, feeds, imports, people, presented, prices, stock, tenancy

__all__ = ["audit", "catalogue", "feeds", "imports", "people", "presented", "prices", "stock", "tenancy"]
