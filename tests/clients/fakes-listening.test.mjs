// SPDX-License-Identifier: LGPL-2.1-or-later
// The fakes of live recognisers answer the vendors' own clients as the vendors
// do. xAI has no client for speech.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { ElevenLabsClient, RealtimeEvents } from '@elevenlabs/elevenlabs-js';
import { RealtimeTranscription } from '@mistralai/mistralai/extra/realtime';
import { AssemblyAI } from 'assemblyai';
import WebSocket from 'ws';
import { KEY, startFakes } from '../fakes/remote/server.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

const ws = (vendor, faults) => fakes.base(vendor, faults).replace('http', 'ws');

/** Waits for what a client calls back with. */
class Inbox {
  items = [];

  wake = () => {};

  add(name, item) {
    this.items.push({ name, item });
    this.wake();
  }

  async next(name, predicate = () => true) {
    for (;;) {
      const found = this.items.find((entry) => entry.name === name && predicate(entry.item));
      if (found) return found.item;
      await new Promise((resolve) => { this.wake = resolve; });
    }
  }
}

test('elevenlabs: live recognition', async () => {
  const client = new ElevenLabsClient({ apiKey: KEY, baseUrl: fakes.base('elevenlabs') });
  const connection = await client.speechToText.realtime.connect({
    modelId: 'scribe_v2_realtime', audioFormat: 'pcm_16000', sampleRate: 16000, commitStrategy: 'manual', includeTimestamps: true, keyterms: ['Vowel', 'Oslo'],
  });
  const inbox = new Inbox();
  for (const name of Object.values(RealtimeEvents)) connection.on(name, (item) => inbox.add(name, item));
  assert.equal((await inbox.next('session_started')).config.model_id, 'scribe_v2_realtime');
  for (let i = 0; i < 5; i++) connection.send({ audioBase64: Buffer.alloc(3200).toString('base64') });
  await inbox.next('partial_transcript');
  connection.commit();
  assert.equal((await inbox.next('committed_transcript')).text, '500 milliseconds at 16000 with Vowel+Oslo.');
  await inbox.next('committed_transcript_with_timestamps');
  connection.send({ audioBase64: Buffer.alloc(3200).toString('base64') });
  connection.commit();
  await inbox.next('commit_throttled');
  connection.send({ audioBase64: Buffer.alloc(3200).toString('base64'), previousText: 'late' });
  await inbox.next('input_error');
  await inbox.next('close');
});

test('elevenlabs: a wrong key', async () => {
  const client = new ElevenLabsClient({ apiKey: 'wrong', baseUrl: fakes.base('elevenlabs') });
  const connection = await client.speechToText.realtime.connect({ modelId: 'scribe_v2_realtime', audioFormat: 'pcm_16000', sampleRate: 16000 });
  const inbox = new Inbox();
  for (const name of ['auth_error', 'error']) connection.on(name, (item) => inbox.add(name, item));
  assert.match((await inbox.next('auth_error')).error, /Invalid API key/);
});

test('mistral: live recognition', async () => {
  const client = new RealtimeTranscription({ apiKey: KEY, serverURL: ws('mistral') });
  async function* audio() {
    for (let i = 0; i < 25; i++) yield new Uint8Array(640);
  }
  let text = '';
  const types = new Set();
  for await (const event of client.transcribeStream(audio(), 'voxtral-mini-transcribe-realtime-2602', { audioFormat: { encoding: 'pcm_s16le', sampleRate: 16000 } })) {
    assert.ok(!('raw' in event), JSON.stringify(event));
    types.add(event.type);
    if (event.type === 'transcription.done') text = event.text;
  }
  assert.equal(text.trim(), '500 milliseconds at 16000.');
  assert.deepEqual([...types].sort(), ['session.created', 'session.updated', 'transcription.done', 'transcription.language', 'transcription.segment', 'transcription.text.delta']);
});

test('mistral: what the service refuses', async () => {
  const connect = (apiKey, model) => new RealtimeTranscription({ apiKey, serverURL: ws('mistral') }).connect(model);
  await assert.rejects(connect('wrong', 'voxtral-mini-transcribe-realtime-2602'));
  await assert.rejects(connect(KEY, 'nobody'));
  const connection = await connect(KEY, 'voxtral-mini-transcribe-realtime-2602');
  await connection.sendAudio(new Uint8Array(640));
  await connection.updateSession({ encoding: 'pcm_s16le', sampleRate: 8000 });
  for await (const event of connection) if (event.type === 'error') return void assert.match(event.error.message, /once audio was sent/);
  assert.fail('a late session.update was taken');
});

function transcriber(apiKey, more) {
  const client = new AssemblyAI({ apiKey }).streaming.transcriber({
    websocketBaseUrl: `${ws('assemblyai').replace('ws:', 'wss:')}/v3/ws`, sampleRate: 16000, encoding: 'pcm_s16le', formatTurns: true, speechModel: 'universal-streaming-english',
    maxConnectionRetries: 0, ...more,
  });
  // It refuses to speak without TLS.
  const makeUrl = client.connectionUrl.bind(client);
  client.connectionUrl = () => Object.assign(makeUrl(), { protocol: 'ws:' });
  const inbox = new Inbox();
  for (const name of ['open', 'turn', 'error', 'close']) client.on(name, (item) => inbox.add(name, item));
  return { client, inbox };
}

test('assemblyai: live recognition', async () => {
  const { client, inbox } = transcriber(KEY, { keytermsPrompt: ['Vowel', 'Oslo'] });
  await client.connect();
  for (let i = 0; i < 10; i++) client.sendAudio(new Uint8Array(1600).buffer);
  await inbox.next('turn', (turn) => !turn.end_of_turn);
  client.forceEndpoint();
  const first = await inbox.next('turn', (turn) => turn.end_of_turn);
  const second = await inbox.next('turn', (turn) => turn.end_of_turn && turn.turn_is_formatted);
  assert.equal(first.turn_order, second.turn_order);
  assert.equal(first.turn_is_formatted, false);
  assert.equal(second.transcript, '500 milliseconds at 16000 with Vowel+Oslo.');
  await client.close();
});

test('assemblyai: what the service refuses', async () => {
  await assert.rejects(transcriber('wrong').client.connect(), (error) => error.code === 4001);
  await assert.rejects(transcriber(KEY, { speechModel: 'nobody' }).client.connect(), (error) => error.code === 3006);
  const { client, inbox } = transcriber(KEY);
  await client.connect();
  // 20 ms are too little.
  client.sendAudio(new Uint8Array(640).buffer);
  assert.equal((await inbox.next('error')).code, 3007);
  assert.equal(await inbox.next('close'), 3007);
});

test('xai: as its documentation has it', async () => {
  const open = (query, key = KEY, faults = 'ok') => new WebSocket(`${ws('grok', faults)}/v1/stt?${query}`, { headers: { authorization: `Bearer ${key}` } });
  for (const [query, key, status] of [['sample_rate=16000&encoding=pcm', 'wrong', 401], ['sample_rate=1&encoding=pcm', KEY, 400], ['sample_rate=16000&encoding=pcm&model=m', KEY, 400]]) {
    const [, response] = await once(open(query, key), 'unexpected-response');
    assert.equal(response.statusCode, status);
  }
  const early = open('sample_rate=16000&encoding=pcm', KEY, 'unready');
  const refused = [];
  early.on('message', (data) => refused.push(JSON.parse(data)));
  early.on('open', () => early.send(Buffer.alloc(640)));
  await once(early, 'close');
  assert.ok(refused.some(({ type }) => type === 'error'), 'audio before transcript.created is taken');

  const socket = open('sample_rate=16000&encoding=pcm&interim_results=true&language=en&endpointing=300');
  const messages = [];
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    messages.push(message);
    if (message.type !== 'transcript.created') return;
    for (let i = 0; i < 25; i++) socket.send(Buffer.alloc(640));
    socket.send(JSON.stringify({ type: 'audio.done' }));
  });
  await once(socket, 'close');
  assert.equal(messages[0].type, 'transcript.created');
  assert.equal(messages.find(({ speech_final: final }) => final).text, messages.at(-1).text);
  assert.equal(messages.at(-1).type, 'transcript.done');
});
