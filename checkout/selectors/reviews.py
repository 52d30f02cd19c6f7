"""What a review needs before it can end."""

from checkout.models import Escalation
from checkout.tendering import ReviewRules, TenderingError, review_rules

__all__ = ["ReviewRules", "TenderingError", "review_rules", "review_rules_of"]


def review_rules_of(escalation: Escalation) -> ReviewRules:
    """The store's rules for a second person; raises TenderingError (a ValueError) when they can't be read."""
    return review_rules(escalation.store.policy)
