// SPDX-License-Identifier: LGPL-2.1-or-later
import { setImmediate } from 'node:timers/promises';

/** Resolves to what `probe` returns once that is true; fails after 10 s. */
export async function until(probe, what = String(probe)) {
  const deadline = performance.now() + 10000;
  for (;;) {
    const value = probe();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`did not come: ${what}`);
    await setImmediate();
  }
}
