from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "checkout"
    verbose_name = "Checkout"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from carts.signals import trip_left
        from checkout import triggers
        from checkout.receivers import abandon_checkout

        trip_left.connect(abandon_checkout, dispatch_uid="checkout.abandon")
        pre_migrate.connect(triggers.before_migrations, sender=self, dispatch_uid="checkout.triggers.remove")
        post_migrate.connect(triggers.after_migrations, sender=self, dispatch_uid="checkout.triggers.install")
