from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0014_hash_member_cards")]

    operations = [
        migrations.AddField(
            model_name="catalogueimport",
            name="dry_run",
            field=models.BooleanField(db_default=False, default=False, help_text="Checked only."),
        ),
        migrations.AlterField(
            model_name="catalogueimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("checked", "Checked, not applied"),
                    ("refused", "Refused"),
                    ("applied", "Applied"),
                    ("waiting", "Waiting for a worker"),
                    ("running", "At work"),
                ],
                max_length=8,
            ),
        ),
    ]
