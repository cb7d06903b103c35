// Two hours of talk at once: 500 turns in one session. What a turn costs, how
// long it takes and what the daemon holds must not grow with them.
import { startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { cpuTime, median, ms, resident, row } from './bench.mjs';

const TURNS = 500;
const SAMPLE = 100; // turns at the beginning and at the end that are compared

const daemon = await startDaemon({ env: {
  VOWEL_OUTPUT_LEAD_MS: '0', VOWEL_CONTEXT_TOKENS: '4000', STT_PROVIDER: 'fake', LLM_PROVIDER: 'scripted', TTS_PROVIDER: 'fake' } });
const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } },
  truncation: { type: 'retention_ratio', retention_ratio: 0.8 } } });
await connection.next('session.updated');

const times = [];
const costs = [];
const memory = [];
for (let turn = 0; turn < TURNS; turn++) {
  const cpu = cpuTime(daemon.pid);
  const start = performance.now();
  connection.send(userText(`what is ${turn} plus ${TURNS - turn}, if I may ask this once more`));
  connection.send({ type: 'response.create' });
  const audio = await connection.next('response.output_audio.delta');
  times.push(connection.timeOf(audio) - start);
  await connection.next('rate_limits.updated');
  costs.push(cpuTime(daemon.pid) - cpu);
  memory.push(resident(daemon.pid));
  connection.restart();
}

// The context is full from the first sample on.
const early = [SAMPLE, 2 * SAMPLE];
const late = [TURNS - SAMPLE, TURNS];
const compare = (values) => `${ms(median(values.slice(...early)))}, ${ms(median(values.slice(...late)))}`;
row('long session: item to first audio, turns 100 to 200 and 400 to 500', compare(times), 'equal');
row('long session: CPU of a turn, the same', compare(costs), 'equal');
row('long session: memory after 100, 200 and 500 turns', [100, 200, 500].map((n) => `${(memory[n - 1] / 1024).toFixed(1)} MiB`).join(', '), 'flat');
await connection.close();
await daemon.stop();
