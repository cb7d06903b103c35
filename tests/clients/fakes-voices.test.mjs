// SPDX-License-Identifier: LGPL-2.1-or-later
// The fakes of ElevenLabs' and Cartesia's voices answer the vendors' own clients
// as the vendors do.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import serialization from '@elevenlabs/elevenlabs-js/serialization/index.js';
import WebSocket from 'ws';
import { KEY, startFakes } from '../fakes/remote/server.mjs';

// As a module it does not find its WebSockets.
const { Cartesia } = createRequire(import.meta.url)('@cartesia/cartesia-js');

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

const RATE = 24000;
const bytesOf = (text) => text.length * 0.06 * RATE * 2;
const status = (code) => (error) => (error.statusCode ?? error.status) === code;

async function sizeOf(stream) {
  let size = 0;
  for await (const piece of stream) size += piece.length;
  return size;
}

// --- ElevenLabs ---

const GEORGE = 'JBFqnCBsd6RMkjVDRZzb';
const elevenlabs = (apiKey = KEY, faults = 'ok') => new ElevenLabsClient({ apiKey, environment: fakes.base('elevenlabs', faults), maxRetries: 0 });
const elevenlabsSay = (how = {}, { voice = GEORGE, ...client } = {}) =>
  elevenlabs(client.key, client.faults).textToSpeech.stream(voice, { text: 'Hello.', modelId: 'eleven_flash_v2_5', outputFormat: 'pcm_24000', ...how });

test('elevenlabs: speech', async () => {
  const voiceSettings = { stability: 0.3, similarityBoost: 0.8, style: 0, useSpeakerBoost: true, speed: 1.1 };
  assert.equal(await sizeOf(await elevenlabsSay({ languageCode: 'en', voiceSettings })), bytesOf('Hello.'));
});

test('elevenlabs: what the service refuses', async () => {
  await assert.rejects(elevenlabsSay({}, { key: 'wrong' }), status(401));
  await assert.rejects(elevenlabsSay({}, { faults: 'quota-401' }), (error) => status(401)(error) && error.body.detail.status === 'quota_exceeded');
  await assert.rejects(elevenlabsSay({}, { faults: 'busy' }), status(429));
  await assert.rejects(elevenlabsSay({}, { voice: 'nobody' }), status(404));
  await assert.rejects(elevenlabsSay({ modelId: 'eleven_multilingual_v2', languageCode: 'en' }), status(400));
  await assert.rejects(elevenlabsSay({ text: '' }), status(422));
});

/** What the fake says, read as the client reads it: it refuses what it does not know. */
async function elevenlabsSocket(sent, until) {
  const query = 'model_id=eleven_flash_v2_5&output_format=pcm_24000&auto_mode=true&sync_alignment=true';
  const socket = new WebSocket(`${fakes.base('elevenlabs').replace('http', 'ws')}/v1/text-to-speech/${GEORGE}/multi-stream-input?${query}`, { headers: { 'xi-api-key': KEY } });
  const heard = [];
  await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => sent.forEach(([schema, message]) => socket.send(JSON.stringify(serialization[schema].jsonOrThrow(message)))));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      heard.push(message.error ? message : serialization[message.isFinal ? 'FinalOutputMulti' : 'AudioOutputMulti'].parseOrThrow(message, { unrecognizedObjectKeys: 'passthrough' }));
      if (until(heard)) resolve();
    });
    socket.on('close', resolve);
  });
  socket.close();
  return heard;
}

const opening = (contextId, how) => ['InitializeConnectionMulti', { text: ' ', contextId, ...how }];
const text = (contextId, words) => ['SendTextMulti', { text: words, contextId, flush: true }];
const closing = (contextId) => ['CloseContext', { contextId, closeContext: true }];

test('elevenlabs: two contexts on one WebSocket', async () => {
  const sent = [
    opening('a', { voiceSettings: { stability: 0.2 } }), text('a', 'Hello there. '), opening('b'), text('b', 'Hi. '),
    ['KeepContextAlive', { contextId: 'a', text: '' }],
  ];
  const sizes = (heard, id) => heard.filter(({ contextId }) => contextId === id).reduce((sum, { audio }) => sum + Buffer.from(audio ?? '', 'base64').length, 0);
  const heard = await elevenlabsSocket(sent, (so) => sizes(so, 'a') === bytesOf('Hello there.') && sizes(so, 'b') === bytesOf('Hi.'));
  assert.equal(heard.filter(({ contextId }) => contextId === 'a').flatMap(({ alignment }) => alignment?.chars ?? []).join(''), 'Hello there.');
});

test('elevenlabs: the end of a context is told when it is closed', async () => {
  const heard = await elevenlabsSocket([opening('a'), closing('a')], (so) => so.at(-1).isFinal);
  assert.equal(heard.at(-1).contextId, 'a');
});

test('elevenlabs: what a WebSocket refuses', async () => {
  const refusal = async (sent) => (await elevenlabsSocket(sent, (so) => so.some(({ error }) => error))).at(-1);
  assert.equal((await refusal([text('a', 'Hello. ')])).code, 1008);
  assert.equal((await refusal([opening('a'), text('a', 'Hello.')])).code, 1008);
  assert.match((await refusal([...'abcdef'].map((id) => opening(id)))).message, /contexts/);
});

// --- Cartesia ---

const VOICE = '9626c31c-bec5-4cca-baa8-f8ba9e84c8bc';
const cartesia = (apiKey = KEY) => new Cartesia({ apiKey, baseURL: fakes.base('cartesia'), maxRetries: 0 });
const order = { model_id: 'sonic-3.5', voice: { mode: 'id', id: VOICE }, output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: RATE } };

test('cartesia: speech', async () => {
  const response = await cartesia().tts.generate({ ...order, transcript: 'Hello.', language: 'en', generation_config: { speed: 1.2 } });
  assert.equal((await response.arrayBuffer()).byteLength, bytesOf('Hello.'));
});

test('cartesia: what the service refuses', async () => {
  const say = (how, key) => cartesia(key).tts.generate({ ...order, transcript: 'Hello.', ...how });
  await assert.rejects(say({}, 'wrong'), status(401));
  await assert.rejects(say({ voice: { mode: 'id', id: 'katie' } }), status(400));
  await assert.rejects(say({ model_id: 'sonic-0' }), status(400));
  await assert.rejects(say({ transcript: ' ' }), status(400));
});

// The client insists on wss; the fake has no certificate.
const plain = { createConnection: () => net.connect({ host: '127.0.0.1', port: Number(new URL(fakes.origin).port) }) };

async function hear(context) {
  const heard = { bytes: 0, words: [], types: [] };
  for await (const event of context.receive()) {
    heard.types.push(event.type);
    if (event.type === 'chunk') heard.bytes += Buffer.from(event.data, 'base64').length;
    if (event.type === 'timestamps') heard.words.push(...event.word_timestamps.words);
  }
  return heard;
}

test('cartesia: two contexts on one WebSocket', async () => {
  const socket = await cartesia().tts.websocket(plain);
  const [first, second] = [socket.context({ ...order, contextId: 'a', add_timestamps: true }), socket.context({ ...order, contextId: 'b' })];
  await first.push({ transcript: 'Hello ' });
  await second.send({ transcript: 'Hi.', continue: false });
  await first.push({ transcript: 'there.', flush: false });
  await first.no_more_inputs();
  const [a, b] = await Promise.all([hear(first), hear(second)]);
  assert.equal(a.bytes, bytesOf('Hello there.'));
  assert.deepEqual(a.words, ['Hello', 'there.']);
  assert.equal(a.types.at(-1), 'done');
  assert.equal(b.bytes, bytesOf('Hi.'));
  socket.close();
});

test('cartesia: what a WebSocket refuses', async () => {
  const socket = await cartesia().tts.websocket(plain);
  const context = socket.context({ ...order, contextId: 'a', voice: { mode: 'id', id: 'katie' } });
  socket.on('error', () => {});
  await context.send({ transcript: 'Hello.', continue: false });
  await assert.rejects(hear(context), /voice/);
  socket.close();
});
