// SPDX-License-Identifier: LGPL-2.1-or-later
import { setImmediate } from 'node:timers/promises';

/** Resolves to what `probe` returns once that is true; fails after 20 s. */
export async function until(probe, what = probe, timeout = 20000) {
  const deadline = performance.now() + timeout;
  for (;;) {
    const value = probe();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`did not come: ${typeof what === 'function' && what !== probe ? what() : what}`);
    await setImmediate();
  }
}
