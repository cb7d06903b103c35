// 200 clients connect at the same moment; then 100 each second.
import { setTimeout } from 'node:timers/promises';
import WebSocket from 'ws';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { ms, percentile, row } from './bench.mjs';

const CLIENTS = 200;
const INTERVAL_MS = 10;
const daemon = await startDaemon({ env: fakeEngines });

/** The time until session.created. */
const connect = () => new Promise((resolve, reject) => {
  const start = performance.now();
  const socket = new WebSocket(daemon.url, { perMessageDeflate: false });
  socket.on('message', () => resolve({ socket, took: performance.now() - start }));
  socket.on('error', reject);
});

const start = performance.now();
const all = await Promise.all(Array.from({ length: CLIENTS }, connect));
row(`${CLIENTS} simultaneous connects, all sessions up`, ms(performance.now() - start), '500 ms');
for (const { socket } of all) socket.terminate();

const begun = performance.now();
const paced = [];
for (let i = 0; i < 5 * CLIENTS; i++) {
  await setTimeout(Math.max(0, begun + i * INTERVAL_MS - performance.now()));
  paced.push(connect().then(({ socket, took }) => {
    socket.terminate();
    return took;
  }));
}
row('100 connects/s: connect to session.created, p95', ms(percentile(await Promise.all(paced), 0.95)), '10 ms');
await daemon.stop();
