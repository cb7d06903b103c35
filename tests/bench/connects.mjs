// 200 clients connect at the same moment.
import WebSocket from 'ws';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { ms, row } from './bench.mjs';

const CLIENTS = 200;
const daemon = await startDaemon({ env: fakeEngines });
const start = performance.now();
const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => new Promise((resolve, reject) => {
  const socket = new WebSocket(daemon.url, { perMessageDeflate: false });
  socket.on('message', () => resolve(socket));
  socket.on('error', reject);
})));
row(`${CLIENTS} simultaneous connects, all sessions up`, ms(performance.now() - start), '500 ms');
for (const socket of sockets) socket.terminate();
await daemon.stop();
