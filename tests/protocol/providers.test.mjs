// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon with services that answer from elsewhere, against strict fakes.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { environment, fakeEngines, program, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, packets, silence, speak } from '../lib/speech.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

/** A daemon that has said what it had to say: the key is not in it. */
async function daemonWith(t, env) {
  const daemon = await startDaemon({ env: { ...fakeEngines, LOG_LEVEL: 'debug', ...env } });
  t.after(async () => {
    assert.equal(await daemon.stop(), 0, daemon.log);
    assert.ok(!`${daemon.log}${daemon.output}`.includes(KEY), 'the key is in the log');
  });
  return daemon;
}

async function ask(daemon, text, session) {
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], ...session } });
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  const { response } = await connection.next('response.done');
  assert.ok(!JSON.stringify(connection.events).includes(KEY), 'the key is in an event');
  return { connection, response };
}

const refuse = (env) => {
  const { status, stderr } = spawnSync(program, ['serve'], { env: environment({ ...fakeEngines, ...env }), encoding: 'utf8' });
  assert.equal(status, 78, stderr);
  assert.ok(!stderr.includes(KEY));
  return stderr;
};

const services = {
  groq: { GROQ_API_KEY: KEY, GROQ_MODEL: 'openai/gpt-oss-20b' },
  openai: { OPENAI_API_KEY: KEY },
  anthropic: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_REASONING_EFFORT: 'none' },
  openrouter: { OPENROUTER_API_KEY: KEY, OPENROUTER_SITE_URL: 'https://example.org/', OPENROUTER_APP_NAME: 'Test', OPENROUTER_ROUTING: '{"only":["groq"]}', OPENROUTER_PROVIDER: 'groq, cerebras', DEFAULT_REPETITION_PENALTY: '1.1', OPENROUTER_FALLBACK_MODELS: 'a,b' },
  'openai-compatible': { OPENAI_COMPATIBLE_API_KEY: KEY, OPENAI_COMPATIBLE_MODEL: 'm' },
  ollama: { OLLAMA_MODEL: 'm' },
};

for (const [name, env] of Object.entries(services)) {
  test(`LLM_PROVIDER=${name}`, async (t) => {
    const variable = `${name.replace('-', '_').toUpperCase()}_BASE_URL`;
    const daemon = await daemonWith(t, { ...env, LLM_PROVIDER: name, [variable]: fakes.base(name, `ok,#${name}`) });
    const { connection, response } = await ask(daemon, 'Hello', { instructions: 'Be brief.' });
    assert.equal(response.status, 'completed', JSON.stringify(response));
    assert.equal(response.output[0].content[0].text, 'You said: Hello.');
    assert.equal(response.usage.output_tokens, 5);
    const request = fakes.log.find((entry) => entry.path.startsWith(`/${name}/`));
    const body = JSON.parse(request.body);
    assert.equal(name === 'anthropic' ? body.system : body.messages[0].content, 'Be brief.');
    if (name === 'openrouter') {
      assert.equal(request.headers['x-title'], 'Test');
      assert.deepEqual(body.provider, { only: ['groq'], order: ['groq', 'cerebras'] });
      assert.equal(body.repetition_penalty, 1.1);
      assert.deepEqual(body.models, [body.model, 'a', 'b']);
    }
    await connection.close();
  });
}

test('penalties are for models that take them, and what is said of one goes before', async (t) => {
  const before = fakes.log.length;
  const penalties = { DEFAULT_FREQUENCY_PENALTY: '0.5', DEFAULT_PRESENCE_PENALTY: '-0.25' };
  const daemon = await daemonWith(t, {
    ...penalties, LLM_PROVIDER: 'anthropic,vllm,openai', OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY, VLLM_MODEL: 'm', ANTHROPIC_BASE_URL: fakes.base('anthropic', '500,#penalties'),
    VLLM_BASE_URL: fakes.base('vllm', '500,#penalties'), OPENAI_BASE_URL: fakes.base('openai', 'ok,#penalties'),
  });
  const { connection } = await ask(daemon, 'Hello');
  const asked = fakes.log.slice(before).map(({ path: where, body }) => [where.split('/')[1], JSON.parse(body)]);
  for (const [vendor, body] of asked)
    assert.deepEqual([vendor, body.frequency_penalty, body.presence_penalty], vendor === 'anthropic' ? [vendor, undefined, undefined] : [vendor, 0.5, -0.25]);
  assert.deepEqual(new Set(asked.map(([vendor]) => vendor)), new Set(['anthropic', 'vllm', 'openai']));
  await connection.close();

  const folder = mkdtempSync(path.join(tmpdir(), 'vowel-penalties-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'runtime.yaml'), 'agent: {defaultPresencePenalty: 1}\nllm: {provider: openai, frequencyPenalty: -1}\n');
  const other = await daemonWith(t, { ...penalties, RUNTIME_CONFIG_PATH: path.join(folder, 'runtime.yaml'), OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', 'ok,#file') });
  const { connection: second } = await ask(other, 'Hello');
  const body = JSON.parse(fakes.log.at(-1).body);
  assert.deepEqual([body.frequency_penalty, body.presence_penalty], [-1, 1]);
  await second.close();
});

test('a key alone chooses its service; LLM_MODEL wins', async (t) => {
  const daemon = await daemonWith(t, {
    LLM_PROVIDER: 'auto', GROQ_API_KEY: KEY, GROQ_BASE_URL: fakes.base('groq', 'ok,#auto'), GROQ_MODEL: 'one', LLM_MODEL: 'another',
  });
  assert.match(daemon.output, /model: groq/);
  const { connection } = await ask(daemon, 'Hello');
  assert.equal(JSON.parse(fakes.log.at(-1).body).model, 'another');
  await connection.close();
});

test('a systemd credential', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vowel-credentials-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'groq-api-key'), `${KEY}\n`);
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'groq', CREDENTIALS_DIRECTORY: folder, GROQ_BASE_URL: fakes.base('groq') });
  const { connection, response } = await ask(daemon, 'Hello');
  assert.equal(response.status, 'completed');
  await connection.close();
  rmSync(path.join(folder, 'groq-api-key'));
  mkdirSync(path.join(folder, 'groq-api-key'));
  assert.match(refuse({ LLM_PROVIDER: 'groq', CREDENTIALS_DIRECTORY: folder }), /groq-api-key cannot be read/);
});

const toolTurns = {
  openai: { OPENAI_API_KEY: KEY, faults: 'index0,reasoning' },
  anthropic: { ANTHROPIC_API_KEY: KEY, faults: 'thinking,odd' },
};

for (const [name, { faults, ...env }] of Object.entries(toolTurns)) {
  test(`a tool call by ${name}`, async (t) => {
    const daemon = await daemonWith(t, { ...env, LLM_PROVIDER: name, [`${name.toUpperCase()}_BASE_URL`]: fakes.base(name, faults) });
    const tools = [{ type: 'function', name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }];
    const { connection, response } = await ask(daemon, 'call weather {"city":"Oslo"}', { tools });
    const [call] = response.output;
    assert.equal(call.type, 'function_call');
    assert.deepEqual(JSON.parse(call.arguments), { city: 'Oslo' });
    connection.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: 'sunny' } });
    connection.send({ type: 'response.create' });
    const { response: follow } = await connection.next('response.done');
    assert.equal(follow.output[0].content[0].text, 'The tool says: sunny.');
    await connection.close();
  });
}

const PNG = 'data:image/png;base64,AAAA';
const UNSEEN = '(The user has shown an image, which you cannot see.)';
const showing = (daemon) => ask(daemon, 'Wait', {}).then(async ({ connection }) => {
  const content = [{ type: 'input_text', text: 'Look' }, { type: 'input_image', image_url: PNG, detail: 'high' }];
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  connection.send({ type: 'response.create' });
  const { response } = await connection.next('response.done');
  await connection.close();
  return response.output[0]?.content[0].text ?? response.status_details.error;
});

test('an image is shown to a model that takes it, and told to one that does not', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', 'ok,#images') });
  assert.equal(await showing(daemon), 'You said: Look [image/png, 3 bytes, high].');
  assert.doesNotMatch(daemon.log, /images of this conversation/);

  const blind = await daemonWith(t, {
    LLM_PROVIDER: 'openai,groq', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', '500,#images'), GROQ_API_KEY: KEY, GROQ_BASE_URL: fakes.base('groq', 'ok,#images'),
  });
  assert.equal(await showing(blind), `You said: Look ${UNSEEN}.`);
  assert.equal(blind.log.match(/vowelpipeline: .*not shown the images of this conversation/g)?.length, 1, blind.log);
});

test('in explicit speech mode only what the model says by the tool is heard', async (t) => {
  const daemon = await daemonWith(t, {
    DEFAULT_SPEECH_MODE: 'explicit', VOWEL_OUTPUT_LEAD_MS: '0', LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', 'ok,#explicit'),
  });
  const before = fakes.log.length;
  const bodies = () => fakes.log.slice(before).filter(({ body }) => body).map(({ body }) => JSON.parse(body));
  const weather = { type: 'function', name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };
  const { connection, response } = await ask(daemon, 'call speak {"message":"Good morning."}', { output_modalities: ['audio'], tools: [weather] });
  assert.equal(response.status, 'completed', JSON.stringify(response));
  assert.deepEqual(response.output.map(({ type, content }) => [type, content[0].transcript.trim()]), [['message', 'Good morning.']]);
  assert.ok(connection.count('response.output_audio.delta') > 0);
  assert.equal(response.usage.output_token_details.text_tokens, 10);
  const [first, second] = bodies();
  assert.deepEqual(first.tools.map((tool) => tool.function.name), ['weather', 'speak']);
  assert.match(first.messages[0].content, /calling the tool speak/);
  assert.deepEqual(second.messages.slice(-2).map(({ role }) => role), ['assistant', 'tool']);

  // Beside speaking it calls what it likes, and remembers that it has spoken.
  connection.send(userText('call speak {"message":"Wait."}; weather {"city":"Oslo"}'));
  connection.send({ type: 'response.create' });
  const { response: both } = await connection.next('response.done');
  assert.deepEqual(both.output.map(({ type, name, content }) => name ?? `${type}: ${content[0].transcript.trim()}`), ['message: Wait.', 'weather']);
  assert.equal(bodies().length, 3);
  assert.equal(bodies()[2].messages.filter(({ tool_calls: calls }) => calls?.[0].function.name === 'speak').length, 1);

  // What is read is not said by a tool.
  connection.send(userText('Hello'));
  connection.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  const { response: read } = await connection.next('response.done');
  assert.equal(read.output[0].content[0].text, 'You said: Hello.');
  assert.deepEqual(bodies()[3].tools.map((tool) => tool.function.name), ['weather']);
  await connection.close();
});

test('a service that refuses the key fails the response; the session lives', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'openai', OPENAI_API_KEY: `${KEY}-wrong`, OPENAI_BASE_URL: fakes.base('openai') });
  const { connection, response } = await ask(daemon, 'Hello');
  assert.equal(response.status, 'failed');
  connection.send({ type: 'response.create' });
  assert.equal((await connection.next('response.done')).response.status, 'failed');
  await connection.close();
});

test('a cancelled response breaks the request off', async (t) => {
  const daemon = await daemonWith(t, { LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', 'stall,#cancel') });
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  connection.send(userText('Hello'));
  connection.send({ type: 'response.create' });
  await connection.next('response.output_text.delta');
  connection.send({ type: 'response.cancel' });
  assert.equal((await connection.next('response.done')).response.status, 'cancelled');
  await (await fetch(`${fakes.origin}/__aborts/1`)).text();
  assert.ok(fakes.log.at(-1).aborted);
  await connection.close();
});

test('what does not fit is refused at the start', () => {
  assert.match(refuse({ LLM_PROVIDER: 'groq' }), /LLM_PROVIDER is groq, which needs a key: set GROQ_API_KEY/);
  assert.match(refuse({ LLM_PROVIDER: 'grok' }), /must be auto or one of those installed: .*openrouter/);
  assert.match(refuse({ LLM_PROVIDER: 'groq', GROQ_API_KEY: `${KEY} x` }), /GROQ_API_KEY is not a key/);
});

async function spokenTurn(daemon, voice) {
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model: 'x' } }, output: { voice } } } });
  connection.send(append(silence(1000)));
  connection.send({ type: 'input_audio_buffer.commit' });
  const { transcript } = await connection.next('conversation.item.input_audio_transcription.completed');
  assert.match(transcript, /^\d+ milliseconds at 16000\.$/);
  connection.send({ type: 'response.create' });
  const { response } = await connection.next('response.done');
  assert.equal(response.status, 'completed');
  assert.equal(response.output[0].content[0].transcript, `You said: ${transcript}.`);
  const bytes = connection.events.filter((event) => event.type === 'response.output_audio.delta').reduce((sum, event) => sum + Buffer.from(event.delta, 'base64').length, 0);
  assert.ok(bytes > 24000 * 2 * 0.06 * transcript.length, `${bytes} bytes`);
  await connection.close();
}

test('a spoken turn through OpenAI only', async (t) => {
  const daemon = await daemonWith(t, {
    STT_PROVIDER: 'auto', LLM_PROVIDER: 'auto', TTS_PROVIDER: 'auto', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', 'ok,#spoken'), OPENAI_TTS_VOICE: 'marin',
  });
  assert.match(daemon.output, /Speech to text: openai; model: openai; text to speech: openai/);
  await spokenTurn(daemon, 'cedar');
  const spoken = fakes.log.filter((entry) => entry.path.endsWith('/audio/speech')).map((entry) => JSON.parse(entry.body));
  assert.ok(spoken.length > 0 && spoken.every(({ voice }) => voice === 'cedar'), JSON.stringify(spoken));
});

test('a spoken turn through Deepgram and Groq', async (t) => {
  const daemon = await daemonWith(t, {
    STT_PROVIDER: 'auto', LLM_PROVIDER: 'auto', TTS_PROVIDER: 'auto', GROQ_API_KEY: KEY, DEEPGRAM_API_KEY: KEY,
    GROQ_BASE_URL: fakes.base('groq', 'ok,#stack'), DEEPGRAM_BASE_URL: fakes.base('deepgram', 'ok,#stack'), DEEPGRAM_TTS_MODEL: 'aura-2-asteria-en',
  });
  assert.match(daemon.output, /Speech to text: deepgram; model: groq; text to speech: deepgram/);
  await spokenTurn(daemon, 'orion');
  assert.ok(fakes.log.filter((entry) => entry.path === '/deepgram/v1/speak').length > 0);
});

// `counted`: the fake counts the audio of a connection; the others say how much they were sent.
const recognisers = {
  deepgram: { vendor: 'deepgram', key: 'DEEPGRAM' },
  grok: { vendor: 'grok', key: 'GROK', counted: true },
  assemblyai: { vendor: 'assemblyai', key: 'ASSEMBLYAI', counted: true },
  elevenlabs: { vendor: 'elevenlabs', key: 'ELEVENLABS', counted: true },
  'mistral-voxtral-realtime': { vendor: 'mistral', key: 'MISTRAL', counted: true },
  mistral: { vendor: 'mistral', key: 'MISTRAL', counted: true },
  'groq-whisper': { vendor: 'groq', key: 'GROQ' },
  'openai-compatible': { vendor: 'openai-compatible', key: 'ECHOLINE' },
  'whisper.cpp': { vendor: 'whisper.cpp', key: 'WHISPER_CPP' },
};

for (const [name, { vendor, key, counted }] of Object.entries(recognisers)) {
  test(`a spoken turn heard by ${name}, to which no silence is sent`, async (t) => {
    const tag = `ok,#heard-${name}`;
    const daemon = await daemonWith(t, { STT_PROVIDER: name, [`${key}_API_KEY`]: KEY, [`${key}_BASE_URL`]: fakes.base(vendor, tag) });
    const start = fakes.log.length;
    const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
    connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], audio: { input: { transcription: { model: 'x' }, turn_detection: { type: 'server_vad' } } } } });
    const speech = speak('What is the weather like today?');
    const spoken = speech.length / 48000;
    for (const packet of packets(Buffer.concat([silence(10000), speech, silence(10000)]))) connection.send(append(packet));
    const { transcript } = await connection.next('conversation.item.input_audio_transcription.completed');
    const heard = Number(/^(\d+) milliseconds at 16000/.exec(transcript)[1]) / 1000;
    assert.equal((await connection.next('response.done')).response.status, 'completed');
    await connection.close();
    const sent = fakes.log.slice(start).reduce((sum, entry) => sum + (entry.audio ?? 0), 0) / 32000;
    if (counted) assert.ok(Math.abs(sent - heard) < 0.01, `${sent} s were sent, ${heard} s heard`);
    assert.ok(heard > spoken - 0.5 && heard < spoken + 1.5, `${heard} s of ${spoken} s of speech in 20 s of silence`);
  });
}

test('without a key the local ones serve, under their names', async (t) => {
  const daemon = await daemonWith(t, { STT_PROVIDER: 'auto', LLM_PROVIDER: 'auto', TTS_PROVIDER: 'auto' });
  const [, stt, model, tts] = /Speech to text: (\w+); model: (\w+); text to speech: (\w+)/.exec(daemon.output);
  assert.deepEqual([stt, model], ['pocketsphinx', 'scripted']);
  assert.match(tts, /^(flite|espeak)$/);
  const { data } = await (await fetch(`${daemon.origin}/v1/models`)).json();
  assert.deepEqual(data.map(({ id, owned_by: owner }) => [id, owner]), [['scripted', 'scripted']]);
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  assert.equal(connection.events[0].session.model, 'scripted');
  await connection.close();
});

test('STT_MODEL for a recogniser that has none is refused at the start', () => {
  assert.match(refuse({ STT_MODEL: 'whisper-1' }), /STT_MODEL, LLM_MODEL or TTS_MODEL does not go with its provider/);
});

// The fakes are in this process: it must not be blocked while the program asks.
function command(args, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: environment({ ...fakeEngines, ...env }) });
    let output = '';
    child.stdout.on('data', (data) => { output += data; });
    child.stderr.on('data', (data) => { output += data; });
    child.on('close', (status) => {
      assert.ok(!output.includes(KEY), 'the key is shown');
      resolve({ status, output });
    });
  });
}

test('vowel-gst providers', async () => {
  const { status, output } = await command(['providers'], {
    LLM_PROVIDER: 'auto', GROQ_API_KEY: KEY, GROQ_BASE_URL: fakes.base('groq', 'ok,#list'), ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: fakes.base('anthropic', 'ok,#list'), DEEPGRAM_API_KEY: `${KEY}-wrong`, DEEPGRAM_BASE_URL: fakes.base('deepgram', 'ok,#list'),
    OLLAMA_BASE_URL: 'http://127.0.0.1:9/v1',
  });
  assert.equal(status, 0, output);
  assert.match(output, /^\* groq +http.*: reachable, \d+ ms$/m);
  assert.match(output, /^ {2}anthropic +http.*: reachable, \d+ ms$/m);
  assert.match(output, /^ {2}deepgram +http.*: not reachable: .*HTTP 401/m);
  assert.match(output, /^ {2}openrouter +needs a key: set OPENROUTER_API_KEY$/m);
  assert.match(output, /^ {2}openai-compatible +needs an address: set OPENAI_COMPATIBLE_BASE_URL$/m);
  assert.match(output, /^ {2}ollama +http:\/\/127\.0\.0\.1:9\/v1: not reachable/m);
  assert.match(output, /^ {2}scripted +local$/m);
  assert.match(output, /^\* fake +local$/m);
  assert.equal((await command(['providers', '--nonsense'], {})).status, 64);
});

test('what a session expects to hear goes to a recogniser with key terms', async (t) => {
  const daemon = await daemonWith(t, { STT_PROVIDER: 'grok', GROK_API_KEY: KEY, GROK_BASE_URL: fakes.base('grok', 'ok,#terms') });
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  for (const [transcription, suffix] of [[{ language: 'de', keywords: ['Vowel', 'Oslo'] }, ' in de with Vowel+Oslo'], [{}, '']]) {
    const before = { language: null, keywords: null };
    connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model: 'x', ...(suffix ? transcription : before) } } } } });
    connection.send(append(silence(1000)));
    connection.send({ type: 'input_audio_buffer.commit' });
    const { transcript } = await connection.next('conversation.item.input_audio_transcription.completed');
    assert.ok(transcript.endsWith(`at 16000${suffix}.`), transcript);
  }
  await connection.close();
});

test('vowel-gst providers asks each service in its way', async () => {
  const names = { grok: 'GROK', assemblyai: 'ASSEMBLYAI', elevenlabs: 'ELEVENLABS', mistral: 'MISTRAL' };
  const env = {};
  for (const [vendor, variable] of Object.entries(names)) Object.assign(env, { [`${variable}_API_KEY`]: KEY, [`${variable}_BASE_URL`]: fakes.base(vendor, 'ok,#ask') });
  const good = await command(['providers'], env);
  for (const name of Object.keys(names)) assert.match(good.output, new RegExp(`^. ${name} +http.*: reachable, \\d+ ms$`, 'm'));
  for (const variable of Object.values(names)) env[`${variable}_API_KEY`] += '-wrong';
  const wrong = await command(['providers'], env);
  for (const name of Object.keys(names)) assert.match(wrong.output, new RegExp(`^. ${name} +http.*: not reachable: .*HTTP 401`, 'm'));
});

test('vowel-gst check', async () => {
  const groq = { LLM_PROVIDER: 'groq', GROQ_API_KEY: KEY, GROQ_BASE_URL: fakes.base('groq', 'ok,#check') };
  const good = await command(['check'], groq);
  assert.equal(good.status, 0, good.output);
  assert.match(good.output, /^good +LLM_PROVIDER is groq at http/m);
  const model = await command(['check', '--llm-model', 'nobody'], groq);
  assert.equal(model.status, 69);
  assert.match(model.output, /^wrong +LLM_PROVIDER is groq, which has no model "nobody"; it has: m, openai\/gpt-oss-20b/m);
  const key = await command(['check'], { ...groq, GROQ_API_KEY: `${KEY}-wrong` });
  assert.equal(key.status, 69);
  assert.match(key.output, /^wrong +LLM_PROVIDER is groq, which does not answer at .*HTTP 401/m);
  const tls = await command(['check', '--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem'], groq);
  assert.equal(tls.status, 78);
  assert.match(tls.output, /wrong +TLS certificate or key: .*\/nowhere/);
  const missing = await command(['check'], { LLM_PROVIDER: 'groq' });
  assert.equal(missing.status, 78);
  assert.match(missing.output, /^wrong +LLM_PROVIDER is groq, which needs a key: set GROQ_API_KEY/m);
});

// One spoken answer by each, in each of its ways; the voice is the client's where it has a name.
const speakers = {
  elevenlabs: { prefix: 'ELEVENLABS', voice: 'sarah', sent: 'EXAVITQu4vr4xnSDxMaL' },
  cartesia: { prefix: 'CARTESIA', voice: 'cedar', sent: '9626c31c-bec5-4cca-baa8-f8ba9e84c8bc' },
  inworld: { prefix: 'INWORLD', voice: 'Dennis', sent: 'Dennis' },
  grok: { prefix: 'GROK', voice: 'rex', sent: 'rex' },
  deepgram: { prefix: 'DEEPGRAM', voice: 'luna', sent: 'luna' },
};

for (const [name, { prefix, voice, sent }] of Object.entries(speakers)) {
  for (const transport of ['rest', 'websocket']) {
    test(`an answer spoken by ${name}, ${transport}`, async (t) => {
      const daemon = await daemonWith(t, {
        TTS_PROVIDER: name, [`${prefix}_API_KEY`]: KEY, [`${prefix}_BASE_URL`]: fakes.base(name, `odd,#${transport}`), [`${prefix}_TTS_TRANSPORT`]: transport,
        LLM_PROVIDER: 'openai-compatible', OPENAI_COMPATIBLE_BASE_URL: fakes.base('openai-compatible', `ok,#${name}${transport}`), OPENAI_COMPATIBLE_MODEL: 'm',
      });
      const before = fakes.log.length;
      const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
      connection.send({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice } } } });
      connection.send(userText('Hello there'));
      connection.send({ type: 'response.create' });
      const { response } = await connection.next('response.done');
      assert.equal(response.status, 'completed', JSON.stringify(response));
      const said = response.output[0].content[0].transcript;
      const bytes = connection.events.filter((event) => event.type === 'response.output_audio.delta').reduce((sum, event) => sum + Buffer.from(event.delta, 'base64').length, 0);
      assert.ok(Math.abs(bytes - said.length * 0.06 * 24000 * 2) < 100, `${bytes} bytes for "${said}"`);
      const asked = fakes.log.slice(before).filter((entry) => entry.path.startsWith(`/${name}/`));
      assert.ok(asked.length > 0 && asked.every(({ method }) => method === (transport === 'rest' ? 'POST' : 'GET')), JSON.stringify(asked));
      if (transport === 'rest') assert.ok(asked.some((entry) => `${entry.path}${entry.query}${entry.body}`.includes(sent)), JSON.stringify(asked));
      await connection.close();
    });
  }
}

test('vowel-gst providers asks each speaking service in its own way', async () => {
  const env = {};
  for (const [name, { prefix }] of Object.entries(speakers)) Object.assign(env, { [`${prefix}_API_KEY`]: KEY, [`${prefix}_BASE_URL`]: fakes.base(name, 'ok,#voices') });
  const { status, output } = await command(['providers'], env);
  assert.equal(status, 0, output);
  for (const name of Object.keys(speakers)) assert.match(output, new RegExp(`^. ${name} +http.*: reachable`, 'm'));
});
