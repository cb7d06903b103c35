// Microphones with voice detection on: what a session-second costs, and
// whether each of 500 callers is heard.
import { randomBytes } from 'node:crypto';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { append, packets, silence, speak } from '../lib/speech.mjs';
import { cpuTime, resident, row } from './bench.mjs';

const PACKET_MS = 40;
// Callers are not in step with each other: so many groups take turns.
const GROUPS = 5;
const session = {
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } },
};
const speech = speak('What is the weather in London today?');
const recording = Buffer.concat([silence(1000), speech, silence(3000)]);

/** A masked text frame of WebSocket, made once so that sending it costs this side next to nothing. */
function frameOf(event) {
  const payload = Buffer.from(JSON.stringify(event));
  const mask = randomBytes(4);
  const head = Buffer.alloc(8);
  if (payload.length < 126 || payload.length > 0xffff) throw new Error(`no frame for ${payload.length} bytes`);
  head.writeUInt16BE(0x81fe);
  head.writeUInt16BE(payload.length, 2);
  mask.copy(head, 4);
  for (let at = 0; at < payload.length; at++) payload[at] ^= mask[at & 3];
  return Buffer.concat([head, payload]);
}

const frames = [...packets(recording, PACKET_MS)].map((packet) => frameOf(append(packet)));
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, Math.max(0, milliseconds)); });
const isHeard = (connection) => connection.count('input_audio_buffer.speech_started') > 0;

async function listen(count, seconds) {
  const daemon = await startDaemon({ env: fakeEngines });
  const connections = [];
  const base = resident(daemon.pid);
  while (connections.length < count) {
    connections.push(...await Promise.all(Array.from({ length: Math.min(50, count - connections.length) }, async () => {
      const connection = await RealtimeConnection.open(daemon.url);
      connection.send(session);
      await connection.next('session.updated');
      return connection;
    })));
  }
  const sockets = connections.map(({ socket }) => socket._socket);
  const start = performance.now();
  const before = cpuTime(daemon.pid);
  const steps = Math.round((seconds * 1000) / PACKET_MS) * GROUPS;
  let latest = 0;
  for (let step = 0; step < steps; step++) {
    const tick = Math.floor(step / GROUPS);
    for (let index = step % GROUPS; index < count; index += GROUPS) sockets[index].write(frames[(tick + index * 7) % frames.length]);
    const wait = start + ((step + 1) * PACKET_MS) / GROUPS - performance.now();
    latest = Math.max(latest, -wait);
    await pause(wait);
  }
  // The answer to this comes after all that was sent before has been listened to.
  const sent = performance.now();
  await Promise.all(connections.map((connection) => {
    connection.send({ type: 'input_audio_buffer.clear' });
    return connection.next('input_audio_buffer.cleared', undefined, 60000);
  }));
  const result = {
    cpu: (cpuTime(daemon.pid) - before) / (count * seconds),
    memory: (resident(daemon.pid) - base) / count,
    heard: connections.filter(isHeard).length,
    behind: Math.max(latest, performance.now() - sent),
  };
  for (const connection of connections) connection.socket.terminate();
  await daemon.stop();
  if (/weights.*cannot be had/.test(daemon.log)) throw new Error('the weights of the voice detector are not there: run scripts/fetch-silero');
  return result;
}

const hundred = await listen(100, 8);
row('live microphone, 24 kHz, 40 ms appends: CPU per session-second', `${hundred.cpu.toFixed(2)} ms`, '2 ms');

const many = await listen(500, 10);
const delay = many.behind > 500 ? ` (busy machine: ${(many.behind / 1000).toFixed(1)} s late)` : '';
row('500 microphones at once: heard', `${many.heard} of 500${delay}`, '500');
row('500 microphones at once: CPU per session-second', `${many.cpu.toFixed(2)} ms`, '2 ms');
row('500 microphones at once: resident memory per session', `${many.memory.toFixed(0)} KiB`, '150 KiB');
