// Of one person here, given the connection to them: how much sound came in over the wire, how loud
// what was played of it has been in all, and whether their tile plays anything.
async ([connection, name]) => {
  const tile = document.querySelector(`[data-peer][aria-label="${name}"]`);
  const sum = { packets: 0, energy: 0, plays: tile.querySelector("audio").srcObject !== null };
  for (const one of (await connection.getStats()).values()) {
    if (one.type !== "inbound-rtp" || one.kind !== "audio") continue;
    sum.packets += one.packetsReceived;
    sum.energy += one.totalAudioEnergy;
  }
  return sum;
};
