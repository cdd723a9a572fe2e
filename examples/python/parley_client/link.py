"""One RTCPeerConnection with its media (W3C WebRTC; JSEP, RFC 9429)."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame, VideoFrame

from parley_client.media import Sink, Tracks


class Link:
    """A connection that is negotiated once: aiortc neither restarts ICE nor rolls back."""

    def __init__(self, id: str, servers: list[dict[str, Any]], tracks: Tracks, sink: Sink) -> None:
        self.id = id
        # An empty list, not None: for None aiortc asks a public STUN server.
        ice_servers = [
            RTCIceServer(server["urls"], server.get("username"), server.get("credential"))
            for server in servers
        ]
        # All media over one transport (RFC 9143).
        self.pc = RTCPeerConnection(
            RTCConfiguration(iceServers=ice_servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        # Whether their description is here, to which their candidates belong.
        self.is_agreed = False
        self._tracks = tracks
        self._sink = sink
        self._camera: RTCRtpSender | None = None
        self._consumers: list[asyncio.Task[None]] = []
        self.pc.on("track", self._receive)

    @property
    def is_up(self) -> bool:
        return self.pc.connectionState == "connected"

    async def offer(self) -> RTCSessionDescription:
        """Two of the four lines that a page offers, in the same order: microphone, camera."""
        self._send_ours()
        self._open_control()
        await self.pc.setLocalDescription()
        return self.pc.localDescription

    async def answer(self, sdp: str) -> RTCSessionDescription:
        """Takes what was offered, and sends our own sound and picture along its first lines."""
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        self.is_agreed = True
        self._send_ours()
        if "m=application" in sdp:
            self._open_control()
        await self.pc.setLocalDescription()
        return self.pc.localDescription

    async def accept(self, sdp: str) -> None:
        if self.pc.signalingState == "have-local-offer":
            await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
            self.is_agreed = True

    async def add_candidate(self, init: dict[str, Any]) -> None:
        """One of theirs (trickle ICE, RFC 8838); an empty one says that there are no more."""
        text = init.get("candidate", "")
        if not text:
            await self.pc.addIceCandidate(None)
            return
        candidate = candidate_from_sdp(text.removeprefix("candidate:"))
        candidate.sdpMid = init.get("sdpMid")
        candidate.sdpMLineIndex = init.get("sdpMLineIndex")
        await self.pc.addIceCandidate(candidate)

    async def close(self) -> None:
        for consumer in self._consumers:
            consumer.cancel()
        self._tracks.audio.stop()
        self._tracks.video.stop()
        await self.pc.close()

    def _send_ours(self) -> None:
        # addTrack takes the first free line of the track's kind, or makes one.
        self.pc.addTrack(self._tracks.audio)
        self._camera = self.pc.addTrack(self._tracks.video)

    def _open_control(self) -> None:
        """The channel on which peers say how they show each other (RFC 8831, negotiated)."""
        control = self.pc.createDataChannel("control", negotiated=True, id=0)
        control.on("open", lambda: control.send(json.dumps({"view": "large"})))
        control.on("message", self._be_shown)

    def _be_shown(self, message: str | bytes) -> None:
        """Who does not show us is sent no picture; what is not of this channel is not heard."""
        with suppress(ValueError, TypeError, KeyError):
            shown = json.loads(message)["view"] != "none"
            if self._camera is not None:
                self._camera.replaceTrack(self._tracks.video if shown else None)

    def _receive(self, track: MediaStreamTrack) -> None:
        # Every track is read, wanted or not: its frames would pile up.
        first = track.kind not in {consumer.get_name() for consumer in self._consumers}
        task = asyncio.create_task(self._consume(track, recorded=first), name=track.kind)
        self._consumers.append(task)

    async def _consume(self, track: MediaStreamTrack, recorded: bool) -> None:
        """The first line of each kind is microphone and camera, those after it the screen's."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if recorded and isinstance(frame, AudioFrame | VideoFrame):
                self._sink(frame)
