// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon with a recogniser that decides about turns (Deepgram's Flux): turns,
// barge-in, and answers that are prepared before a turn is over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../clients/until.mjs';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, packets, sendSpeech, silence, speak } from '../lib/speech.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

const loud = (ms) => {
  const audio = silence(ms);
  for (let i = 0; i < audio.length; i += 2) audio.writeInt16LE(i % 96 < 48 ? 3000 : -3000, i);
  return audio;
};

let count = 0;

/** A connection to a daemon whose recogniser is Flux and whose model answers with what was said. */
async function converse(t, { stt = 'ok', llm = 'ok', env = {}, session = {} } = {}) {
  const name = `#flux${count++}`;
  const daemon = await startDaemon({
    env: {
      ...fakeEngines, STT_PROVIDER: 'deepgram', DEEPGRAM_API_KEY: KEY, DEEPGRAM_BASE_URL: fakes.base('deepgram', `${stt},${name}`), DEEPGRAM_STT_MODEL: 'flux-general-en',
      LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', `${llm},${name}`), ...env,
    },
  });
  t.after(async () => {
    assert.equal(await daemon.stop(), 0, daemon.log);
    assert.ok(!`${daemon.log}${daemon.output}`.includes(KEY), 'the key is in the log');
  });
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', ...session } });
  await connection.next('session.updated');
  const before = fakes.log.length;
  return {
    connection,
    daemon,
    say: (...parts) => { for (const packet of packets(Buffer.concat(parts))) connection.send(append(packet)); },
    asked: () => fakes.log.slice(before).filter((entry) => entry.path.endsWith('/chat/completions')),
    has: (type) => connection.events.some((event) => event.type === type),
    // What comes while somebody waits for something else.
    order: (types) => connection.events.map(({ type }) => type).filter((type) => types.includes(type)),
  };
}

const TURN = ['input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped', 'input_audio_buffer.committed',
  'conversation.item.input_audio_transcription.completed', 'response.created', 'response.done'];

const said = (entry) => JSON.parse(entry.body).messages.at(-1).content;

for (const detection of ['server_vad', 'semantic_vad']) {
  test(`a spoken turn is answered (${detection})`, async (t) => {
    const { connection, say, asked, order } = await converse(t, { session: { audio: { input: { turn_detection: { type: detection } } } } });
    say(silence(200), loud(400), silence(600));
    const { response } = await connection.next('response.done');
    assert.equal(response.status, 'completed', JSON.stringify(response));
    assert.match(response.output[0].content[0].transcript, /^You said: 4\d0 milliseconds\.$/);
    assert.deepEqual(order(TURN), TURN);
    const started = connection.events.find(({ type }) => type === TURN[0]);
    assert.ok(Math.abs(started.audio_start_ms - 200) <= 20, started.audio_start_ms);
    // Once, although it was asked before the end.
    assert.equal(asked().length, 1);
    await connection.close();
  });
}

test('the model is asked before the turn is over, and nobody sees it until then', async (t) => {
  const { connection, say, asked, has } = await converse(t, { stt: 'slow-end' });
  say(loud(400), silence(300));
  await until(() => asked().length === 1);
  assert.match(said(asked()[0]), /^4\d0 milliseconds$/);
  assert.ok(!has('input_audio_buffer.speech_stopped') && !has('response.created'));
  say(silence(5000));
  const { response } = await connection.next('response.done');
  assert.equal(response.status, 'completed');
  assert.equal(asked().length, 1);
  assert.ok(!asked()[0].aborted);
  await connection.close();
});

test('a turn that goes on aborts what was asked', async (t) => {
  const { connection, daemon, say, asked, order } = await converse(t, { stt: 'slow-end', llm: 'stall-once' });
  say(loud(400), silence(300));
  await until(() => asked().length === 1);
  say(loud(300));
  await until(() => asked()[0].aborted);
  say(silence(5200));
  const { response } = await connection.next('response.done');
  assert.equal(response.status, 'completed');
  assert.match(response.output[0].content[0].transcript, /^You said: 7\d0 milliseconds\.$/);
  assert.equal(asked().length, 2);
  assert.deepEqual(order(TURN), TURN);
  assert.deepEqual(order(['response.created']).length, 1);
  await connection.close();
  await until(() => /2 answers prepared early, 1 used/.test(daemon.log), () => daemon.log);
});

test('speculation can be switched off', async (t) => {
  const { connection, say, asked, has } = await converse(t, { env: { VOWEL_SPECULATION: 'off' } });
  say(loud(400), silence(600));
  await connection.next('response.done');
  assert.equal(asked().length, 1);
  assert.ok(has('input_audio_buffer.committed'));
  await connection.close();
});

test('speech cuts an answer', async (t) => {
  const { connection, say, asked } = await converse(t, { llm: 'stall-once' });
  connection.send(userText('Hello there. How are you? I am quite well today. And what about all the others'));
  connection.send({ type: 'response.create' });
  await connection.next('response.output_audio.delta');
  say(loud(300));
  await connection.next('input_audio_buffer.speech_started');
  const { response } = await connection.next('response.done');
  assert.deepEqual([response.status, response.status_details.reason], ['cancelled', 'turn_detected']);
  await until(() => asked()[0].aborted);
  say(silence(600));
  assert.equal((await connection.next('response.done')).response.status, 'completed');
  await connection.close();
});

test('a client commits before the recogniser ends the turn, and pushes to talk', async (t) => {
  const { connection, say } = await converse(t);
  say(loud(400));
  await connection.next('input_audio_buffer.speech_started');
  connection.send({ type: 'input_audio_buffer.commit' });
  assert.match((await connection.next('conversation.item.input_audio_transcription.completed')).transcript, /^\d+ milliseconds$/);
  assert.ok(fakes.log.find((entry) => entry.messages?.some((message) => message.includes('ForceEndTurn'))));
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
  say(loud(300), silence(500), loud(200));
  connection.send({ type: 'input_audio_buffer.commit' });
  connection.send({ type: 'response.create' });
  const { transcript } = await connection.next('conversation.item.input_audio_transcription.completed');
  assert.match(transcript, /^\d+ milliseconds \d+ milliseconds$/);
  const { response } = await connection.next('response.done');
  assert.equal(response.output[0].content[0].transcript, `You said: ${transcript}.`);
  await connection.close();
});

test('a recogniser that cannot be reached is an error, and no end', async (t) => {
  const { connection, say } = await converse(t, { stt: '402-once' });
  say(silence(100));
  const { error } = await connection.next('error');
  assert.match(error.message, /deepgram/);
  say(silence(1200), loud(400), silence(600));
  assert.equal((await connection.next('response.done')).response.status, 'completed');
  await connection.close();
});

test('our own detector foresees the end of a turn, too', async (t) => {
  const { connection, daemon } = await converse(t, { env: { STT_PROVIDER: 'fake', VOWEL_SPECULATION: 'on' } });
  sendSpeech(connection, speak('Good morning.'), { tail: 1500 });
  const { response } = await connection.next('response.done');
  assert.equal(response.status, 'completed');
  await connection.close();
  await until(() => /answers prepared early, [1-9]\d* used/.test(daemon.log), () => daemon.log);
});
