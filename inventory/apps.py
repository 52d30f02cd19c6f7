from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = "Inventory"

    def ready(self) -> None:
        from django.conf import settings
        from django.db.models.signals import post_migrate, pre_migrate

        from inventory import tenant_guard, triggers

        if settings.DEBUG:
            tenant_guard.install()
        pre_migrate.connect(triggers.before_migrations, sender=self, dispatch_uid="inventory.triggers.remove")
        post_migrate.connect(triggers.after_migrations, sender=self, dispatch_uid="inventory.triggers.install")
