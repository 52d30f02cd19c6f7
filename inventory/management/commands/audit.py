"""manage.py audit verify [--heads FILE] | heads [--append FILE] | key"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inventory.services.audit import audit_chains, audit_verify, chain_name
from inventory.services.audit_heads import head_line, head_read, heads_export, heads_verify, public_key


class Command(BaseCommand):
    """The audit log's proof: recompute the chains, export their signed heads, hold heads against the chains."""

    help = "Prove the audit log: verify its chains, export signed heads, verify against heads kept elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        verify = what.add_parser("verify", help="recompute every chain; exit code 1 if one is broken")
        verify.add_argument(
            "--heads", type=Path, metavar="FILE", help="also against heads exported before, a line each"
        )
        heads = what.add_parser("heads", help="print the signed heads of all chains, a JSON line each")
        heads.add_argument("--append", type=Path, metavar="FILE", help="append them to a file instead")
        what.add_parser("key", help="print the public key that verifies heads (Ed25519, base64)")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['what']}")(options)

    def _verify(self, options: dict[str, Any]) -> None:
        faults = 0
        for retailer_id in audit_chains():
            report = audit_verify(retailer_id=retailer_id)
            faults += report.broken_at is not None
            told = "unbroken" if report.broken_at is None else f"broken at {report.broken_at}: {report.reason}"
            self.stdout.write(f"{chain_name(retailer_id)}: {report.entries} entries, {told}")
        for held in heads_verify(self._read(options["heads"])) if options["heads"] else ():
            faults += bool(held.fault)
            self.stdout.write(f"head of {held.head.chain} at {held.head.at}: {held.fault or 'holds'}")
        if faults:
            raise CommandError(f"{faults} faults: the audit log was tampered with, or the database was put back.")

    def _heads(self, options: dict[str, Any]) -> None:
        lines = "".join(head_line(head) + "\n" for head in heads_export(now=timezone.now()))
        if options["append"] is None:
            self.stdout.write(lines, ending="")
            return
        with options["append"].open("a", encoding="utf-8") as file:
            file.write(lines)

    def _key(self, options: dict[str, Any]) -> None:
        self.stdout.write(public_key())

    def _read(self, file: Path) -> list[Any]:
        try:
            return [head_read(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from None
