"""Numbers of member cards become keyed hashes; there is no way back to the numbers."""

from django.db import migrations, models

from inventory.services.pseudonyms import ending, pseudonym


def hash_numbers(apps, schema_editor):
    cards = apps.get_model("inventory", "MemberCard").objects.using(schema_editor.connection.alias)
    for card in cards.iterator():
        card.ending, card.code = ending(card.code), pseudonym(card.retailer_id, card.code)
        card.save(update_fields=["code", "ending"])


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_compare_by_the_litre")]

    operations = [
        migrations.AddField(
            "membercard", "ending",
            models.CharField(
                "last signs", max_length=4, blank=True, default="", db_default="", editable=False
            ),
        ),
        migrations.AlterField(
            "membercard", "code", models.CharField("number, hashed", max_length=80, editable=False)
        ),
        migrations.RunPython(hash_numbers, migrations.RunPython.noop),
    ]
