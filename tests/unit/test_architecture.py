import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "rag").rglob("*.py"))
SCRIPTS = [path for path in (ROOT / "app.py",) if path.exists()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    """The packages that a module imports anywhere, functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("__import__", "import_module", "importlib.import_module")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value).split(".")[0]


def run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Everything of a module that runs when it is imported: no bodies of functions."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        waiting += ast.iter_child_nodes(node)


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 20


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_streamlit_is_imported_by_the_pages_alone(path: Path):
    if path.is_relative_to(ROOT / "rag" / "ui"):
        return
    assert "streamlit" not in set(imported(tree_of(path)))


def test_the_entry_point_of_the_page_imports_streamlit_and_the_pages_alone():
    for path in SCRIPTS:
        ours = {
            node.module
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rag")
        }
        assert all(str(name).startswith(("rag.ui", "rag.settings")) for name in ours), ours


@pytest.mark.parametrize(
    ("package", "doors"),
    [
        ("chromadb", ("rag/index/",)),
        ("tantivy", ("rag/index/",)),
        ("torch", ("rag/models.py", "rag/cross_encoders.py")),
        ("sentence_transformers", ("rag/models.py", "rag/cross_encoders.py")),
        ("sqlite3", ("rag/store/",)),
    ],
)
def test_each_engine_has_one_door(package: str, doors: tuple[str, ...]):
    inside = {named(path) for path in MODULES if package in set(imported(tree_of(path)))}
    assert inside
    assert [name for name in sorted(inside) if not name.startswith(doors)] == []


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=named)
def test_every_module_says_what_it_is(path: Path):
    docstring = ast.get_docstring(tree_of(path))
    assert docstring
    assert docstring.strip()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_prints_or_sets_up_logging_at_import(path: Path):
    for node in run_at_import(tree_of(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "sys.stdout.write", "sys.stderr.write"), node.lineno
            assert called not in ("logging.basicConfig", "warnings.filterwarnings"), node.lineno


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_is_called_by_a_name_that_says_nothing(path: Path):
    assert path.stem not in {"utils", "common", "helpers", "base", "manager", "core"}


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter holds after a statement."""
    code = f"import sys\n{statement}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["rag", "rag.cli", "rag.types", "rag.citations"])
def test_importing_costs_no_heavy_package(module: str):
    heavy = {
        "torch", "chromadb", "tantivy", "streamlit", "pydantic", "langchain_core", "numpy", "rich",
        "transformers", "sentence_transformers", "sqlite3", "nupunkt", "trafilatura",
    }  # fmt: skip
    assert loaded_by(f"import {module}") & heavy == set()


def test_importing_every_module_prints_nothing():
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
        if not path.is_relative_to(ROOT / "rag" / "ui")
    ]
    done = subprocess.run(
        [sys.executable, "-c", "".join(f"import {name}\n" for name in names)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    assert done.stderr == ""
