from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        """Sign-ins are noted from the start, whichever page they come through."""
        from console import second_factor  # noqa: F401  its receiver
