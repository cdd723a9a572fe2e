// Puts a key where a page of ours keeps its own, so that this browser is that person's device.
async ({ user, jwk, thumbprint }) => {
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const privateKey = await crypto.subtle.importKey("jwk", jwk, kind, false, ["sign"]);
  const { kty, crv, x, y } = jwk;
  const opening = indexedDB.open("parley", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("device-keys");
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const transaction = opening.result.transaction("device-keys", "readwrite");
  const key = { privateKey, jwk: { kty, crv, x, y }, thumbprint };
  transaction.objectStore("device-keys").put(key, user);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  opening.result.close();
};
