"""Files from addresses that a retailer has typed in: by HTTPS or SFTP, from the internet only, within bounds.

errors      why a file did not come
https, sftp the two ways
fetch       one face for both; the guard against requests into our own house is `inventory.addresses`
"""

from inventory.fetching.errors import FetchFailed
from inventory.fetching.fetch import Fetched, Place, fetch, place_check

__all__ = ["FetchFailed", "Fetched", "Place", "fetch", "place_check"]
