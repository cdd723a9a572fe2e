// From now on the page stays: it hangs up on nobody and goes on sending, whatever it is told.
() => {
  RTCPeerConnection.prototype.close = () => {};
  MediaStreamTrack.prototype.stop = () => {};
};
