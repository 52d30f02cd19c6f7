"""Mutation testing: `python -m tests.benchmarks.mutate inventory/pricing [--every 5] [--sample 300] [--only lots.py]`.

Changes one operator, constant, condition, call or statement of the package at a time, and runs its tests against each
change in a forked process. A change that no test notices survives and is listed. Tests are those in the folder of the
same name under tests/; Hypothesis draws few and always the same examples.
"""

import argparse
import ast
import importlib.machinery
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from types import CodeType

import hypothesis.strategies
import pytest

TIMEOUT_S = 60
EXAMPLES = 25
COMPARES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Skipped(ast.NodeVisitor):
    """Ids of nodes that are not behaviour: annotations, `strict` of zip, and tuning numbers (NAME = number)."""

    def __init__(self, tree: ast.Module) -> None:
        self.ids: set[int] = set()
        self.visit(tree)

    def generic_visit(self, node: ast.AST) -> None:
        for name in ("annotation", "returns"):
            child = getattr(node, name, None)
            if child is not None:
                self.ids.update(id(one) for one in ast.walk(child))
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as value) if name.isupper():
                self.ids.add(id(value))
            case ast.keyword(arg="strict", value=value):
                self.ids.add(id(value))
        super().generic_visit(node)


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that a node can be changed to."""
    yield from _operators(deepcopy(node))
    yield from _values(deepcopy(node))
    yield from _statements(deepcopy(node))


def _operators(new: ast.AST) -> Iterator[ast.AST]:
    match new:
        case ast.Compare(ops=[op]) if type(op) in COMPARES:
            new.ops = [COMPARES[type(op)]()]
            yield new
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in OPERATORS:
            new.op = OPERATORS[type(op)]()
            yield new
        case ast.BoolOp(op=op):
            new.op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield new
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand


def _values(new: ast.AST) -> Iterator[ast.AST]:
    match new:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            new.func = ast.Name(CALLS[name], ast.Load())
            yield new


def _statements(new: ast.AST) -> Iterator[ast.AST]:
    match new:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            new.test = ast.UnaryOp(ast.Not(), test)
            yield new
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


class Swap(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old = old
        self.new = new

    def put(self, tree: ast.Module) -> ast.Module:
        """Changes the tree in place."""
        self.visit(tree)
        return tree

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.copy_location(self.new, node)
        found: ast.AST = self.generic_visit(node)
        return found


def mutants(path: Path, wanted: Callable[[int], bool]) -> Iterator[tuple[str, CodeType]]:
    """Those mutants of a file whose number is wanted: what was changed, and the compiled module."""
    tree = ast.parse(path.read_text())
    for number, (place, node, new) in enumerate(_changed(tree)):
        if not wanted(number):
            continue
        copy = deepcopy(tree)
        old = next(one for one, kept in zip(ast.walk(copy), ast.walk(tree), strict=True) if kept is node)
        changed = ast.fix_missing_locations(Swap(old, new).put(copy))
        words = f"{path}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:90]!r} -> {ast.unparse(new)[:90]!r}"
        yield f"{words} #{place}", compile(changed, str(path.resolve()), "exec")


def _changed(tree: ast.Module) -> Iterator[tuple[int, ast.AST, ast.AST]]:
    skipped = Skipped(tree).ids
    places = [node for node in ast.walk(tree) if id(node) not in skipped]
    return ((place, node, new) for place, node in enumerate(places) for new in changes(node))


def survives(path: Path, code: CodeType, tests: Path) -> bool:
    """Whether the tests pass with this code in the file's place; properties are slow, and asked last."""
    files = sorted(str(file) for file in tests.glob("test_*.py"))
    quick = [file for file in files if "properties" not in file]
    slow = [file for file in files if "properties" in file]
    return _passes(path, code, quick) and _passes(path, code, slow)


def _passes(path: Path, code: CodeType, files: list[str]) -> bool:
    """Runs test files in a child that a hang cannot outlive."""
    child = os.fork()
    if child == 0:
        # In time of its own, so that a busy machine kills no mutant.
        signal.setitimer(signal.ITIMER_PROF, TIMEOUT_S)
        with open(os.devnull, "w") as nothing:  # noqa: PTH123
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        original = importlib.machinery.SourceFileLoader.get_code

        def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> CodeType | None:
            return code if Path(self.path).resolve() == path.resolve() else original(self, fullname)

        setattr(importlib.machinery.SourceFileLoader, "get_code", get_code)  # noqa: B010  (mypy forbids the plain form)
        os._exit(
            pytest.main(
                ["-x", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider", "--noconftest", *files]
            )
        )
    return os.waitpid(child, 0)[1] == 0


def _drawn(files: list[Path], count: int, seed: int) -> set[tuple[Path, int]] | None:
    """Some mutants of all, each as likely as the other; None for all."""
    if not count:
        return None
    every = [(path, number) for path in files for number, _ in enumerate(_changed(ast.parse(path.read_text())))]
    return set(random.Random(seed).sample(every, min(count, len(every))))


def _wanted(path: Path, every: int, drawn: set[tuple[Path, int]] | None, number: int) -> bool:
    return number % every == 0 and (drawn is None or (path, number) in drawn)


def main() -> int:
    """Prints survivors and the share killed; 1 if that is below 90 %, 2 if the tests fail without any change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--every", type=int, default=1, help="try only every n-th mutant")
    parser.add_argument("--sample", type=int, default=0, help="try so many, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only files with this in their name")
    options = parser.parse_args()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    quiet = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("few", max_examples=EXAMPLES, derandomize=True, database=None, phases=quiet)
    hypothesis.settings.load_profile("few")
    files = sorted(options.package.glob("*.py"))
    unchanged = compile(files[0].read_text(), str(files[0].resolve()), "exec")
    if not survives(files[0], unchanged, Path("tests") / options.package):
        print("The tests don't pass as the package is: they would kill anything.")
        return 2
    start, tried, alive = time.monotonic(), 0, 0
    chosen = [path for path in files if options.only in path.name]
    drawn = _drawn(chosen, options.sample, options.seed)
    for path in chosen:
        here, left = 0, 0
        wanted = partial(_wanted, path, options.every, drawn)
        for words, code in mutants(path, wanted):
            here += 1
            if survives(path, code, Path("tests") / options.package):
                left += 1
                print(f"survived  {words}", flush=True)
        tried, alive = tried + here, alive + left
        print(f"{path.name}: {here - left} of {here} killed", flush=True)
    killed = tried - alive
    print(
        f"{killed} of {tried} mutants killed ({100 * killed / max(tried, 1):.1f} %) in {time.monotonic() - start:.0f} s"
    )
    return 0 if killed * 10 >= tried * 9 else 1


if __name__ == "__main__":
    sys.exit(main())
