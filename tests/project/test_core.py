import subprocess
import sys


def test_the_core_imports_no_chat_sdk() -> None:
    """In a fresh interpreter: what the test process has imported would hide it."""
    program = (
        "import pkgutil, sys, importlib, readbot\n"
        "for module in pkgutil.walk_packages(readbot.__path__, 'readbot.'):\n"
        "    if 'migrations' not in module.name: importlib.import_module(module.name)\n"
        "print(sorted({'slack_sdk', 'slack_bolt', 'discord'} & set(sys.modules)))"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert printed.stdout.strip() == "[]"
