from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_count_calls_by_tenant")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="net_volume_ml",
            field=models.PositiveIntegerField(
                blank=True,
                db_default=0,
                default=0,
                help_text="Of what is compared by the litre; 0 for all else.",
                verbose_name="net volume (ml)",
            ),
        ),
    ]
