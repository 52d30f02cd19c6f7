"""The tokens that shoppers paired with become pseudonyms, and leave the journal. Trips without one are not touched."""

from django.db import migrations

from inventory.services.pseudonyms import pseudonym


def hash_shoppers(apps, schema_editor):
    alias = schema_editor.connection.alias
    trips = apps.get_model("carts", "Trip").objects.using(alias)
    journal = apps.get_model("carts", "JournalEntry").objects.using(alias)
    for trip in trips.exclude(shopper="").select_related("store").only("shopper", "store__retailer_id").iterator():
        for entry in journal.filter(trip_id=trip.pk, kind="start"):
            entry.data = {**entry.data, "shopper": ""}
            entry.save(update_fields=["data"])
        trips.filter(pk=trip.pk).update(shopper=pseudonym(trip.store.retailer_id, trip.shopper))


class Migration(migrations.Migration):
    dependencies = [("carts", "0006_claim_previews"), ("inventory", "0013_compare_by_the_litre")]

    operations = [migrations.RunPython(hash_shoppers, migrations.RunPython.noop)]
