// SPDX-License-Identifier: LGPL-2.1-or-later
// Several connections to one session of the daemon: who may join, as what, and
// how long the session lives. What each is shown is tested without sockets.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { fakeEngines, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { RealtimeConnection, refusedUpgrade, userText } from '../lib/realtime.mjs';

const KEY = 'the key of the house';
const bearer = (key) => ({ Authorization: `Bearer ${key}` });
const newKey = () => `sesskey_${randomBytes(16).toString('hex')}`;
let daemon;
before(async () => { daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, JWT_SECRET: '0123456789abcdef0123456789abcdef' } }); });
after(async () => assert.equal(await daemon.stop(), 0));

async function mint(body) {
  const response = await fetch(`${daemon.origin}/v1/realtime/sessions`, { method: 'POST', headers: bearer(KEY), body: JSON.stringify(body) });
  assert.equal(response.status, 200);
  return response.json();
}

function open(credential, query = '', dialect = 'ga') {
  return RealtimeConnection.open(`${daemon.url}${query}`, { headers: bearer(credential), dialect });
}

const idOf = (connection) => connection.events[0].session.id;

async function refused(credential, query) {
  const { status, body: { error } } = await refusedUpgrade(`${daemon.url}${query}`, { headers: bearer(credential) });
  return [status, error.code];
}

test('a backend joins a running session by its id', async () => {
  const client = await open(KEY);
  const backend = await open(KEY, `?call_id=${idOf(client)}`);
  assert.equal(idOf(backend), idOf(client));
  client.send(userText('Hello'));
  assert.equal((await backend.next('conversation.item.done')).item.content[0].text, 'Hello');
  // What it offers, it executes.
  backend.send({ type: 'session.update', session: { type: 'realtime', tools: [{ type: 'function', name: 'pay' }] } });
  assert.deepEqual((await client.next('session.updated')).session.tools, []);
  // It is not what keeps the session.
  await client.close();
  const { code } = await backend.closed;
  assert.equal(code, 1000);
  await untilMetric(daemon, 'sessions', 0);
});

test('the id is told in the handshake', async () => {
  const socket = new WebSocket(daemon.url, { headers: bearer(KEY) });
  const upgraded = once(socket, 'upgrade');
  const message = once(socket, 'message');
  const [[response], [data]] = await Promise.all([upgraded, message]);
  assert.equal(response.headers.location, `/v1/realtime/calls/${JSON.parse(data).session.id}`);
  socket.close();
  await once(socket, 'close');
});

test('tokens with one key open one session', async () => {
  const sessionKey = newKey();
  const [first, second] = await Promise.all([mint({ sessionKey }), mint({ sessionKey })]);
  assert.equal(first.sessionKey, sessionKey);
  const [a, b] = await Promise.all([open(first.value), open(second.value)]);
  assert.equal(idOf(a), idOf(b));
  const c = await open(first.value, `?call_id=${sessionKey}`);
  assert.equal(idOf(c), idOf(a));
  const d = await open(second.value, `?call_id=${idOf(a)}`);
  assert.equal(idOf(d), idOf(a));
  await untilMetric(daemon, 'sessions', 1);
  // All may go and come back.
  await Promise.all([a.close(), b.close(), c.close(), d.close()]);
  const back = await open(first.value);
  assert.equal(idOf(back), idOf(a));
  await back.close();
});

test('the key of the house begins a shared session without a token', async () => {
  const sessionKey = newKey();
  const a = await open(KEY, `?sessionKey=${sessionKey}`);
  const b = await open(KEY, `?call_id=${sessionKey}`);
  assert.equal(idOf(a), idOf(b));
  await Promise.all([a.close(), b.close()]);
});

test('a backend may come first when the session is expected', async () => {
  const sessionKey = newKey();
  const { value } = await mint({ sessionKey });
  const backend = await open(KEY, `?call_id=${sessionKey}`);
  const client = await open(value);
  assert.equal(idOf(client), idOf(backend));
  await client.close();
  await backend.close();
});

test('a connection may do without audio', async () => {
  const client = await open(KEY);
  const backend = await open(KEY, `?call_id=${idOf(client)}&audio=none`);
  client.send(userText('Hello'));
  client.send({ type: 'response.create' });
  await Promise.all([client.next('response.done'), backend.next('response.done')]);
  assert.ok(client.count('response.output_audio.delta') > 0);
  assert.equal(backend.count('response.output_audio.delta'), 0);
  assert.equal(backend.count('response.output_audio.done'), 1);
  await client.close();
});

test('the beta dialect can be switched off, and another be the default', async (t) => {
  const strict = await startDaemon({ env: { ...fakeEngines, VOWEL_BETA: 'off', VOWEL_DEFAULT_DIALECT: 'ga' } });
  t.after(() => strict.stop());
  const socket = new WebSocket(strict.url, { headers: { 'OpenAI-Beta': 'realtime=v1' } });
  const message = once(socket, 'message');
  const close = once(socket, 'close');
  const { type, error } = JSON.parse((await message)[0]);
  assert.equal(type, 'error');
  assert.equal(error.type, 'invalid_request_error');
  assert.equal(error.code, 'beta_api_shape_disabled');
  const [code, reason] = await close;
  assert.equal(code, 4000);
  assert.equal(String(reason), 'invalid_request_error.beta_api_shape_disabled');
  const raw = await RealtimeConnection.open(strict.url);
  assert.equal(raw.events[0].session.modalities, undefined);
  await raw.close();
});

test('who may not join is not told whether there is a session', async () => {
  const sessionKey = newKey();
  const mine = await mint({ sessionKey });
  const other = await mint({ sessionKey: newKey() });
  const plain = await mint({});
  const client = await open(mine.value);
  assert.deepEqual(await refused(KEY, '?call_id=sess_nobody'), [404, 'session_not_found']);
  assert.deepEqual(await refused(KEY, `?call_id=${newKey()}`), [404, 'session_not_found']);
  assert.deepEqual(await refused(plain.value, `?call_id=${sessionKey}`), [404, 'session_not_found']);
  assert.deepEqual(await refused(plain.value, `?call_id=${idOf(client)}`), [404, 'session_not_found']);
  assert.deepEqual(await refused(plain.value, '?call_id=sess_nobody'), [404, 'session_not_found']);
  assert.deepEqual(await refused(other.value, `?call_id=${sessionKey}`), [403, 'session_forbidden']);
  assert.deepEqual(await refused(plain.value, `?sessionKey=${newKey()}`), [404, 'session_not_found']);
  assert.deepEqual(await refused(KEY, '?sessionKey=short'), [400, 'invalid_value']);
  assert.deepEqual(await refused(KEY, `?sessionKey=${sessionKey}&call_id=${idOf(client)}`), [400, 'invalid_value']);
  await client.close();
});

test('tools that were minted with the key are the backend\'s', async () => {
  const sessionKey = newKey();
  const { value, tools } = await mint({ sessionKey, model: 'fake', tools: [{ type: 'function', name: 'pay', parameters: { type: 'object' } }] });
  assert.deepEqual(tools, []);
  const client = await open(value);
  assert.deepEqual(client.events[0].session.tools, []);
  await client.close();
});

test('a trusted server has its tools from the token', async () => {
  const { token } = await mint({
    connectionType: 'trusted_server',
    config: { serviceId: 'orders', provider: 'vowel-prime', voiceConfig: { model: 'm1', voice: 'v1' }, serverTools: [{ name: 'lookupOrder', parameters: { type: 'object' } }] },
  });
  const server = await open(token);
  // As in every session of its own, it may speak and ask.
  server.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(4800).toString('base64') });
  server.send(userText('What is the status of order 12345?'));
  server.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  const { session } = await server.next('session.updated');
  assert.deepEqual(session.tools.map(({ name }) => name), ['lookupOrder']);
  assert.equal(session.model, 'm1');
  assert.equal(server.count('error'), 0);
  await server.close();
});

test('fifty connections share a session', async () => {
  const sessionKey = newKey();
  const { value } = await mint({ sessionKey });
  const everybody = await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 5 === 4 ? open(value).then(async (first) => { await first.close(); return open(KEY, `?call_id=${sessionKey}`); }) : open(value))));
  assert.equal(new Set(everybody.map(idOf)).size, 1);
  everybody[0].send(userText('Hello'));
  everybody[0].send({ type: 'response.create' });
  const responses = await Promise.all(everybody.map((one) => one.next('response.done')));
  assert.equal(new Set(responses.map(({ response }) => response.id)).size, 1);
  const heard = everybody.map((one) => one.count('response.output_audio.delta'));
  assert.equal(new Set(heard).size, 1);
  assert.ok(heard[0] > 0);
  await Promise.all(everybody.map((one) => one.close()));
});
