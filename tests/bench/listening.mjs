// Microphones with voice detection on: what a session-second costs, and
// whether each of 500 callers is heard.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { append, packets, silence, speak } from '../lib/speech.mjs';
import { row } from './bench.mjs';

const PACKET_MS = 40;
const run = promisify(execFile);
const microphones = path.join(process.env.VOWEL_BUILDDIR, 'tests/bench/microphones');
const session = {
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } },
};
const recording = Buffer.concat([silence(1000), speak('What is the weather in London today?'), silence(3000)]);
const events = [session, { type: 'input_audio_buffer.clear' }, ...[...packets(recording, PACKET_MS)].map(append)];

async function listen(count, seconds, file) {
  const daemon = await startDaemon({ env: fakeEngines });
  const { stdout } = await run(microphones, [daemon.port, daemon.pid, count, seconds, file].map(String));
  await daemon.stop();
  if (/weights.*cannot be had/.test(daemon.log)) throw new Error('the weights of the voice detector are not there: run scripts/fetch-silero');
  const result = JSON.parse(stdout);
  return { cpu: result.cpu_ms / (count * seconds), memory: result.memory_kib / count, heard: result.heard, behind: result.behind_ms };
}

const folder = mkdtempSync(path.join(tmpdir(), 'vowel-bench-'));
try {
  const file = path.join(folder, 'events');
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));

  const hundred = await listen(100, 8, file);
  row('live microphone, 24 kHz, 40 ms appends: CPU per session-second', `${hundred.cpu.toFixed(2)} ms`, '2 ms');

  const many = await listen(500, 10, file);
  const delay = many.behind > 500 ? ` (busy machine: ${(many.behind / 1000).toFixed(1)} s late)` : '';
  row('500 microphones at once: heard', `${many.heard} of 500${delay}`, '500');
  row('500 microphones at once: CPU per session-second', `${many.cpu.toFixed(2)} ms`, '2 ms');
  row('500 microphones at once: resident memory per session', `${many.memory.toFixed(0)} KiB`, '150 KiB');
} finally {
  rmSync(folder, { recursive: true });
}
