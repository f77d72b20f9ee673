"""Where a Rasa project keeps what it is trained from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialogue.errors import ProjectError

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
        """The folder's name, and the model's."""
        return self.folder.resolve().name

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files and folders that training reads."""
        return (self.config, self.domain, *self.data)

    @property
    def rasa_domain(self) -> str | None:
        """The domain as Rasa takes it: None where importers bring it."""
        return str(self.domain) if self.domain.exists() else None

    @property
    def rasa_data(self) -> list[str]:
        """The data as Rasa takes them."""
        return [str(path) for path in self.data if path.exists()]

    @property
    def has_importers(self) -> bool:
        """Whether the config names importers, which may read anything from anywhere."""
        try:
            config: Any = yaml.safe_load(self.config.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            return False  # training tells what is wrong with it
        return isinstance(config, dict) and bool(config.get("importers"))

    def require_inputs(self) -> None:
        """Raise ProjectError when what training needs is not there."""
        if not self.config.is_file():
            raise ProjectError(f"{self.folder} is not a Rasa project: it has no {self.config.name}")
        if self.has_importers:
            return
        for path in (self.domain, *self.data):
            if not path.exists():
                what = "domain.yml or domain" if path == self.domain else path.name
                raise ProjectError(f"{self.folder} is not a Rasa project: it has no {what}")
