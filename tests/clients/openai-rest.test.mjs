// SPDX-License-Identifier: LGPL-2.1-or-later
// The `openai` package around a session: client secrets, flat sessions, models,
// and the sideband of a backend.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { until } from './until.mjs';

const KEY = 'sk-house';
let daemon;
let openai;
before(async () => {
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY } });
  openai = new OpenAI({ apiKey: KEY, baseURL: `${daemon.origin}/v1`, maxRetries: 0 });
});
after(async () => assert.equal(await daemon.stop(), 0, daemon.log));

function connect(apiKey, where) {
  const client = new OpenAI({ apiKey, baseURL: `${daemon.origin}/v1` });
  // Plain TCP under the wss: URL that the package insists on.
  const rt = new OpenAIRealtimeWS({ ...where, options: { createConnection: () => net.connect({ host: '127.0.0.1', port: daemon.port }) } }, client);
  const connection = { rt, events: [], errors: [] };
  rt.on('event', (event) => connection.events.push(event));
  rt.on('error', (error) => connection.errors.push(error));
  connection.next = (type, matches = () => true) => until(() => connection.events.find((event) => event.type === type && matches(event)),
    () => `${type}, got ${connection.events.map((event) => event.type)} and ${connection.errors}`);
  return connection;
}

test('a client secret opens the session that it was made for', async () => {
  const secret = await openai.realtime.clientSecrets.create({
    expires_after: { anchor: 'created_at', seconds: 120 },
    session: { type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.', output_modalities: ['text'] },
  });
  assert.match(secret.value, /^ek_/);
  assert.equal(secret.session.instructions, 'Be brief.');
  const client = connect(secret.value, { model: 'gpt-realtime' });
  const { session } = await client.next('session.created');
  assert.equal(session.instructions, 'Be brief.');
  assert.deepEqual(session.output_modalities, ['text']);
  assert.deepEqual(client.errors, []);
  client.rt.close();
});

test('flat sessions, of both kinds', async () => {
  const session = await openai.beta.realtime.sessions.create({ model: 'gpt-4o-realtime-preview', instructions: 'Be brief.' });
  assert.match(session.client_secret.value, /^ek_/);
  assert.equal(session.instructions, 'Be brief.');
  const transcription = await openai.beta.realtime.transcriptionSessions.create({ input_audio_transcription: { model: 'whisper-1' } });
  assert.match(transcription.client_secret.value, /^ek_/);
  assert.equal(transcription.input_audio_transcription.model, 'whisper-1');
});

test('errors arrive as the package\'s own', async () => {
  await assert.rejects(openai.realtime.clientSecrets.create({ session: { type: 'realtime', audio: { output: { speed: 9 } } } }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.param, 'session.audio.output.speed');
    assert.equal(error.code, 'decimal_above_max_value');
    return true;
  });
  const stranger = new OpenAI({ apiKey: 'sk-wrong', baseURL: `${daemon.origin}/v1`, maxRetries: 0 });
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  await assert.rejects(openai.models.retrieve('gpt-99'), OpenAI.NotFoundError);
  await assert.rejects(openai.realtime.calls.hangup('rtc_1'), (error) => error.status === 501 && error.code === 'webrtc_not_supported');
});

test('models', async () => {
  const models = [];
  for await (const model of openai.models.list()) models.push(model);
  assert.ok(models.length > 0);
  assert.deepEqual(await openai.models.retrieve(models[0].id), models[0]);
});

test('a backend executes its tools over the sideband', async () => {
  const { value } = await openai.realtime.clientSecrets.create({ session: { type: 'realtime', output_modalities: ['text'] } });
  const client = connect(value, { model: 'm' });
  const { session } = await client.next('session.created');
  const backend = connect(KEY, { callID: session.id });
  assert.equal((await backend.next('session.created')).session.id, session.id);
  backend.rt.send({ type: 'session.update', session: { type: 'realtime', tools: [{ type: 'function', name: 'pay', parameters: { type: 'object' } }] } });
  const { session: own } = await backend.next('session.updated');
  assert.deepEqual(own.tools.map(({ name }) => name), ['pay']);
  assert.deepEqual((await client.next('session.updated')).session.tools, []);
  client.rt.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] } });
  await backend.next('conversation.item.done', ({ item }) => item.role === 'user');
  client.rt.send({ type: 'response.create' });
  const mine = await client.next('response.done');
  const theirs = await backend.next('response.done');
  assert.equal(mine.response.id, theirs.response.id);
  assert.deepEqual([...client.errors, ...backend.errors], []);
  client.rt.close();
  await until(() => backend.rt.socket.readyState === 3, () => 'the sideband ends with the call');
});
