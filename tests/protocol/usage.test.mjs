// SPDX-License-Identifier: LGPL-2.1-or-later
// What providers are paid for: it is counted, per session and provider, in a
// line of the log and at /v1/usage; and none is asked for what nobody needs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { fakeEngines, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, packets, sendSpeech, silence, speak } from '../lib/speech.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

async function daemonWith(t, env) {
  const daemon = await startDaemon({ env: { ...fakeEngines, LOG_LEVEL: 'info', ...env } });
  t.after(async () => assert.equal(await daemon.stop(), 0, daemon.log));
  return daemon;
}

async function readUsage(daemon, key) {
  const response = await fetch(`${daemon.origin}/v1/usage`, key ? { headers: { authorization: `Bearer ${key}` } } : {});
  return { status: response.status, body: await response.json() };
}

// What a resampler keeps back is not heard.
const assertNear = (seconds, expected) => assert.ok(Math.abs(seconds - expected) < 0.02, `${seconds} s`);

async function spokenTurn(connection) {
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
  connection.send(append(silence(1000)));
  connection.send({ type: 'input_audio_buffer.commit' });
  connection.send({ type: 'response.create' });
  return (await connection.next('response.done')).response;
}

test('of each stage, while the session lives and after it', async (t) => {
  const daemon = await daemonWith(t, {
    STT_PROVIDER: 'openai', LLM_PROVIDER: 'openai', TTS_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', '500-once,#usage'),
  });
  assert.deepEqual((await readUsage(daemon)).body.providers, []);
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  const response = await spokenTurn(connection);
  assert.equal(response.status, 'completed');

  const { body } = await readUsage(daemon);
  assert.equal(body.object, 'usage');
  assert.ok(body.since > 1.7e9);
  const [stt, llm, tts] = body.providers;
  const { audio_seconds: seconds, ...heard } = stt;
  assert.deepEqual(heard, { stage: 'stt', provider: 'openai', requests: 2, failures: 1, retries: 1, take_overs: 0 });
  assertNear(seconds, 1);
  assert.deepEqual(llm, {
    stage: 'llm', provider: 'openai', requests: 1, failures: 0, retries: 0, take_overs: 0,
    input_tokens: response.usage.input_tokens, cached_tokens: response.usage.input_token_details.cached_tokens, output_tokens: llm.output_tokens,
  });
  assert.ok(llm.output_tokens > 0);
  assert.deepEqual(tts, { stage: 'tts', provider: 'openai', requests: 1, failures: 0, retries: 0, take_overs: 0, characters: response.output[0].content[0].transcript.length });
  assert.equal(body.sessions.length, 1);
  assert.equal(body.sessions[0].id, connection.events[0].session.id);
  assert.deepEqual(body.sessions[0].providers, body.providers);

  await connection.close();
  await untilMetric(daemon, 'sessions', 0);
  const { body: after } = await readUsage(daemon);
  assert.deepEqual(after.sessions, []);
  assert.deepEqual(after.providers, body.providers);
  const line = new RegExp(`${body.sessions[0].id}.*: used stt openai: 2 requests, 1 failed, 1 retries, 1\\.0 s; llm openai: 1 requests, ${llm.input_tokens} tokens in \\(\\d+ cached\\), ${llm.output_tokens} out; tts openai: 1 requests, ${tts.characters} characters`);
  assert.match(daemon.log, line);
});

test('an answer that is broken off, and a session that ends in the middle of one', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', 'stall,#usage-cut') });
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], audio: { input: { turn_detection: null } } } });
  for (let i = 0; i < 2; i++) {
    connection.send(append(silence(500)));
    connection.send({ type: 'input_audio_buffer.commit' });
    connection.send({ type: 'response.create' });
    await connection.next('response.output_text.delta');
    if (i === 0) {
      connection.send({ type: 'response.cancel' });
      await connection.next('response.done');
    }
  }
  await connection.close();
  await untilMetric(daemon, 'sessions', 0);
  const [stt, llm] = (await readUsage(daemon)).body.providers;
  assert.deepEqual([stt.provider, stt.requests], ['fake', 2]);
  assertNear(stt.audio_seconds, 1);
  assert.deepEqual([llm.requests, llm.failures], [2, 0]);
  assert.ok(llm.input_tokens > 0 && llm.output_tokens > 0);
});

test('only with the key', async (t) => {
  const daemon = await daemonWith(t, { API_KEY: 'secret-of-the-server' });
  assert.equal((await readUsage(daemon)).status, 401);
  assert.equal((await readUsage(daemon, 'secret-of-the-server')).status, 200);
  const minted = await fetch(`${daemon.origin}/v1/realtime/client_secrets`, { method: 'POST', headers: { authorization: 'Bearer secret-of-the-server', 'content-type': 'application/json' }, body: '{}' });
  const { value } = await minted.json();
  assert.equal((await readUsage(daemon, value)).status, 403);
});

const BYTES_PER_MS = 32; // S16LE at 16 kHz

for (const [stt, vendor] of [['deepgram', 'deepgram'], ['openai', 'openai']]) {
  test(`silence is not sent to a recogniser (${stt})`, async (t) => {
    const daemon = await daemonWith(t, { STT_PROVIDER: stt, [`${vendor.toUpperCase()}_API_KEY`]: KEY, [`${vendor.toUpperCase()}_BASE_URL`]: fakes.base(vendor, 'ok,#silence') });
    const words = speak('Good morning, how are you today?');
    const wordsMs = words.length / 48;
    const start = fakes.log.length;
    const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
    connection.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { transcription: { model: 'x' }, turn_detection: { type: 'server_vad', create_response: false, prefix_padding_ms: 300, silence_duration_ms: 500 } } } },
    });
    for (let i = 0; i < 2; i++) {
      for (const packet of packets(silence(20000), 40)) connection.send(append(packet));
      sendSpeech(connection, words);
      await connection.next('conversation.item.input_audio_transcription.completed');
    }
    for (const packet of packets(silence(20000), 40)) connection.send(append(packet));
    connection.send({ type: 'session.update', session: { type: 'realtime' } });
    await connection.next('session.updated', () => connection.count('session.updated') === 2);
    await connection.close();
    await untilMetric(daemon, 'sessions', 0);

    const { audio_seconds: seconds } = (await readUsage(daemon)).body.providers[0];
    const sent = fakes.log.slice(start).reduce((sum, entry) => sum + (entry.received ?? entry.body.length), 0);
    // What is said, what comes before it and what tells that it is over.
    const most = 2 * (wordsMs + 300 + 200 + 500);
    assert.ok(seconds * 1000 > wordsMs && seconds * 1000 < most, `${seconds} s heard of ${2 * wordsMs / 1000} s`);
    assert.ok(sent > wordsMs * BYTES_PER_MS && sent < most * BYTES_PER_MS * 1.1 + 4000, `${sent} bytes sent of ${most * BYTES_PER_MS}`);
  });
}

test('no sentence is synthesized long before it can be heard', async (t) => {
  const sentence = 'This is one of very many long sentences. ';
  const daemon = await daemonWith(t, { TTS_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', 'ok,#ahead') });
  const sentenceMs = (sentence.length - 1) * 60;
  const asked = () => fakes.log.filter((entry) => entry.path.endsWith('/audio/speech')).length;
  const before = asked();
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  const begun = performance.now();
  connection.send(userText(sentence.repeat(40)));
  connection.send({ type: 'response.create' });
  let sentMs = 0;
  while (sentMs < 2 * sentenceMs) {
    const { delta } = await connection.next('response.output_audio.delta');
    sentMs += Buffer.from(delta, 'base64').length / 48;
    // What could be heard by now, what is sent ahead of that, what waits; and two sentences are on their way.
    const most = performance.now() - begun + 1500 + 4000 + 3 * sentenceMs;
    const made = (asked() - before) * sentenceMs;
    assert.ok(made <= most, `${made} ms made, ${most} ms could be needed`);
  }
  connection.send({ type: 'response.cancel' });
  await connection.next('response.done');
  await connection.close();
  assert.ok(asked() - before < 40, `${asked() - before} sentences asked for`);
});
