// SPDX-License-Identifier: LGPL-2.1-or-later
// The configuration over HTTP: read, checked, changed, reloaded.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { environment, fakeEngines, program, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';

const KEY = 'sk-canary-http-0123456789-wxyz';
const ADMIN = 'the-key-of-the-house-0001';
let folder;
before(() => { folder = mkdtempSync(path.join(tmpdir(), 'vowel-config-')); });
after(() => rmSync(folder, { recursive: true }));

const FAKES = 'llm: {provider: fake}\nproviders: {stt: {provider: fake}, tts: {provider: fake}}\n';
let files = 0;

async function daemonWith(t, yaml, { env = {}, args } = {}) {
  const file = path.join(folder, `${files++}.yaml`);
  if (yaml !== undefined) writeFileSync(file, yaml);
  const daemon = await startDaemon({ args: args ?? [], env: { RUNTIME_CONFIG_PATH: file, API_KEY: ADMIN, LOG_LEVEL: 'debug', ...env } });
  daemon.file = file;
  t.after(async () => {
    assert.equal(await daemon.stop(), 0);
    assert.ok(!daemon.log.includes(KEY), 'the key is in the log');
  });
  return daemon;
}

async function call(daemon, method, route, body, headers = { Authorization: `Bearer ${ADMIN}` }) {
  const response = await fetch(daemon.origin + route, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: typeof body === 'string' ? body : body && JSON.stringify(body) });
  const text = await response.text();
  assert.ok(!text.includes(KEY) && !text.includes(ADMIN), 'a secret is in the answer');
  return { status: response.status, ...JSON.parse(text) };
}

async function voice(daemon) {
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga', headers: { Authorization: `Bearer ${ADMIN}` } });
  await connection.close();
  return connection.events[0].session.audio.output.voice;
}

test('GET /config: everything that holds, masked; only for administrators', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}vendors: {groq: {apiKey: ${KEY}}}\npresets: [{id: a, config: {llm: {apiKey: ${KEY}}}}]\n`);
  const answer = await call(daemon, 'GET', '/config');
  assert.equal(answer.status, 200);
  assert.equal(answer.path, daemon.file);
  assert.match(answer.version, /^\d+\.\d+/);
  assert.ok(Math.abs(Date.parse(answer.lastUpdated) - Date.now()) < 60000);
  assert.equal(answer.config.llm.provider, 'fake');
  assert.equal(answer.config.vendors.groq.apiKey, '***wxyz');
  assert.equal(answer.config.presets[0].config.llm.apiKey, '***wxyz');
  assert.equal(answer.config.apiKey, '***0001');
  assert.equal(answer.config.jwtSecret, undefined);
  const health = await call(daemon, 'GET', '/health');
  assert.deepEqual([health.configPath, health.configLastUpdated], [daemon.file, answer.lastUpdated]);
  const { token } = await call(daemon, 'POST', '/v1/realtime/sessions', {});
  for (const [method, route] of [['GET', '/config'], ['PUT', '/config'], ['POST', '/config/validate'], ['POST', '/config/reload'], ['POST', '/config/convert'], ['GET', '/presets'], ['GET', '/api/engine/config']]) {
    assert.equal((await call(daemon, method, route, method === 'GET' ? undefined : {}, {})).status, 401, route);
    assert.equal((await call(daemon, method, route, method === 'GET' ? undefined : {}, { Authorization: `Bearer ${token}` })).status, 403, route);
  }
});

test('POST /config/convert: YAML as JSON and back, whatever it says', async (t) => {
  const daemon = await daemonWith(t, FAKES);
  const before = readFileSync(daemon.file, 'utf8');
  const config = { llm: { modell: 'no such setting', temperature: 0.3 }, list: ['on', true, null, 'é: "x"\n'] };
  const answer = await call(daemon, 'POST', '/config/convert', config);
  assert.deepEqual(answer.config, config);
  assert.match(answer.yaml, /^llm:\n {2}modell: no such setting\n/);
  const again = await call(daemon, 'POST', '/config/convert', answer.yaml, { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/yaml' });
  assert.deepEqual([again.config, again.yaml], [config, answer.yaml]);
  assert.deepEqual((await call(daemon, 'POST', '/config/convert', '')).config, {});
  const wrong = await call(daemon, 'POST', '/config/convert', 'llm:\n  model: *other\n');
  assert.deepEqual([wrong.status, wrong.error.code], [400, 'invalid_yaml']);
  assert.match(wrong.error.message, /line 2/);
  assert.equal(readFileSync(daemon.file, 'utf8'), before);
});

test('PUT /config: bare or wrapped, merged into the file, and in force at once', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}session: {voice: first, instructions: kept}\n`);
  const old = await RealtimeConnection.open(daemon.url, { dialect: 'ga', headers: { Authorization: `Bearer ${ADMIN}` } });
  const answer = await call(daemon, 'PUT', '/config', { session: { voice: 'second' } });
  assert.equal(answer.status, 200, JSON.stringify(answer));
  assert.deepEqual([answer.config.session.voice, answer.config.session.instructions], ['second', 'kept']);
  assert.equal(await voice(daemon), 'second');
  assert.equal((await call(daemon, 'PUT', '/config', { config: { session: { voice: 'third', instructions: null } } })).config.session.instructions, undefined);
  assert.equal(await voice(daemon), 'third');
  old.send({ type: 'session.update', session: { type: 'realtime' } });
  assert.equal((await old.next('session.updated')).session.audio.output.voice, 'first');
  await old.close();
  assert.match(readFileSync(daemon.file, 'utf8'), /voice: third/);
  assert.equal(statSync(daemon.file).mode & 0o777, 0o600);
  const show = spawnSync(program, ['config', 'get', 'session.voice', '--config', daemon.file], { env: environment(fakeEngines), encoding: 'utf8' });
  assert.equal(show.stdout, 'third\n');
});

test('PUT /config: what is wrong is refused with its path, and nothing changes', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}session: {voice: first}\n`);
  const file = readFileSync(daemon.file, 'utf8');
  for (const [change, param, complaint] of [
    [{ session: { voise: 'x' } }, 'session.voise', /session\.voice\?/],
    [{ server: { port: 'http' } }, 'server.port', /0 to 65535/],
    [{ session: { summaries: 'maybe' } }, 'session.summaries', /off\|on/],
    [{ llm: { provider: 'nobody' } }, 'llm.provider', /installed: /],
    [{ llm: { provider: 'groq' } }, 'llm.provider', /needs a key/],
    [{ llm: { banana: 1 } }, 'llm.banana', /the provider fake has: /],
    [{ preset: 'nobody' }, 'preset', /one of: /],
    [{ apiKey: 'another' }, 'apiKey', /cannot be set over HTTP/],
    [{ jwtSecret: 'another' }, 'jwtSecret', /cannot be set over HTTP/],
    [{ session: { recipe: '/tmp/own.launch' } }, 'session.recipe', /cannot be set over HTTP/],
    [{ presets: [{ id: 'p', config: { session: { recipe: '/tmp/own.launch' } } }], preset: 'p' }, 'session.recipe', /cannot be set over HTTP/],
    [[1], null, /object of settings/], ['{"a', null, /./], ['['.repeat(5000), null, /./]]) {
    for (const [method, route] of [['PUT', '/config'], ['POST', '/config/validate'], ['PUT', '/api/engine/config']]) {
      const answer = await call(daemon, method, route, change);
      assert.equal(answer.status, 400, JSON.stringify(change));
      assert.match(answer.message, complaint);
      if (route.startsWith('/api/')) continue;
      assert.equal(answer.error.message, answer.message);
      if (param) assert.equal(answer.error.param, param);
    }
  }
  assert.equal(readFileSync(daemon.file, 'utf8'), file);
  assert.equal(await voice(daemon), 'first');
});

test('PUT /config: what only the environment has can be left out of a whole configuration', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}jwtSecret: of-the-file-and-32-characters-long\n`);
  const { config } = await call(daemon, 'GET', '/config');
  assert.ok(config.apiKey);
  assert.equal((await call(daemon, 'PUT', '/config', { config: { apiKey: null, session: { voice: 'other' } } })).status, 200);
  assert.equal(await voice(daemon), 'other');
  assert.ok((await call(daemon, 'GET', '/config')).config.apiKey, 'it still holds');
  const answer = await call(daemon, 'PUT', '/config', { config: { jwtSecret: null } });
  assert.equal(answer.status, 400);
  assert.match(answer.message, /jwtSecret cannot be set over HTTP/);
});

test('PUT /config: what was read can be written back; masks leave secrets alone', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}vendors: {groq: {apiKey: ${KEY}}}\npresets: [{id: a, config: {llm: {apiKey: ${KEY}}}}]\n`);
  const { config } = await call(daemon, 'GET', '/config');
  config.session.voice = 'changed';
  config.presets[0].name = 'Renamed';
  assert.equal((await call(daemon, 'PUT', '/config', { config })).status, 200);
  const text = readFileSync(daemon.file, 'utf8');
  assert.equal(text.split(KEY).length, 3, 'both keys are still there');
  assert.match(text, /Renamed/);
  assert.ok(!text.includes(ADMIN), 'a key of the environment came into the file');
  assert.ok(!text.includes('***'));
  // Another value is another key.
  await call(daemon, 'PUT', '/config', { vendors: { groq: { apiKey: 'sk-another-0123456789' } } });
  assert.match(readFileSync(daemon.file, 'utf8'), /apiKey: sk-another-0123456789/);
});

test('a file that somebody else has changed is not overwritten', async (t) => {
  const daemon = await daemonWith(t, FAKES);
  writeFileSync(daemon.file, `${FAKES}session: {voice: by-hand}\n`);
  const refused = await call(daemon, 'PUT', '/config', { session: { instructions: 'x' } });
  assert.equal(refused.status, 409);
  assert.match(refused.error.message, /reload it first/);
  assert.equal((await call(daemon, 'POST', '/config/reload')).config.session.voice, 'by-hand');
  assert.equal((await call(daemon, 'PUT', '/config', { session: { instructions: 'x' } })).status, 200);
  writeFileSync(daemon.file, `${FAKES}session: {voice: again}\n`);
  const forced = await call(daemon, 'PUT', '/config?force=1', { session: { instructions: 'y' } });
  assert.deepEqual([forced.config.session.voice, forced.config.session.instructions], ['again', 'y']);
  writeFileSync(daemon.file, 'session: {voise: 1}\n');
  const broken = await call(daemon, 'POST', '/config/reload');
  assert.equal(broken.status, 400);
  assert.match(broken.error.message, /session\.voise/);
  assert.equal(await voice(daemon), 'again');
});

test('POST /config/validate changes nothing', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}session: {voice: first}\n`);
  const answer = await call(daemon, 'POST', '/config/validate', { session: { voice: 'second' } });
  assert.deepEqual([answer.status, answer.ok, answer.config.session.voice], [200, true, 'second']);
  assert.equal((await call(daemon, 'GET', '/config')).config.session.voice, 'first');
});

test('a server without a file begins one', async (t) => {
  const daemon = await daemonWith(t, undefined, { env: fakeEngines });
  assert.ok(!existsSync(daemon.file));
  assert.equal((await call(daemon, 'PUT', '/config', { session: { voice: 'x' } })).status, 200);
  assert.match(readFileSync(daemon.file, 'utf8'), /^session:\n {2}voice: x$/m);
  assert.equal((await call(daemon, 'PUT', '/config', { server: { port: 1 } })).status, 200);
  assert.match(daemon.log, /server\.port has changed, which needs a restart/);
});

test('presets, and the ways of Vowel Core', async (t) => {
  const daemon = await daemonWith(t, `${FAKES}presets: [{id: mine, name: My own, config: {session: {voice: v}}}]\n`);
  const { presets } = await call(daemon, 'GET', '/presets');
  assert.deepEqual(presets[0], { id: 'mine', name: 'My own', description: '', config: { session: { voice: 'v' } } });
  assert.ok(presets.some(({ id }) => id === 'groq-deepgram'));
  const { status, ...list } = await call(daemon, 'GET', '/api/engine/presets');
  assert.equal(status, 200);
  assert.equal(list[0].id, 'mine');
  assert.equal((await call(daemon, 'PUT', '/api/engine/config', { config: { preset: 'mine' } })).config.session.voice, 'v');
  assert.equal(await voice(daemon), 'v');
  assert.equal((await call(daemon, 'POST', '/api/engine/config/validate', { config: {} })).ok, true);
  assert.equal((await call(daemon, 'POST', '/api/engine/config/reload')).status, 200);
});

test('killed while it writes: the file is the old one or the new one', async (t) => {
  const file = path.join(folder, 'killed.yaml');
  writeFileSync(file, `${FAKES}session: {instructions: "0"}\n`);
  const whole = new Set(['0']);
  for (let i = 1; i <= 12; i++) {
    const daemon = await startDaemon({ env: { RUNTIME_CONFIG_PATH: file } });
    for (let n = 0; n < 3; n++) {
      const instructions = `${i}.${n}`.repeat(20000);
      whole.add(instructions);
      const put = fetch(`${daemon.origin}/config`, { method: 'PUT', body: JSON.stringify({ session: { instructions } }) }).catch(() => {});
      if (n < 2) await put;
    }
    for (let spins = i * 30; spins > 0; spins--) await new Promise(setImmediate);
    daemon.child.kill('SIGKILL');
    await daemon.exited.catch(() => {});
    const { stdout } = spawnSync(program, ['config', 'get', 'session.instructions', '--config', file], { env: environment(fakeEngines), encoding: 'utf8', maxBuffer: 1e7 });
    assert.ok(whole.has(stdout.trimEnd()), `${stdout.length} characters`);
  }
});
