"""`manage.py seed_demo`: a retailer of our own invention, ready to play with."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from console.demo.people import PASSWORD
from console.demo.seed import demo_seed


class Command(BaseCommand):
    help = "Makes the demo retailer, or what is missing of it. Runs only with DEMO=1: its passwords are public."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's passwords are public: set DEMO=1 if this server is for playing only.")
        path = Path(settings.DATA_DIR) / "demo" / "truth.json"
        seeded = demo_seed(path, timezone.now(), self.stdout.write)
        self.stdout.write(f"{seeded.products} products ({seeded.drawn} pictures drawn now).")
        self.stdout.write(f"\nLogins (password {PASSWORD}):")
        for login in seeded.logins:
            self.stdout.write(f"  {login.email:<30} {login.what}")
        self.stdout.write("\nEnrolment codes for the tablet page:")
        for label, code in seeded.tablets.items():
            self.stdout.write(f"  {label:<8} {code}")
