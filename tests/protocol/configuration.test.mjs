// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon with a configuration file: what it takes from it, and how it takes
// another one while sessions go on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { environment, fakeEngines, program, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';

let fakes;
let folder;
before(async () => {
  fakes = await startFakes();
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-config-'));
});
after(async () => {
  await fakes.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
function file(yaml) {
  const name = path.join(folder, `${files++}.yaml`);
  writeFileSync(name, yaml);
  return name;
}

async function daemonWith(t, yaml, { env = {}, args = [] } = {}) {
  const name = file(yaml);
  const daemon = await startDaemon({ args: ['--config', name, ...args], env: { LOG_LEVEL: 'debug', ...env } });
  daemon.file = name;
  t.after(async () => {
    assert.equal(await daemon.stop(), 0, daemon.log);
    assert.ok(!`${daemon.log}${daemon.output}`.includes(KEY), 'the key is in the log');
  });
  return daemon;
}

/** SIGHUP, and what the daemon says of it. */
async function reload(daemon, answer) {
  const before = daemon.log.length;
  daemon.child.kill('SIGHUP');
  for (;;) {
    const said = daemon.log.slice(before);
    const line = /^.*(configuration loaded|the configuration stays as it is).*$/m.exec(said);
    if (line) {
      assert.match(line[0], answer);
      return said;
    }
    await new Promise((resolve) => { daemon.child.stderr.once('data', resolve); });
  }
}

async function open(daemon) {
  return RealtimeConnection.open(daemon.url, { dialect: 'ga' });
}

async function ask(connection, text) {
  connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  return (await connection.next('response.done')).response;
}

const FAKES = `
llm: {provider: fake}
providers: {stt: {provider: fake}, tts: {provider: fake}}
`;

test('the file sets what the environment does, and goes before it', async (t) => {
  const daemon = await daemonWith(t, `
llm: {provider: fake}
session: {voice: from-file, instructions: "From the file."}
providers:
  stt: {provider: fake}
  tts: {provider: fake}
  vad: {config: {threshold: 0.7, minSilenceDurationMs: 700, speechPadMs: 70}}
`, { env: { DEFAULT_VOICE: 'from-environment', VAD_THRESHOLD: '0.1', LLM_PROVIDER: 'nobody' } });
  const connection = await open(daemon);
  const { session } = connection.events[0];
  assert.equal(session.audio.output.voice, 'from-file');
  assert.equal(session.instructions, 'From the file.');
  assert.deepEqual([session.audio.input.turn_detection.threshold, session.audio.input.turn_detection.silence_duration_ms, session.audio.input.turn_detection.prefix_padding_ms], [0.7, 700, 70]);
  await connection.close();
});

test('an option goes before the file', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}session: {voice: from-file}\n`, { args: ['--voice', 'from-option'] });
  const connection = await open(daemon);
  assert.equal(connection.events[0].session.audio.output.voice, 'from-option');
  await connection.close();
});

test('without a voice detector turns are the clients\' business', async (t) => {
  const daemon = await daemonWith(t, 'llm: {provider: fake}\nproviders: {stt: {provider: fake}, tts: {provider: fake}, vad: {enabled: false}}\n');
  const connection = await open(daemon);
  assert.equal(connection.events[0].session.audio.input.turn_detection, null);
  await connection.close();
});

test('address, key and model of a service', async (t) => {
  const daemon = await daemonWith(t, `
llm: {provider: groq, model: openai/gpt-oss-20b, apiKey: ${KEY}, reasoningEffort: high, baseUrl: "${fakes.base('groq', 'ok,#yaml')}"}
providers: {stt: {provider: fake}, tts: {provider: fake}}
`, { env: { GROQ_API_KEY: 'sk-of-somebody-else', GROQ_BASE_URL: 'http://127.0.0.1:9/groq/openai/v1', GROQ_MODEL: 'nobody' } });
  const connection = await open(daemon);
  const response = await ask(connection, 'Hello');
  assert.equal(response.status, 'completed', JSON.stringify(response));
  await connection.close();
  const { body } = fakes.log.findLast((entry) => entry.path.endsWith('/chat/completions'));
  assert.equal(JSON.parse(body).reasoning_effort, 'high');
});

test('a temperature for whoever names none', async (t) => {
  const daemon = await daemonWith(t, `
llm: {provider: openai, model: m, apiKey: ${KEY}, baseUrl: "${fakes.base('openai', 'ok,#temperature')}"}
providers: {stt: {provider: fake}, tts: {provider: fake}}
agent: {defaultTemperature: 0.3}
`);
  const connection = await open(daemon);
  await ask(connection, 'Hello');
  await connection.close();
  const { body } = fakes.log.findLast((entry) => entry.path.endsWith('/chat/completions'));
  assert.equal(JSON.parse(body).temperature, 0.3);
});

test('a vendor\'s address and key serve whichever stage uses it', async (t) => {
  const daemon = await daemonWith(t, `
llm: {provider: openai}
providers: {stt: {provider: fake}, tts: {provider: openai}}
vendors: {openai: {apiKey: ${KEY}, baseUrl: "${fakes.base('openai', 'ok,#vendor')}", ttsVoice: marin}}
`, { env: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } });
  const connection = await open(daemon);
  connection.send(userText('Hello'));
  connection.send({ type: 'response.create' });
  assert.equal((await connection.next('response.done')).response.status, 'completed');
  await connection.close();
  const spoken = fakes.log.findLast((entry) => entry.path.endsWith('/audio/speech'));
  assert.equal(JSON.parse(spoken.body).voice, 'marin');
});

test('the engine\'s whole file is taken, with one line about what does nothing', async (t) => {
  const yaml = readFileSync(new URL('engine-runtime.yaml', import.meta.url), 'utf8')
    .replaceAll('KEY', KEY).replaceAll('GROQ', fakes.base('groq', 'ok,#engine'));
  const daemon = await daemonWith(t, yaml, { env: { DEEPGRAM_BASE_URL: fakes.base('deepgram', 'ok,#engine') } });
  assert.match(daemon.output, /Speech to text: groq-whisper; model: groq; text to speech: deepgram/);
  const lines = daemon.log.match(/^.*without an effect in this server.*$/gm);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /agent\.maxToolRetries/);
  const connection = await open(daemon);
  assert.equal((await ask(connection, 'Hello')).status, 'completed');
  await connection.close();
});

test('SIGHUP: sessions that begin get the new settings, others keep theirs', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}session: {voice: first}\n`);
  const old = await open(daemon);
  writeFileSync(daemon.file, `${FAKES}session: {voice: second}\nserver: {port: 1234, maxSessions: 2, logLevel: debug}\n`);
  const said = await reload(daemon, /configuration loaded/);
  assert.match(said, /server\.port has changed, which needs a restart/);
  const young = await open(daemon);
  assert.equal(young.events[0].session.audio.output.voice, 'second');
  assert.equal((await ask(old, 'Hello')).status, 'completed');
  old.send({ type: 'session.update', session: { type: 'realtime' } });
  assert.equal((await old.next('session.updated')).session.audio.output.voice, 'first');
  await assert.rejects(open(daemon), /503/);
  await old.close();
  await young.close();
});

test('SIGHUP: a file that is wrong changes nothing', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}session: {voice: first}\n`);
  for (const [yaml, complaint] of [
    ['session: {voise: second}', /session\.voise: do you mean session\.voice\?/],
    ['session: {voice: [', /line \d+, column \d+/],
    ['llm: {provider: nobody}', /llm\.provider is "nobody", but must be auto or one of those installed/],
    ['llm: {provider: groq}\nvendors: {groq: {baseUrl: x}}', /llm\.provider is groq, which needs a key/],
    ['session: {recipe: /nowhere.launch}', /recipe/i]]) {
    writeFileSync(daemon.file, yaml);
    const said = await reload(daemon, complaint);
    assert.match(said, /stays as it is/);
    const connection = await open(daemon);
    assert.equal(connection.events[0].session.audio.output.voice, 'first');
    await connection.close();
  }
});

test('SIGHUP: tokens of before stay good, although nobody set their secret', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}apiKey: the-key\n`);
  const minted = await fetch(`${daemon.origin}/v1/realtime/sessions`, { method: 'POST', headers: { Authorization: 'Bearer the-key' } });
  const { value } = await minted.json();
  writeFileSync(daemon.file, `${FAKES}apiKey: another-key\n`);
  await reload(daemon, /configuration loaded/);
  const status = async (key) => (await fetch(`${daemon.origin}/v1/models`, { headers: { Authorization: `Bearer ${key}` } })).status;
  assert.deepEqual([await status(value), await status('the-key'), await status('another-key')], [200, 401, 200]);
});

test('a file that is wrong stops the start, and says what and where', () => {
  const run = (yaml, args = ['serve']) => {
    const { status, stderr } = spawnSync(program, [...args, '--config', file(yaml)], { env: environment(fakeEngines), encoding: 'utf8' });
    assert.equal(status, 78, stderr);
    return stderr;
  };
  assert.match(run('llm: {provider: fake, modl: x}'), /llm\.modl \(do you mean llm\.model\?\); the provider fake has: .*model/);
  assert.match(run('server: {port: http}'), /\.yaml: server\.port is "http", but must be a whole number from 0 to 65535/);
  assert.match(run('a: *b'), /\.yaml: line 1, column 4: aliases/);
  assert.match(run('preset: nobody'), /preset is "nobody", but must be one of: .*offline/);
  assert.match(run('server: {host: 0.0.0.0}'), /API_KEY/);
  const missing = spawnSync(program, ['serve', '--config', path.join(folder, 'missing.yaml')], { env: environment(fakeEngines), encoding: 'utf8' });
  assert.equal(missing.status, 78);
  assert.match(missing.stderr, /missing\.yaml/);
});

test('RUNTIME_CONFIG_PATH, and the user\'s own folder', async (t) => {
  const named = file(`${FAKES}session: {voice: named}\n`);
  const first = await startDaemon({ env: { RUNTIME_CONFIG_PATH: named } });
  t.after(() => first.stop());
  const connection = await open(first);
  assert.equal(connection.events[0].session.audio.output.voice, 'named');
  await connection.close();
  // It may come later.
  const none = await startDaemon({ env: { ...fakeEngines, RUNTIME_CONFIG_PATH: path.join(folder, 'not-yet.yaml') } });
  assert.equal(await none.stop(), 0);
});
