"""Token buckets in the memory of one process; a replica more allows as much again."""

import time
from dataclasses import dataclass, field
from typing import Final

MESSAGES_PER_S: Final = 10.0
STARTS_PER_S: Final = 5.0


@dataclass(slots=True)
class Buckets:
    """One bucket per key, full at first. The fullest are forgotten when there are too many: they hold no news."""

    rate_per_s: float
    burst: float
    most_keys: int = 20_000
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str) -> bool:
        """Take one token and say whether there was one."""
        now = time.monotonic()
        level, at = self._levels.get(key, (self.burst, now))
        level = min(self.burst, level + (now - at) * self.rate_per_s)
        if len(self._levels) >= self.most_keys:
            self._forget_full(now)
        if level < 1:
            self._levels[key] = (level, now)
            return False
        self._levels[key] = (level - 1, now)
        return True

    def _forget_full(self, now: float) -> None:
        refill_s = self.burst / self.rate_per_s
        self._levels = {key: value for key, value in self._levels.items() if now - value[1] < refill_s}


messages = Buckets(rate_per_s=MESSAGES_PER_S, burst=2 * MESSAGES_PER_S)
starts = Buckets(rate_per_s=STARTS_PER_S, burst=300)
