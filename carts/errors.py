"""What the carts app refuses."""

from inventory.errors import DomainError


class EnrolmentCodeInvalid(DomainError):
    code = "enrolment_code_invalid"
    status = 400
    detail = "This code is unknown, used or expired. Ask staff for a new one."


class CredentialInvalid(DomainError):
    code = "credential_invalid"
    status = 401
    detail = "This device is not enrolled, or its credential was revoked. Enrol it again."


class IllegalTransition(DomainError):
    """The trip is not in a state from which this step leads on; nothing was changed."""

    code = "illegal_transition"
    detail = "The trip has moved on meanwhile. Look again and repeat."


class CorrectionInvalid(DomainError):
    code = "correction_invalid"
    status = 422
    detail = "This correction names a line or a code that the basket or the store does not have."


class PolicyInvalid(DomainError):
    code = "policy_invalid"
    status = 422
    detail = "A setting of this policy is out of its range."


class NothingToReplay(DomainError):
    code = "nothing_to_replay"
    status = 409
    detail = "This store has no sealed trips whose weight is still kept (30 days): there is nothing to replay."


class PolicyMoved(DomainError):
    code = "policy_moved"
    status = 409
    detail = "Somebody else has changed the policy meanwhile. Look at it again and repeat."


class Superseded(Exception):
    """A newer connection of this cart exists; what the older one wrote did not take effect."""


class JournalUnavailable(Exception):
    """The database did not take the write; nothing of it may be acknowledged."""
