from django.apps import AppConfig


class CartsConfig(AppConfig):
    name = "carts"
    verbose_name = "Carts"

    def ready(self) -> None:
        from carts import spectacular  # noqa: F401  registers the credential with the schema
        from carts.services.retention import forget_cancelled
        from carts.signals import trip_left

        trip_left.connect(forget_cancelled, dispatch_uid="carts.forget")
