"""The rooms of the package: who may import whom, and that nothing leaves the machine at query time."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import resolver

PACKAGE = Path(resolver.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 500


def imports(path: Path) -> set[str]:
    """Every module a file imports anywhere, lazily or not."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def importers(prefix: str) -> set[str]:
    return {
        str(path.relative_to(PACKAGE))
        for path in FILES
        if any(name == prefix or name.startswith(f"{prefix}.") for name in imports(path))
    }


def test_only_the_command_line_imports_typer() -> None:
    assert {name.split("/")[0] for name in importers("typer")} == {"cli"}


def test_pywikibot_stays_in_one_file() -> None:
    assert importers("pywikibot") <= {"build/sources/wikidata.py"}


def test_the_reading_side_has_one_door_to_the_writing_side() -> None:
    reading = {name for name in importers("resolver.build") if not name.startswith(("build/", "cli/"))}
    assert reading <= {"bundle.py"}


def test_the_one_door_opens_late() -> None:
    for path in (PACKAGE / "bundle.py", *sorted((PACKAGE / "cli").glob("*.py"))):
        tree = ast.parse(path.read_text())
        early = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
        assert not [node.module for node in early if node.module.startswith("resolver.build")]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_all_is_what_is_visible() -> None:
    assert sorted(resolver.__all__) == resolver.__all__
    visible = {name for name in dir(resolver) if not name.startswith("_")}
    assert visible == set(resolver.__all__)
    for name in resolver.__all__:
        assert getattr(resolver, name) is not None


def test_import_is_light() -> None:
    heavy = ("duckdb", "numpy", "pyarrow", "typer", "pywikibot")
    code = f"import sys, resolver; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_resolving_needs_no_heavy_module_and_no_network(mini_path: Path) -> None:
    code = (
        "import sys, socket\n"
        "def refuse(*args, **kwargs): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from resolver import Resolver\n"
        f"print(Resolver.open({str(mini_path)!r}).resolve('Türkiye').qid)\n"
        "print([m for m in ('duckdb', 'numpy', 'pyarrow', 'pywikibot', 'requests') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["Q43", "[]"]
