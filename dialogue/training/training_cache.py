"""Where trained components are kept from one training to the next, so that only what changed is trained again."""

from pathlib import Path
from typing import Any

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.engine.caching import DEFAULT_CACHE_NAME, Cacheable, LocalTrainingCache, TrainingCache
    from rasa.engine.storage.storage import ModelStorage


class FolderCache(LocalTrainingCache):
    """Rasa's cache of trained components, in a folder that is given; what was used least lately goes first."""

    def __init__(self, folder: Path, max_mib: float) -> None:
        # Does what Rasa's own constructor does, which takes both from environment variables and from nowhere else.
        folder.mkdir(parents=True, exist_ok=True)
        self._cache_location = folder
        self._max_cache_size = max_mib
        self._cache_database_name = DEFAULT_CACHE_NAME
        self._sessionmaker = self._create_database()
        self._drop_cache_entries_from_incompatible_versions()


class NoCache(TrainingCache):
    """Keeps nothing: every component is trained."""

    def cache_output(
        self, fingerprint_key: str, output: Any, output_fingerprint: str, model_storage: ModelStorage
    ) -> None:
        """Keep nothing."""

    def get_cached_output_fingerprint(self, fingerprint_key: str) -> str | None:
        """Return None: nothing is kept."""
        return None

    def get_cached_result(
        self, output_fingerprint_key: str, node_name: str, model_storage: ModelStorage
    ) -> Cacheable | None:
        """Return None: nothing is kept."""
        return None
