// SPDX-License-Identifier: LGPL-2.1-or-later
// Keys: from where they come, against a real keyring; and that no log, error,
// graph or answer shows one, whichever way it came.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { environment, fakeEngines, program, startDaemon } from '../lib/daemon.mjs';
import { noKeyring, startKeyring } from '../lib/keyring.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, silence } from '../lib/speech.mjs';

const WRONG = 'sk-canary-wrong-99d1c7';
const VENDORS = ['OPENAI', 'DEEPGRAM', 'ANTHROPIC', 'ASSEMBLYAI', 'ELEVENLABS', 'CARTESIA', 'INWORLD', 'GROK', 'MISTRAL'];
const PLANTED = 'planted-marker-31337';
let fakes;
let folder;
let keyring;
before(async () => {
  fakes = await startFakes();
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-secrets-'));
  if (!noKeyring) keyring = await startKeyring();
});
after(async () => {
  await fakes.close();
  await keyring?.close();
  rmSync(folder, { recursive: true });
});

/** A program from beginning to end; the fakes answer meanwhile. */
async function run(command, args, { env = {}, input = '' } = {}) {
  const child = spawn(command, args, { env: environment({ ...fakeEngines, ...env }) });
  let output = '';
  let said = '';
  child.stdout.on('data', (data) => { output += data; said += data; });
  child.stderr.on('data', (data) => { output += data; });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [status] = await once(child, 'close');
  return { status, output, said };
}

/** What `llmbin provider=groq` answers under gst-launch-1.0. */
const answer = (option, settings, env) =>
  run('sh', ['-c', `printf Hello | gst-launch-1.0 ${option} fdsrc ! text/x-raw,format=utf8 ! llmbin provider=groq ${settings.replaceAll('#', '\\#')} ! fdsink | cat`], { env });

const secret = (args, options) => run(program, ['secret', ...args], { ...options, env: { ...keyring?.env, ...options?.env } });

async function ask(daemon, text = 'Hello') {
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  const { response } = await connection.next('response.done');
  const events = JSON.stringify(connection.events);
  await connection.close();
  return { response, events };
}

// The keyring.

test('keys are kept in the keyring, and found there', { skip: noKeyring }, async () => {
  assert.match((await secret(['list'])).output, /^groq +-$/m);
  const kept = await secret(['set', 'groq'], { input: `${KEY}\n` });
  assert.deepEqual([kept.status, kept.output], [0, '']);
  assert.match((await secret(['list'])).output, /^groq +keyring$/m);
  assert.match((await secret(['list'], { env: { GROQ_API_KEY: 'k' } })).output, /^groq +environment, GROQ_API_KEY$/m);
  const replaced = await secret(['set', 'groq'], { input: `${KEY}` });
  assert.equal(replaced.status, 0);
  assert.equal((await secret(['clear', 'groq'])).status, 0);
  assert.match((await secret(['list'])).output, /^groq +-$/m);
  const nothing = await secret(['clear', 'groq']);
  assert.equal(nothing.status, 69);
  assert.match(nothing.output, /The keyring has no key of groq/);
});

test('what is no key, or no name of a provider, is refused', { skip: noKeyring }, async () => {
  for (const [args, input, status, complaint] of [
    [['set', 'groq'], 'two words\n', 69, /is not a key/], [['set', 'groq'], '', 69, /Nothing was given/],
    [['set', 'Groq!'], 'x\n', 64, /no name of a provider.*groq/], [['set', 'groq', KEY], '', 64, /Usage/], [[], '', 64, /Usage/]]) {
    const { status: found, output } = await secret(args, { input });
    assert.equal(found, status, output);
    assert.match(output, complaint);
    assert.ok(!output.includes(KEY));
  }
  assert.match((await secret(['set', 'nobody'], { input: 'k-1\n' })).output, /note: no provider here asks for the key of nobody/);
  assert.match((await secret(['list'])).output, /^nobody +keyring$/m);
  assert.equal((await secret(['clear', 'nobody'])).status, 0);
});

test('a server takes its keys from there, and looks again at SIGHUP', { skip: noKeyring }, async (t) => {
  await secret(['set', 'groq'], { input: `${WRONG}\n` });
  const daemon = await startDaemon({ env: { ...fakeEngines, ...keyring.env, LLM_PROVIDER: 'auto', GROQ_BASE_URL: fakes.base('groq', 'ok,#keyring'), LOG_LEVEL: 'debug' } });
  t.after(() => daemon.stop());
  assert.match(daemon.output, /model: groq;/);
  assert.equal((await ask(daemon)).response.status, 'failed');
  await secret(['set', 'groq'], { input: `${KEY}\n` });
  daemon.child.kill('SIGHUP');
  while (!daemon.log.includes('configuration loaded')) await once(daemon.child.stderr, 'data');
  assert.equal((await ask(daemon)).response.status, 'completed');
  assert.ok(!daemon.log.includes(KEY) && !daemon.log.includes(WRONG));
  await secret(['clear', 'groq']);
});

test('gst-launch-1.0 takes them from there, too', { skip: noKeyring }, async () => {
  const launch = (option) => answer(option, `provider::base-url=${fakes.base('groq', 'ok,#launch')}`, keyring.env);
  assert.match((await launch('-m')).output, /groq.*needs.*a.*key/);
  await secret(['set', 'groq'], { input: `${KEY}\n` });
  assert.match((await launch('-q')).said, /You said: Hello\./);
  await secret(['clear', 'groq']);
});

test('a keyring that does not answer holds up nobody for long', { skip: noKeyring }, async (t) => {
  keyring.stop();
  t.after(() => keyring.resume());
  const began = Date.now();
  const daemon = await startDaemon({ env: { ...fakeEngines, ...keyring.env } });
  t.after(() => daemon.stop());
  assert.match(daemon.log, /the keyring does not answer/);
  assert.ok(Date.now() - began < 30000);
  assert.equal((await ask(daemon)).response.status, 'completed');
  keyring.resume();
});

test('without a keyring everything works, in silence', async (t) => {
  for (const env of [{}, { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' }]) {
    const daemon = await startDaemon({ env: { ...fakeEngines, LOG_LEVEL: 'warning', ...env } });
    t.after(() => daemon.stop());
    assert.equal(daemon.log, '');
    const { status, output } = await run(program, ['secret', 'set', 'groq'], { env, input: `${KEY}\n` });
    assert.equal(status, 69);
    assert.match(output, /no keyring in this session.*environment/);
  }
});

// The canaries. Each way by which a key may come, with a right one and with one
// that the service refuses and quotes.

function credentials(name, key) {
  const directory = path.join(folder, `credentials-${name}`);
  mkdirSync(directory, { recursive: true });
  for (const vendor of ['groq', 'openai', 'deepgram']) writeFileSync(path.join(directory, `${vendor}-api-key`), key);
  return { CREDENTIALS_DIRECTORY: directory };
}

const sources = {
  environment: async (key) => ({ env: { GROQ_API_KEY: key, OPENAI_API_KEY: key, DEEPGRAM_API_KEY: key } }),
  credential: async (key, name) => ({ env: credentials(name, key) }),
  keyring: async (key) => {
    for (const vendor of ['groq', 'openai', 'deepgram']) assert.equal((await secret(['set', vendor], { input: `${key}\n` })).status, 0);
    return { env: keyring.env };
  },
  file: async (key, name) => {
    const file = path.join(folder, `${name}.yaml`);
    writeFileSync(file, `llm: {apiKey: ${key}}\nproviders: {stt: {config: {apiKey: ${key}}}, tts: {config: {apiKey: ${key}}}}\nvendors: {groq: {apiKey: ${key}}}\n`);
    return { env: {}, args: ['--config', file] };
  },
};

async function spokenTurn(daemon) {
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model: 'x' } } } } });
  connection.send(append(silence(1000)));
  connection.send({ type: 'input_audio_buffer.commit' });
  connection.send({ type: 'response.create' });
  await connection.next('response.done');
  const events = JSON.stringify(connection.events);
  await connection.close();
  return events;
}

/** All that a daemon lets anybody see. */
async function everything(daemon, args, env) {
  const seen = [(await ask(daemon, `Say ${PLANTED}`)).events, await spokenTurn(daemon)];
  for (const route of ['/health', '/v1/models', '/nothing'])
    seen.push(await (await fetch(daemon.origin + route)).text());
  for (const command of [['config', 'show'], ['config', 'get', 'llm.apiKey'], ['config', 'list'], ['providers'], ['check'], ['presets']])
    seen.push((await run(program, [...command, ...args], { env })).output);
  return seen;
}

for (const [source, prepare] of Object.entries(sources)) {
  for (const [name, key] of [['right', KEY], ['refused', WRONG]]) {
    test(`a key from the ${source} that is ${name} is seen nowhere`, { skip: source === 'keyring' && noKeyring }, async () => {
      const tag = `ok,#${source}-${name}`;
      const { env: given, args = [] } = await prepare(key, `${source}-${name}`);
      const env = {
        STT_PROVIDER: 'deepgram', LLM_PROVIDER: 'groq', TTS_PROVIDER: 'openai', GST_DEBUG: '*:5', GST_DEBUG_NO_COLOR: '1',
        GROQ_BASE_URL: fakes.base('groq', tag), OPENAI_BASE_URL: fakes.base('openai', tag), DEEPGRAM_BASE_URL: fakes.base('deepgram', tag), ...given,
      };
      const daemon = await startDaemon({ env, args });
      const seen = await everything(daemon, args, env);
      daemon.child.kill('SIGHUP');
      while (!daemon.log.includes('configuration loaded')) await once(daemon.child.stderr, 'data');
      assert.equal(await daemon.stop(), 0);
      seen.push(daemon.output, daemon.log);
      const text = seen.join('\n');
      // It was used, the search would find it, and it is not there.
      assert.match(text, name === 'right' ? new RegExp(`You said: Say ${PLANTED}`) : /Incorrect API key provided: \[redacted\]/);
      assert.ok(text.length > 500000 && text.includes(PLANTED));
      for (const canary of [KEY, WRONG]) {
        const at = text.indexOf(canary);
        assert.ok(at < 0, text.slice(Math.max(at - 300, 0), at + 100));
      }
      if (source === 'keyring') for (const vendor of ['groq', 'openai', 'deepgram']) await secret(['clear', vendor]);
    });
  }
}

test('graphs and gst-inspect-1.0 show none', async () => {
  const dots = path.join(folder, 'dots');
  mkdirSync(dots);
  const env = { GROQ_API_KEY: KEY, GST_DEBUG_DUMP_DOT_DIR: dots, GST_DEBUG: '*:5', GST_DEBUG_NO_COLOR: '1' };
  const { output, said } = await answer('-q', `provider::base-url=${fakes.base('groq', `ok,#${PLANTED}`)} provider::api-key=${KEY}`, env);
  const graphs = readdirSync(dots).map((name) => readFileSync(path.join(dots, name), 'utf8')).join('\n');
  assert.match(said, /You said: Hello\./);
  assert.ok(graphs.includes(PLANTED), 'the graphs show properties');
  assert.ok(!graphs.includes(KEY), 'the graphs show the key');
  // The parser of the command line, which everybody can see, logs that line.
  const lines = output.split('\n').filter((line) => line.includes(KEY) && !/ GST_PIPELINE |gst_parse_/.test(line));
  assert.deepEqual(lines, []);
  for (const element of ['openaillm', 'openaistt', 'openaitts', 'deepgramstt', 'deepgramtts', 'anthropicllm', 'assemblyaistt', 'elevenlabsstt', 'elevenlabstts', 'cartesiatts', 'inworldtts', 'grokstt', 'groktts', 'mistralstt']) {
    const inspected = await run('gst-inspect-1.0', [element], { env: { ...env, ...Object.fromEntries(VENDORS.map((vendor) => [`${vendor}_API_KEY`, KEY])) } });
    assert.match(inspected.said, /api-key/);
    assert.ok(!inspected.output.includes(KEY));
  }
});
