// SPDX-License-Identifier: LGPL-2.1-or-later
// Services that fail while sessions run: whoever is next in the list answers;
// when all fail the caller hears an apology, the response says why, and the
// next turn works. Services that are down are left alone.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { environment, fakeEngines, program, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, silence } from '../lib/speech.mjs';
import { assertValid } from './valid.mjs';

const APOLOGY = 'I am sorry, I cannot think just now.';
let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

let addresses = 0;
/** An address of its own, so that nobody else's failures count for it. */
const base = (vendor, faults) => fakes.base(vendor, `${faults},#failover-${addresses++}`);

async function daemonWith(t, env) {
  const daemon = await startDaemon({ env: { ...fakeEngines, VOWEL_OUTPUT_LEAD_MS: '0', OPENAI_API_KEY: KEY, GROQ_API_KEY: KEY, OPENROUTER_API_KEY: KEY, DEEPGRAM_API_KEY: KEY, ...env } });
  t.after(async () => {
    assert.equal(await daemon.stop(), 0, daemon.log);
    assert.ok(!`${daemon.log}${daemon.output}`.includes(KEY), 'the key is in the log');
  });
  return daemon;
}

async function connect(daemon, dialect = 'ga') {
  const connection = await RealtimeConnection.open(daemon.url, { dialect });
  const session = dialect === 'ga'
    ? { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model: 'x' } } } }
    : { turn_detection: null, input_audio_transcription: { model: 'x' } };
  connection.send({ type: 'session.update', session });
  await connection.next('session.updated');
  return connection;
}

const ofResponse = (connection, type, { id }) => connection.events.filter((event) => event.type === type && event.response_id === id);
const bytesOf = (connection, response) => [...ofResponse(connection, 'response.output_audio.delta', response), ...ofResponse(connection, 'response.audio.delta', response)]
  .reduce((sum, { delta }) => sum + Buffer.from(delta, 'base64').length, 0);

async function speakTurn(connection) {
  connection.send(append(silence(600)));
  connection.send({ type: 'input_audio_buffer.commit' });
  connection.send({ type: 'response.create' });
  return (await connection.next('response.done')).response;
}

async function ask(connection, text) {
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  return (await connection.next('response.done')).response;
}

async function finish(connection, dialect = 'ga') {
  assert.ok(!JSON.stringify(connection.events).includes(KEY), 'the key is in an event');
  await connection.close();
  assertValid(connection.events, dialect);
}

async function readUsage(daemon) {
  const { providers } = await (await fetch(`${daemon.origin}/v1/usage`)).json();
  return Object.fromEntries(providers.map((entry) => [`${entry.stage} ${entry.provider}`, entry]));
}

// What a service can do before its first word. What never answers is tested
// with the base classes, on a clock of the test's.
const ways = ['429', '429-long', 'quota', '402', '500', '503', '529', '422', 'html', 'redirect', 'not-http', 'reset', 'error-in-200', 'wrong-key'];

const refusing = (vendor, way) => (way === 'wrong-key' ? base(vendor, 'quota') : base(vendor, way));

test('a model that fails in any way: the next one answers', async (t) => {
  await Promise.all([...ways, 'error-openai-first'].map(async (way) => {
    const daemon = await daemonWith(t, {
      LLM_PROVIDER: 'groq,openrouter', GROQ_BASE_URL: refusing('groq', way), OPENROUTER_BASE_URL: base('openrouter', 'ok'), OPENROUTER_MODEL: 'm', VOWEL_APOLOGY: APOLOGY,
      ...(way === 'wrong-key' ? { GROQ_API_KEY: `${KEY}-wrong`, GROQ_BASE_URL: base('groq', 'ok') } : {}),
    });
    const connection = await connect(daemon);
    const response = await ask(connection, 'Hello');
    assert.equal(response.status, 'completed', `${way}: ${JSON.stringify(response)}`);
    assert.equal(response.output[0].content[0].transcript, 'You said: Hello.', way);
    const usage = await readUsage(daemon);
    assert.equal(usage['llm openrouter'].take_overs, 1, way);
    assert.equal(usage['llm groq'].failures, usage['llm groq'].requests, way);
    assert.match(daemon.log, /openrouter takes over from groq/, way);
    await finish(connection);
  }));
});

test('a recogniser that fails in any way: the next one hears all of it', async (t) => {
  await Promise.all([...ways, 'garbage', 'no-text', 'cut'].map(async (way) => {
    const daemon = await daemonWith(t, {
      STT_PROVIDER: 'groq-whisper,openai', GROQ_BASE_URL: refusing('groq', way), OPENAI_BASE_URL: base('openai', 'ok'),
      ...(way === 'wrong-key' ? { GROQ_API_KEY: `${KEY}-wrong`, GROQ_BASE_URL: base('groq', 'ok') } : {}),
    });
    const connection = await connect(daemon);
    const response = await speakTurn(connection);
    assert.match(response.output[0].content[0].transcript, /^You said: (59\d|600) milliseconds at 16000\.\.$/, way);
    assert.equal(connection.count('conversation.item.input_audio_transcription.failed'), 0, way);
    assert.equal((await readUsage(daemon))['stt openai'].take_overs, 1, way);
    await finish(connection);
  }));
});

test('a live recogniser that fails in any way: the next one hears all of it', async (t) => {
  await Promise.all(['429', '402', '500', 'not-http', 'reset', 'drop', 'bye', 'garbage', 'error', 'wrong-key'].map(async (way) => {
    const daemon = await daemonWith(t, {
      STT_PROVIDER: 'deepgram,openai', DEEPGRAM_BASE_URL: refusing('deepgram', way), OPENAI_BASE_URL: base('openai', 'ok'),
      ...(way === 'wrong-key' ? { DEEPGRAM_API_KEY: `${KEY}-wrong`, DEEPGRAM_BASE_URL: base('deepgram', 'ok') } : {}),
    });
    const connection = await connect(daemon);
    const response = await speakTurn(connection);
    assert.match(response.output[0].content[0].transcript, /^You said: (59\d|600) milliseconds at 16000\.\.$/, way);
    assert.equal((await readUsage(daemon))['stt openai'].take_overs, 1, way);
    await finish(connection);
  }));
});

test('a voice that fails in any way: the next one speaks', async (t) => {
  await Promise.all([...ways.filter((way) => way !== 'error-in-200'), 'mp3'].map(async (way) => {
    const daemon = await daemonWith(t, {
      TTS_PROVIDER: 'openai,deepgram', OPENAI_BASE_URL: refusing('openai', way), DEEPGRAM_BASE_URL: base('deepgram', 'ok'),
      ...(way === 'wrong-key' ? { OPENAI_API_KEY: `${KEY}-wrong`, OPENAI_BASE_URL: base('openai', 'ok') } : {}),
    });
    const connection = await connect(daemon);
    const response = await ask(connection, 'Hello');
    assert.equal(response.status, 'completed', `${way}: ${JSON.stringify(response)}`);
    assert.ok(bytesOf(connection, response) > 16 * 0.06 * 24000 * 2 * 0.9, way);
    assert.equal((await readUsage(daemon))['tts deepgram'].take_overs, 1, way);
    await finish(connection);
  }));
});

test('what has begun to come is not begun anew by another', async (t) => {
  const daemon = await daemonWith(t, {
    LLM_PROVIDER: 'groq,openrouter', GROQ_BASE_URL: base('groq', 'error-openai'), OPENROUTER_BASE_URL: base('openrouter', 'ok'), VOWEL_APOLOGY: APOLOGY,
  });
  const connection = await connect(daemon);
  const response = await ask(connection, 'Hello');
  assert.equal(response.status, 'failed');
  assert.ok(!JSON.stringify(response.output).includes(APOLOGY));
  assert.equal((await readUsage(daemon))['llm openrouter'], undefined);
  await finish(connection);
});

const causes = { 429: 'rate_limit_exceeded', quota: 'insufficient_quota', 529: 'provider_overloaded', 422: 'provider_bad_request', 'wrong-key': 'provider_authentication_failed' };

for (const dialect of ['ga', 'beta']) {
  test(`when all models fail the caller hears an apology, and learns the cause (${dialect})`, async (t) => {
    await Promise.all(Object.entries(causes).map(async ([way, code]) => {
      const daemon = await daemonWith(t, {
        LLM_PROVIDER: 'groq,openrouter', GROQ_BASE_URL: base('groq', '500'), OPENROUTER_BASE_URL: refusing('openrouter', way), VOWEL_APOLOGY: APOLOGY,
        ...(way === 'wrong-key' ? { OPENROUTER_API_KEY: `${KEY}-wrong`, OPENROUTER_BASE_URL: base('openrouter', 'ok') } : {}),
      });
      const connection = await connect(daemon, dialect);
      const response = await ask(connection, 'Hello');
      assert.equal(response.status, 'failed', way);
      assert.equal(response.status_details.type, 'failed');
      assert.equal(response.status_details.error.code, code, JSON.stringify(response.status_details));
      assert.ok(response.status_details.error.type, way);
      assert.equal(response.output.length, 1);
      assert.equal(response.output[0].status, 'incomplete');
      assert.equal(response.output[0].content[0].transcript, APOLOGY);
      assert.ok(bytesOf(connection, response) >= APOLOGY.length * 0.06 * 24000 * 2, way);
      await finish(connection, dialect);
    }));
  });
}

test('after an apology the next turn works, and the model does not learn of it', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'openai', OPENAI_BASE_URL: base('openai', '422-once,#apology'), VOWEL_APOLOGY: APOLOGY });
  const connection = await connect(daemon);
  assert.equal((await ask(connection, 'Hello')).status, 'failed');
  const response = await ask(connection, 'Once more');
  assert.equal(response.status, 'completed');
  assert.equal(response.output[0].content[0].transcript, 'You said: Once more.');
  const { messages } = JSON.parse(fakes.log.findLast((entry) => entry.path.endsWith('/chat/completions')).body);
  assert.deepEqual(messages.map(({ role, content }) => [role, content]), [['user', 'Hello'], ['user', 'Once more']]);
  await finish(connection);
});

test('an apology can be interrupted', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'openai', OPENAI_BASE_URL: base('openai', '422-once'), VOWEL_APOLOGY: APOLOGY.repeat(10), VOWEL_OUTPUT_LEAD_MS: '1500' });
  const connection = await connect(daemon);
  connection.send(userText('Hello'));
  connection.send({ type: 'response.create' });
  await connection.next('response.output_audio.delta');
  connection.send({ type: 'response.cancel' });
  assert.equal((await connection.next('response.done')).response.status, 'cancelled');
  assert.equal((await ask(connection, 'Again')).status, 'completed');
  await finish(connection);
});

test('when the voice fails too, the response just fails', async (t) => {
  const daemon = await daemonWith(t, {
    LLM_PROVIDER: 'openai', OPENAI_BASE_URL: base('openai', '422'), TTS_PROVIDER: 'groq,deepgram', GROQ_BASE_URL: base('groq', '422'), DEEPGRAM_BASE_URL: base('deepgram', '422'), VOWEL_APOLOGY: APOLOGY,
  });
  const connection = await connect(daemon);
  for (let i = 0; i < 2; i++) {
    const response = await ask(connection, 'Hello');
    assert.equal(response.status, 'failed');
    assert.equal(response.status_details.error.code, 'provider_bad_request');
    assert.deepEqual(response.output, []);
  }
  await finish(connection);
});

test('whoever takes over is told what the client wants', async (t) => {
  const daemon = await daemonWith(t, { STT_PROVIDER: 'groq-whisper,openai', GROQ_BASE_URL: base('groq', '422'), OPENAI_BASE_URL: base('openai', 'ok') });
  const connection = await connect(daemon);
  for (const [transcription, heard] of [[{ model: 'x' }, /16000\.$/], [{ model: 'x', language: 'de' }, / in de\.$/]]) {
    connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription } } } });
    connection.send(append(silence(600)));
    connection.send({ type: 'input_audio_buffer.commit' });
    assert.match((await connection.next('conversation.item.input_audio_transcription.completed')).transcript, heard);
  }
  await finish(connection);
});

test('when all recognisers fail the transcript fails, and the next turn works', async (t) => {
  const daemon = await daemonWith(t, { STT_PROVIDER: 'groq-whisper,openai', GROQ_BASE_URL: base('groq', '422-once'), OPENAI_BASE_URL: base('openai', '422-once') });
  const connection = await connect(daemon);
  const response = await speakTurn(connection);
  assert.equal(response.status, 'completed');
  assert.equal(connection.count('conversation.item.input_audio_transcription.failed'), 1);
  await speakTurn(connection);
  assert.equal(connection.count('conversation.item.input_audio_transcription.completed'), 1);
  await finish(connection);
});

test('a service that is down is left alone, by all sessions', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'groq,openrouter', GROQ_BASE_URL: base('groq', 'quota'), OPENROUTER_BASE_URL: base('openrouter', 'ok'), OPENROUTER_MODEL: 'm' });
  const before = fakes.log.length;
  for (let session = 0; session < 2; session++) {
    const connection = await connect(daemon);
    for (let turn = 0; turn < 4; turn++) assert.equal((await ask(connection, 'Hello')).status, 'completed');
    await finish(connection);
  }
  const asked = fakes.log.slice(before);
  assert.equal(asked.filter((entry) => entry.path.startsWith('/groq/')).length, 3);
  assert.equal(asked.filter((entry) => entry.path.startsWith('/openrouter/')).length, 8);
  const usage = await readUsage(daemon);
  assert.equal(usage['llm groq'].requests, 3);
  assert.equal(usage['llm openrouter'].take_overs, 8);
});

test('without a list a service that is down fails at once, and says until when', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'groq', GROQ_BASE_URL: base('groq', 'quota'), VOWEL_APOLOGY: APOLOGY });
  const before = fakes.log.length;
  const connection = await connect(daemon);
  for (let turn = 0; turn < 5; turn++) {
    const response = await ask(connection, 'Hello');
    assert.equal(response.status, 'failed');
    assert.equal(response.status_details.error.code, 'insufficient_quota');
    assert.equal(response.output[0].content[0].transcript, APOLOGY);
  }
  assert.equal(fakes.log.length - before, 3);
  assert.match(daemon.log, /groq has failed 3 times in a row and is not asked before \d\d:\d\d:\d\d UTC \(in (29\d|300) s\)/);
  await finish(connection);
});

const refuse = (env) => {
  const { status, stderr } = spawnSync(program, ['serve'], { env: environment({ ...fakeEngines, ...env }), encoding: 'utf8' });
  assert.equal(status, 78, stderr);
  return stderr;
};

function command(args, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: environment({ ...fakeEngines, GROQ_API_KEY: KEY, ...env }) });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { output += data; });
    child.on('close', (status) => resolve({ status, output }));
  });
}

test('vowel-gst providers and check know of lists', async () => {
  const env = { LLM_PROVIDER: 'groq, ollama', GROQ_BASE_URL: base('groq', 'ok'), OLLAMA_BASE_URL: base('ollama', '500') };
  const { output: list } = await command(['providers', '--offline'], env);
  assert.match(list, /^\* groq /m);
  assert.match(list, /^\+ ollama /m);
  assert.match(list, /^ {2}openrouter /m);
  const { status, output } = await command(['check'], env);
  assert.equal(status, 69, output);
  assert.match(output, /^good +LLM_PROVIDER is groq at http/m);
  assert.match(output, /^wrong +LLM_PROVIDER is ollama, which does not answer/m);
});

test('a recogniser that decides itself about turns is pointed out in a list', async () => {
  const env = { DEEPGRAM_API_KEY: KEY, DEEPGRAM_BASE_URL: base('deepgram', 'ok') };
  for (const [list, model, noted] of [['deepgram,fake', 'flux-general-en', true], ['fake,deepgram', 'flux-general-en', true], ['deepgram,fake', 'nova-3', false], ['deepgram', 'flux-general-en', false]]) {
    const { output } = await command(['check'], { ...env, STT_PROVIDER: list, DEEPGRAM_STT_MODEL: model });
    assert.equal(/^note +STT_PROVIDER is a list with deepgram, .* stands in for nobody/m.test(output), noted, output);
  }
});

test('lists that do not fit are refused at the start', () => {
  assert.match(refuse({ LLM_PROVIDER: 'fake,groq' }), /LLM_PROVIDER is groq, which needs a key: set GROQ_API_KEY/);
  assert.match(refuse({ LLM_PROVIDER: 'fake,nobody' }), /LLM_PROVIDER is "nobody", but must be auto or one of those installed/);
  assert.match(refuse({ LLM_PROVIDER: 'fake,' }), /LLM_PROVIDER is "", but must be auto or one of those installed/);
});
