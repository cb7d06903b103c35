// SPDX-License-Identifier: LGPL-2.1-or-later
// Apps, their keys and their tokens, as programs of Vowel Core use them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { environment, fakeEngines, program, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';

const ADMIN = 'the key of the operator';
const KEY = 'the key of the house';
const bearer = (key) => ({ Authorization: `Bearer ${key}` });
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-control-'));
let daemon;
before(async () => {
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, VOWEL_ADMIN_KEY: ADMIN, JWT_SECRET: '0123456789abcdef0123456789abcdef', ENCRYPTION_KEY: 'fedcba9876543210fedcba9876543210' } });
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  assert.equal(await daemon.stop(), 0);
});

async function call(method, path, body, headers = bearer(ADMIN)) {
  const response = await fetch(daemon.origin + path, {
    method,
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function ok(method, path, body, headers) {
  const answer = await call(method, path, body, headers);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

/** Vowel's clients read either of the two. */
async function refused(status, pattern, ...args) {
  const answer = await call(...args);
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.deepEqual(Object.keys(answer.body).sort(), ['error', 'message']);
  assert.equal(answer.body.error, answer.body.message);
  assert.match(answer.body.error, pattern);
}

const makeApp = (fields = {}) => ok('POST', '/api/apps', { name: 'Shop', ...fields });
const makeKey = (app, fields = {}) => ok('POST', `/api/apps/${app.id}/api-keys`, fields);

test('apps are made, read, changed and deleted', async () => {
  const app = await makeApp({ name: ' Shop ', description: 'Sells', runtimeConfig: { voiceConfig: { voice: 'alloy' } } });
  assert.match(app.id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(Object.keys(app).sort(), ['createdAt', 'defaultProvider', 'description', 'id', 'name', 'runtimeConfig', 'updatedAt']);
  assert.equal(app.name, 'Shop');
  assert.ok(Math.abs(app.createdAt - Date.now()) < 60000);
  assert.deepEqual(await ok('GET', `/api/apps/${app.id}`), app);

  const other = await makeApp({ name: 'Bank' });
  assert.deepEqual((await ok('GET', '/api/apps')).slice(0, 2).map(({ name }) => name), ['Bank', 'Shop']);
  const changed = await ok('PATCH', `/api/apps/${app.id}`, { description: null, runtimeConfig: { provider: 'engine' } });
  assert.equal(changed.description, 'Sells');
  assert.deepEqual(changed.runtimeConfig, { provider: 'engine' });
  assert.equal(changed.createdAt, app.createdAt);

  assert.deepEqual(await ok('DELETE', `/api/apps/${other.id}`), { ok: true });
  await refused(404, /no app/, 'GET', `/api/apps/${other.id}`);
  await refused(404, /no such app/, 'DELETE', `/api/apps/${other.id}`);
  await refused(404, /no app/, 'PATCH', `/api/apps/${other.id}`, { name: 'x' });
});

test('changes that come at the same time are all kept', async () => {
  const app = await makeApp({ name: 'Shop' });
  const path = `/api/apps/${app.id}`;
  await Promise.all([{ name: 'Bank' }, { description: 'Lends' }, { runtimeConfig: { provider: 'engine' } }].map((change) => ok('PATCH', path, change)));
  const { name, description, runtimeConfig } = await ok('GET', path);
  assert.deepEqual({ name, description, runtimeConfig }, { name: 'Bank', description: 'Lends', runtimeConfig: { provider: 'engine' } });
  await ok('DELETE', path);
});

test('a bad app is refused with the name of the field', async () => {
  await refused(400, /name/, 'POST', '/api/apps', { name: '  ' });
  await refused(400, /name/, 'POST', '/api/apps', {});
  await refused(400, /name/, 'POST', '/api/apps', { name: 7 });
  for (const runtimeConfig of [null, [], 'x'])
    await refused(400, /runtimeConfig/, 'POST', '/api/apps', { name: 'x', runtimeConfig });
  await refused(400, /not valid/, 'POST', '/api/apps', '{"name":');
  await refused(400, /object/, 'POST', '/api/apps', '[]');
  await refused(400, /deep|nest/i, 'POST', '/api/apps', `{"name":"x","runtimeConfig":${'['.repeat(5000)}${']'.repeat(5000)}}`);
});

test('keys are made, shown, changed, revoked and deleted', async () => {
  const app = await makeApp();
  const path = `/api/apps/${app.id}/api-keys`;
  const key = await makeKey(app, { label: 'web', scopes: ['mint_ephemeral', 'direct_ws', 'root'], allowedProviders: ['vowel-prime', 'aws'] });
  assert.match(key.plaintext, /^vkey_[0-9a-f]{64}$/);
  assert.equal(key.key, key.plaintext);
  assert.deepEqual(key.scopes, ['mint_ephemeral', 'direct_ws']);
  assert.deepEqual(key.allowedProviders, ['engine']);
  assert.equal(key.masked, `${key.plaintext.slice(0, 10)}...${key.plaintext.slice(-4)}`);
  assert.equal(key.revokedAt, null);

  const [listed] = await ok('GET', path);
  assert.equal(listed.masked, key.masked);
  assert.equal(listed.plaintext, undefined);
  assert.deepEqual(await ok('GET', `${path}/${key.id}/reveal`), { plaintext: key.plaintext });
  const changed = await ok('PATCH', `${path}/${key.id}`, { label: 'shop', scopes: ['mint_trusted_session'] });
  assert.deepEqual([changed.label, changed.scopes], ['shop', ['mint_trusted_session']]);
  await refused(400, /scopes/, 'PATCH', `${path}/${key.id}`, { scopes: ['root'] });

  assert.deepEqual(await ok('POST', `${path}/${key.id}/revoke`), { ok: true });
  await refused(404, /revoked/, 'POST', `${path}/${key.id}/revoke`);
  assert.equal((await ok('GET', `${path}/${key.id}/reveal`)).plaintext, key.plaintext);
  assert.deepEqual(await ok('DELETE', `${path}/${key.id}`), { ok: true });
  assert.deepEqual(await ok('GET', path), []);
  await refused(404, /no such key/, 'GET', `${path}/${key.id}/reveal`);
});

test('keys by the other names of the routes', async () => {
  const app = await makeApp();
  for (const path of ['/api/api-keys', '/api/action/apiKeys/create'])
    assert.match((await ok('POST', path, { appId: app.id, scopes: ['direct_ws'] })).key, /^vkey_/);
  const keys = await ok('GET', `/api/api-keys?appId=${app.id}`);
  assert.equal(keys.length, 2);
  await ok('PATCH', `/api/api-keys/${keys[0].id}`, { label: 'x' });
  await ok('POST', `/api/api-keys/${keys[0].id}/revoke`);
  await ok('DELETE', `/api/api-keys/${keys[1].id}`);
  await refused(404, /no app/, 'POST', '/api/api-keys', { appId: 'nobody' });
  await refused(400, /appId/, 'POST', '/api/api-keys', {});
  await refused(400, /scopes/, 'POST', `/api/apps/${app.id}/api-keys`, { scopes: ['root'] });
  // A key is not reached through somebody else's app.
  const other = await makeApp();
  await refused(404, /no such key/, 'DELETE', `/api/apps/${other.id}/api-keys/${keys[0].id}`);
});

test("providers' keys are kept, and never shown", async () => {
  const app = await makeApp();
  const key = await ok('POST', `/api/apps/${app.id}/provider-keys`, { provider: 'openai', apiKey: 'sk-canary-123456', label: 'ours' });
  assert.equal(key.masked, 'sk-c...3456');
  const listed = await ok('GET', `/api/provider-keys?appId=${app.id}`);
  assert.equal(listed.length, 1);
  assert.doesNotMatch(JSON.stringify(listed), /3456/);
  await refused(400, /provider/, 'POST', `/api/apps/${app.id}/provider-keys`, { provider: 'aws', apiKey: 'x' });
  for (const blank of ['', ' \t']) await refused(400, /apiKey/, 'POST', `/api/apps/${app.id}/provider-keys`, { provider: 'openai', apiKey: blank });
  await refused(400, /appId/, 'DELETE', `/api/provider-keys/${key.id}`);
  await ok('DELETE', `/api/provider-keys/${key.id}?appId=${app.id}`);
  assert.doesNotMatch(daemon.log, /canary/);
});

test('only the operator manages', async () => {
  const app = await makeApp();
  const { plaintext } = await makeKey(app, { scopes: ['mint_ephemeral', 'direct_ws', 'mint_trusted_session'] });
  for (const [key, status] of [[KEY, 403], [plaintext, 403], ['wrong', 401], [`vkey_${'0'.repeat(64)}`, 401]])
    await refused(status, /./, 'GET', '/api/apps', undefined, bearer(key));
  await refused(401, /./, 'GET', '/api/apps', undefined, {});
});

// Tokens.

const generate = (body, headers = {}) => call('POST', '/vowel/api/generateToken', body, headers);

test('a key of an app makes tokens, however it comes', async () => {
  const app = await makeApp();
  const { plaintext: key, id } = await makeKey(app);
  for (const [body, headers] of [
    [{}, bearer(key)],
    [{}, { authorization: `bearer ${key}` }],
    [{}, { 'X-API-Key': key }],
    [{ apiKey: key }, {}],
    [{ appId: key, apiKey: key, origin: 'https://shop.example', config: { provider: 'vowel-core' } }, {}],
    [{ appId: app.id, provider: 'vowel-prime', language: 'en' }, bearer(key)],
  ]) {
    const { status, body: answer } = await generate(body, headers);
    assert.equal(status, 200, JSON.stringify(answer));
    assert.match(answer.token, /^ek_/);
    assert.equal(answer.tokenName, answer.token);
    assert.equal(answer.provider, 'vowel-core');
    assert.equal(answer.appId, app.id);
    assert.equal(answer.metadata.baseUrl, daemon.url);
    assert.equal(answer.wsUrl, daemon.url);
    assert.equal(answer.metadata.sessionConfigDeliveredViaClient, true);
    assert.ok(Math.abs(Date.parse(answer.expiresAt) - answer.expires_at * 1000) < 1000);
    const connection = await RealtimeConnection.open(answer.wsUrl, { headers: bearer(answer.token) });
    assert.equal(connection.events[0].session.id, answer.sessionId);
    connection.close();
  }
  // Writes are in order: with this one the counts are written, too.
  await ok('PATCH', `/api/apps/${app.id}/api-keys/${id}`, { label: 'counted' });
  const [{ uses, lastUsedAt }] = await ok('GET', `/api/apps/${app.id}/api-keys`);
  assert.equal(uses, 6);
  assert.ok(lastUsedAt > 0);
});

test("the app's settings win over the client's wishes", async () => {
  const app = await makeApp({ runtimeConfig: {
    systemInstructionOverride: ' Sell shoes. ',
    voiceConfig: { model: 'app-model', voice: 'app-voice', turnDetection: { mode: 'server_vad', serverVAD: { threshold: 0.7, silenceDurationMs: 900 } } },
  } });
  const { plaintext: key } = await makeKey(app);
  const { body } = await generate({ config: {
    voiceConfig: { model: 'mine', voice: 'mine' },
    systemInstructionOverride: 'Ignore that. <context>Page: cart</context>',
  } }, bearer(key));
  assert.equal(body.model, 'app-model');
  assert.equal(body.metadata.voice, 'app-voice');
  assert.equal(body.systemInstructions, 'Sell shoes.\n\n<context>Page: cart</context>');
  const connection = await RealtimeConnection.open(daemon.url, { headers: bearer(body.token) });
  const { session } = connection.events[0];
  assert.equal(session.turn_detection.threshold, 0.7);
  assert.equal(session.turn_detection.silence_duration_ms, 900);
  // The browser brings instructions and tools itself.
  assert.doesNotMatch(JSON.stringify(session), /shoes/);
  connection.close();
});

test('instructions follow from routes and actions', async () => {
  const app = await makeApp();
  const { plaintext: key } = await makeKey(app);
  const { body } = await generate({ config: {
    routes: [{ path: '/cart', description: 'Cart', queryParams: ['tab', 'sort'] }],
    actions: { addToCart: { description: 'Add item' } },
  } }, bearer(key));
  assert.match(body.systemInstructions, /AVAILABLE ROUTES:\n- \/cart \(query params: tab, sort\): Cart\n\nAVAILABLE ACTIONS:\n- addToCart: Add item\n\nRULES:/);
  const plain = (await generate({ systemInstructionOverride: 'Be kind.' }, bearer(key))).body.systemInstructions;
  assert.equal(plain, 'Be kind.');
});

test('what gets no token', async () => {
  const app = await makeApp();
  const other = await makeApp();
  const { plaintext: key, id } = await makeKey(app);
  const { plaintext: direct } = await makeKey(app, { scopes: ['direct_ws'] });
  const path = ['POST', '/vowel/api/generateToken'];
  await refused(401, /key is needed/, ...path, {}, {});
  await refused(401, /Invalid API key/, ...path, {}, bearer(`vkey_${'1'.repeat(64)}`));
  await refused(403, /mint_ephemeral/, ...path, {}, bearer(direct));
  await refused(403, /does not belong/, ...path, { appId: other.id }, bearer(key));
  await refused(403, /not allowed/, ...path, { config: { provider: 'openai' } }, bearer(key));
  await refused(400, /not valid/, ...path, '{', bearer(key));
  await ok('PATCH', `/api/apps/${app.id}`, { runtimeConfig: { voiceConfig: { turnDetection: { mode: 'server_vad', serverVAD: { threshold: 7 } } } } });
  await refused(400, /threshold/, ...path, {}, bearer(key));
  await ok('PATCH', `/api/apps/${app.id}`, { runtimeConfig: {} });
  await ok('POST', `/api/apps/${app.id}/api-keys/${id}/revoke`);
  await refused(401, /Invalid API key/, ...path, {}, bearer(key));
});

test('keys open sessions and mint by their scopes', async () => {
  const app = await makeApp();
  const keys = {};
  for (const scope of ['mint_ephemeral', 'direct_ws', 'mint_trusted_session'])
    keys[scope] = (await makeKey(app, { scopes: [scope] })).plaintext;

  const connection = await RealtimeConnection.open(daemon.url, { headers: bearer(keys.direct_ws) });
  connection.close();
  await assert.rejects(RealtimeConnection.open(daemon.url, { headers: bearer(keys.mint_ephemeral) }), /403/);

  const sessions = (key, body) => call('POST', '/v1/realtime/sessions', body, bearer(key));
  const trusted = { connectionType: 'trusted_server', config: { serviceId: 'billing', serverTools: [{ name: 'charge' }] } };
  assert.equal((await sessions(keys.mint_ephemeral, {})).status, 200);
  assert.equal((await sessions(keys.mint_trusted_session, trusted)).status, 200);
  for (const [key, body, scope] of [
    [keys.mint_ephemeral, trusted, /mint_trusted_session/],
    [keys.mint_trusted_session, {}, /mint_ephemeral/],
    [keys.direct_ws, {}, /mint_ephemeral/],
  ]) {
    const answer = await sessions(key, body);
    assert.equal(answer.status, 403);
    assert.match(answer.body.error.message, scope);
  }
});

test('an app names the pages that may have its tokens', async () => {
  const app = await makeApp({ runtimeConfig: { allowedOrigins: ['https://shop.example', 'https://*.shop.example'] } });
  const { plaintext: key } = await makeKey(app);
  const status = async (body, headers = {}) => (await generate(body, { ...bearer(key), ...headers })).status;
  for (const origin of ['https://shop.example', 'https://www.shop.example', 'https://a.b.shop.example'])
    assert.equal(await status({}, { Origin: origin }), 200, origin);
  assert.equal(await status({ origin: 'https://shop.example' }), 200);
  for (const origin of ['http://shop.example', 'https://shop.example.evil.example', 'https://evilshop.example', 'https://.shop.example'])
    assert.equal(await status({}, { Origin: origin }), 403, origin);
  await refused(403, /Domain not authorized/, 'POST', '/vowel/api/generateToken', {}, bearer(key));
});

test('apps do not see each other\'s sessions', async () => {
  const [one, two] = [await makeApp(), await makeApp()];
  const { plaintext: ours } = await makeKey(one, { scopes: ['direct_ws', 'mint_ephemeral'] });
  const { plaintext: theirs } = await makeKey(two, { scopes: ['direct_ws'] });
  const sessionKey = 'sesskey_0123456789abcdef';
  const { body } = await call('POST', '/v1/realtime/sessions', { sessionKey }, bearer(ours));
  const connection = await RealtimeConnection.open(daemon.url, { headers: bearer(body.value) });
  const { id } = connection.events[0].session;
  const backend = await RealtimeConnection.open(`${daemon.url}?call_id=${sessionKey}`, { headers: bearer(ours) });
  assert.equal(backend.events[0].session.id, id);
  for (const name of [sessionKey, id])
    await assert.rejects(RealtimeConnection.open(`${daemon.url}?call_id=${name}`, { headers: bearer(theirs) }), /404/);
  backend.close();
  connection.close();
});

test('secrets are replaced without losing tokens; keys make only so many', async () => {
  const secrets = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)];
  const start = (env) => startDaemon({ env: { ...fakeEngines, API_KEY: KEY, ...env } });
  const first = await start({ JWT_SECRET: secrets[0], VOWEL_MINT_RATE_LIMIT: '2' });
  const mint = () => fetch(`${first.origin}/v1/realtime/client_secrets`, { method: 'POST', headers: bearer(KEY), body: '{}' });
  const { value } = await (await mint()).json();
  await mint();
  const limited = await mint();
  assert.equal(limited.status, 429);
  assert.ok(Number(limited.headers.get('retry-after')) >= 1);
  assert.equal((await limited.json()).error.code, 'rate_limit_exceeded');
  assert.equal(await first.stop(), 0);

  const second = await start({ JWT_SECRET: secrets[1], JWT_SECRET_PREVIOUS: secrets[0] });
  const connection = await RealtimeConnection.open(second.url, { headers: bearer(value) });
  connection.close();
  assert.equal(await second.stop(), 0);
  const third = await start({ JWT_SECRET: secrets[2], JWT_SECRET_PREVIOUS: secrets[1] });
  await assert.rejects(RealtimeConnection.open(third.url, { headers: bearer(value) }), /401/);
  assert.equal(await third.stop(), 0);
});

test('a first key comes from the environment', async () => {
  const key = `vkey_${'b'.repeat(64)}`;
  const env = { ...fakeEngines, API_KEY: KEY, DB_PATH: `${folder}/bootstrap.db`, CORE_BOOTSTRAP_PUBLISHABLE_KEY: key, CORE_BOOTSTRAP_SCOPES: 'mint_ephemeral, mint_trusted_session', CORE_BOOTSTRAP_APP_NAME: 'Local' };
  const first = await startDaemon({ env });
  assert.match(first.log, /\[core\] bootstrap publishable key created for app=default/);
  const api = async (server, method, path) => (await fetch(server.origin + path, { method, headers: bearer(KEY) })).json();
  assert.equal((await api(first, 'GET', '/api/apps/default')).name, 'Local');
  const [made] = await api(first, 'GET', '/api/apps/default/api-keys');
  assert.deepEqual(made.scopes, ['mint_ephemeral', 'mint_trusted_session']);
  const token = (server) => fetch(`${server.origin}/vowel/api/generateToken`, { method: 'POST', body: JSON.stringify({ apiKey: key }) });
  assert.equal((await token(first)).status, 200);
  await api(first, 'POST', `/api/apps/default/api-keys/${made.id}/revoke`);
  assert.equal(await first.stop(), 0);
  const second = await startDaemon({ env });
  assert.match(second.log, /already exists for app=default|bootstrap publishable key already exists/);
  assert.equal((await token(second)).status, 401);
  assert.equal(await second.stop(), 0);
  const wrong = spawnSync(program, ['serve'], { env: environment({ ...env, CORE_BOOTSTRAP_PUBLISHABLE_KEY: 'secret' }), encoding: 'utf8' });
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /vkey_/);
});

test('a preflight gets what it asks for', async () => {
  const response = await fetch(`${daemon.origin}/vowel/api/generateToken`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type,x-shop' },
  });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get('access-control-allow-origin'), 'https://shop.example');
  assert.equal(response.headers.get('access-control-allow-headers'), 'content-type,x-shop');
  assert.equal(response.headers.get('access-control-allow-methods'), 'POST');
  assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
});

test('apps and keys outlive the process', async () => {
  const env = { ...fakeEngines, API_KEY: KEY, DB_PATH: `${folder}/kept.db` };
  const first = await startDaemon({ env });
  const app = await (await fetch(`${first.origin}/api/apps`, { method: 'POST', headers: bearer(KEY), body: '{"name":"Kept"}' })).json();
  const key = await (await fetch(`${first.origin}/api/apps/${app.id}/api-keys`, { method: 'POST', headers: bearer(KEY), body: '{}' })).json();
  first.child.kill('SIGKILL');
  await first.exited;
  const second = await startDaemon({ env });
  const headers = bearer(KEY);
  assert.equal((await (await fetch(`${second.origin}/api/apps/${app.id}`, { headers })).json()).name, 'Kept');
  // Under the secret that the first one made up and kept.
  const shown = await (await fetch(`${second.origin}/api/apps/${app.id}/api-keys/${key.id}/reveal`, { headers })).json();
  assert.equal(shown.plaintext, key.plaintext);
  assert.equal(await second.stop(), 0);
});

// The command line.

function run(env, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { env: environment(env), encoding: 'utf8' });
  return { status, stdout, stderr, lines: stdout.trim().split('\n').filter(Boolean) };
}

test('keys are managed from the command line while the server runs', async () => {
  const env = { ...fakeEngines, API_KEY: KEY, DB_PATH: `${folder}/shared.db` };
  const server = await startDaemon({ env });
  const id = run(env, 'app', 'create', 'Shop').stdout.trim();
  assert.match(run(env, 'app', 'list').stdout, new RegExp(`${id}  Shop`));
  const key = run(env, 'key', 'create', '--label', 'web', '--scopes', 'direct_ws').stdout.trim();
  assert.match(key, /^vkey_[0-9a-f]{64}$/);
  const connection = await RealtimeConnection.open(server.url, { headers: bearer(key) });
  connection.close();
  const { lines: [line] } = run(env, 'key', 'list');
  assert.match(line, /active +direct_ws +web/);
  assert.doesNotMatch(line, new RegExp(key));
  const keyId = line.split(' ')[0];
  assert.equal(run(env, 'key', 'show', keyId).stdout.trim(), key);
  assert.equal(run(env, 'key', 'revoke', keyId).status, 0);
  await assert.rejects(RealtimeConnection.open(server.url, { headers: bearer(key) }), /401/);
  const again = run(env, 'key', 'revoke', keyId);
  assert.equal(again.status, 65);
  assert.match(again.stderr, /revoked already/);
  assert.equal(run(env, 'app', 'delete', id).status, 0);
  assert.match(run(env, 'key', 'create').stderr, /no|0 apps/);
  assert.equal(run(env, 'key').status, 64);
  assert.match(run(env, 'key', 'delete').stderr, /Usage:/);
  assert.equal(await server.stop(), 0);
});

test("a Vowel Core's database is taken over", () => {
  const secret = '0123456789abcdef0123456789abcdef';
  const core = `${folder}/core.db`;
  const seal = (text) => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', createHash('sha256').update(secret).digest(), iv);
    const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return `X'${sealed.toString('hex')}', X'${iv.toString('hex')}'`;
  };
  const key = `vkey_${'a1'.repeat(32)}`;
  execFileSync('sqlite3', [core], { input: `
    CREATE TABLE apps (id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT, default_provider TEXT, runtime_config TEXT, created_at INTEGER, updated_at INTEGER);
    CREATE TABLE api_keys (id TEXT PRIMARY KEY, app_id TEXT, key_hash TEXT UNIQUE, encrypted_key BLOB, iv BLOB, scopes TEXT, label TEXT, allowed_providers TEXT, revoked_at INTEGER, created_at INTEGER);
    CREATE TABLE provider_keys (id TEXT PRIMARY KEY, app_id TEXT, provider TEXT, label TEXT, encrypted_key BLOB, iv BLOB, vowel_prime_environment TEXT, vowel_prime_worker_url TEXT, created_at INTEGER);
    INSERT INTO apps VALUES ('default', 'Local', NULL, NULL, '{"voiceConfig":{"voice":"x"}}', 1, 2);
    INSERT INTO api_keys VALUES ('k1', 'default', '7f', ${seal(key)}, '["mint_ephemeral"]', 'web', '["engine"]', NULL, 3);
    INSERT INTO api_keys VALUES ('k2', 'default', '80', ${seal('vkey_gone')}, '["direct_ws"]', NULL, '["engine"]', 4, 3);
    INSERT INTO provider_keys VALUES ('p1', 'default', 'openai', NULL, ${seal('sk-1')}, NULL, NULL, 5);` });
  const env = { ...fakeEngines, DB_PATH: `${folder}/imported.db`, ENCRYPTION_KEY: secret };
  assert.match(run({ ...env, ENCRYPTION_KEY: `${secret}x` }, 'import-core', core).stderr, /k1.*ENCRYPTION_KEY/);
  assert.equal(run(env, 'app', 'list').stdout, '');
  assert.equal(run(env, 'import-core', core).stdout, '1 apps, 2 keys and 1 keys of providers were taken over\n');
  assert.equal(run(env, 'import-core', core).stdout, '0 apps, 0 keys and 0 keys of providers were taken over\n');
  assert.match(run(env, 'app', 'list').stdout, /default  Local/);
  const { stdout } = run(env, 'key', 'list');
  assert.match(stdout, /k1 .* active .* web/);
  assert.match(stdout, /k2 .* revoked/);
  assert.equal(run(env, 'key', 'show', 'k1').stdout.trim(), key);
  const wrong = run(env, 'import-core', `${folder}/imported.db`);
  assert.equal(wrong.status, 65);
  assert.match(wrong.stderr, /no database of Vowel Core/);
});
