// SPDX-License-Identifier: LGPL-2.1-or-later
//
// CPU time of ONNX Runtime for one window of the Silero network, in
// microseconds: one thread, all optimisations, the least of many rounds.
//   node vad-onnxruntime.mjs silero_vad.onnx
// It is measured in the same way as the native network in bench-vad.c, by CPU
// time of the process, so that other work on the machine weighs on both alike.
import { openSilero } from '../lib/silero-onnxruntime.mjs';

const ROUNDS = 40;
const WINDOWS = 500;

const silero = await openSilero(process.argv[2], 16000);
const window = new Float32Array(512).map(() => (Math.random() - 0.5) * 0.2);

let best = Infinity;
for (let round = 0; round < ROUNDS; round++) {
  const begin = process.cpuUsage();
  for (let i = 0; i < WINDOWS; i++) await silero.process(window);
  const { user, system } = process.cpuUsage(begin);
  best = Math.min(best, (user + system) / WINDOWS);
}
console.log(`onnxruntime ${best.toFixed(2)}`);
