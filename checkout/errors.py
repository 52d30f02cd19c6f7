"""What the checkout refuses."""

from inventory.errors import DomainError


class TripNotSealed(DomainError):
    code = "trip_not_sealed"
    detail = "The trip is not sealed: send `seal` first, and wait until every event before it is acknowledged."


class NothingToPay(DomainError):
    code = "nothing_to_pay"
    detail = "The basket is empty: scan something, or cancel the trip."


class CheckoutMoved(DomainError):
    """Somebody else was faster; nothing was changed."""

    code = "checkout_moved"
    detail = "The checkout has moved on meanwhile. Read it again."


class CheckoutInReview(DomainError):
    code = "checkout_in_review"
    detail = "The cart is being checked. Payment opens when the check is over."


class CheckoutEnded(DomainError):
    code = "checkout_ended"
    detail = "This checkout is over. Seal the trip again to open another."


class PaymentRunning(DomainError):
    code = "payment_running"
    detail = "A payment is under way. Read the checkout until it has ended."


class AlreadyPaid(DomainError):
    code = "already_paid"
    detail = "This checkout is paid. Nothing more is due."


class SourceUnknown(DomainError):
    code = "payment_source_unknown"
    status = 422
    detail = "No payment provider of this store takes this source."


class EscalationTaken(DomainError):
    code = "escalation_taken"
    detail = "Somebody else has taken this review."


class EscalationResolved(DomainError):
    code = "escalation_resolved"
    detail = "This review is over."


class NotYours(DomainError):
    code = "escalation_not_claimed"
    detail = "Take this review first; it may have gone back to the queue."


class NothingLeft(DomainError):
    code = "nothing_left"
    status = 422
    detail = "This correction would leave nothing to pay for: refuse the sale instead."


class KeyMissing(DomainError):
    code = "idempotency_key_missing"
    status = 400
    detail = "Send the header Idempotency-Key with a value of your own, the same for every repeat of this call."


class KeyInvalid(DomainError):
    code = "idempotency_key_invalid"
    status = 400
    detail = "An Idempotency-Key is 1 to 200 printable ASCII characters."


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    status = 422
    detail = "This Idempotency-Key was used for another call. Use a new one for each call."


class KeyRunning(DomainError):
    code = "idempotency_key_running"
    detail = "This call is still running. Repeat it in a moment with the same key."


class PassUnknown(DomainError):
    code = "pass_unknown"
    status = 404
    detail = "This is no exit pass of this store."


class PassUsed(DomainError):
    code = "pass_used"
    detail = "This exit pass has already opened the gate."


class PassExpired(DomainError):
    code = "pass_expired"
    status = 410
    detail = "This exit pass has expired. Ask staff to open the gate."


class AmountInvalid(DomainError):
    code = "payment_amount_invalid"
    status = 422
    detail = "A payment is above 0 and at most what is still open. Read the checkout's `open_amount`."


class SplitOff(DomainError):
    code = "split_tender_off"
    status = 422
    detail = "This store takes one payment for all that is owed."


class TipsOff(DomainError):
    code = "tip_not_taken"
    status = 422
    detail = "This store takes no tip, or not so high a one."


class TenderGone(DomainError):
    code = "tender_not_held"
    detail = "This payment is not merely set aside: it can't be taken back here."


class RefundOver(DomainError):
    code = "refund_over_what_was_paid"
    status = 422
    detail = "This is more than is left of what was paid. Read the sale again."


class RefundOverLimit(DomainError):
    code = "refund_over_limit"
    status = 403
    detail = "This sum is above what your role may give back. Ask someone with a higher limit."


class RefundTooLate(DomainError):
    code = "refund_too_late"
    detail = "This sale is longer ago than the store gives money back for."


class RefundNotAutomatic(DomainError):
    code = "refund_needs_a_person"
    detail = "This sum is above what is given back without a person."


class RefundDecided(DomainError):
    code = "refund_decided"
    detail = "This refund does not wait for anybody any more."


class RefundOwn(DomainError):
    code = "refund_needs_another_person"
    status = 403
    detail = "Who asked for a refund can't be the second person who agrees to it."


class NotPaid(DomainError):
    code = "checkout_not_paid"
    detail = "This checkout is not paid: there is nothing to give back."


class ProblemOpen(DomainError):
    code = "line_problem_open"
    detail = "A line of the basket still waits for a word of our staff."


class ProblemGone(DomainError):
    code = "problem_resolved"
    detail = "This is settled already."


class ResolutionInvalid(DomainError):
    code = "resolution_not_allowed"
    status = 422
    detail = "This can't be settled in that way."


class SignatureWrong(DomainError):
    code = "signature_invalid"
    status = 400
    detail = "The signature does not fit the message, or the message is too old."


class BasketUnknown(DomainError):
    code = "till_basket_unknown"
    status = 404
    detail = "There is no such basket at this store's tills."


class BasketEnded(DomainError):
    code = "till_basket_ended"
    detail = "This basket is paid, or was taken back."


class TillMustCheck(DomainError):
    code = "till_must_check"
    detail = "Nobody has looked into this cart. Compare it with the basket's lines, then send `checked`: true."


class TillOnly(DomainError):
    code = "till_only"
    detail = "A till checks this cart and takes the payment: pay with the source `till`."


class ZoneInvalid(DomainError):
    code = "zone_invalid"
    status = 422
    detail = "Draw the cart's zone with 3 to 12 corners inside the picture, or take it away."


class RescanRunning(DomainError):
    code = "rescan_running"
    detail = "Lines of this review are being scanned again already. End that first."


class RescanEnded(DomainError):
    code = "rescan_ended"
    detail = "This rescan is over."


class TooLateToUndo(DomainError):
    code = "too_late_to_undo"
    detail = "This can't be taken back any more: 30 seconds are over, the shopper is paying, or it was no clearing. "
    detail += "Go to the cart if something is wrong."


class HoldNeedsReason(DomainError):
    code = "hold_needs_reason"
    status = 422
    detail = "Write why the pictures must be kept, in at least ten letters."


class NoProposal(DomainError):
    code = "no_proposal"
    detail = "There is nothing to confirm here, or the basket has changed since. Decide anew."


class OwnProposal(DomainError):
    code = "review_needs_another_person"
    status = 403
    detail = "You proposed this decision: a second person must confirm it. Give the review back and call a colleague."


class FrameNotWanted(DomainError):
    code = "frame_not_wanted"
    detail = "No look waits for a frame of this camera: keep it, and ask again. Nothing was stored."


class FrameInvalid(DomainError):
    code = "frame_invalid"
    status = 422
    detail = "A frame is a JPEG or PNG of at most 8 MiB, with its type in Content-Type."
