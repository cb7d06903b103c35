// 100 answers are spoken at once by a voice that streams as slowly as it
// speaks: how long its bytes take through the server.
import { startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { ms, percentile, row } from './bench.mjs';
import { CHUNK_MS, findStamps, now, pin, startServices } from './services.mjs';

const SESSIONS = 100;
const CHUNKS = 100;

const services = await startServices(CHUNKS, CHUNK_MS);
const daemon = await startDaemon({ env: services.env });
pin(daemon.pid, 0);
pin(services.pid, 1);
pin(process.pid, 1);

const delays = [];
async function listen(number) {
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
  await connection.next('session.updated');
  connection.socket.on('message', (data) => {
    const arrived = now();
    const event = JSON.parse(data);
    if (event.type !== 'response.output_audio.delta') return;
    for (const left of findStamps(Buffer.from(event.delta, 'base64'))) delays.push((arrived - left) / 1000);
  });
  await new Promise((resolve) => { setTimeout(resolve, number * CHUNK_MS / SESSIONS); });
  connection.send(userText('hello'));
  connection.send({ type: 'response.create' });
  await connection.next('response.done', () => true, 60000);
  await connection.close();
}
await Promise.all(Array.from({ length: SESSIONS }, (_, number) => listen(number)));
await daemon.stop();
await services.stop();

if (delays.length !== SESSIONS * CHUNKS) throw new Error(`${delays.length} of ${SESSIONS * CHUNKS} chunks arrived`);
row(`${SESSIONS} answers at once: a service's bytes to the client, half of them within`, ms(percentile(delays, 0.5)), '1 ms');
row(`${SESSIONS} answers at once: a service's bytes to the client, 99 of 100 within`, ms(percentile(delays, 0.99)), '5 ms');
