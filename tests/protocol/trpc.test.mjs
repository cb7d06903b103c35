// SPDX-License-Identifier: LGPL-2.1-or-later
// Vowel Core's procedures, called by tRPC's own client.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTRPCClient, httpBatchLink, httpLink } from '@trpc/client';
import superjson from 'superjson';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';

const ADMIN = 'the key of the operator';
let daemon;
before(async () => {
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: 'the key of the house', VOWEL_ADMIN_KEY: ADMIN, JWT_SECRET: '0123456789abcdef0123456789abcdef', ENCRYPTION_KEY: 'fedcba9876543210fedcba9876543210' } });
});
after(async () => assert.equal(await daemon.stop(), 0));

const makeClient = ({ link = httpLink, key = ADMIN, transformer = superjson } = {}) =>
  createTRPCClient({ links: [link({ url: `${daemon.origin}/trpc`, transformer, headers: { Authorization: `Bearer ${key}` } })] });

/** What the client throws for an error that the server describes. */
const failure = (code, httpStatus, pattern) => (error) => {
  assert.equal(error.name, 'TRPCClientError');
  assert.deepEqual([error.data?.code, error.data?.httpStatus], [code, httpStatus], error.message);
  assert.match(error.message, pattern);
  return true;
};

test('apps, keys and provider keys from their making to their end', async () => {
  const client = makeClient();
  const app = await client.apps.create.mutate({ name: 'Shop', description: undefined });
  assert.deepEqual(await client.apps.get.query({ id: app.id }), app);
  assert.ok((await client.apps.list.query()).some(({ id }) => id === app.id));
  assert.equal((await client.apps.update.mutate({ id: app.id, name: 'Market' })).name, 'Market');

  const key = await client.apiKeys.create.mutate({ appId: app.id, scopes: ['direct_ws'], label: 'web' });
  assert.match(key.plaintext, /^vkey_[0-9a-f]{64}$/);
  assert.deepEqual((await client.apiKeys.list.query({ appId: app.id })).map(({ id }) => id), [key.id]);
  assert.equal((await client.apiKeys.reveal.query({ id: key.id, appId: app.id })).plaintext, key.plaintext);
  assert.equal((await client.apiKeys.update.mutate({ id: key.id, appId: app.id, label: 'phone' })).label, 'phone');
  assert.deepEqual(await client.apiKeys.revoke.mutate({ id: key.id, appId: app.id }), { ok: true });
  assert.deepEqual(await client.apiKeys.delete.mutate({ id: key.id, appId: app.id }), { ok: true });
  assert.deepEqual(await client.apiKeys.list.query({ appId: app.id }), []);

  const provider = await client.providerKeys.create.mutate({ appId: app.id, provider: 'openai', apiKey: 'sk-of-somebody-else' });
  assert.deepEqual((await client.providerKeys.list.query({ appId: app.id })).map(({ id }) => id), [provider.id]);
  assert.deepEqual(await client.providerKeys.delete.mutate({ id: provider.id, appId: app.id }), { ok: true });

  assert.deepEqual(await client.apps.delete.mutate({ id: app.id }), { ok: true });
  await assert.rejects(client.apps.get.query({ id: app.id }), failure('NOT_FOUND', 404, new RegExp(app.id)));
});

test('a client without a transformer', async () => {
  const client = makeClient({ transformer: null });
  const { json: app } = await client.apps.create.mutate({ name: 'Plain' });
  assert.equal((await client.apps.get.query({ id: app.id })).json.name, 'Plain');
});

test("a key of another app is not found by its id", async () => {
  const client = makeClient();
  const [own, other] = [await client.apps.create.mutate({ name: 'Own' }), await client.apps.create.mutate({ name: 'Other' })];
  const key = await client.apiKeys.create.mutate({ appId: own.id });
  for (const call of [client.apiKeys.reveal.query, client.apiKeys.update.mutate, client.apiKeys.revoke.mutate, client.apiKeys.delete.mutate])
    await assert.rejects(call({ id: key.id, appId: other.id }), failure('NOT_FOUND', 404, /no such key/));
  assert.equal((await client.apiKeys.reveal.query({ id: key.id, appId: own.id })).plaintext, key.plaintext);
});

test('what is refused says why, as tRPC says it', async () => {
  const client = makeClient();
  await assert.rejects(makeClient({ key: 'wrong' }).apps.list.query(), failure('UNAUTHORIZED', 401, /./));
  await assert.rejects(makeClient({ key: 'the key of the house' }).apps.list.query(), failure('FORBIDDEN', 403, /admin key/));
  await assert.rejects(client.apps.create.mutate({ name: ' ' }), failure('BAD_REQUEST', 400, /name/));
  await assert.rejects(client.apps.get.query({}), failure('BAD_REQUEST', 400, /^id is required/));
  await assert.rejects(client.apps.get.query({ id: 7 }), failure('BAD_REQUEST', 400, /^id must be/));
  await assert.rejects(client.apps.nothing.query(), failure('NOT_FOUND', 404, /"apps\.nothing"/));
  await assert.rejects(client.apps.list.mutate(), failure('METHOD_NOT_SUPPORTED', 405, /GET/));
  await assert.rejects(makeClient({ link: httpBatchLink }).apps.list.query(), failure('BAD_REQUEST', 400, /httpLink/));
  for (const input of ['{', '[]', '"a"']) {
    const response = await fetch(`${daemon.origin}/trpc/apps.get?input=${encodeURIComponent(input)}`, { headers: { Authorization: `Bearer ${ADMIN}` } });
    assert.equal(response.status, 400);
    assert.match((await response.json()).error.json.message, /^input /);
  }
});

test('the audit log tells procedures by what they do', async () => {
  const client = makeClient();
  const app = await client.apps.create.mutate({ name: 'Audited' });
  const key = await client.apiKeys.create.mutate({ appId: app.id });
  await client.apiKeys.list.query({ appId: app.id });
  await client.apiKeys.reveal.query({ id: key.id, appId: app.id });
  // They are written behind the answers.
  let entries = [];
  while (entries.length < 3) {
    const response = await fetch(`${daemon.origin}/api/audit?appId=${app.id}`, { headers: { Authorization: `Bearer ${ADMIN}` } });
    entries = (await response.json()).map(({ action, target, path }) => [action, target, path]);
  }
  assert.deepEqual(entries.reverse(), [
    ['app.create', app.id, '/trpc/apps.create'],
    ['key.create', key.id, '/trpc/apiKeys.create'],
    ['key.reveal', key.id, '/trpc/apiKeys.reveal'],
  ]);
});
