// Microphones with voice detection on: what a session-second costs, and
// whether each of 500 callers is heard.
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { append, packets, silence, speak } from '../lib/speech.mjs';
import { cpuTime, resident, row } from './bench.mjs';

const PACKET_MS = 40;
const session = {
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } },
};
const speech = speak('What is the weather in London today?');
const second = Buffer.concat([silence(1000), speech, silence(3000)]);
const frames = [...packets(second, PACKET_MS)].map((packet) => JSON.stringify(append(packet)));

async function listen(daemon, count, seconds) {
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
  const start = performance.now();
  const before = cpuTime(daemon.pid);
  const ticks = Math.round((seconds * 1000) / PACKET_MS);
  let late = 0;
  for (let tick = 0; tick < ticks; tick++) {
    connections.forEach((connection, index) => connection.socket.send(frames[(tick + index * 7) % frames.length]));
    const wait = start + (tick + 1) * PACKET_MS - performance.now();
    if (wait < 0) late++;
    await new Promise((resolve) => { setTimeout(resolve, Math.max(0, wait)); });
  }
  const cpu = cpuTime(daemon.pid) - before;
  const result = {
    cpu: cpu / (count * seconds),
    memory: (resident(daemon.pid) - base) / count,
    heard: connections.filter((connection) => connection.count('input_audio_buffer.speech_started') > 0).length,
    late: late / ticks,
  };
  for (const connection of connections) connection.socket.terminate();
  return result;
}

let daemon = await startDaemon({ env: fakeEngines });
const hundred = await listen(daemon, 100, 8);
await daemon.stop();
row('live microphone, 24 kHz, 40 ms appends: CPU per session-second', `${hundred.cpu.toFixed(2)} ms`, '2 ms');

daemon = await startDaemon({ env: fakeEngines });
const many = await listen(daemon, 500, 10);
await daemon.stop();
row('500 microphones at once: heard', `${many.heard} of 500${many.late > 0.1 ? ' (load generator late)' : ''}`, '500');
row('500 microphones at once: CPU per session-second', `${many.cpu.toFixed(2)} ms`, '2 ms');
row('500 microphones at once: resident memory per session', `${many.memory.toFixed(0)} KiB`, '150 KiB');
