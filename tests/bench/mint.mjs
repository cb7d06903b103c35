// Tokens for the key of an app, over HTTP: what one costs the server, as the
// rate that one core can do.
import { request } from 'node:http';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { cpuTime, row } from './bench.mjs';

const TOKENS = 10000;
const AT_ONCE = 8;
const daemon = await startDaemon({ env: { ...fakeEngines, VOWEL_MINT_RATE_LIMIT: '0', JWT_SECRET: '0123456789abcdef0123456789abcdef' } });

const post = (path, body, headers) => new Promise((resolve, reject) => {
  const sent = request(daemon.origin + path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => { text += chunk; });
    response.on('end', () => response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text)));
  });
  sent.on('error', reject);
  sent.end(JSON.stringify(body));
});

const app = await post('/api/apps', { name: 'Bench' });
const { plaintext } = await post(`/api/apps/${app.id}/api-keys`, {});
const mint = () => post('/vowel/api/generateToken', { appId: app.id }, { Authorization: `Bearer ${plaintext}` });
for (let i = 0; i < 100; i++) await mint();

const before = cpuTime(daemon.pid);
let left = TOKENS;
await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (left-- > 0) await mint(); }));
row('tokens minted over HTTP per second of one core', Math.round(TOKENS * 1000 / (cpuTime(daemon.pid) - before)), '5000');
await daemon.stop();
