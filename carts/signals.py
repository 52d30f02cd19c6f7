"""Said inside the transaction that causes it, so that apps above may act in the same one."""

from django.dispatch import Signal

# A trip went back to shopping, or was cancelled: arguments `trip_id` (UUID), `to` (TripState), `now` (datetime).
# Receivers run in the transaction; one that raises undoes the step.
trip_left = Signal()
