// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The native Silero network against ONNX Runtime over a minute of noisy speech,
// window by window, for every kernel that this CPU can run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSilero } from '../lib/silero-onnxruntime.mjs';

const TOLERANCE = 1e-4;
const program = join(process.env.VOWEL_BUILDDIR, 'tests/elements/vad-oracle');
const weights =
  process.env.VOWEL_SILERO_MODEL ?? join(process.env.VOWEL_DATA_DIR, 'models/silero_vad.onnx');

async function reasonToSkip() {
  if (!existsSync(weights)) return 'no Silero weights: run scripts/fetch-silero';
  try {
    await import('onnxruntime-node');
  } catch (error) {
    return `the optional npm package onnxruntime-node cannot be loaded: ${error.message.split('\n')[0]}`;
  }
  return false;
}

const skip = await reasonToSkip();

for (const rate of [16000, 8000]) {
  test(`native Silero equals ONNX Runtime at ${rate} Hz`, { skip }, async (t) => {
    const scratch = mkdtempSync(join(tmpdir(), 'vad-oracle-'));
    t.after(() => rmSync(scratch, { recursive: true }));
    const recording = join(scratch, 'recording.s16');

    const run = spawnSync(program, [weights, String(rate), recording], {
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    });
    if (run.status === 77) return t.skip('flite is not installed: nobody to speak');
    assert.equal(run.status, 0, run.stderr);

    const [header, ...lines] = run.stdout.trim().split('\n');
    const kernels = header.split(' ');
    const bytes = readFileSync(recording);
    const audio = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    assert.ok(audio.length / rate >= 60, 'the recording lasts at least a minute');

    const silero = await openSilero(weights, rate);
    assert.equal(lines.length, Math.floor(audio.length / silero.window));

    const worst = kernels.map(() => 0);
    let speech = 0;
    for (const [i, line] of lines.entries()) {
      const samples = Float32Array.from(
        audio.subarray(i * silero.window, (i + 1) * silero.window),
        (sample) => sample / 32768,
      );
      const expected = await silero.process(samples);
      speech += expected > 0.5;
      const native = line.split(' ').map(Number);
      assert.equal(native.length, kernels.length);
      native.forEach((p, k) => {
        worst[k] = Math.max(worst[k], Math.abs(p - expected));
      });
    }

    // A recording of nothing but silence would prove little.
    assert.ok(speech > lines.length * 0.3 && speech < lines.length * 0.95, `${speech} of ${lines.length}`);
    kernels.forEach((kernel, k) => {
      t.diagnostic(`${kernel}: largest difference ${worst[k].toExponential(2)} over ${lines.length} windows`);
      assert.ok(worst[k] <= TOLERANCE, `${kernel}: ${worst[k]}`);
    });
  });
}
