// The connection to one person here.
(name) => {
  const tile = document.querySelector(`[data-peer][aria-label="${name}"]`);
  const picture = tile.querySelector("video").srcObject.getVideoTracks();
  return seen.connections.find((one) =>
    one.getReceivers().some(({ track }) => picture.includes(track)),
  );
};
