// 1000 callers hold their button for half a second and let go, each every four
// seconds: how soon the server, on one processor, begins to speak.
import { startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { append, silence } from '../lib/speech.mjs';
import { cpuTime, ms, percentile, row } from './bench.mjs';
import { pin, startServices } from './services.mjs';

const SESSIONS = 1000;
const PERIOD_MS = 4000;
const TURNS = 3; // of each

const services = await startServices(10, 0);
const daemon = await startDaemon({ env: services.env });
pin(daemon.pid, 0);
pin(services.pid, 1);
pin(process.pid, 1);

const utterance = JSON.stringify(append(silence(500)));
const times = [];

async function open() {
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
  await connection.next('session.updated');
  return connection;
}

async function talk(connection, start) {
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise((resolve) => { setTimeout(resolve, start + turn * PERIOD_MS - performance.now()); });
    connection.socket.send(utterance);
    const released = performance.now();
    connection.send({ type: 'input_audio_buffer.commit' });
    connection.send({ type: 'response.create' });
    const audio = await connection.next('response.output_audio.delta');
    times.push(connection.timeOf(audio) - released);
    await connection.next('response.done');
    connection.restart();
  }
}

const connections = [];
while (connections.length < SESSIONS) connections.push(...await Promise.all(Array.from({ length: 50 }, open)));
const begin = performance.now() + 500;
const cpu = cpuTime(daemon.pid);
await Promise.all(connections.map((connection, i) => talk(connection, begin + i * PERIOD_MS / SESSIONS)));
const share = (cpuTime(daemon.pid) - cpu) / (performance.now() - begin);
for (const { socket } of connections) socket.terminate();
await daemon.stop();
await services.stop();
row(`${SESSIONS} callers with a turn every ${PERIOD_MS / 1000} s: to first audio, 95 of 100 within`, ms(percentile(times, 0.95)), '50 ms');
row(`${SESSIONS} callers with a turn every ${PERIOD_MS / 1000} s: half of them within; of one processor`, `${ms(percentile(times, 0.5))}; ${(100 * share).toFixed(0)} %`, '');
