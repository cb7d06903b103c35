// SPDX-License-Identifier: LGPL-2.1-or-later
import { setTimeout } from 'node:timers/promises';
import { patience } from '../lib/patience.mjs';

/** Resolves to what `probe` returns once that is true; fails when patience ends. */
export async function until(probe, what = probe, timeout = patience) {
  const deadline = performance.now() + timeout;
  for (;;) {
    const value = probe();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`did not come: ${typeof what === 'function' && what !== probe ? what() : what}`);
    // Not at once: the daemon needs the processor.
    await setTimeout(2);
  }
}
