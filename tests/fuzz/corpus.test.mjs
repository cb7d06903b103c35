// SPDX-License-Identifier: LGPL-2.1-or-later
// Every input that a fuzzer found, or began with: nothing breaks, and all that
// is sent is valid and in order.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Tap } from '../lib/tap.mjs';

const program = path.join(process.env.VOWEL_BUILDDIR, 'tests/fuzz/fuzz-replay');
const folder = path.join(process.env.VOWEL_SRCDIR, 'tests/fuzz/corpus');

for (const name of readdirSync(folder).sort())
  test(name, () => {
    const run = spawnSync(program, ['--print', path.join(folder, name)], { encoding: 'utf8', maxBuffer: 1 << 28 });
    assert.equal(run.status, 0, `${run.signal ?? run.status}\n${run.stderr}`);
    const taps = new Map();
    for (const line of run.stdout.trimEnd().split('\n').map((text) => JSON.parse(text))) {
      if (!line.event) continue;
      if (!taps.has(line.on)) taps.set(line.on, new Tap({ name: `connection ${line.on}`, joined: line.on > 0 }));
      taps.get(line.on).push(line.event);
    }
    for (const tap of taps.values()) assert.deepEqual(tap.problems(), []);
  });
