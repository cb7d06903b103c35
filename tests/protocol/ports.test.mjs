// SPDX-License-Identifier: LGPL-2.1-or-later
// The control plane on a port of its own.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';

const CONTROL = ['/api/apps', '/api/organizations', '/api/status', '/config', '/presets', '/metrics', '/trpc/apps.list'];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const status = async (origin, path, options) => (await fetch(origin + path, options)).status;

/** What is at the root of a port. */
const root = async (origin) => {
  const response = await fetch(origin);
  assert.equal(response.status, 200);
  return response.headers.get('content-type').startsWith('text/html') ? 'the console' : response.json();
};

test('one port for all', async (t) => {
  const daemon = await startDaemon({ env: fakeEngines });
  t.after(() => daemon.stop());
  assert.equal(await root(daemon.origin), 'the console');
  for (const path of CONTROL) assert.equal(await status(daemon.origin, path), 200, path);
  assert.match(daemon.output, new RegExp(`Console: ${daemon.origin}/`));
});

test('two ports', async (t) => {
  const port = await freePort();
  const daemon = await startDaemon({ env: fakeEngines, args: ['--control-port', String(port)] });
  t.after(async () => assert.equal(await daemon.stop(), 0));
  const control = `http://127.0.0.1:${port}`;
  assert.equal(await root(control), 'the console');
  // Programs that ask the Vowel engine where its routes are.
  assert.deepEqual(await root(daemon.origin), { status: 'ok', runtime: 'vowel-gst', websocket: '/v1/realtime', tokenEndpoint: '/v1/realtime/sessions' });
  for (const path of ['/index.html', '/console.js', '/apps']) assert.equal(await status(daemon.origin, path), 404, path);
  for (const path of CONTROL) {
    assert.equal(await status(daemon.origin, path), 404, path);
    assert.equal(await status(control, path), 200, path);
  }
  assert.equal(await status(daemon.origin, '/vowel/api/generateToken', { method: 'POST', body: '{}' }), 404);
  assert.equal(await status(control, '/vowel/api/generateToken', { method: 'POST', body: '{}' }), 401);
  assert.equal(await status(daemon.origin, '/config', { method: 'PUT', body: '{}' }), 404);
  assert.match(daemon.output, new RegExp(`Console: ${control}/`));
  for (const origin of [daemon.origin, control]) {
    const health = await (await fetch(`${origin}/health`)).json();
    assert.deepEqual([health.status, health.runtime], ['ok', 'vowel-gst']);
    assert.ok(Math.abs(Date.parse(health.timestamp) - Date.now()) < 60_000);
    assert.ok(health.version && health.configLastUpdated);
    assert.equal(await status(origin, '/v1/models'), 200);
    for (const path of ['/api/health', '/api/plans', '/api/setup/status', '/api/dashboard/stats']) assert.equal(await status(origin, path), 200, path);
    assert.equal(await status(origin, '/api/auth/me'), 401);
    const connection = await RealtimeConnection.open(`${origin.replace('http', 'ws')}/v1/realtime`);
    await connection.close();
  }
});

test('ports that cannot be', async (t) => {
  await assert.rejects(startDaemon({ env: fakeEngines, args: ['--port', '18787', '--control-port', '18787'] }), /ended with 78.*\n.*VOWEL_CONTROL_PORT are both 18787/);
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  await assert.rejects(startDaemon({ env: fakeEngines, args: ['--control-port', String(taken.address().port)] }), /choose another with VOWEL_CONTROL_PORT/);
});
