"""The house rules, read from the code itself: floors, sizes, manners, and what must never appear."""

from __future__ import annotations

import ast
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "recsys"
PAGES = ("pages", "streamlit_app")
LONGEST_MODULE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 250, 40, 12
PAGE_LENGTHS, LONGEST_FRONT_DOOR = (30, 120), 80
HEAVY = ("streamlit", "xgboost", "sklearn", "scipy", "pandas", "numpy", "plotly", "starlette", "pyarrow")
FORBIDDEN_IMPORTS = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal", "imp", "flask"}
PLATFORM_PLACES = ("file_lock.py", "memory.py", "process.py")  # of core
PLATFORM_MODULES = {"fcntl", "msvcrt", "resource", "platform"}
DATA_SUFFIXES = re.compile(
    r"\.(csv|tsv|dat|data|item|user|base|test|parquet|brotli|zip|gz|bz2|xz|7z|whl"
    r"|np[yz]|pkl|pickle|joblib|ubj|h5|feather|arrow|xlsx|db|sqlite)"
)
LARGEST_FILE = 2_000_000
DISTRIBUTIONS = {"sklearn": "scikit-learn", "fontTools": "fonttools"}


# --- reading the code


def module_name(path: Path) -> str:
    """`recsys/data/__init__.py` is `recsys.data`, `pages/home.py` is `pages.home`."""
    parts = list(path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(*places: str) -> dict[Path, str]:
    """All Python files under folders or files of the repository; places that do not exist yet are skipped."""
    found: dict[Path, str] = {}
    for place in places:
        files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        found |= {file.relative_to(ROOT): file.read_text("utf-8") for file in files if file.exists()}
    return found


def product() -> dict[Path, str]:
    """Everything that is run by people, tests and measurements aside."""
    return sources(PACKAGE, "pages", "streamlit_app.py")


def imports(tree: ast.Module, name: str = "", is_package: bool = False) -> Iterator[str]:
    """Dotted names that a module imports anywhere, but for those that only type checkers see."""
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            drop = node.level - 1 if is_package else node.level
            here = name.split(".")[: len(name.split(".")) - drop] if node.level else []
            base = ".".join([*here, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


# --- the rules: each gives one sentence per violation


def streamlit_problems(files: dict[Path, str]) -> list[str]:
    return [
        f"{path}: imports {target}, which is for {PACKAGE}/ui and above"
        for path, text in files.items()
        if path.parts[0] == PACKAGE
        for target in {target.split(".")[0] for target in imports(ast.parse(text))}
        if target in PAGES or (target == "streamlit" and path.parts[1] != "ui")
    ]


def length_problems(files: dict[Path, str]) -> list[str]:
    problems = []
    for path, text in files.items():
        lines = len(text.splitlines())
        if path.parts[0] == "pages":
            low, high = PAGE_LENGTHS
        else:
            low, high = 0, LONGEST_FRONT_DOOR if path.name == "streamlit_app.py" else LONGEST_MODULE
        if not low <= lines <= high:
            problems.append(f"{path}: {lines} lines; allowed {low} to {high}")
    return problems


def function_problems(files: dict[Path, str]) -> list[str]:
    found = [(path, each) for path, text in files.items() for each in functions(ast.parse(text))]
    problems = [
        f"{path}:{each.lineno}: {each.name} has {body_length(each)} lines; {LONGEST_FUNCTION} at most"
        for path, each in found
        if body_length(each) > LONGEST_FUNCTION
    ]
    median = statistics.median(body_length(each) for _, each in found) if found else 0
    if median >= MEDIAN_FUNCTION:
        problems.append(f"the median function has {median} lines; under {MEDIAN_FUNCTION} is wanted")
    return problems


def print_problems(files: dict[Path, str]) -> list[str]:
    return [
        f"{path}:{node.lineno}: print outside the command line"
        for path, text in files.items()
        if path.name != "__main__.py" and "cli" not in path.parts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def danger_problems(files: dict[Path, str]) -> list[str]:
    problems = []
    for path, text in files.items():
        tree = ast.parse(text)
        roots = {target.split(".")[0] for target in imports(tree)}
        problems += [f"{path}: imports {root}" for root in sorted(roots & FORBIDDEN_IMPORTS)]
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "unsafe_allow_html"):
                if not (isinstance(node.value, ast.Constant) and node.value.value is False):
                    problems.append(f"{path}:{node.value.lineno}: {node.arg} is not False")
            elif isinstance(node, ast.Attribute) and node.attr in ("read_pickle", "to_pickle"):
                problems.append(f"{path}:{node.lineno}: {node.attr}")
            elif isinstance(node, ast.Name) and node.id in ("eval", "exec"):
                problems.append(f"{path}:{node.lineno}: {node.id}")
    return problems


def name_problems(files: dict[Path, str]) -> list[str]:
    return [f"{path}: name the idea, not its use" for path in files if path.name in ("utils.py", "helpers.py")]


def one_place_problems(files: dict[Path, str]) -> list[str]:
    """Operating systems differ in three modules of core, settings are read in settings.py."""
    problems = []
    for path, text in files.items():
        tree = ast.parse(text)
        if path.name not in PLATFORM_PLACES:
            roots = {target.split(".")[0] for target in imports(tree)}
            problems += [f"{path}: imports {root}; see core/process.py" for root in sorted(roots & PLATFORM_MODULES)]
            odd = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
            problems += [
                f"{path}:{node.lineno}: asks for the platform; see core/process.py"
                for node in odd
                if ast.unparse(node) in ("os.name", "sys.platform")
            ]
        if path.name != "settings.py":
            problems += [
                f"{path}:{node.lineno}: reads {ast.unparse(node)}; settings are read in settings.py"
                for node in ast.walk(tree)
                if isinstance(node, ast.Call | ast.Subscript)
                and isinstance(getattr(node, "ctx", None), ast.Load | None)
                if re.match(r"os\.(environ(\.get\(|\[)|getenv\()['\"]RECSYS_", ast.unparse(node))
            ]
    return problems


def manner_problems(files: dict[Path, str]) -> list[str]:
    """Modules, public classes and functions have a docstring; public functions have types.

    A method that a Protocol asks for is described there, once.
    """
    problems, trees = [], {path: ast.parse(text) for path, text in files.items()}
    described = {name for tree in trees.values() for name in protocol_methods(tree)}
    for path, tree in trees.items():
        if not ast.get_docstring(tree):
            problems.append(f"{path}: no docstring")
        for owner, node in public(tree):
            where = f"{path}:{node.lineno}: {owner}{node.name}"
            elsewhere = node.name.startswith("__") or (owner and node.name in described)
            if not elsewhere and not ast.get_docstring(node):
                problems.append(f"{where} has no docstring")
            if not isinstance(node, ast.ClassDef):
                problems += [f"{where} {problem}" for problem in untyped(node, bool(owner))]
    return problems


def public(tree: ast.Module) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Public functions and classes at the top, and the public methods of those classes; not a Protocol's."""
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield "", node
            if isinstance(node, ast.ClassDef) and not is_protocol(node):
                for inner in node.body:
                    dunder = isinstance(inner, kinds) and inner.name.startswith("__")
                    if isinstance(inner, kinds) and (dunder or not inner.name.startswith("_")):
                        yield f"{node.name}.", inner


def is_protocol(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)


def protocol_methods(tree: ast.Module) -> set[str]:
    return {each.name for node in tree.body if is_protocol(node) for each in functions(node)}


def untyped(function: ast.FunctionDef | ast.AsyncFunctionDef, method: bool) -> list[str]:
    given = function.args
    names = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    static = any(ast.unparse(each) == "staticmethod" for each in function.decorator_list)
    names = names[1:] if method and not static else names
    names += [each for each in (given.vararg, given.kwarg) if each]
    problems = [f"has no type for {each.arg}" for each in names if each.annotation is None]
    return problems + (["has no return type"] if function.returns is None else [])


def requirement_problems(files: dict[Path, str], requirements: str) -> list[str]:
    named = {re.split(r"[<>=!;\[ ]", line)[0] for line in requirements.splitlines() if line[:1].isalpha()}
    own = {PACKAGE, "pages", "streamlit_app"} | set(sys.stdlib_module_names)
    problems = []
    for path, text in files.items():
        roots = {target.split(".")[0] for target in imports(ast.parse(text), module_name(path))} - own
        problems += [
            f"{path}: imports {root}, which requirements.txt does not name"
            for root in sorted(roots)
            if DISTRIBUTIONS.get(root, root) not in named
        ]
    return problems


def stored_file_problems(sizes: dict[Path, int]) -> list[str]:
    """Files in git: sizes in bytes by path."""
    problems = []
    for path, size in sizes.items():
        if path.parts[0] in ("data", "models") and path.name != "README.md":
            problems.append(f"{path}: {path.parts[0]}/ keeps nothing in git but its README")
        elif DATA_SUFFIXES.fullmatch(path.suffix.lower()):
            problems.append(f"{path}: a data file")
        elif size > LARGEST_FILE:
            problems.append(f"{path}: {size:,} bytes; {LARGEST_FILE:,} at most")
    return problems


RULES = [
    streamlit_problems,
    length_problems,
    function_problems,
    print_problems,
    danger_problems,
    name_problems,
    one_place_problems,
    manner_problems,
]


# --- the house keeps them


def test_imports_go_one_way():
    """The contracts of pyproject.toml: rooms on floors, none in a circle; imports for type checkers count."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__.removesuffix("_problems"))
def test_the_house_keeps_its_rules(rule):
    problems = rule(product())
    assert not problems, "\n" + "\n".join(problems)


def test_measurements_and_tests_are_safe_too():
    assert not name_problems(sources("tests", "benchmarks"))
    assert not danger_problems(sources("benchmarks"))


def test_requirements_name_what_is_imported():
    problems = requirement_problems(product(), (ROOT / "requirements.txt").read_text())
    assert not problems, "\n" + "\n".join(problems)


def test_every_requirement_is_bounded_below():
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / file).read_text().splitlines() if line[:1].isalpha()]
        assert lines
        assert [line for line in lines if ">=" not in line] == []


def test_no_data_in_git():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert paths
    assert not stored_file_problems({path: (ROOT / path).stat().st_size for path in paths})


def run_python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter, with data and models in a folder that does not exist yet."""
    places = {"RECSYS_DATA": str(folder / "data"), "RECSYS_MODELS": str(folder / "models")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | places,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_importing_the_package_brings_nothing_heavy(tmp_path):
    code = f"import sys, recsys, recsys.training.jobs; print([name for name in {HEAVY} if name in sys.modules])"
    ran = run_python(code, tmp_path)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


@pytest.mark.slow
def test_importing_every_module_does_nothing(tmp_path):
    names = [module_name(path) for path in sources(PACKAGE, "benchmarks") if path.parts[1] not in ("ui", "peers")]
    code = "import importlib, threading\n"
    code += f"for name in {names}: importlib.import_module(name)\n"
    code += "print(threading.active_count())"
    ran = run_python(code, tmp_path)
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "1", "")
    assert list(tmp_path.iterdir()) == [], "importing makes no folder and no file"


# --- the rules notice


ONE_LINE = '"""Doc."""\n'
CLASS = ONE_LINE + "class C:\n    'Doc.'\n"
BAD = [
    (streamlit_problems, "recsys/api.py", "import streamlit as st"),
    (streamlit_problems, "recsys/ui/theme.py", "import pages.home"),
    (streamlit_problems, "recsys/charts/home.py", "from streamlit.runtime import get_instance"),
    (length_problems, "recsys/models/star_model.py", "x = 1\n" * 251),
    (length_problems, "pages/home.py", "x = 1\n" * 29),
    (length_problems, "pages/home.py", "x = 1\n" * 121),
    (length_problems, "streamlit_app.py", "x = 1\n" * 81),
    (function_problems, "recsys/models/star_model.py", "def f():\n" + "    x = 1\n" * 41 + "def g():\n    pass\n" * 5),
    (function_problems, "recsys/models/star_model.py", "def f():\n" + "    x = 1\n" * 12),
    (print_problems, "recsys/models/star_model.py", "print('hello')"),
    (print_problems, "pages/home.py", "def f():\n    print()"),
    (danger_problems, "recsys/registry/bundle.py", "import pickle"),
    (danger_problems, "recsys/registry/bundle.py", "def f():\n    from joblib import load"),
    (danger_problems, "recsys/registry/bundle.py", "np.load(file, allow_pickle=True)"),
    (danger_problems, "recsys/registry/bundle.py", "np.load(file, allow_pickle=flag)"),
    (danger_problems, "pages/home.py", "st.markdown(title, unsafe_allow_html=True)"),
    (danger_problems, "recsys/data/parsing.py", "pd.read_pickle(path)"),
    (danger_problems, "recsys/data/parsing.py", "eval(text)"),
    (name_problems, "recsys/utils.py", ""),
    (one_place_problems, "recsys/training/jobs/launcher.py", "import fcntl"),
    (one_place_problems, "recsys/training/jobs/launcher.py", "if os.name == 'nt':\n    pass"),
    (one_place_problems, "recsys/data/sources.py", "x = os.environ.get('RECSYS_DATA')"),
    (one_place_problems, "recsys/data/sources.py", "x = os.environ['RECSYS_DATA']"),
    (manner_problems, "recsys/models/star_model.py", "x = 1"),
    (manner_problems, "recsys/models/star_model.py", ONE_LINE + "def f() -> None:\n    pass"),
    (manner_problems, "recsys/models/star_model.py", ONE_LINE + "def f(x) -> None:\n    'Doc.'"),
    (manner_problems, "recsys/models/star_model.py", ONE_LINE + "def f(*, x: int):\n    'Doc.'"),
    (
        manner_problems,
        "recsys/models/star_model.py",
        CLASS + "    def m(self) -> None:\n        pass",
    ),
    (
        manner_problems,
        "recsys/models/star_model.py",
        CLASS + "    def __init__(self, x) -> None:\n        pass",
    ),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_a_rule_notices_what_breaks_it(rule, path, text):
    assert len(rule({Path(path): text})) == 1


GOOD = [
    (streamlit_problems, "recsys/ui/theme.py", "import streamlit as st"),
    (streamlit_problems, "pages/home.py", "import streamlit as st"),
    (length_problems, "recsys/models/star_model.py", "x = 1\n" * 250),
    (print_problems, "recsys/__main__.py", "print('hello')"),
    (print_problems, "recsys/cli/progress.py", "print('hello')"),
    (danger_problems, "recsys/registry/bundle.py", "np.load(file, allow_pickle=False)"),
    (one_place_problems, "recsys/core/process.py", "import fcntl\nos.name"),
    (one_place_problems, "recsys/training/jobs/launcher.py", "environment = os.environ | {'RECSYS_MODELS': folder}"),
    (manner_problems, "recsys/models/star_model.py", ONE_LINE + "def _f(x):\n    pass"),
]


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_a_rule_lets_good_code_pass(rule, path, text):
    assert rule({Path(path): text}) == []


def test_what_a_protocol_describes_needs_no_second_docstring():
    protocol = ONE_LINE + "class S(Protocol):\n    'Doc.'\n    def names(self) -> list: ..."
    files = {
        Path("recsys/features/extractor.py"): protocol,
        Path("recsys/features/damped_bias.py"): CLASS + "    def names(self) -> list:\n        return []",
    }
    assert manner_problems(files) == []


def test_a_missing_requirement_is_noticed():
    files = {Path("recsys/models/star_model.py"): "import sklearn.decomposition, xgboost\nimport json, recsys.data"}
    assert requirement_problems(files, "# xgboost\nscikit-learn>=1\n") == [
        "recsys/models/star_model.py: imports xgboost, which requirements.txt does not name"
    ]
    assert requirement_problems(files, 'scikit-learn>=1\nxgboost>=3; sys_platform == "darwin"') == []


@pytest.mark.parametrize(
    ("path", "size", "bad"),
    [
        ("data/ml-100k/u.data", 9, True),
        ("models/active", 9, True),
        ("tests/ratings.CSV", 9, True),
        ("docs/film.png", 2_000_001, True),
        ("data/README.md", 9, False),
        ("docs/page.png", 300_000, False),
    ],
)
def test_a_data_file_is_noticed(path, size, bad):
    assert bool(stored_file_problems({Path(path): size})) is bad


def test_body_lengths_leave_out_signature_and_docstring():
    text = 'def f(\n    a,\n    b,\n):\n    """Doc.\n\n    More.\n    """\n    x = 1\n\n    return x\n'
    assert body_length(ast.parse(text).body[0]) == 3
