"""Notices that the code has changed, for `osler dev`."""

from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]


class SourceChanges:
    """Compares modification times; a few hundred files cost a few milliseconds."""

    def __init__(self) -> None:
        self._seen = self._times()

    def are_new(self) -> bool:
        """Say whether a source or data file has changed since the last call."""
        times = self._times()
        has_changed, self._seen = times != self._seen, times
        return has_changed

    def _times(self) -> dict[Path, int]:
        found: dict[Path, int] = {}
        for path in SOURCE.rglob("*"):
            if path.suffix in {".py", ".yaml", ".json", ".txt", ".bin"}:
                try:
                    found[path] = path.stat().st_mtime_ns
                except FileNotFoundError:  # An editor is replacing it.
                    continue
        return found
