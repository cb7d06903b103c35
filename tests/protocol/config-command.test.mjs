// SPDX-License-Identifier: LGPL-2.1-or-later
// vowel-gst config and presets; and that their settings are documented.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { environment, fakeEngines, program } from '../lib/daemon.mjs';

const source = process.env.VOWEL_SRCDIR;
const CANARY = 'sk-canary-0123456789-wxyz';
let folder;
before(() => { folder = mkdtempSync(path.join(tmpdir(), 'vowel-config-')); });
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text) {
  const name = path.join(folder, `${files++}.yaml`);
  if (text !== undefined) writeFileSync(name, text);
  return name;
}

function run(args, { input = '', env = fakeEngines, status = 0 } = {}) {
  const result = spawnSync(program, args, { env: environment({ PORT: '', HOST: '', ...env }), input, encoding: 'utf8' });
  assert.equal(result.status, status, result.stdout + result.stderr);
  assert.ok(!`${result.stdout}${result.stderr}`.includes(CANARY), 'the secret is shown');
  return { out: result.stdout, err: result.stderr };
}

function settings() {
  const lines = run(['config', 'list']).out.trimEnd().split('\n');
  const found = [];
  for (let i = 0; i < lines.length; i += 3) {
    const [, variable, option, initial] = /^ {4}(\w+)(?:, (--[\w-]+))?, default (.*)$/.exec(lines[i + 1]);
    found.push({ path: lines[i], variable, option, initial, summary: lines[i + 2].trim() });
  }
  return found;
}

test('every setting is in docs/configuration.md, with its names and its default, and nothing else is', () => {
  const page = readFileSync(path.join(source, 'docs/configuration.md'), 'utf8');
  const rows = new Map([...page.matchAll(/^\| `([\w.-]+)` \| (.*) \|$/gm)].map(([, name, rest]) => [name, rest.split(/(?<!\\) \| /)]));
  const known = settings();
  assert.ok(known.length > 60);
  for (const setting of known) {
    const row = rows.get(setting.path);
    assert.ok(row, `${setting.path} is not documented`);
    assert.equal(row[0], `\`${setting.variable}\``, setting.path);
    if (!setting.option) continue;
    assert.equal(row[1], `\`${setting.option}\``, setting.path);
    assert.equal(row[2], setting.initial, setting.path);
    assert.ok(row[3].length > 10, setting.path);
  }
  const paths = new Set(known.map((setting) => setting.path));
  for (const name of rows.keys()) assert.ok(paths.has(name), `${name} is documented, but no setting`);
});

test('--help has every option', () => {
  const { out } = run(['serve', '--help']);
  for (const { option } of settings()) if (option) assert.ok(out.includes(`${option}=`), option);
  assert.match(out, /--config=FILE/);
});

test('a certificate that is not there is no valid setting', () => {
  const { err } = run(['config', 'validate', '--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem'], { env: {}, status: 78 });
  assert.match(err, /TLS certificate or key: .*\/nowhere/);
});

test('the example is valid, and its defaults are the defaults', () => {
  const example = path.join(source, 'data/runtime.example.yaml');
  assert.match(run(['config', 'validate', example], { env: {} }).out, /^good$/m);
  assert.equal(run(['config', 'show', '--config', example], { env: {} }).out, run(['config', 'show'], { env: {} }).out);
  // What is commented out is valid, too.
  const all = readFileSync(example, 'utf8').split('\n').map((line) => line.replace(/^(\s*)# ?(\s*)(?=[\w-]+: |- id|[\w-]+:$)/, '$1$2')).join('\n');
  assert.match(all, /^ {2}model: /m);
  assert.match(all, /^preset: groq-deepgram$/m);
  const shown = run(['config', 'show', '--config', file(all)], { env: {} });
  assert.match(shown.out, /id: support|lfm2.5/);
});

test('set, get, unset: the file is valid, whole and the owner\'s', () => {
  const name = file();
  run(['config', '--config', name, 'set', 'llm.provider', 'groq']);
  run(['config', '--config', name, 'set', 'llm.provider', '[groq, openrouter]']);
  run(['config', '--config', name, 'set', 'providers.vad.config.threshold', '0.7']);
  run(['config', '--config', name, 'set', 'session.instructions', 'Be brief: always']);
  assert.equal(statSync(name).mode & 0o777, 0o600);
  assert.equal(run(['config', '--config', name, 'get', 'providers.vad.config.threshold']).out, '0.7\n');
  assert.equal(run(['config', '--config', name, 'get', 'llm.provider']).out, 'groq,openrouter\n');
  assert.equal(run(['config', '--config', name, 'get', 'session.instructions']).out, 'Be brief: always\n');
  assert.match(run(['config', '--config', name, 'get', 'providers.vad']).out, /^config:\n {2}threshold: 0.7\n/m);
  run(['config', '--config', name, 'unset', 'providers.vad.config.threshold']);
  assert.equal(run(['config', '--config', name, 'get', 'providers.vad.config.threshold']).out, '0.5\n');
  assert.equal(run(['config', '--config', name, 'get', 'session.voice']).out, '');
  assert.match(run(['config', '--config', name, 'get', 'session.voise'], { status: 78 }).err, /session\.voice\?/);
});

test('set: what is wrong is not written', () => {
  const name = file('server:\n  port: 1\n');
  const before = readFileSync(name, 'utf8');
  for (const [setting, value, complaint] of [
    ['server.port', 'http', /0 to 65535/], ['server.prot', '1', /server\.port\?/], ['server', '1', /section/],
    ['session.summaries', 'maybe', /off\|on/], ['server.host', '0.0.0.0', /API_KEY/], ['a', '*b', /aliases/]])
    assert.match(run(['config', '--config', name, 'set', setting, value], { status: 78 }).err, complaint);
  assert.equal(readFileSync(name, 'utf8'), before);
  assert.match(run(['config', '--config', name, 'set', 'server.port'], { status: 64 }).err, /Usage: vowel-gst config set PATH VALUE/);
  assert.match(run(['config', '--config', name], { status: 64 }).err, /Usage/);
});

test('set: what is written, but would keep a server from starting, is told', () => {
  const name = file();
  assert.doesNotMatch(run(['config', '--config', name, 'set', 'session.voice', 'anna']).err, /note:/);
  assert.match(run(['config', '--config', name, 'set', 'llm.provider', 'groq']).err, /note: so far no server takes it: llm\.provider is groq, which needs a key/);
  assert.match(run(['config', '--config', file(), 'set', 'providers.tts.provider', 'nobody']).err, /note: .*providers\.tts\.provider is "nobody"/);
});

test('a secret comes from standard input, and is never shown', () => {
  const name = file();
  assert.match(run(['config', '--config', name, 'set', 'llm.apiKey', 'x'], { status: 78 }).err, /standard input/);
  assert.ok(!existsSync(name));
  run(['config', '--config', name, 'set', 'llm.apiKey', '-'], { input: `${CANARY}\n` });
  run(['config', '--config', name, 'set', 'vendors.groq.apiKey', '-'], { input: `${CANARY}\n` });
  assert.match(readFileSync(name, 'utf8'), new RegExp(`apiKey: ${CANARY}`));
  assert.equal(run(['config', '--config', name, 'get', 'llm.apiKey']).out, '***wxyz\n');
  assert.match(run(['config', '--config', name, 'show']).out, /apiKey: '\*\*\*wxyz'/);
  assert.equal(run(['config', 'get', 'apiKey'], { env: { API_KEY: CANARY } }).out, '***wxyz\n');
  assert.match(run(['config', '--config', name, 'set', 'llm.apiKey', '-'], { input: 'two words\n', status: 78 }).err, /llm\.apiKey is not a key/);
  assert.match(run(['config', '--config', name, 'set', 'llm.apiKey', '-'], { input: '', status: 78 }).err, /Nothing was given/);
});

test('killed while it writes, it leaves the old file or the new one', async () => {
  const name = file('session:\n  instructions: "0"\n');
  const instructions = 'x'.repeat(200000);
  for (let i = 0; i < 30; i++) {
    const child = spawn(program, ['config', '--config', name, 'set', 'session.instructions', instructions.slice(0, 100000 + i)], { env: environment(fakeEngines), stdio: 'ignore' });
    const exited = once(child, 'exit');
    for (let spins = i * 40; spins > 0; spins--) await new Promise(setImmediate);
    child.kill('SIGKILL');
    await exited;
    const text = run(['config', '--config', name, 'get', 'session.instructions']).out.trimEnd();
    assert.ok(text === '0' || /^x{100000,}$/.test(text), `${text.length} characters`);
  }
});

test('presets: those of the program are valid, those of the file come first', () => {
  const name = file('presets:\n  - {id: mine, name: My own, description: Mine., config: {llm: {model: m}}}\n  - {id: offline, config: {llm: {model: other}}}\n');
  const { out } = run(['presets', '--config', name]);
  assert.match(out, /^mine +My own: Mine\.$/m);
  for (const preset of ['groq-deepgram', 'groq', 'openai', 'all-local']) {
    assert.match(out, new RegExp(`^${preset} `, 'm'));
    run(['config', 'show', '--preset', preset], { env: {} });
  }
  assert.equal(run(['config', 'get', 'llm.model', '--config', name, '--preset', 'offline'], { env: {} }).out, 'other\n');
  assert.match(run(['config', 'validate', '--preset', 'offline'], { env: {} }).out, /^good$/m);
});

const HOSTED = `
version: 1.0.0
lastUpdated: 2025-01-01
environment: testing
defaultPreset: prime
presets:
  prime:
    name: Prime
    description: The fast one
    llm: {provider: groq, model: openai/gpt-oss-120b, tokensPerHourRate: 1, costMultiplier: 1.5}
    stt: {provider: deepgram, model: nova-3, sampleRate: 24000, numChannels: 1, audioFormat: pcm, encoding: linear16, costPerHour: 0.2}
    tts: {provider: deepgram, model: aura-2-thalia-en, voice: thalia, sampleRate: 24000, costPerHour: 0.1}
    vad: {provider: silero, enabled: true}
settings:
  vad: {enabled: true, threshold: 0.6, minSilenceMs: 600, speechPadMs: 350}
  callDuration: {maxCallDurationMs: 600000}
  acknowledgement: {enabled: false, delayMs: 300}
  clickSound: {r2Key: click.wav, probability: 0.15}
runtime: {LLM_PROVIDER: openrouter, OPENROUTER_MODEL: a/b, ECHOLINE_BASE_URL: "http://e/v1", NOBODY: 1}
secrets: {GROQ_API_KEY: ${CANARY}, API_KEY: the-key-of-the-house}
billing: {tiers: {}}
`;

test('import of a hosted configuration', () => {
  const name = file();
  const { err } = run(['config', '--config', name, 'import', file(HOSTED)]);
  for (const left of ['runtime.NOBODY', 'settings.clickSound.r2Key', 'billing', 'presets.prime.llm.costMultiplier'])
    assert.match(err, new RegExp(`left out: ${left}`));
  const get = (setting, env = {}) => run(['config', '--config', name, 'get', setting], { env }).out.trimEnd();
  assert.equal(get('llm.provider'), 'openrouter');
  assert.equal(get('llm.model'), 'openai/gpt-oss-120b');
  assert.equal(get('providers.stt.provider'), 'deepgram');
  assert.equal(get('providers.vad.config.speechPadMs'), '350');
  assert.equal(get('callDuration.maxCallDurationMs'), '600000');
  assert.equal(get('vendors.echoline.baseUrl'), 'http://e/v1');
  assert.equal(get('vendors.groq.apiKey'), '***wxyz');
  assert.match(run(['presets', '--config', name]).out, /^prime +Prime: The fast one$/m);
  assert.match(run(['config', 'import', file('llm: {provider: groq}')], { status: 78 }).err, /presets and settings/);
});
