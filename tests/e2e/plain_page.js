// A page that has a ticket and knows the tutorial's frames, nothing more: `join`, {type, to, data}.
// Resolves with the number of frames that it decoded of the other, once that has risen.
async ({ ticket, url }) => {
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d");
  setInterval(() => brush.fillRect(Math.random() * 300, Math.random() * 150, 9, 9), 50);

  const socket = new WebSocket(url, ["parley.v1", `parley.ticket.${ticket}`]);
  const send = (frame) => socket.send(JSON.stringify(frame));
  const connection = new RTCPeerConnection();
  let other;

  connection.onicecandidate = ({ candidate }) =>
    candidate && send({ type: "ice", to: other, data: candidate });
  for (const track of canvas.captureStream(20).getTracks()) connection.addTrack(track);
  const describe = async (to) => {
    other = to;
    await connection.setLocalDescription();
    send({ type: connection.localDescription.type, to, data: connection.localDescription });
  };

  socket.onopen = () => send({ type: "join" });
  socket.onmessage = async ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "joined") for (const { peer } of frame.peers) await describe(peer);
    if (frame.type === "offer" || frame.type === "answer") {
      await connection.setRemoteDescription(frame.data);
      if (frame.type === "offer") await describe(frame.from);
    }
    if (frame.type === "ice") await connection.addIceCandidate(frame.data);
  };

  for (;;) {
    for (const one of (await connection.getStats()).values()) {
      if (one.type === "inbound-rtp" && one.framesDecoded > 10) return one.framesDecoded;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
