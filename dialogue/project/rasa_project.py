"""Where a Rasa project keeps what it is trained from."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialogue.errors import ModelError, ProjectError

MODEL_ENDING = ".tar.gz"
CLIENT_TOOLS = "client_tools.yml"
DOMAINS = ("domain.yml", "domain.yaml", "domain")


@dataclass(frozen=True, slots=True)
class Project:
    """A Rasa project's parts; `data` and `domain` may be files or folders, and need not lie in `folder`."""

    folder: Path
    config: Path
    domain: Path
    data: tuple[Path, ...]

    @classmethod
    def at(
        cls, folder: Path, config: Path | None = None, domain: Path | None = None, data: Sequence[Path] = ()
    ) -> "Project":
        """The project in `folder`, with what is given in place of what lies there."""
        found = next((folder / name for name in DOMAINS if (folder / name).exists()), folder / DOMAINS[0])
        return cls(folder, config or folder / "config.yml", domain or found, tuple(data) or (folder / "data",))

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    def model_in(self, output_dir: Path) -> Path:
        """The file of its model in `output_dir`: projects whose folders have the same name have different ones.

        It stays the same when `output_dir` and the project are moved together.
        """
        way = Path(os.path.relpath(self.folder.resolve(), output_dir.resolve())).as_posix()
        return output_dir / f"{self.name}-{hashlib.sha256(way.encode()).hexdigest()[:8]}{MODEL_ENDING}"

    @property
    def actions(self) -> Path:
        """Its own actions, which need not exist: the folder `actions`, or else the file `actions.py`."""
        folder, file = self.folder / "actions", self.folder / "actions.py"
        return file if file.exists() and not folder.exists() else folder

    @property
    def client_tools(self) -> Path:
        """What the functions of a client's are bound to, which need not exist."""
        return self.folder / CLIENT_TOOLS

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files and folders that training reads."""
        return (self.config, self.domain, *self.data)

    @property
    def rasa_domain(self) -> str | None:
        """The domain as Rasa takes it: None where there is none, or where importers bring it."""
        return str(self.domain) if self.domain.exists() else None

    @property
    def rasa_data(self) -> list[str]:
        """The data as Rasa takes them."""
        return [str(path) for path in self.data if path.exists()]

    @property
    def has_importers(self) -> bool:
        """Whether the config names importers, which may read anything from anywhere."""
        return bool(self._named("importers"))

    @property
    def own_code(self) -> list[Path]:
        """The project's Python files where its config names a component, policy or importer out of them, else none.

        All of them: what a component imports from the others is only known when it does.
        """
        names = (name for part in ("pipeline", "policies", "importers") for name in self._named(part))
        modules = {name.partition(".")[0] for name in names if "." in name}
        if not any((self.folder / f"{name}.py").is_file() or (self.folder / name).is_dir() for name in modules):
            return []
        files = (file.relative_to(self.folder) for file in self.folder.rglob("*.py"))
        return sorted(self.folder / file for file in files if not any(map(_is_foreign, file.parts)))

    def _named(self, part: str) -> list[str]:
        """The names in a part of the config; none where it cannot be read, which training tells."""
        try:
            config: Any = yaml.safe_load(self.config.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            return []
        named = config.get(part) if isinstance(config, dict) else None
        return [str(part.get("name")) for part in named if isinstance(part, dict)] if isinstance(named, list) else []

    def require_inputs(self) -> None:
        """Raise ProjectError when what training needs is not there. A domain is no need: understanding does without."""
        if not self.config.is_file():
            raise ProjectError(f"{self.folder} is not a Rasa project: it has no {self.config.name}")
        if self.has_importers:
            return
        for path in self.data:
            if not path.exists():
                raise ProjectError(f"{self.folder} is not a Rasa project: it has no {path.name}")


def require_model(path: Path) -> None:
    """Raise ModelError when there is no trained model at `path`."""
    if not path.is_file():
        raise ModelError(f"there is no model {path}: run `heedful train`")


def _is_foreign(part: str) -> bool:
    """Whether a part of a path says that what is below it is no code of the project's."""
    return part.startswith(".") or part in ("site-packages", "node_modules")
