// SPDX-License-Identifier: LGPL-2.1-or-later
// Voicex's voice socket, seen from outside: who is let in, what a conversation
// is, and that it goes on after a restart.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, refusedUpgrade, userText } from '../lib/realtime.mjs';
import { VoicexCaller } from '../lib/voicex.mjs';

const KEY = 'the key of the house';
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-voicex-'));
let daemon;

/** A recogniser that always understands the same, after a detector that hears noise. */
function recipe(name, texts, { model = 'scripted', voice = '' } = {}) {
  const file = path.join(folder, `${name}.launch`);
  writeFileSync(file, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('vad name=vad', 'vad name=vad detector=energy')
    .replace(/provider="\$\{STT[^"]*"/, `provider=fake provider::text="${texts.join('|')}" provider::interim=true`)
    .replace(/provider="\$\{LLM[^"]*"/, `provider=${model}`)
    .replace(/provider="\$\{TTS[^"]*"/, `provider=fake ${voice}`));
  return ['--recipe', file];
}

const start = ({ texts = ['what is seven times eight'], name = 'session', env, ...engines } = {}) =>
  startDaemon({ args: recipe(name, texts, engines), env: { ...fakeEngines, API_KEY: KEY, ...env } });

async function admin(on, method, route, body) {
  const response = await fetch(on.origin + route, { method, headers: { Authorization: `Bearer ${KEY}` }, body: body && JSON.stringify(body) });
  assert.ok(response.ok, `${route}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

const refusal = async (query, options) => {
  const client = await VoicexCaller.open(daemon, query, { refused: true, ...options });
  return { ...await client.closed, messages: client.messages };
};

before(async () => {
  daemon = await start();
  await admin(daemon, 'POST', '/api/apps', { name: 'Shop' });
});
after(async () => {
  rmSync(folder, { recursive: true });
  assert.equal(await daemon.stop(), 0, daemon.log);
});

test('a conversation', async () => {
  const client = await VoicexCaller.open(daemon, { api_key: KEY });
  const { sessionId, historyKey, agentId, timestamp } = client.connected;
  assert.match(sessionId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(historyKey, /^[0-9a-f-]{36}$/);
  assert.notEqual(historyKey, sessionId);
  assert.equal(agentId, undefined, 'nobody has made an agent');
  assert.ok(Math.abs(Date.now() - timestamp) < 60000);
  assert.deepEqual(await client.turn(), { heard: 'what is seven times eight', said: 'Seven times eight is fifty six.' });
  assert.ok(client.seconds > 1);
  await client.close();
});

test('audio of old clients, pings, and what makes no sense', async () => {
  const client = await VoicexCaller.open(daemon, { api_key: KEY });
  client.send({ type: 'ping' });
  await client.next('pong');
  client.raw('{');
  assert.deepEqual(await client.next('error'), { message: 'Invalid message' });
  client.send({ type: 'audio', payload: Buffer.alloc(640).toString('base64') });
  client.send({ type: 'ping' });
  await client.next('pong');
  await client.close();
});

test('a message of more than 256 KiB', async () => {
  const client = await VoicexCaller.open(daemon, { api_key: KEY });
  client.raw(Buffer.alloc(262144));
  client.send({ type: 'ping' });
  await client.next('pong');
  client.raw(Buffer.alloc(262145));
  assert.equal((await client.closed).code, 1009);
});

test('who is nobody', async () => {
  const nobody = { code: 4001, reason: 'Unauthorized', messages: [] };
  assert.deepEqual(await refusal({}), nobody);
  assert.deepEqual(await refusal({ api_key: 'wrong' }), nobody);
  assert.deepEqual(await refusal({ api_key: `vx_${'0'.repeat(48)}` }), nobody);
  assert.deepEqual(await refusal({ token: 'a.b.c' }), nobody);
  // Any of several credentials is enough.
  const client = await VoicexCaller.open(daemon, { api_key: 'wrong', token: KEY });
  await client.close();
  const other = await VoicexCaller.open(daemon, {}, { headers: { 'x-api-key': KEY } });
  await other.close();
});

test('what is no WebSocket', async () => {
  const response = await fetch(`${daemon.origin}/ws/voice?api_key=${KEY}`);
  assert.equal(response.status, 426);
  assert.equal((await refusedUpgrade(`${daemon.origin.replace('http', 'ws')}/ws/other?api_key=${KEY}`)).status, 404);
});

test('no such agent', async () => {
  const agent_id = '64f0c0ffee0123456789abcd';
  for (const id of [agent_id, 'nonsense', '../..', '0'.repeat(1000)])
    assert.deepEqual(await refusal({ api_key: KEY, agent_id: id }), { code: 4005, reason: 'Agent not found', messages: [] });
});

test('a barge-in stops the audio, and what was heard is remembered', async () => {
  const texts = ['tell me a long story', 'stop it please'];
  const on = await start({ texts, name: 'barge-in' });
  await admin(on, 'POST', '/api/apps', { name: 'Shop' });
  const client = await VoicexCaller.open(on, { api_key: KEY });
  client.speak();
  await client.next('transcript', ({ role }) => role === 'assistant');
  client.begin();
  await client.next('audioStop');
  await client.close();
  assert.equal(await on.stop(), 0, on.log);
});

test('what the voice cannot say is left out', async () => {
  const voice = 'provider::mode=fail provider::when=cannot provider::error=bad-request';
  const model = (reply) => `fake provider::reply="${reply}"`;
  const on = await start({ name: 'left-out', voice, model: model('It begins like this. This one cannot be said at all. And so it ends.') });
  await admin(on, 'POST', '/api/apps', { name: 'Shop' });
  const client = await VoicexCaller.open(on, { api_key: KEY });
  assert.equal((await client.turn()).said, 'It begins like this. This one cannot be said at all. And so it ends.');
  assert.equal(client.messages.filter(Buffer.isBuffer).length, 2);
  assert.ok(!client.messages.some(({ type }) => type === 'error'));
  await client.close();
  assert.equal(await on.stop(), 0, on.log);
  assert.match(on.log, /left out/);

  // Of which nothing can be said, that is no answer.
  const mute = await start({ name: 'mute', voice, model: model('This cannot be said. Nor can this, which cannot either.') });
  await admin(mute, 'POST', '/api/apps', { name: 'Shop' });
  const caller = await VoicexCaller.open(mute, { api_key: KEY });
  caller.speak();
  assert.deepEqual(await caller.next('error'), { message: 'Assistant error' });
  assert.ok(!caller.messages.some(Buffer.isBuffer));
  await caller.close();
  assert.equal(await mute.stop(), 0, mute.log);
});

test('what the model fails at is forgotten', async () => {
  const model = 'fake provider::mode=fail provider::when=robot provider::error=bad-request provider::reply="I hear %s"';
  const on = await start({ texts: ['i am a robot', 'hello there'], name: 'forgotten', model });
  await admin(on, 'POST', '/api/apps', { name: 'Shop' });
  const client = await VoicexCaller.open(on, { api_key: KEY });
  const backend = await RealtimeConnection.open(`${on.url}?call_id=${client.connected.sessionId}`, { headers: { Authorization: `Bearer ${KEY}` } });
  client.speak();
  assert.deepEqual(await client.next('error'), { message: 'Assistant error' });
  const { item_id: gone } = await backend.next('conversation.item.deleted');
  assert.ok(backend.events.some(({ type, item }) => type === 'conversation.item.added' && item.id === gone && item.role === 'user'));
  assert.equal((await client.turn()).said, 'I hear hello there');
  await client.close();
  await backend.closed;
  assert.equal(await on.stop(), 0, on.log);
});

test('a listener hears a call by its id, and a backend joins it', async () => {
  const client = await VoicexCaller.open(daemon, { api_key: KEY });
  const { sessionId } = client.connected;
  const listener = await VoicexCaller.open(daemon, { api_key: KEY, call_id: sessionId });
  const backend = await RealtimeConnection.open(`${daemon.url}?call_id=${sessionId}`, { headers: { Authorization: `Bearer ${KEY}` } });
  backend.send(userText('tell me a joke'));
  backend.send({ type: 'response.create' });
  const { text } = await client.next('transcript', ({ role }) => role === 'assistant');
  assert.equal((await listener.next('transcript', ({ role }) => role === 'assistant')).text, text);
  await Promise.all([client.next('audioEnd'), listener.next('audioEnd')]);
  assert.deepEqual(listener.messages.filter(Buffer.isBuffer), client.messages.filter(Buffer.isBuffer));
  await listener.close();
  assert.deepEqual((await client.turn()).said, 'Seven times eight is fifty six.');
  await client.close();
  assert.equal((await backend.closed).code, 1000);
  assert.deepEqual(await refusal({ api_key: KEY, call_id: sessionId }), { code: 4005, reason: 'Session not found', messages: [] });
});

test('a session of other audio is heard, too', async () => {
  const talker = await RealtimeConnection.open(daemon.url, { headers: { Authorization: `Bearer ${KEY}` }, dialect: 'ga' });
  talker.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null }, output: { format: { type: 'audio/pcmu' } } } } });
  await talker.next('session.updated');
  const listener = await VoicexCaller.open(daemon, { api_key: KEY, call_id: talker.events[0].session.id });
  talker.send(userText('what is seven times eight'));
  talker.send({ type: 'response.create' });
  assert.equal((await listener.next('transcript')).text, 'Seven times eight is fifty six.');
  await listener.next('audioEnd');
  await talker.next('response.done');
  const bytes = talker.events.filter(({ type }) => type === 'response.output_audio.delta').reduce((sum, { delta }) => sum + Buffer.from(delta, 'base64').length, 0);
  assert.ok(Math.abs(listener.seconds - bytes / 8000) < 0.01, `${listener.seconds} s of ${bytes / 8000} s`);
  await listener.close();
  talker.close();
});

test('the longest call', async () => {
  const on = await start({ name: 'short', env: { MAX_CALL_DURATION_MS: '1500' } });
  await admin(on, 'POST', '/api/apps', { name: 'Shop' });
  const client = await VoicexCaller.open(on, { api_key: KEY });
  assert.deepEqual(await client.next('error'), { message: 'Maximum call duration reached' });
  assert.deepEqual(await client.closed, { code: 1005, reason: '' });
  assert.equal(await on.stop(), 0, on.log);
});

test('the 31st connection in a minute', async () => {
  const on = await start({ name: 'rate' });
  await admin(on, 'POST', '/api/apps', { name: 'Shop' });
  for (let i = 0; i < 30; i++) await (await VoicexCaller.open(on, { api_key: KEY })).close();
  const client = await VoicexCaller.open(on, { api_key: KEY }, { refused: true });
  assert.deepEqual([await client.closed, client.messages], [{ code: 4029, reason: 'Rate limit exceeded' }, []]);
  // Who is nobody is told so first.
  const nobody = await VoicexCaller.open(on, { api_key: 'wrong' }, { refused: true });
  assert.equal((await nobody.closed).code, 4001);
  assert.equal(await on.stop(), 0, on.log);
});

test('an operator allows fewer connections', async () => {
  const on = await start({ name: 'fewer', env: { VOICEX_CONNECTION_LIMIT: '1' } });
  await (await VoicexCaller.open(on, { api_key: KEY })).close();
  const caller = await VoicexCaller.open(on, { api_key: KEY }, { refused: true });
  assert.equal((await caller.closed).code, 4029);
  assert.equal(await on.stop(), 0, on.log);
});

test('a conversation goes on after a restart', async () => {
  const env = { XDG_DATA_HOME: path.join(folder, 'store') };
  const first = await start({ texts: ['my name is anna'], name: 'first', env });
  await admin(first, 'POST', '/api/apps', { name: 'Shop' });
  const client = await VoicexCaller.open(first, { api_key: KEY });
  const { historyKey } = client.connected;
  await client.turn();
  // The client does not get to say good-bye.
  assert.equal(await first.stop(), 0, first.log);
  assert.equal((await client.closed).code, 1001);

  const second = await start({ texts: ['what is my name'], name: 'second', env });
  const again = await VoicexCaller.open(second, { api_key: KEY, session_id: historyKey });
  assert.equal(again.connected.historyKey, historyKey);
  assert.match((await again.turn()).said, /anna/i);
  await again.close();

  // A key that nobody was given is good, and knows nothing.
  const stranger = await VoicexCaller.open(second, { api_key: KEY, session_id: 'my own key' });
  assert.equal(stranger.connected.historyKey, 'my own key');
  assert.doesNotMatch((await stranger.turn()).said, /anna/i);
  await stranger.close();
  assert.equal(await second.stop(), 0, second.log);
});

test('a server without a key takes whoever comes', async () => {
  const on = await startDaemon({ args: recipe('open', ['hello']), env: fakeEngines });
  await fetch(`${on.origin}/api/apps`, { method: 'POST', body: JSON.stringify({ name: 'Shop' }) });
  const client = await VoicexCaller.open(on);
  await client.turn();
  await client.close();
  assert.equal(await on.stop(), 0, on.log);
});
