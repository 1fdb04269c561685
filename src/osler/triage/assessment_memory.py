"""A bounded memory of what was worked out for the beginnings of conversations."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """Keeps the latest `size` entries; shared by threads; forgetting costs time, never correctness."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[int, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: int) -> T | None:
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
            return found

    def put(self, key: int, value: T) -> None:
        with self._lock:
            self._entries[key] = value
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
