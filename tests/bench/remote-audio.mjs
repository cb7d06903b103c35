// 100 answers are spoken at once by a voice that streams as slowly as it
// speaks: how long its bytes take through the server.
import { startDaemon } from '../lib/daemon.mjs';
import WebSocket from 'ws';
import { userText } from '../lib/realtime.mjs';
import { ms, percentile, row } from './bench.mjs';
import { CHUNK_MS, findStamps, now, pin, startServices } from './services.mjs';

const SESSIONS = 100;
const CHUNKS = 100;
/** All are begun within this time, half of what each of them lasts, and no two in step: neither do callers speak so. */
const BEGUN_MS = (CHUNKS * CHUNK_MS) / 2 + CHUNK_MS;

const services = await startServices(CHUNKS, CHUNK_MS);
const daemon = await startDaemon({ env: services.env });
pin(daemon.pid, 0);
pin(services.pid, 1);
pin(process.pid, 1);

const delays = [];

/** A client that costs as little as it can, because it shares a processor with the services. */
function listen(number) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(daemon.url, { perMessageDeflate: false });
    const send = (event) => socket.send(JSON.stringify(event));
    socket.on('error', reject);
    socket.on('open', () => send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } }));
    socket.on('message', (data) => {
      const arrived = now();
      const at = data.indexOf('"delta":"') + 9;
      if (data.indexOf('output_audio.delta') >= 0) {
        for (const left of findStamps(Buffer.from(data.toString('latin1', at, data.indexOf('"', at)), 'base64'))) delays.push((arrived - left) / 1000);
        return;
      }
      const { type } = JSON.parse(data);
      if (type === 'session.updated') setTimeout(() => {
        send(userText('hello'));
        send({ type: 'response.create' });
      }, number * BEGUN_MS / SESSIONS);
      else if (type === 'response.done') socket.close();
    });
    socket.on('close', resolve);
  });
}
await Promise.all(Array.from({ length: SESSIONS }, (_, number) => listen(number)));
await daemon.stop();
await services.stop();

if (delays.length !== SESSIONS * CHUNKS) throw new Error(`${delays.length} of ${SESSIONS * CHUNKS} chunks arrived`);
row(`${SESSIONS} answers at once: a service's bytes to the client, half of them within`, ms(percentile(delays, 0.5)), '1 ms');
row(`${SESSIONS} answers at once: a service's bytes to the client, 99 of 100 within`, ms(percentile(delays, 0.99)), '5 ms');
