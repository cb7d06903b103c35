// SPDX-License-Identifier: LGPL-2.1-or-later
// Sessions that only write down what they hear, against the daemon: however
// they are asked for, with every kind of turn detection, and never an answer.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, silence } from '../lib/speech.mjs';
import { assertValid } from './valid.mjs';

const LOGPROBS = 'item.input_audio_transcription.logprobs';
const TRANSCRIPTION = 'conversation.item.input_audio_transcription.';
const FIRST = { ga: 'session.created', beta: 'transcription_session.created' };
const UPDATED = { ga: 'session.updated', beta: 'transcription_session.updated' };

let folder;
let daemon;

/** A daemon whose recogniser has these settings; it hears loudness as speech. */
function daemonWith(name, stt) {
  const recipe = readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('vad name=vad', 'vad name=vad detector=energy')
    .replace('provider="${STT:-auto}"', `provider=fake ${stt}`);
  writeFileSync(path.join(folder, `${name}.launch`), recipe);
  return startDaemon({ env: fakeEngines, args: ['--recipe', path.join(folder, `${name}.launch`)] });
}

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-transcription-'));
  daemon = await daemonWith('words', 'provider::text="one two three."');
});

after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

const open = (dialect, query = 'intent=transcription', { url } = daemon) =>
  RealtimeConnection.open(`${url}?${query}`, { dialect, first: query.startsWith('intent') ? FIRST[dialect] : 'session.created' });

async function close(connection, dialect) {
  connection.socket.close(1000);
  await connection.closed;
  assert.equal(connection.events.filter(({ type }) => type.startsWith('response.')).length, 0);
  assertValid(connection.events, dialect);
}

/** These fields, in beta's names, as each dialect asks for them. */
function update(dialect, { turnDetection, include, transcription = {}, format } = {}) {
  if (dialect === 'beta')
    return {
      type: 'transcription_session.update',
      session: {
        input_audio_transcription: transcription,
        ...(turnDetection !== undefined && { turn_detection: turnDetection }),
        ...(include && { include }), ...(format && { input_audio_format: format }),
      },
    };
  return {
    type: 'session.update',
    session: {
      type: 'transcription', ...(include && { include }),
      audio: {
        input: {
          transcription, ...(turnDetection !== undefined && { turn_detection: turnDetection }),
          ...(format && { format: { type: { g711_ulaw: 'audio/pcmu' }[format] } }),
        },
      },
    },
  };
}

function tone(ms) {
  const audio = Buffer.alloc(ms * 48);
  for (let i = 0; i < audio.length / 2; i++) audio.writeInt16LE(Math.round(9000 * Math.sin(i / 10)), i * 2);
  return audio;
}

/** A second of sound between silences, in pieces. */
function speak(connection) {
  const audio = Buffer.concat([silence(600), tone(1000), silence(1500)]);
  for (let at = 0; at < audio.length; at += 1920) connection.send(append(audio.subarray(at, at + 1920)));
}

const types = (connection, from = 0) => connection.events.slice(from).map(({ type }) => type);

for (const dialect of ['ga', 'beta']) {
  const item = dialect === 'ga' ? ['conversation.item.added', 'conversation.item.done'] : ['conversation.item.created'];

  test(`asked for by the query: speech is written down and not answered (${dialect})`, async () => {
    const connection = await open(dialect);
    const { session } = connection.events[0];
    assert.equal(session.object, 'realtime.transcription_session');
    assert.equal(session.type, dialect === 'ga' ? 'transcription' : undefined);
    for (const key of ['model', 'instructions', 'tools', 'voice', 'output_modalities', 'temperature', 'truncation']) assert.equal(key in session, false, key);
    assert.equal('output' in (session.audio ?? {}), false);

    connection.send(update(dialect, { turnDetection: { type: 'server_vad', silence_duration_ms: 400 }, transcription: { model: 'whisper-1', language: 'en' } }));
    const updated = (await connection.next(UPDATED[dialect])).session;
    const input = dialect === 'ga'
      ? updated.audio.input : { turn_detection: updated.turn_detection, transcription: updated.input_audio_transcription };
    assert.deepEqual(input.turn_detection, { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 400 });
    assert.deepEqual(input.transcription, { model: 'whisper-1', language: 'en' });

    const begin = connection.events.length;
    speak(connection);
    const completed = await connection.next(`${TRANSCRIPTION}completed`);
    assert.equal(completed.transcript, 'one two three.');
    assert.equal(completed.usage.type, 'duration');
    assert.equal('logprobs' in completed, false);
    assert.deepEqual(types(connection, begin), [
      'input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped', 'input_audio_buffer.committed', ...item,
      `${TRANSCRIPTION}delta`, `${TRANSCRIPTION}completed`,
    ]);
    const [started, stopped] = connection.events.slice(begin);
    // 600 ms of silence, less the padding; then a second, and the silence that ends it.
    assert.ok(started.audio_start_ms >= 200 && started.audio_start_ms <= 700, started.audio_start_ms);
    assert.ok(stopped.audio_end_ms >= 1500 && stopped.audio_end_ms <= 2300, stopped.audio_end_ms);
    await close(connection, dialect);
  });

  test(`asked for by the first update (${dialect})`, async () => {
    const connection = await open(dialect, 'model=m');
    assert.equal(connection.events[0].session.object, 'realtime.session');
    connection.send(update(dialect, { turnDetection: null }));
    assert.equal((await connection.next(UPDATED[dialect])).session.object, 'realtime.transcription_session');
    connection.send(append(silence(300)));
    connection.send({ type: 'input_audio_buffer.commit' });
    assert.equal((await connection.next(`${TRANSCRIPTION}completed`)).transcript, 'one two three.');
    await close(connection, dialect);
  });

  test(`not after the conversation has begun, and not back (${dialect})`, async () => {
    const late = await open(dialect, 'model=m');
    late.send(userText('Hello'));
    late.send({ ...update(dialect), event_id: 'late' });
    assert.deepEqual((({ error: { event_id: id, param } }) => [id, param])(await late.next('error')), ['late', 'session.type']);
    await close(late, dialect);

    const connection = await open(dialect);
    if (dialect === 'ga') {
      connection.send({ type: 'session.update', session: { type: 'realtime' } });
      assert.equal((await connection.next('error')).error.param, 'session.type');
    } else {
      connection.send({ type: 'session.update', session: { include: [LOGPROBS] } });
      assert.deepEqual((await connection.next('transcription_session.updated')).session.include, [LOGPROBS]);
    }
    await close(connection, dialect);
  });

  test(`never a response (${dialect})`, async () => {
    const connection = await open(dialect);
    for (const response of [undefined, {}, { conversation: 'none', input: [] }]) {
      connection.send({ type: 'response.create', event_id: 'r1', ...(response && { response }) });
      const { error } = await connection.next('error');
      assert.equal(error.event_id, 'r1');
      assert.match(error.message, /transcription session makes no responses/);
    }
    connection.send({ type: 'response.cancel' });
    assert.equal((await connection.next('error')).error.code, 'response_cancel_not_active');
    // Nor by any turn detection.
    connection.send(update(dialect, { turnDetection: { type: 'server_vad', create_response: true } }));
    speak(connection);
    await connection.next(`${TRANSCRIPTION}completed`);
    connection.send({ type: 'input_audio_buffer.clear' });
    await connection.next('input_audio_buffer.cleared');
    await close(connection, dialect);
  });

  test(`fields that belong to answers are refused by name (${dialect})`, async () => {
    const connection = await open(dialect);
    const refused = dialect === 'ga'
      ? { instructions: 'x', tools: [], tool_choice: 'none', output_modalities: ['text'], max_output_tokens: 5, truncation: 'auto', model: 'm', 'audio.output': { voice: 'v' } }
      : { instructions: 'x', tools: [], tool_choice: 'none', voice: 'v', speed: 1, temperature: 0.8, output_audio_format: 'pcm16', max_response_output_tokens: 5, model: 'm' };
    for (const [key, value] of Object.entries(refused)) {
      const message = update(dialect);
      if (key === 'audio.output') message.session.audio = { output: value };
      else message.session[key] = value;
      connection.send({ ...message, event_id: key });
      const { error } = await connection.next('error');
      assert.deepEqual([error.code, error.param, error.event_id], ['unknown_parameter', `session.${key}`, key]);
    }
    await close(connection, dialect);
  });

  test(`how sure the recogniser is, when it is asked for (${dialect})`, async () => {
    const connection = await open(dialect);
    connection.send(update(dialect, { turnDetection: null, include: [LOGPROBS] }));
    assert.deepEqual((await connection.next(UPDATED[dialect])).session.include, [LOGPROBS]);
    connection.send(append(silence(300)));
    connection.send({ type: 'input_audio_buffer.commit' });
    const { transcript, logprobs } = await connection.next(`${TRANSCRIPTION}completed`);
    assert.equal(logprobs.map(({ token }) => token).join(''), transcript);
    for (const { token, logprob, bytes } of logprobs) {
      assert.equal(Buffer.from(bytes).toString(), token);
      assert.ok(Math.abs(logprob - Math.log(0.875)) < 1e-6, logprob);
    }
    await close(connection, dialect);
  });

  test(`a recogniser that fails (${dialect})`, async (t) => {
    const broken = await daemonWith(`broken-${dialect}`, 'provider::mode=fail');
    t.after(async () => assert.equal(await broken.stop(), 0, broken.log));
    const connection = await open(dialect, 'intent=transcription', broken);
    connection.send(update(dialect, { turnDetection: null }));
    for (let i = 0; i < 2; i++) {
      connection.send(append(silence(300)));
      connection.send({ type: 'input_audio_buffer.commit' });
      const failed = await connection.next(`${TRANSCRIPTION}failed`);
      assert.ok(failed.error.message);
    }
    await close(connection, dialect);
  });
}

async function mint(route, body) {
  const response = await fetch(`${daemon.origin}/v1/realtime/${route}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, answer: await response.json() };
}

test('with a token of beta, whatever the connection looks like', async () => {
  const { answer } = await mint('transcription_sessions', { input_audio_format: 'g711_alaw', turn_detection: null });
  assert.equal(answer.input_audio_format, 'g711_alaw');
  for (const dialect of ['beta', undefined]) {
    const connection = await RealtimeConnection.open(daemon.url, {
      dialect, first: 'transcription_session.created', headers: { Authorization: `Bearer ${answer.client_secret.value}` },
    });
    assert.equal(connection.events[0].session.input_audio_format, 'g711_alaw');
    connection.send(append(Buffer.alloc(2400, 0xd5)));
    connection.send({ type: 'input_audio_buffer.commit' });
    await connection.next(`${TRANSCRIPTION}completed`);
    await close(connection, 'beta');
  }
});

test('with a token of GA', async () => {
  const { answer } = await mint('client_secrets', { session: { type: 'transcription', audio: { input: { turn_detection: null } } } });
  assert.equal(answer.session.object, 'realtime.transcription_session');
  const connection = await RealtimeConnection.open(daemon.url, { headers: { Authorization: `Bearer ${answer.value}` } });
  assert.equal(connection.events[0].session.type, 'transcription');
  assert.equal(connection.events[0].session.audio.input.turn_detection, null);
  await close(connection, 'ga');
});

test('no token for fields that belong to answers', async () => {
  const beta = await mint('transcription_sessions', { instructions: 'x' });
  assert.deepEqual([beta.status, beta.answer.error.code, beta.answer.error.param], [400, 'unknown_parameter', 'instructions']);
  const ga = await mint('client_secrets', { session: { type: 'transcription', tools: [] } });
  assert.deepEqual([ga.status, ga.answer.error.code, ga.answer.error.param], [400, 'unknown_parameter', 'session.tools']);
});

test('what the recogniser is told to expect, and is not any more', async (t) => {
  const telling = await daemonWith('settings', 'provider::text=settings provider::language=fr');
  t.after(async () => assert.equal(await telling.stop(), 0, telling.log));
  const connection = await open('ga', 'intent=transcription', telling);
  const cases = [
    [{}, 'language fr, prompt (null)'],
    [{ language: 'de', prompt: 'In Ulm.', keywords: ['Fischer', 'Münster'] }, 'language de, prompt In Ulm. Fischer, Münster'],
    [null, 'language fr, prompt (null)'],
    [{ languages: ['it', 'en'], keywords: ['Roma'] }, 'language it, prompt Roma'],
  ];
  for (const [transcription, expected] of cases) {
    connection.send(update('ga', { turnDetection: null, transcription }));
    assert.deepEqual((await connection.next('session.updated')).session.audio.input.transcription, transcription);
    connection.send(append(silence(300)));
    connection.send({ type: 'input_audio_buffer.commit' });
    assert.equal((await connection.next(`${TRANSCRIPTION}completed`)).transcript, expected);
  }
  await close(connection, 'ga');
});

test('telephone audio', async () => {
  const connection = await open('ga');
  connection.send(update('ga', { turnDetection: null, format: 'g711_ulaw' }));
  assert.deepEqual((await connection.next('session.updated')).session.audio.input.format, { type: 'audio/pcmu' });
  connection.send(append(Buffer.alloc(2400, 0xff)));
  connection.send({ type: 'input_audio_buffer.commit' });
  assert.equal((await connection.next(`${TRANSCRIPTION}completed`)).usage.seconds, 0.3);
  await close(connection, 'ga');
});

test('semantic detection hears whole sentences', async () => {
  const connection = await open('ga');
  connection.send(update('ga', { turnDetection: { type: 'semantic_vad', eagerness: 'high' } }));
  assert.deepEqual((await connection.next('session.updated')).session.audio.input.turn_detection, { type: 'semantic_vad', eagerness: 'high' });
  speak(connection);
  assert.equal((await connection.next(`${TRANSCRIPTION}completed`)).transcript, 'one two three.');
  await close(connection, 'ga');
});

test("GA does not know beta's event", async () => {
  const connection = await open('ga');
  connection.send({ type: 'transcription_session.update', event_id: 't1', session: {} });
  const { error } = await connection.next('error');
  assert.deepEqual([error.code, error.param, error.event_id], ['invalid_event', 'type', 't1']);
  assert.match(error.message, /session\.update/);
  await close(connection, 'ga');
});
