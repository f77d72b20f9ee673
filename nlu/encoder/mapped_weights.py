"""The tensors of a safetensors file that is mapped: in memory only where they were read."""

import contextlib
import json
import mmap
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nlu.errors import WeightsError

PAGE_OUT = 21  # MADV_PAGEOUT of Linux 5.4, which Python does not name yet


class MappedWeights:
    """The float32 tensors of a safetensors file, by name; they are valid as long as something refers to one."""

    def __init__(self, path: Path) -> None:
        """Raises WeightsError when the file cannot be read or does not hold what its head says."""
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            head_bytes = int.from_bytes(self._map[:8], "little")
            head = json.loads(self._map[8 : 8 + head_bytes])
            found = {name: part for name, part in head.items() if part.get("dtype") == "F32"}
            self.tensors = {name: self._tensor(8 + head_bytes, part) for name, part in found.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeightsError(f"{path} cannot be mapped as safetensors: {error}") from error

    def _tensor(self, begin: int, part: dict[str, Any]) -> Tensor:
        first, last = part["data_offsets"]
        if begin + last > len(self._map):
            raise ValueError(f"{part}, in a file of {len(self._map)} bytes")
        numbers = torch.frombuffer(self._map, dtype=torch.float32, offset=begin + first, count=(last - first) // 4)
        return numbers.view(part["shape"])

    def give_back(self) -> None:
        """Let the system take the memory of what was read, which it reads again from the file when it is used."""
        with contextlib.suppress(OSError):  # another system than Linux, or an old one: it stays
            self._map.madvise(PAGE_OUT)
