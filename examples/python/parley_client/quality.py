"""How well each connection does, from one second to the next, in one line."""

from __future__ import annotations

import time
from dataclasses import dataclass

from aiortc import (
    RTCInboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStatsReport,
    RTCTransportStats,
)

from parley_client.call import Seat


@dataclass(frozen=True)
class Sample:
    """Sums over all media of one connection (W3C webrtc-stats), at one moment."""

    at: float
    bytes_in: int = 0
    bytes_out: int = 0
    packets: int = 0
    lost: int = 0
    # Seconds; None before the first report of the other end (RTCP, RFC 3550, 6.4).
    round_trip: float | None = None

    @classmethod
    def of(cls, report: RTCStatsReport) -> Sample:
        transports = [one for one in report.values() if isinstance(one, RTCTransportStats)]
        inbound = [one for one in report.values() if isinstance(one, RTCInboundRtpStreamStats)]
        trips = [
            one.roundTripTime
            for one in report.values()
            if isinstance(one, RTCRemoteInboundRtpStreamStats) and one.roundTripTime is not None
        ]
        return cls(
            at=time.monotonic(),
            bytes_in=sum(one.bytesReceived for one in transports),
            bytes_out=sum(one.bytesSent for one in transports),
            packets=sum(one.packetsReceived for one in inbound),
            lost=sum(one.packetsLost for one in inbound),
            round_trip=min(trips, default=None),
        )


class Quality:
    """Remembers each connection's last sample."""

    def __init__(self) -> None:
        self._last: dict[str, Sample] = {}

    async def line(self, seat: Seat) -> str:
        """What is known of one peer now. The path that ICE chose is not: aiortc does not tell."""
        link = seat.peer.link
        if link is None or not link.is_up:
            return f"{seat.peer.name}  {'connecting' if seat.peer.reachable else 'away'}"
        now = Sample.of(await link.pc.getStats())
        last = self._last.get(link.id)
        self._last[link.id] = now
        if last is None:
            return f"{seat.peer.name}  connected"
        trip = "?" if now.round_trip is None else f"{now.round_trip * 1000:.0f}"
        kilobits = 8 / 1000 / (now.at - last.at)
        return (
            f"{seat.peer.name}  rtt {trip} ms  loss {share_lost(last, now):.1%}"
            f"  in {(now.bytes_in - last.bytes_in) * kilobits:.0f} kbit/s"
            f"  out {(now.bytes_out - last.bytes_out) * kilobits:.0f} kbit/s"
            f"  pictures {seat.received.pictures}"
        )


def share_lost(last: Sample, now: Sample) -> float:
    lost, came = now.lost - last.lost, now.packets - last.packets
    # A packet that comes late counts as lost at first, and then less than none is.
    return max(0, lost) / max(1, lost + came)
