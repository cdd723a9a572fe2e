// What came in over one connection so far, and whether it is closed.
async (connection) => {
  let bytes = 0;
  for (const one of (await connection.getStats()).values()) {
    if (one.type === "inbound-rtp") bytes += one.bytesReceived;
  }
  return { bytes, closed: connection.connectionState === "closed" };
};
