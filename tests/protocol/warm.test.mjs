// SPDX-License-Identifier: LGPL-2.1-or-later
// Connections to services: made before they are needed, kept, shared by what
// runs at once. The services speak TLS and HTTP/2 here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFakes } from '../fakes/remote/server.mjs';
import { makeCertificate } from '../lib/certificate.mjs';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { patience } from '../lib/patience.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';

let certificate;
before(() => { certificate = makeCertificate(); });
after(() => certificate.remove());

/** Services and a daemon that asks them for its model and its voice. */
async function setUp(t, { voice = 'ok', workers = 1, env, tls = certificate } = {}) {
  const fakes = await startFakes({ tls, http1: !tls });
  const connections = [];
  const sessions = [];
  fakes.server.on(tls ? 'secureConnection' : 'connection', (socket) => connections.push(socket));
  fakes.server.on('session', (session) => sessions.push(session));
  const daemon = await startDaemon({ env: {
    ...fakeEngines, SSL_CERT_FILE: certificate.file, VOWEL_WORKERS: String(workers), VOWEL_OUTPUT_LEAD_MS: '0',
    LLM_PROVIDER: 'openai-compatible', OPENAI_COMPATIBLE_BASE_URL: fakes.base('openai-compatible', 'ok,#model'), OPENAI_COMPATIBLE_MODEL: 'm',
    TTS_PROVIDER: 'openai-compatible', ECHOLINE_BASE_URL: fakes.base('openai-compatible', `${voice},#voice`), ...env } });
  t.after(async () => {
    const code = await daemon.stop();
    for (const socket of connections) socket.destroy();
    fakes.close();
    assert.equal(code, 0, daemon.log);
  });
  const asked = (method) => fakes.log.filter((entry) => entry.method === method);
  return { daemon, fakes, connections, sessions, asked };
}

async function until(condition) {
  const end = performance.now() + patience;
  while (!condition()) {
    assert.ok(performance.now() < end, `it does not happen: ${condition}`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

const warmed = ({ asked }, times = 1) => until(() => asked('HEAD').length >= times);

const open = ({ daemon }) => RealtimeConnection.open(daemon.url, { dialect: 'ga' });

async function turn(connection, text) {
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  const { response } = await connection.next('response.done');
  assert.equal(response.status, 'completed', JSON.stringify(response));
}

test('a connection is there before the first request, and the only one', async (t) => {
  const world = await setUp(t);
  const connection = await open(world);
  await warmed(world);
  const [head] = world.asked('HEAD');
  assert.equal(head.headers.authorization, undefined, 'no key is needed for that');
  assert.equal(world.connections.length, 1);

  await turn(connection, 'First. And a second sentence.');
  await turn(connection, 'Once more. And a second sentence.');
  // Another session of the worker, with a model and a voice of its own.
  const other = await open(world);
  await Promise.all([turn(other, 'Here too.'), turn(connection, 'And here.')]);
  assert.equal(world.connections.length, 1);
  assert.equal(world.connections[0].alpnProtocol, 'h2');
  assert.equal(world.asked('HEAD').length, 1);
  assert.ok(world.asked('POST').length >= 8, `${world.asked('POST').length} requests`);
  await Promise.all([connection.close(), other.close()]);
});

test('each worker is asked to keep its own connection, once', async (t) => {
  const world = await setUp(t, { workers: 2 });
  const sessions = await Promise.all([open(world), open(world), open(world), open(world)]);
  await warmed(world, 2);
  for (const session of sessions) await turn(session, 'Hello.');
  assert.equal(world.connections.length, 2);
  assert.equal(world.asked('HEAD').length, 2);
  await Promise.all(sessions.map((session) => session.close()));
});

test('an interruption ends its requests, not the connection', async (t) => {
  const world = await setUp(t, { voice: 'stall-once' });
  const connection = await open(world);
  await warmed(world);
  connection.send(userText('Something long enough to be spoken in pieces.'));
  connection.send({ type: 'response.create' });
  await connection.next('response.output_audio.delta');
  connection.send({ type: 'response.cancel' });
  const { response } = await connection.next('response.done');
  assert.equal(response.status, 'cancelled');
  await turn(connection, 'Still there?');
  await until(() => world.asked('POST').some(({ aborted }) => aborted));
  assert.equal(world.connections.length, 1);
  await connection.close();
});

test('a connection that the server has closed is made anew', async (t) => {
  const world = await setUp(t);
  const connection = await open(world);
  await turn(connection, 'Hello.');
  const closed = new Promise((resolve) => { world.sessions[0].on('close', resolve); });
  world.sessions[0].destroy();
  await closed;
  await turn(connection, 'Again.');
  assert.equal(world.connections.length, 2);
  await connection.close();
});

test('what one worker knows of a server spares the others its handshake', async (t) => {
  // With HTTP/2 the first worker has one connection: a second one would use
  // the ticket up, OpenSSL takes each once.
  const world = await setUp(t, { workers: 2 });
  const first = await open(world);
  await warmed(world);
  await turn(first, 'Hello.');
  const before = world.connections.length;
  const second = await open(world);
  await turn(second, 'Hello.');
  assert.ok(world.connections.length > before);
  assert.ok(world.connections.slice(before).some((socket) => socket.isSessionReused()), 'nobody resumed a TLS session');
  await Promise.all([first.close(), second.close()]);
});

for (const [tls, wish, heads] of [[false, 'auto', 0], [false, 'on', 1], [true, 'off', 0]]) {
  test(`VOWEL_KEEP_WARM=${wish} with ${tls ? 'https' : 'http'}: ${heads > 0 ? 'warm' : 'not warm'}`, async (t) => {
    const world = await setUp(t, { tls: tls && certificate, env: { VOWEL_KEEP_WARM: wish } });
    const connection = await open(world);
    if (heads > 0) await warmed(world);
    await turn(connection, 'Hello.');
    assert.equal(world.asked('HEAD').length, heads);
    await connection.close();
  });
}
