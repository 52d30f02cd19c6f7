"""A cart maker can embed the client without the server's framework."""

import subprocess
import sys


def test_the_client_imports_nothing_of_the_server() -> None:
    program = (
        "import sys, carts.client; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "{'django', 'channels', 'config', 'inventory', 'checkout', 'console'} or name.startswith('carts.') "
        "and not name.startswith('carts.client')])"
    )

    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
