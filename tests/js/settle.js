/** Let everything happen that waits for nothing but its turn. */
export async function settle() {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
