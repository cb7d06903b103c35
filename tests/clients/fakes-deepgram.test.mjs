// SPDX-License-Identifier: LGPL-2.1-or-later
// The fake of Deepgram answers Deepgram's own client as Deepgram does.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { DeepgramClient } from '@deepgram/sdk';
import WebSocket from 'ws';
import { KEY, startFakes } from '../fakes/remote/server.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

function client(apiKey = KEY) {
  const base = fakes.base('deepgram');
  const ws = base.replace('http', 'ws');
  return new DeepgramClient({ apiKey, maxRetries: 0, environment: { base, production: ws, agent: ws, agentRest: base } });
}

const listen = (options = {}) => open(client().listen.v1.connect({ model: 'nova-3', language: 'en-US', encoding: 'linear16', sample_rate: 16000, interim_results: 'true', ...options }));
const converse = (options = {}) => open(client().listen.v2.connect({ model: 'flux-general-en', encoding: 'linear16', sample_rate: 16000, reconnectAttempts: 0, ...options }));

async function open(connecting) {
  const connection = await connecting;
  const messages = [];
  const closed = new Promise((resolve) => connection.on('close', resolve));
  let wake = () => {};
  connection.on('message', (message) => {
    messages.push(message);
    wake();
  });
  const next = async (predicate) => {
    for (;;) {
      const found = messages.find(predicate);
      if (found) return found;
      await new Promise((resolve) => { wake = resolve; });
    }
  };
  connection.connect();
  await connection.waitForOpen();
  return { connection, messages, next, closed };
}

test('deepgram: live recognition', async () => {
  const { connection, messages, next, closed } = await listen();
  connection.sendKeepAlive({ type: 'KeepAlive' });
  for (let i = 0; i < 25; i++) connection.sendMedia(new Uint8Array(640));
  await next((message) => message.type === 'Results' && !message.is_final);
  connection.sendFinalize({ type: 'Finalize' });
  await next((message) => message.from_finalize);
  const text = messages.filter((message) => message.is_final).map((message) => message.channel.alternatives[0].transcript).filter(Boolean).join(' ');
  assert.equal(text, '500 milliseconds at 16000.');
  connection.sendCloseStream({ type: 'CloseStream' });
  await next((message) => message.type === 'Metadata');
  await closed;
  connection.close();
});

const loud = (ms) => new Uint8Array(ms * 32).fill(1);
const quiet = (ms) => new Uint8Array(ms * 32);
const events = (messages) => messages.filter(({ type }) => type === 'TurnInfo').map(({ event, transcript, trigger }) => [event, transcript, trigger].filter(Boolean).join(': '));
const isEnd = (message) => message.event === 'EndOfTurn';

test('deepgram: turns of Flux', async () => {
  const { connection, messages, next, closed } = await converse({ eager_eot_threshold: 0.5 });
  await next((message) => message.type === 'Connected');
  for (const audio of [quiet(100), loud(300), quiet(200), loud(100), quiet(400)]) connection.sendMedia(audio);
  const end = await next(isEnd);
  assert.deepEqual(events(messages), [
    'StartOfTurn: 20 milliseconds', 'Update: 260 milliseconds', 'EagerEndOfTurn: 300 milliseconds', 'TurnResumed: 320 milliseconds',
    'EagerEndOfTurn: 400 milliseconds', 'EndOfTurn: 400 milliseconds: model',
  ]);
  assert.equal(end.audio_window_start, 0.1);
  assert.equal(end.audio_window_end, 1.1);
  assert.deepEqual(messages.map((message) => message.sequence_id), messages.map((_, i) => i));
  connection.sendCloseStream({ type: 'CloseStream' });
  await closed;
  connection.close();
});

test('deepgram: a turn of Flux is ended by force, but not by a pause in the audio', async () => {
  const { connection, messages, next } = await converse();
  await next((message) => message.type === 'Connected');
  connection.sendMedia(loud(100));
  await next((message) => message.event === 'StartOfTurn');
  assert.ok(!messages.some(isEnd));
  connection.sendForceEndTurn({ type: 'ForceEndTurn' });
  assert.equal((await next(isEnd)).trigger, 'manual');
  connection.close();
});

test('deepgram: settings of Flux', async () => {
  const { connection, next, closed } = await converse({ model: 'flux-general-multi', language_hint: ['de', 'fr'] });
  await next((message) => message.type === 'Connected');
  connection.sendConfigure({ type: 'Configure', thresholds: { eot_threshold: 0.8 }, keyterms: ['vowel'], language_hints: ['en'] });
  const success = await next((message) => message.type === 'ConfigureSuccess');
  assert.deepEqual([success.thresholds, success.keyterms, success.language_hints], [{ eot_threshold: 0.8 }, ['vowel'], ['en']]);
  connection.sendConfigure({ type: 'Configure', thresholds: { eot_threshold: 0.1 } });
  await next((message) => message.type === 'ConfigureFailure');
  // The second is one too many.
  connection.sendConfigure({ type: 'Configure', keyterms: ['one'] });
  connection.sendConfigure({ type: 'Configure', keyterms: ['two'] });
  assert.equal((await next((message) => message.type === 'Error')).code, 'UNEXPECTED_CONFIGURE');
  await closed;
  connection.close();
});

test('deepgram: what Flux refuses', async () => {
  const status = async (query, key = KEY) => {
    const socket = new WebSocket(`${fakes.base('deepgram').replace('http', 'ws')}/v2/listen?${new URLSearchParams({ model: 'flux-general-en', encoding: 'linear16', sample_rate: 16000, ...query })}`,
      { headers: { authorization: `Token ${key}` } });
    const [, response] = await once(socket, 'unexpected-response');
    return response.statusCode;
  };
  assert.equal(await status({}, 'wrong'), 401);
  for (const query of [{ model: 'nova-3' }, { interim_results: 'true' }, { language: 'en' }, { eot_threshold: 0.4 }, { eager_eot_threshold: 0.9 }, { eot_timeout_ms: 100 }, { language_hint: 'en' }])
    assert.equal(await status(query), 400, JSON.stringify(query));
});

test('deepgram: Flux takes no audio before it is ready', async () => {
  const { connection, next, closed } = await converse();
  connection.sendMedia(loud(100));
  assert.equal((await next((message) => message.type === 'Error')).code, 'UNEXPECTED_AUDIO');
  await closed;
  connection.close();
});

test('deepgram: speech', async () => {
  const response = await client().speak.v1.audio.generate({ text: 'Hello.', model: 'aura-2-thalia-en', encoding: 'linear16', sample_rate: 24000, container: 'none' });
  const pcm = await response.arrayBuffer();
  assert.equal(pcm.byteLength, 6 * 0.06 * 24000 * 2);
});

test('deepgram: what the service refuses', async () => {
  const speak = (body, key) => client(key).speak.v1.audio.generate({ text: 'Hello.', model: 'aura-2-thalia-en', encoding: 'linear16', ...body });
  await assert.rejects(speak({}, 'wrong'), (error) => error.statusCode === 401);
  await assert.rejects(speak({ model: 'aura-2-nobody-en' }), (error) => error.statusCode === 400);
  await assert.rejects(speak({ text: '' }), (error) => error.statusCode === 400);
  await assert.rejects(speak({ text: 'x'.repeat(2001) }), (error) => error.statusCode === 413);
});

/** What a connection says: audio bytes, and the types of the rest. */
async function speaking(options = {}) {
  const connection = await client().speak.v1.connect({ model: 'aura-2-thalia-en', encoding: 'linear16', sample_rate: 24000, reconnectAttempts: 0, ...options });
  const heard = { bytes: 0, types: [] };
  let wake = () => {};
  connection.on('message', (message) => {
    if (message.type) heard.types.push(message.type);
    else heard.bytes += message.byteLength ?? message.size ?? message.length;
    wake();
  });
  connection.connect();
  await connection.waitForOpen();
  const until = async (type) => {
    while (!heard.types.includes(type)) await new Promise((resolve) => { wake = resolve; });
  };
  return { connection, heard, until };
}

test('deepgram: speech over a WebSocket', async () => {
  const { connection, heard, until } = await speaking();
  connection.sendText({ type: 'Speak', text: 'Hel' });
  connection.sendText({ type: 'Speak', text: 'lo.' });
  connection.sendFlush({ type: 'Flush' });
  await until('Flushed');
  assert.equal(heard.bytes, 6 * 0.06 * 24000 * 2);
  assert.deepEqual(heard.types, ['Metadata', 'Flushed']);
  connection.sendText({ type: 'Speak', text: 'Never heard.' });
  connection.sendClear({ type: 'Clear' });
  await until('Cleared');
  for (let i = 0; i < 20; i++) connection.sendFlush({ type: 'Flush' });
  await until('Warning');
  connection.close();
});
