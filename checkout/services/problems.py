"""What keeps single lines from being sold, and who says what about it; the last word makes the checkout ready to pay.

An age is confirmed once per trip by a person who looked at the shopper or at a document; nothing of either is kept.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max

from carts.nudges import nudge_cart, nudge_store
from carts.selectors.trips import SealedTrip
from carts.services.settlement import Correction, trip_correct, trip_transition
from checkout.errors import NothingLeft, ProblemGone, ResolutionInvalid
from checkout.models import Checkout, CheckoutState, LineProblem, ProblemKind, Resolution
from checkout.models.below import Trip, TripLine, TripState
from checkout.services.moves import checkout_move
from checkout.services.tenders import checkout_lock, tenders_fit
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require
from inventory.selectors.articles import Article
from inventory.selectors.catalogue import store_catalogue
from inventory.services.audit import audit_record

# What may be said of each kind, and the right that it takes. Recalled goods and sales outside the hours the law sets
# can be allowed by nobody.
NO_PROBLEM = "There is no such problem."  # also for a foreign one
RESOLUTIONS: dict[str, dict[str, Action]] = {
    ProblemKind.AGE: {Resolution.CONFIRMED: Action.REVIEW, Resolution.REMOVED: Action.REVIEW},
    ProblemKind.HOURS: {Resolution.REMOVED: Action.REVIEW, Resolution.PASSED: Action.REVIEW},
    ProblemKind.LIMIT: {
        Resolution.REDUCED: Action.REVIEW, Resolution.REMOVED: Action.REVIEW, Resolution.ALLOWED: Action.REFUSE,
    },
    ProblemKind.RECALLED: {Resolution.REMOVED: Action.REVIEW},
    ProblemKind.STOPPED: {Resolution.REMOVED: Action.REVIEW},
}  # fmt: skip


def problems_found(sealed: SealedTrip, *, now: datetime) -> list[LineProblem]:
    """The problems of a sealed trip's lines at this moment, as rows that are not written yet."""
    trip = sealed.trip
    catalogue = store_catalogue(trip.store_id)
    confirmed = _confirmed_age(trip)
    pieces: dict[int, int] = {}
    found = []
    for line in sealed.lines:
        article = catalogue.article(line.product_id)
        if article is None:
            continue
        count = 1 if line.sold_by == "kg" else line.quantity
        pieces[line.product_id] = pieces.get(line.product_id, 0) + count
        for kind, limit in _kinds(article, pieces[line.product_id], confirmed, now, catalogue.timezone):
            found.append(_row(trip, line, kind, limit, count, now))
    return found


def problems_open(checkout: Checkout, found: Sequence[LineProblem]) -> None:
    """Writes them down with the checkout that has just been made, and counts them on it."""
    for row in found:
        row.checkout = checkout
    LineProblem.objects.bulk_create(found)
    Checkout.objects.filter(id=checkout.id).update(open_problems=len(found))
    nudge_store(store_id=checkout.store_id, what="review", id=str(checkout.id))


@transaction.atomic
def problem_resolve(*, problem_id: int, staff: User, resolution: str, now: datetime) -> LineProblem:
    """A person's word on a problem. Raises NotFound, ProblemGone, ResolutionInvalid, NothingLeft or PaymentRunning."""
    problem: LineProblem | None = LineProblem.objects.select_related("store").filter(id=problem_id).first()
    if problem is None:
        raise NotFound(NO_PROBLEM)
    action = RESOLUTIONS[problem.kind].get(resolution)
    store = require(staff, action or Action.REVIEW, problem.store_id, told=NO_PROBLEM)
    if action is None:
        raise ResolutionInvalid
    checkout = checkout_lock(problem.checkout_id)
    problem.refresh_from_db()
    if problem.resolution or checkout.state != CheckoutState.IN_REVIEW:
        raise ProblemGone
    _apply(problem, resolution, staff, now)
    rows = LineProblem.objects.filter(checkout_id=checkout.id, resolution="")
    if resolution == Resolution.CONFIRMED:
        rows = rows.filter(kind=ProblemKind.AGE, limit__lte=problem.limit)
    elif resolution == Resolution.REMOVED:
        rows = rows.filter(line=problem.line)
    else:
        rows = rows.filter(id=problem.id)
    count = rows.update(resolution=resolution, resolved_by=staff, resolved_at=now)
    Checkout.objects.filter(id=checkout.id).update(open_problems=F("open_problems") - count)
    checkout_ready(checkout.id, now=now)
    detail = {"checkout": str(checkout.id), "kind": problem.kind, "line": problem.line, "limit": problem.limit}
    audit_record(
        action=f"problem.{resolution}", subject=f"trip:{checkout.trip_id}", actor=staff, store=store, detail=detail,
        now=now,
    )  # fmt: skip
    nudge_store(store_id=store.pk, what="review", id=str(checkout.id))
    nudge_cart(cart_id=checkout.trip.cart_id, what="trip")
    problem.refresh_from_db()
    return problem


def checkout_ready(checkout_id: uuid.UUID, *, now: datetime) -> bool:
    """Clears a checkout in review of which nothing is open any more. Under the lock on it."""
    checkout = Checkout.objects.get(id=checkout_id)
    if checkout.state != CheckoutState.IN_REVIEW or checkout.open_problems or checkout.open_escalations:
        return False
    trip_transition(trip_id=checkout.trip_id, to=TripState.CLEARED, now=now)
    checkout_move(checkout.id, CheckoutState.CLEARED)
    return True


def problems_leave(checkout_id: uuid.UUID, *, now: datetime) -> None:
    """The checkout is over: what stood open of its lines is moot."""
    LineProblem.objects.filter(checkout_id=checkout_id, resolution="").update(
        resolution=Resolution.LEFT, resolved_at=now
    )


def _confirmed_age(trip: Trip) -> int:
    rows = LineProblem.objects.filter(trip=trip, kind=ProblemKind.AGE, resolution=Resolution.CONFIRMED)
    return int(rows.aggregate(age=Max("limit"))["age"] or 0)


def _kinds(
    article: Article, pieces: int, confirmed: int, now: datetime, timezone: str
) -> list[tuple[ProblemKind, int | None]]:
    found: list[tuple[ProblemKind, int | None]] = []
    if article.recalled:
        found.append((ProblemKind.RECALLED, None))
    if article.sale_stopped:
        found.append((ProblemKind.STOPPED, None))
    if not article.on_sale_at(now.astimezone(ZoneInfo(timezone)).time()):
        found.append((ProblemKind.HOURS, None))
    if article.quantity_limit and pieces > article.quantity_limit:
        found.append((ProblemKind.LIMIT, article.quantity_limit))
    if article.age_limit and article.age_limit > confirmed:
        found.append((ProblemKind.AGE, article.age_limit))
    return found


def _row(trip: Trip, line: TripLine, kind: ProblemKind, limit: int | None, count: int, now: datetime) -> LineProblem:
    return LineProblem(
        store_id=trip.store_id, trip=trip, line=line.line, name=line.name, kind=kind, limit=limit, quantity=count,
        opened_at=now,
    )  # fmt: skip


def _apply(problem: LineProblem, resolution: str, staff: User, now: datetime) -> None:
    if resolution == Resolution.PASSED:
        catalogue = store_catalogue(problem.store_id)
        product = problem.trip.lines.get(line=problem.line).product_id
        article = catalogue.article(product)
        if article is None or not article.on_sale_at(now.astimezone(ZoneInfo(catalogue.timezone)).time()):
            raise ResolutionInvalid("It is still outside its hours of sale.")
    if resolution not in {Resolution.REMOVED, Resolution.REDUCED}:
        return
    kept = 0
    if resolution == Resolution.REDUCED:
        line = problem.trip.lines.get(line=problem.line)
        others = problem.trip.lines.filter(product_id=line.product_id, quantity__gt=0).exclude(line=line.line)
        kept = max(0, (problem.limit or 0) - sum(others.values_list("quantity", flat=True)))
    correction = Correction(line=problem.line, quantity=kept)
    revision = trip_correct(trip_id=problem.trip_id, corrections=[correction], staff_name=staff.get_username(), now=now)
    trip = Trip.objects.get(id=problem.trip_id)
    if not trip.items:
        raise NothingLeft
    tenders_fit(checkout_id=problem.checkout_id, amount_minor=trip.due_minor)
    Checkout.objects.filter(id=problem.checkout_id).update(revision=revision, amount_minor=trip.due_minor)
