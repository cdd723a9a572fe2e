// Of each remote tile: what was decoded of that person so far, and how bright their picture is.
async () => {
  const canvas = new OffscreenCanvas(32, 18);
  const context = canvas.getContext("2d", { willReadFrequently: true });

  const luma = async (video) => {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return 0;
    context.drawImage(await createImageBitmap(video), 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) {
      sum += 0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2];
    }
    return sum / (data.length / 4);
  };

  const received = {};
  for (const tile of document.querySelectorAll("[data-peer]")) {
    const video = tile.querySelector("video");
    const tracks = [...tile.querySelectorAll("audio, video")].flatMap(
      ({ srcObject }) => srcObject?.getTracks() ?? [],
    );
    const connection = seen.connections.find((one) =>
      one.getReceivers().some(({ track }) => tracks.includes(track)),
    );
    const row = { name: tile.getAttribute("aria-label"), frames: 0, energy: 0, luma: 0, pair: [] };
    received[tile.dataset.peer] = row;
    if (!connection) continue;
    row.luma = await luma(video);
    const stats = await connection.getStats();
    for (const one of stats.values()) {
      if (one.type === "inbound-rtp") {
        row.frames += one.framesDecoded ?? 0;
        row.energy += one.totalAudioEnergy ?? 0;
      } else if (one.type === "transport" && one.selectedCandidatePairId) {
        const pair = stats.get(one.selectedCandidatePairId);
        row.pair = [pair.localCandidateId, pair.remoteCandidateId].map(
          (id) => stats.get(id)?.candidateType,
        );
      }
    }
  }
  return received;
};
