"""What a dispute refuses."""

from inventory.errors import DomainError


class DisputeLate(DomainError):
    code = "dispute_too_late"
    detail = "This purchase is longer ago than lines can be disputed for. Ask our staff."


class DisputeDecided(DomainError):
    code = "dispute_decided"
    detail = "This dispute has been answered already."


class DisputeInvalid(DomainError):
    code = "dispute_invalid"
    status = 422
    detail = "Say what is wrong with one of the kinds that there are."
