// SPDX-License-Identifier: LGPL-2.1-or-later
// Whose key opens what: every route with every credential that is not the right one, and everything that belongs to an app
// with the keys of another.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, refusedUpgrade } from '../lib/realtime.mjs';

const ADMIN = 'the key of the operator';
const HOUSE = 'the key of the house';
const bearer = (key) => (key ? { Authorization: `Bearer ${key}` } : {});
const every = ['mint_ephemeral', 'direct_ws', 'mint_trusted_session'];
let daemon;
let ours;
let theirs;
before(async () => {
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: HOUSE, VOWEL_ADMIN_KEY: ADMIN } });
  ours = await makeApp();
  theirs = await makeApp();
});
after(async () => assert.equal(await daemon.stop(), 0, daemon.log));

async function call(method, route, key, body) {
  const response = await fetch(daemon.origin + route, { method, headers: bearer(key), body });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

async function ok(method, route, body) {
  const answer = await call(method, route, ADMIN, JSON.stringify(body));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

async function makeApp(fields) {
  const { id } = await ok('POST', '/api/apps', { name: 'App' });
  const key = await ok('POST', `/api/apps/${id}/api-keys`, { scopes: every, ...fields });
  return { id, key: key.plaintext, keyId: key.id };
}

async function mint(app, body = {}) {
  const answer = await call('POST', '/v1/realtime/sessions', app.key, JSON.stringify(body));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.value;
}

/** Vowel's clients read either of the two; OpenAI's an object; Vatel's the one. */
function assertRefusal(route, { status, body }, expected, name) {
  assert.equal(status, expected, `${name}: ${JSON.stringify(body)}`);
  if (route.startsWith('/trpc/')) {
    assert.equal(body.error.json.data.httpStatus, expected, name);
    return;
  }
  if (route === '/v1/session-token') {
    assert.deepEqual(Object.keys(body), ['error'], name);
    assert.equal(typeof body.error, 'string', name);
  } else if (/^\/(api|vowel)\//.test(route)) {
    assert.deepEqual(Object.keys(body).sort(), ['error', 'message'], name);
    assert.equal(body.error, body.message, name);
  } else {
    assert.deepEqual(Object.keys(body.error).sort(), ['code', 'message', 'param', 'type'], name);
    assert.equal(body.message, body.error.message, name);
  }
}

/** [method, path, rights] of all routes that there are. */
function listRoutes() {
  const folder = path.join(process.env.VOWEL_SRCDIR, 'src/server');
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.c')).flatMap((name) =>
    [...readFileSync(path.join(folder, name), 'utf8').matchAll(/\{"(GET|POST|PUT|PATCH|DELETE)",\s*"([^"]+)",\s*([A-Z_| \n]+),/g)].map(([, ...route]) => route));
}

test('every route for the operator is closed to everybody else', async () => {
  const token = await mint(ours);
  const routes = listRoutes().filter(([, , rights]) => rights.includes('ADMIN'));
  assert.ok(routes.length > 30, `${routes.length} routes`);
  for (const [method, pattern] of routes) {
    const route = pattern.replace(':kid', ours.keyId).replace(/:id|\*/, ours.id);
    for (const [name, credential, status] of [['nobody', undefined, 401], ['a wrong key', 'wrong', 401], ['a key that does not exist', `vkey_${'0'.repeat(64)}`, 401],
      ['a key of the app', ours.key, 403], ['a key of another app', theirs.key, 403], ['a token', token, 403], ['the key of the house', HOUSE, 403]])
      assertRefusal(route, await call(method, route, credential, method === 'GET' ? undefined : '{}'), status, `${name}: ${method} ${route}`);
  }
  // Nothing has happened.
  assert.equal((await ok('GET', `/api/apps/${ours.id}/api-keys`)).length, 1);
});

test('tokens are made by keys alone', async () => {
  const token = await mint(ours);
  for (const [method, route, rights] of listRoutes()) {
    if (!rights.includes('MINT')) continue;
    for (const [credential, status] of [[undefined, 401], ['wrong', 401], [token, 403]])
      assertRefusal(route, await call(method, route, credential, '{}'), status, `${method} ${route}`);
  }
  const direct = await makeApp({ scopes: ['direct_ws'] });
  for (const route of ['/v1/realtime/sessions', '/v1/realtime/client_secrets', '/v1/realtime/transcription_sessions'])
    assertRefusal(route, await call('POST', route, direct.key, '{}'), 403, route);
});

test('what belongs to an app is not reached through another', async () => {
  const provider = await ok('POST', `/api/apps/${ours.id}/provider-keys`, { provider: 'openai', apiKey: 'sk-canary-0123456789' });
  for (const [method, route, body] of [
    ['GET', `/api/apps/${theirs.id}/api-keys/${ours.keyId}/reveal`],
    ['PATCH', `/api/apps/${theirs.id}/api-keys/${ours.keyId}`, '{"label":"x"}'],
    ['POST', `/api/apps/${theirs.id}/api-keys/${ours.keyId}/revoke`, '{}'],
    ['DELETE', `/api/apps/${theirs.id}/api-keys/${ours.keyId}`],
    ['DELETE', `/api/provider-keys/${provider.id}?appId=${theirs.id}`],
    ['GET', '/api/apps/nobody'], ['PATCH', '/api/apps/nobody', '{}'], ['DELETE', '/api/apps/nobody'],
    ['POST', '/api/apps/nobody/api-keys', '{}'], ['GET', '/api/calls/nobody'], ['DELETE', '/api/calls/nobody'],
  ])
    assertRefusal(route, await call(method, route, ADMIN, body), 404, `${method} ${route}`);
  assert.equal((await ok('GET', `/api/apps/${ours.id}/api-keys`))[0].revokedAt, null);
  assert.equal((await ok('GET', `/api/provider-keys?appId=${ours.id}`)).length, 1);
  const generated = await call('POST', '/vowel/api/generateToken', theirs.key, JSON.stringify({ appId: ours.id }));
  assertRefusal('/vowel/', generated, 403, 'generateToken');
});

test("an app's sessions are closed to the keys and tokens of another", async () => {
  const sessionKey = 'sesskey_0123456789abcdef';
  const client = await RealtimeConnection.open(`${daemon.url}?resume=1`, { headers: bearer(await mint(ours, { sessionKey })) });
  const { id } = client.events[0].session;
  const { resume_token: resume } = client.events.find(({ type }) => type === 'session.resumable') ?? await client.next('session.resumable');
  const other = 'sesskey_fedcba9876543210';
  for (const credential of [theirs.key, await mint(theirs), await mint(theirs, { connectionType: 'trusted_server', config: { serviceId: 's' } }), await mint(theirs, { sessionKey: other })])
    for (const query of [`call_id=${id}`, `call_id=${sessionKey}`, `sessionKey=${sessionKey}&call_id=${sessionKey}`, `resume=${resume}`, `resume=${id}.0`]) {
      const { status, body } = await refusedUpgrade(`${daemon.url}?${query}`, { headers: bearer(credential) });
      assert.ok(status === 404 || (status === 403 && !query.startsWith('resume')), `${status} ${query}`);
      assert.deepEqual(Object.keys(body.error).sort(), ['code', 'message', 'param', 'type']);
      assert.ok(!JSON.stringify(body).includes(ours.id));
    }
  // Its own key of the same name is another session.
  const same = await RealtimeConnection.open(daemon.url, { headers: bearer(await mint(theirs, { sessionKey })) });
  assert.notEqual(same.events[0].session.id, id);
  await same.close();
  // The house may.
  const house = await RealtimeConnection.open(`${daemon.url}?call_id=${id}`, { headers: bearer(HOUSE) });
  await house.close();
  await client.close();
});

test('without a credential no session, with a wrong one neither', async () => {
  for (const credential of [undefined, 'wrong', `vkey_${'0'.repeat(64)}`, `${await mint(ours)}x`]) {
    const { status, body } = await refusedUpgrade(daemon.url, { headers: bearer(credential) });
    assertRefusal('/v1/realtime', { status, body }, 401, credential);
  }
  const minting = await makeApp({ scopes: ['mint_ephemeral'] });
  const { status, body } = await refusedUpgrade(daemon.url, { headers: bearer(minting.key) });
  assertRefusal('/v1/realtime', { status, body }, 403, 'a key without direct_ws');
});

test('a key that is for other services only makes no tokens of this one', async () => {
  const other = await makeApp({ allowedProviders: ['openai'] });
  assertRefusal('/v1/', await call('POST', '/v1/realtime/sessions', other.key, '{}'), 403, 'sessions');
  assertRefusal('/v1/', await call('POST', '/v1/realtime/client_secrets', other.key, '{}'), 403, 'client_secrets');
  assertRefusal('/vowel/', await call('POST', '/vowel/api/generateToken', other.key, '{}'), 403, 'generateToken');
  for (const body of [{ provider: 'openai' }, { config: { provider: 'grok' } }]) {
    const { status, body: { error } } = await call('POST', '/v1/realtime/sessions', ours.key, JSON.stringify(body));
    assert.equal(status, 400);
    assert.match(error.param, /provider$/);
  }
  await mint(ours, { provider: 'vowel-prime' });
});
