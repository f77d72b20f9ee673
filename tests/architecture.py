"""Reads the house as it stands in the code: its rooms, its modules, and what each of them imports and does."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path


@dataclass(frozen=True)
class Module:
    """One file of Python; `name` is dotted, `tree` its code."""

    name: str
    tree: ast.Module
    is_package: bool = False

    @property
    def package(self) -> str:
        """The top-level folder."""
        return self.name.split(".")[0]

    @property
    def folder(self) -> str:
        """The dotted name of the folder that holds the module."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def docstring(self) -> str:
        """What the module says it is for."""
        return ast.get_docstring(self.tree) or ""

    @cached_property
    def imports(self) -> tuple[tuple[str, str], ...]:
        """Every imported module with the name taken from it, wherever in the file; the name is empty for `import x`."""
        return tuple(_imports(self.tree))

    def broad_excepts(self) -> int:
        """How many handlers catch whatever goes wrong."""
        handlers = (node for node in ast.walk(self.tree) if isinstance(node, ast.ExceptHandler))
        return sum(_is_broad(handler.type) for handler in handlers)

    def reads_environment(self) -> bool:
        """Whether the code names `os.environ` or `os.getenv`."""
        return any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") for node in ast.walk(self.tree)
        )

    def private_reaches(self) -> Iterator[str]:
        """The private attributes of others that the code names, such as `other._held`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
                owner = ast.unparse(node.value)
                if owner not in ("self", "cls"):
                    yield f"{owner}.{node.attr}"

    def globals_written(self) -> set[str]:
        """The names that functions declare `global`: state which no argument carries."""
        return {name for node in ast.walk(self.tree) if isinstance(node, ast.Global) for name in node.names}

    def exports(self) -> set[str]:
        """The names in `__all__`; where it is written twice, in the later."""
        names: set[str] = set()
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                names = set(ast.literal_eval(node.value))
        return names


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(map(_is_broad, caught.elts))
    return caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))


@dataclass(frozen=True)
class House:
    """All modules by name."""

    modules: Mapping[str, Module]

    @classmethod
    def read(cls, root: Path, packages: tuple[str, ...]) -> "House":
        """Read the code below `root`."""
        modules = (_module(root, path) for package in packages for path in sorted((root / package).rglob("*.py")))
        return cls({module.name: module for module in modules})

    def with_code(self, name: str, code: str) -> "House":
        """The house with some lines more in one module: to see that a wall holds."""
        module = self.modules[name]
        tree = ast.Module([*module.tree.body, *ast.parse(code).body], [])
        return House({**self.modules, name: replace(module, tree=tree)})

    def with_module(self, name: str, *, is_package: bool = False) -> "House":
        """The house with an empty module of that name."""
        return House({**self.modules, name: Module(name, ast.parse(""), is_package)})

    def inner_imports(self, module: Module) -> set[str]:
        """The modules of the house that a module imports, itself left out."""
        found = set()
        for origin, name in module.imports:
            inner = f"{origin}.{name}" if f"{origin}.{name}" in self.modules else origin
            if inner in self.modules and inner != module.name:
                found.add(inner)
        return found

    @cached_property
    def rooms(self) -> set[str]:
        """The folders that hold no other folder with code."""
        folders = {module.folder for module in self.modules.values()}
        return {folder for folder in folders if not any(other.startswith(f"{folder}.") for other in folders)}

    def place(self, name: str) -> str:
        """The room of a module; the module itself where it lies in front of the rooms."""
        folder = self.modules[name].folder
        return folder if folder in self.rooms else name

    def import_order(self) -> list[str]:
        """The modules, each after those that it imports; raises graphlib.CycleError where there is no such order."""
        graph = {name: self.inner_imports(module) for name, module in self.modules.items()}
        return list(TopologicalSorter(graph).static_order())


def _module(root: Path, path: Path) -> Module:
    parts = path.relative_to(root).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Module(
        ".".join(parts[:-1] if is_package else parts), ast.parse(path.read_text(encoding="utf-8")), is_package
    )
