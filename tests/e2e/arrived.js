// The pictures that have come over one connection so far, and whether it is closed. Its statistics
// lose all that was received with the end of it, so that a picture of our own does the counting.
async (connection) => {
  if (!connection.probe) {
    const tracks = connection.getReceivers().map(({ track }) => track);
    connection.probe = document.createElement("video");
    connection.probe.muted = true;
    connection.probe.srcObject = new MediaStream(tracks);
    await connection.probe.play();
  }
  return {
    pictures: connection.probe.getVideoPlaybackQuality().totalVideoFrames,
    closed: connection.connectionState === "closed",
  };
};
