// 300 telephone calls at the same moment, voice detection on, the server on one
// processor: each caller says something every few seconds and is answered.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { encodeMulaw, quiet } from '../lib/mulaw.mjs';
import { speak } from '../lib/speech.mjs';
import { row } from './bench.mjs';
import { pin } from './services.mjs';

const CALLS = 300;
const SECONDS = 12;
const PACKET_MS = 20;
const run = promisify(execFile);
const microphones = path.join(process.env.VOWEL_BUILDDIR, 'tests/bench/microphones');

const start = {
  event: 'start', sequenceNumber: '1', streamSid: 'MZ$N',
  start: { streamSid: 'MZ$N', accountSid: 'ACbench', callSid: 'CA$N', tracks: ['inbound'], customParameters: {}, mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 } },
};
const stop = { event: 'stop', sequenceNumber: '9', streamSid: 'MZ', stop: { accountSid: 'ACbench', callSid: 'CA' } };
const recording = Buffer.concat([quiet(1000), encodeMulaw(speak('What is the weather in London today?', { rate: 8000 })), quiet(3000)]);
const media = [];
for (let at = 0; at + PACKET_MS * 8 <= recording.length; at += PACKET_MS * 8) {
  const chunk = media.length + 1;
  media.push({
    event: 'media', sequenceNumber: String(chunk + 1), streamSid: 'MZ',
    media: { track: 'inbound', chunk: String(chunk), timestamp: String(at / 8), payload: recording.subarray(at, at + PACKET_MS * 8).toString('base64') },
  });
}

const folder = mkdtempSync(path.join(tmpdir(), 'vowel-bench-'));
try {
  const file = path.join(folder, 'events');
  writeFileSync(file, [start, stop, ...media].map((event) => `${JSON.stringify(event)}\n`).join(''));
  const daemon = await startDaemon({ env: { ...fakeEngines, VOWEL_WORKERS: '1' } });
  pin(daemon.pid, 0);
  pin(process.pid, 1);
  const { stdout } = await run(microphones, [daemon.port, daemon.pid, CALLS, SECONDS, file, 'telephone'].map(String));
  await daemon.stop();
  if (/weights.*cannot be had/.test(daemon.log)) throw new Error('the weights of the voice detector are not there: run scripts/fetch-silero');
  const { cpu_ms: cpu, memory_kib: memory, heard, behind_ms: behind } = JSON.parse(stdout);
  const delay = behind > 500 ? ` (${(behind / 1000).toFixed(1)} s late)` : '';
  row(`${CALLS} telephone calls at once: answered`, `${heard} of ${CALLS}${delay}`, String(CALLS));
  row(`${CALLS} telephone calls at once: of one processor`, `${(cpu / SECONDS / 10).toFixed(0)} %`, '100 %');
  row(`${CALLS} telephone calls at once: CPU per session-second`, `${(cpu / CALLS / SECONDS).toFixed(2)} ms`, '3.3 ms');
  row(`${CALLS} telephone calls at once: resident memory per session`, `${(memory / CALLS).toFixed(0)} KiB`, '300 KiB');
} finally {
  rmSync(folder, { recursive: true });
}
