// SPDX-License-Identifier: LGPL-2.1-or-later
// Organizations, users, keys and plans of Voicex's REST API, as its dashboard and its clients use them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { VoicexClient } from './voicex-client.mjs';

const ADMIN = 'the key of the operator';
const KEY = 'the key of the house';
const env = { ...fakeEngines, API_KEY: KEY, VOWEL_ADMIN_KEY: ADMIN, VOICEX_RATE_LIMIT: '0', JWT_SECRET: '0123456789abcdef0123456789abcdef' };
let daemon, anybody, house;
before(async () => {
  daemon = await startDaemon({ env });
  anybody = new VoicexClient(daemon.origin);
  house = new VoicexClient(daemon.origin, { apiKey: KEY });
});
after(async () => { assert.equal(await daemon.stop(), 0); });

async function daemonFor(t, extra) {
  const other = await startDaemon({ env: { ...env, ...extra } });
  t.after(async () => { assert.equal(await other.stop(), 0); });
  return other;
}

let people = 0;
/** A pending organization, then let in by the operator. */
async function signUp(fields = {}) {
  const person = { name: 'Ada', email: `ada${people++}@example.org`, password: 'correct horse', ...fields };
  await anybody.expect(201, 'signedUp', 'POST', '/api/auth/signup', person);
  return person;
}

async function letIn(email, change = { status: 'active' }) {
  const admin = new VoicexClient(daemon.origin, { token: ADMIN });
  const { body: organizations } = await admin.send('GET', '/api/organizations');
  const { id } = organizations.find(({ ownerEmail }) => ownerEmail === email);
  const { status } = await admin.send('PATCH', `/api/organizations/${id}`, change);
  assert.equal(status, 200);
}

async function signIn({ email, password }) {
  const entry = await anybody.expect(200, 'signedIn', 'POST', '/api/auth/signin', { email, password });
  return { ...entry, client: new VoicexClient(daemon.origin, { token: entry.token }) };
}

async function member(fields) {
  const person = await signUp(fields);
  await letIn(person.email);
  return { ...person, ...await signIn(person) };
}

test('whoever signs up waits to be let in, then signs in', async () => {
  const person = await signUp({ email: ' Grace@Example.ORG ' });
  const pending = await anybody.expect(403, 'pending', 'POST', '/api/auth/signin', person);
  assert.match(pending.error, /pending/);
  await letIn('grace@example.org');
  const { token, user, organization, client } = await signIn({ ...person, email: 'GRACE@example.org' });
  assert.deepEqual([user.name, user.email, user.orgName, user.plan], ['Ada', 'grace@example.org', "Ada's Organization", 'self-hosted']);
  assert.deepEqual(organization, { id: user.orgId, name: user.orgName, status: 'active' });
  const [header, claims] = token.split('.').map((part) => { try { return JSON.parse(Buffer.from(part, 'base64url')); } catch { return null; } });
  assert.equal(header.alg, 'HS256');
  assert.deepEqual([claims.userId, claims.orgId, claims.email, claims.exp - claims.iat], [user.id, user.orgId, user.email, 7 * 86400]);
  assert.deepEqual(await client.expect(200, 'me', 'GET', '/api/auth/me'), { user, orgStatus: 'active' });
  // Whoever is shut out again has no use of the token.
  await letIn('grace@example.org', { status: 'pending' });
  await client.expect(403, 'pending', 'GET', '/api/auth/me');
  await client.expect(403, 'pending', 'GET', '/api/dashboard/organization');
});

test('what is wrong with a sign-up or a sign-in', async () => {
  const { email } = await signUp();
  const up = (pattern, status, body) => anybody.refused(status, pattern, 'POST', '/api/auth/signup', body);
  await up(/required/, 400, {});
  await up(/required/, 400, { name: 'Ada', email: 'a@example.org' });
  await up(/required/, 400, { name: '', email: 'a@example.org', password: 'long enough' });
  await up(/required/, 400, { name: 'Ada', email: 7, password: 'long enough' });
  await up(/8 characters/, 400, { name: 'Ada', email: 'a@example.org', password: 'short12' });
  for (const name of ['name', 'email', 'password', 'orgName'])
    await up(new RegExp(`${name} must not have more than 1024 bytes`), 400, { name: 'Ada', email: 'a@example.org', password: 'long enough', [name]: 'x'.repeat(1025) });
  await up(/already/, 409, { name: 'Eve', email: email.toUpperCase(), password: 'long enough' });
  await up(/not valid/, 400, '{"name":');
  const signIn = (pattern, status, body) => anybody.refused(status, pattern, 'POST', '/api/auth/signin', body);
  await signIn(/required/, 400, { email });
  await signIn(/^Invalid email or password$/, 401, { email, password: 'incorrect horse' });
  await signIn(/^Invalid email or password$/, 401, { email: 'nobody@example.org', password: 'correct horse' });
  assert.doesNotMatch(daemon.log, /horse/);
});

test('of two that sign up with one address at the same time one gets in', async () => {
  const person = { name: 'Ada', email: 'twice@example.org', password: 'correct horse' };
  const answers = await Promise.all([1, 2, 3].map(() => anybody.send('POST', '/api/auth/signup', person)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409]);
});

test('nobody gets in without a good credential', async () => {
  const stranger = /^Authentication required\. Provide a valid Bearer token or x-api-key\.$/;
  for (const credentials of [{}, { token: 'a.b.c' }, { apiKey: `vx_${'0'.repeat(48)}` }, { token: 'wrong', apiKey: 'wrong' }])
    for (const where of ['organization', 'api-keys'])
      await new VoicexClient(daemon.origin, credentials).refused(401, stranger, 'GET', `/api/dashboard/${where}`);
  const { token } = await member();
  // Another secret, no algorithm, another purpose.
  const [header, payload] = token.split('.');
  const sign = (what, secret) => `${what}.${createHmac('sha256', secret).update(what).digest('base64url')}`;
  const forge = (change) => sign(`${header}.${Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url')), ...change })).toString('base64url')}`, env.JWT_SECRET);
  for (const bad of [sign(`${header}.${payload}`, 'another secret'), `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
    forge({ aud: 'realtime' }), forge({ exp: 1 }), forge({ orgId: '0'.repeat(24) }), forge({ email: 'ghost@example.org' })])
    await new VoicexClient(daemon.origin, { token: bad }).refused(401, stranger, 'GET', '/api/auth/me');
  await new VoicexClient(daemon.origin, { token: forge({ aud: undefined }) }).expect(200, 'me', 'GET', '/api/auth/me');
  // Who has signed in cannot open a session of another API with it.
  await assert.rejects(RealtimeConnection.open(daemon.url, { headers: { Authorization: `Bearer ${token}` } }), /401/);
});

test('keys are made, shown once, used and revoked', async () => {
  const { client, user } = await member();
  await client.refused(400, /^name required$/, 'POST', '/api/dashboard/api-keys', {});
  const made = await client.expect(201, 'newKey', 'POST', '/api/dashboard/api-keys', { name: 'Website' });
  assert.equal(made.rawKey, made.key);
  assert.equal(made.keyPrefix, made.key.slice(0, 10));
  assert.deepEqual([made.orgId, made.scopes, made.lastUsedAt, made.revokedAt], [user.orgId, ['voice'], null, null]);
  const byKey = new VoicexClient(daemon.origin, { apiKey: made.key });
  assert.equal((await byKey.expect(200, 'organization', 'GET', '/api/dashboard/organization'))._id, user.orgId);
  // A bad token does not stand in the way of a good key; a key may come as a token.
  await new VoicexClient(daemon.origin, { apiKey: made.key, token: 'a.b.c' }).expect(200, 'organization', 'GET', '/api/dashboard/organization');
  await new VoicexClient(daemon.origin, { token: made.key }).expect(200, 'organization', 'GET', '/api/dashboard/organization');
  // Nobody waits for it to be written down that a key was used; what is written later is there later.
  const own = await client.expect(201, 'newKey', 'POST', '/api/dashboard/api-keys', { name: 'Phone', scopes: ['phone', 'mint_ephemeral'] });
  assert.deepEqual(own.scopes, ['phone', 'mint_ephemeral']);
  const listed = await byKey.expect(200, 'keys', 'GET', '/api/dashboard/api-keys');
  assert.deepEqual(listed.map(({ name }) => name), ['Phone', 'Website']);
  assert.ok(listed[1].lastUsedAt);
  assert.ok(!JSON.stringify(listed).includes(made.key));

  await client.expect(200, 'ok', 'DELETE', `/api/dashboard/api-keys/${made._id}`);
  await client.expect(200, 'ok', 'DELETE', `/api/dashboard/api-keys/${made._id}`);
  await byKey.refused(401, /Authentication/, 'GET', '/api/dashboard/organization');
  const [, revoked] = await client.expect(200, 'keys', 'GET', '/api/dashboard/api-keys');
  assert.ok(revoked.revokedAt);
  await client.refused(400, /^invalid id$/, 'DELETE', '/api/dashboard/api-keys/nonsense');
  await client.refused(404, /^not found$/, 'DELETE', `/api/dashboard/api-keys/${'0'.repeat(24)}`);
  // Not through another organization, and for nothing but agents.
  await house.refused(404, /^not found$/, 'DELETE', `/api/dashboard/api-keys/${own._id}`);
  await assert.rejects(RealtimeConnection.open(daemon.url, { headers: { Authorization: `Bearer ${own.key}` } }), /403/);
  const { status } = await new VoicexClient(daemon.origin, { token: own.key }).send('GET', '/api/apps');
  assert.equal(status, 403);
  assert.ok(!daemon.log.includes(made.key));
});

test('a key is exchanged for a token', async () => {
  const { client } = await member();
  const made = await client.expect(201, 'newKey', 'POST', '/api/dashboard/api-keys', { name: 'Website' });
  const first = await anybody.expect(200, 'token', 'POST', '/api/auth/token', { api_key: made.key });
  const second = await new VoicexClient(daemon.origin, { token: made.key }).expect(200, 'token', 'POST', '/api/auth/token');
  await house.expect(200, 'token', 'POST', '/api/auth/token', { api_key: KEY });
  for (const { token } of [first, second]) {
    const holder = new VoicexClient(daemon.origin, { token });
    await holder.expect(200, 'organization', 'GET', '/api/dashboard/organization');
    await holder.refused(401, /nobody in particular/, 'GET', '/api/auth/me');
  }
  await anybody.refused(400, /^api_key required$/, 'POST', '/api/auth/token', {});
  await anybody.refused(401, /./, 'POST', '/api/auth/token', { api_key: 'wrong' });
  await client.expect(200, 'ok', 'DELETE', `/api/dashboard/api-keys/${made._id}`);
  await new VoicexClient(daemon.origin, { token: first.token }).refused(401, /./, 'GET', '/api/dashboard/organization');
});

test('an organization is shown and renamed', async () => {
  const { client, email } = await member({ orgName: 'Bank' });
  const before = await client.expect(200, 'organization', 'GET', '/api/dashboard/organization');
  assert.deepEqual([before.name, before.ownerEmail, before.status, before.planSlug], ['Bank', email, 'active', 'self-hosted']);
  await client.refused(400, /^name required$/, 'PATCH', '/api/dashboard/organization', { name: '' });
  await client.expect(200, 'ok', 'PATCH', '/api/dashboard/organization', { name: 'Big Bank' });
  const changed = await client.expect(200, 'organization', 'GET', '/api/dashboard/organization');
  assert.deepEqual([changed.name, changed.createdAt], ['Big Bank', before.createdAt]);
  assert.ok(changed.updatedAt >= before.updatedAt);
});

test('what everybody may know', async () => {
  const { timestamp } = await anybody.expect(200, 'health', 'GET', '/api/health');
  assert.ok(Math.abs(timestamp - Date.now()) < 60000);
  assert.deepEqual((await anybody.expect(200, 'plans', 'GET', '/api/plans')).map(({ slug }) => slug), ['self-hosted']);
});

test('people, keys and tokens outlive the process', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vowel-voicex-auth-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Without a JWT_SECRET: it is made up anew each time.
  const kept = { VOICEX_SIGNUP: 'active', JWT_SECRET: '', DB_PATH: path.join(folder, 'vowel.db') };
  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse' };
  const first = await startDaemon({ env: { ...env, ...kept } });
  const { token } = await new VoicexClient(first.origin).expect(201, 'letIn', 'POST', '/api/auth/signup', person);
  const { key } = await new VoicexClient(first.origin, { token }).expect(201, 'newKey', 'POST', '/api/dashboard/api-keys', { name: 'Web' });
  assert.equal(await first.stop(), 0);
  const second = await daemonFor(t, kept);
  await new VoicexClient(second.origin).expect(200, 'signedIn', 'POST', '/api/auth/signin', person);
  for (const credentials of [{ token }, { apiKey: key }])
    await new VoicexClient(second.origin, credentials).expect(200, 'organization', 'GET', '/api/dashboard/organization');
});

test("the server's own keys act for its first app, which is there when it is needed", async (t) => {
  const fresh = await daemonFor(t, { API_KEYS: 'one key, another' });
  const own = new VoicexClient(fresh.origin, { apiKey: KEY });
  const first = await own.expect(200, 'organization', 'GET', '/api/dashboard/organization');
  assert.deepEqual([first.name, first.status], ['Default App', 'active']);
  for (const apiKey of ['one key', 'another']) {
    const client = new VoicexClient(fresh.origin, { apiKey });
    assert.deepEqual(await client.expect(200, 'organization', 'GET', '/api/dashboard/organization'), first);
    await client.refused(401, /admin key/, 'POST', '/api/setup');
  }
  const made = await own.expect(201, 'newKey', 'POST', '/api/dashboard/api-keys', { name: 'Web' });
  assert.equal((await new VoicexClient(fresh.origin, { apiKey: made.key }).expect(200, 'organization', 'GET', '/api/dashboard/organization'))._id, first._id);
});

test('nobody needs a key on a server without one', async (t) => {
  const open = await daemonFor(t, { API_KEY: '', VOWEL_ADMIN_KEY: '' });
  for (const credentials of [{}, { apiKey: 'vx_a1b2c3d4e5f6' }, { token: 'whatever' }])
    await new VoicexClient(open.origin, credentials).expect(200, 'organization', 'GET', '/api/dashboard/organization');
  const client = new VoicexClient(open.origin);
  assert.equal((await client.expect(200, 'setup', 'POST', '/api/setup', { orgName: 'Mine' })).orgName, 'Mine');
});

test('a server is set up once, by its operator', async (t) => {
  const fresh = await daemonFor(t);
  const stranger = new VoicexClient(fresh.origin);
  const admin = new VoicexClient(fresh.origin, { token: ADMIN });
  assert.deepEqual(await stranger.expect(200, 'setupStatus', 'GET', '/api/setup/status'), { initialized: false });
  await stranger.refused(401, /admin key/, 'POST', '/api/setup', {});
  await new VoicexClient(fresh.origin, { apiKey: KEY }).refused(401, /admin key/, 'POST', '/api/setup', {});
  const answers = await Promise.all([admin.send('POST', '/api/setup', { orgName: 'House' }), admin.send('POST', '/api/setup', {})]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  const { body } = answers.find(({ status }) => status === 200);
  const { status, body: key } = await new VoicexClient(fresh.origin, { apiKey: body.apiKey }).send('GET', '/api/dashboard/api-keys');
  assert.equal(status, 200);
  assert.deepEqual(key.map(({ name }) => name), ['Admin Key']);
  assert.deepEqual(await stranger.expect(200, 'setupStatus', 'GET', '/api/setup/status'), { initialized: true });
  await admin.refused(409, /Already/, 'POST', '/api/setup', {});
  // The organization is the app that the server's own keys act for.
  const { body: organization } = await new VoicexClient(fresh.origin, { apiKey: KEY }).send('GET', '/api/dashboard/organization');
  assert.equal(organization._id, body.orgId);
});

test('a server that is open is set up by whoever comes first, who signs in at once', async (t) => {
  const open = await daemonFor(t, { VOICEX_SETUP: 'open', VOICEX_SIGNUP: 'active' });
  const first = new VoicexClient(open.origin);
  const { orgName } = await first.expect(200, 'setup', 'POST', '/api/setup');
  assert.equal(orgName, 'Default Organization');
  const { token } = await first.expect(201, 'letIn', 'POST', '/api/auth/signup', { name: 'Ada', email: 'ada@example.org', password: 'correct horse' });
  await new VoicexClient(open.origin, { token }).expect(200, 'me', 'GET', '/api/auth/me');
});

test('signing up can be switched off', async (t) => {
  const closed = await daemonFor(t, { VOICEX_SIGNUP: 'off' });
  await new VoicexClient(closed.origin).refused(403, /Nobody can sign up/, 'POST', '/api/auth/signup', { name: 'Ada', email: 'ada@example.org', password: 'correct horse' });
});

test('tiers come from a file, and the operator moves organizations between them', async (t) => {
  const tiers = await daemonFor(t, { VOICEX_PLANS: path.join(process.env.VOWEL_SRCDIR, 'data/voicex-plans.yaml'), VOICEX_SIGNUP: 'active' });
  const client = new VoicexClient(tiers.origin);
  const plans = await client.expect(200, 'plans', 'GET', '/api/plans');
  assert.deepEqual(plans.map(({ slug, pricing }) => [slug, pricing.monthly]), [['free', 0], ['starter', 29], ['pro', 99], ['enterprise', 499]]);
  assert.deepEqual(plans[2].limits, { maxAgents: 25, maxConcurrentCalls: 50, maxCallDurationSec: 3600, maxMonthlyMinutes: 10000 });
  const { token, user } = await client.expect(201, 'letIn', 'POST', '/api/auth/signup', { name: 'Ada', email: 'ada@example.org', password: 'correct horse' });
  assert.equal(user.plan, 'free');
  const admin = new VoicexClient(tiers.origin, { token: ADMIN });
  const { body: [{ id }] } = await admin.send('GET', '/api/organizations');
  assert.equal((await admin.send('PATCH', `/api/organizations/${id}`, { plan: 'gold' })).status, 400);
  assert.equal((await admin.send('PATCH', `/api/organizations/${id}`, { status: 'dead' })).status, 400);
  assert.equal((await admin.send('PATCH', '/api/organizations/nobody', { plan: 'pro' })).status, 404);
  const { body: changed } = await admin.send('PATCH', `/api/organizations/${id}`, { plan: 'pro' });
  assert.deepEqual([changed.plan, changed.status, changed.ownerEmail], ['pro', 'active', 'ada@example.org']);
  const signedIn = new VoicexClient(tiers.origin, { token });
  assert.equal((await signedIn.expect(200, 'organization', 'GET', '/api/dashboard/organization')).planSlug, 'pro');
});

test('an address may ask a hundred times a minute', async (t) => {
  const limited = await daemonFor(t, { VOICEX_RATE_LIMIT: '' });
  const client = new VoicexClient(limited.origin);
  const { headers } = await client.send('GET', '/api/health');
  assert.deepEqual(['limit', 'remaining', 'policy'].map((name) => headers.get(`ratelimit-${name}`)), ['100', '99', '100;w=60']);
  assert.ok(Number(headers.get('ratelimit-reset')) <= 60);
  for (let left = 98; left >= 0; left--)
    assert.equal((await client.send('GET', '/api/dashboard/organization')).headers.get('ratelimit-remaining'), String(left));
  const last = await client.send('GET', '/api/health');
  assert.equal(last.status, 429);
  assert.deepEqual(last.body, { error: 'Too many requests' });
  assert.ok(Number(last.headers.get('retry-after')) > 0);
  // Other routes below /api are not Voicex's.
  const { status, headers: other } = await new VoicexClient(limited.origin, { token: ADMIN }).send('GET', '/api/apps');
  assert.equal(status, 200);
  assert.equal(other.get('ratelimit-limit'), null);
});

test('an address is what a proxy says only where the proxy is known', async (t) => {
  const extra = { VOICEX_RATE_LIMIT: '2', VOICEX_CONNECTION_LIMIT: '2' };
  const ask = async (on, forwarded) => (await new VoicexClient(on.origin).send('GET', '/api/health', undefined, { 'X-Forwarded-For': forwarded })).status;
  const open = await daemonFor(t, extra);
  assert.deepEqual([await ask(open, '198.51.100.1'), await ask(open, '198.51.100.2'), await ask(open, '198.51.100.3')], [200, 200, 429]);

  const behind = await daemonFor(t, { ...extra, VOWEL_TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8' });
  for (const forged of ['203.0.113.1', '203.0.113.2, 203.0.113.3', '10.0.0.9'])
    assert.equal(await ask(behind, `${forged}, 198.51.100.1, 10.0.0.1`), forged === '10.0.0.9' ? 429 : 200, forged);
  assert.equal(await ask(behind, '198.51.100.2'), 200);
  const admin = new VoicexClient(behind.origin, { token: ADMIN });
  await admin.send('POST', '/api/apps', { name: 'Shop' }, { 'X-Forwarded-For': '203.0.113.1, 198.51.100.3' });
  // It is written behind the answer.
  for (let entry; entry?.address !== '198.51.100.3';) {
    assert.equal(entry, undefined);
    ({ body: [entry] } = await admin.send('GET', '/api/audit?action=app.create'));
  }
});

test('nobody fills the audit log with what is refused', async (t) => {
  const quiet = await daemonFor(t, { VOICEX_RATE_LIMIT: '10' });
  const stranger = new VoicexClient(quiet.origin);
  for (let i = 0; i < 200; i++) await stranger.send('POST', '/api/auth/signup', {});
  const { body: entries } = await new VoicexClient(quiet.origin, { token: ADMIN }).send('GET', '/api/audit?action=user.signup&limit=500');
  assert.ok(entries.length > 0 && entries.length <= 130, `${entries.length}`);
});

test('a web page may use it', async () => {
  const response = await fetch(`${daemon.origin}/api/dashboard/organization`, { method: 'OPTIONS', headers: { Origin: 'https://app.example', 'Access-Control-Request-Headers': 'x-api-key' } });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get('access-control-allow-headers'), 'x-api-key');
  const { headers } = await anybody.send('GET', '/api/health', undefined, { Origin: 'https://app.example' });
  assert.equal(headers.get('access-control-allow-origin'), 'https://app.example');
});
