"""How much one socket may send: token buckets and strikes. The time comes in from outside."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """A token bucket: `capacity` at once, then `refill` a second. Times are in seconds."""

    capacity: float
    refill: float
    at: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.capacity

    def take(self, cost: float, now: float) -> bool:
        """Whether there was enough; what is refused costs nothing."""
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.refill)
        self.at = now
        if cost > self.tokens:
            return False
        self.tokens -= cost
        return True


@dataclass(slots=True)
class Strikes:
    """Counts faults; the `most`-th within `window` seconds is one too many."""

    most: int = 3
    window: float = 10.0
    times: deque[float] = field(default_factory=deque)

    def strike(self, now: float) -> bool:
        """Whether this one is one too many."""
        self.times.append(now)
        while self.times[0] <= now - self.window:
            self.times.popleft()
        return len(self.times) >= self.most


@dataclass(frozen=True)
class SocketLimits:
    """What one socket may send: frames at once, frames a second, and bytes in 10 s."""

    burst: int = 600
    refill: int = 60
    bytes_per_10s: int = 1024 * 1024
