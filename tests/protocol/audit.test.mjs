// SPDX-License-Identifier: LGPL-2.1-or-later
// Who did what to apps, keys and settings: in the store, and in the log.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { environment, fakeEngines, program, startDaemon } from '../lib/daemon.mjs';

const ADMIN = 'canary-key-of-the-operator';
const KEY = 'canary-key-of-the-house';
const bearer = (key) => ({ Authorization: `Bearer ${key}` });
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-audit-'));
let daemon;
before(async () => {
  daemon = await startDaemon({
    env: { ...fakeEngines, API_KEY: KEY, VOWEL_ADMIN_KEY: ADMIN, VOWEL_LOG_FORMAT: 'json', DB_PATH: path.join(folder, 'vowel.db'), RUNTIME_CONFIG_PATH: path.join(folder, 'runtime.yaml') },
  });
});
after(async () => {
  assert.equal(await daemon.stop(), 0);
  rmSync(folder, { recursive: true });
});

async function call(method, where, body, key = ADMIN) {
  const response = await fetch(daemon.origin + where, { method, headers: { ...(key && bearer(key)), 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

const list = async (query = '') => (await call('GET', `/api/audit${query}`)).body;

let seen = 0;

/** The newest entry, when it is a new one and this; it is written behind the answer. */
async function newest(action, status) {
  for (;;) {
    const [entry] = await list('?limit=1');
    if (entry?.id > seen && entry.action === action && entry.status === status) {
      seen = entry.id;
      return entry;
    }
    await new Promise(setImmediate);
  }
}

test('what an operator does', async () => {
  const { body: app } = await call('POST', '/api/apps', { name: 'Shop' });
  const created = await newest('app.create', 200);
  assert.ok(Math.abs(created.at - Date.now()) < 60_000);
  assert.deepEqual({ ...created, id: 0, at: 0 }, { id: 0, at: 0, action: 'app.create', actor: 'admin', address: '127.0.0.1', method: 'POST', path: '/api/apps', appId: app.id, target: app.id, status: 200 });

  const keys = `/api/apps/${app.id}/api-keys`;
  const { body: key } = await call('POST', keys, { label: 'canary-label', scopes: ['mint_ephemeral'] });
  assert.equal((await newest('key.create', 200)).target, key.id);
  await call('GET', `${keys}/${key.id}/reveal`);
  const revealed = await newest('key.reveal', 200);
  assert.deepEqual([revealed.appId, revealed.target], [app.id, key.id]);
  await call('PATCH', `/api/api-keys/${key.id}`, { label: 'other' });
  assert.deepEqual([(await newest('key.update', 200)).appId], [app.id]);
  await call('POST', `/api/api-keys/${key.id}/revoke`);
  await newest('key.revoke', 200);
  await call('POST', `/api/api-keys/${key.id}/revoke`);
  await newest('key.revoke', 404);
  await call('DELETE', `${keys}/${key.id}`);
  await newest('key.delete', 200);
  const { body: foreign } = await call('POST', `/api/apps/${app.id}/provider-keys`, { provider: 'openai', apiKey: 'sk-canary-123456' });
  assert.equal((await newest('provider_key.create', 200)).target, foreign.id);
  await call('DELETE', `/api/provider-keys/${foreign.id}?appId=${app.id}`);
  await newest('provider_key.delete', 200);
  await call('DELETE', `/api/apps/${app.id}`);
  await newest('app.delete', 200);
  assert.ok((await list(`?appId=${app.id}`)).every(({ appId }) => appId === app.id));
  assert.equal((await list('?action=key.revoke')).length, 2);
  const [first, second] = await list('?limit=2');
  assert.deepEqual((await list(`?limit=1&before=${first.id}`)), [second]);
  assert.equal((await call('GET', '/api/audit?limit=501')).status, 400);
});

test('changes of the configuration, by name only', async () => {
  assert.equal((await call('PUT', '/config', { session: { instructions: 'canary-instructions' }, llm: { apiKey: 'canary-llm-key' } })).status, 400);
  assert.equal((await newest('config.update', 400)).target, null);
  assert.equal((await call('PUT', '/config', { session: { instructions: 'canary-instructions', voice: 'canary-voice' } })).status, 200);
  assert.equal((await newest('config.update', 200)).target, 'session.instructions,session.voice');
  await call('POST', '/api/engine/config/reload');
  await newest('config.reload', 200);
});

test('what is done at the machine itself', async () => {
  const env = environment({ DB_PATH: path.join(folder, 'vowel.db') });
  const run = (...args) => promisify(execFile)(program, args, { env });
  const id = (await run('app', 'create', 'Kiosk')).stdout.trim();
  const created = await newest('app.create', 200);
  assert.match(created.actor, /^user ./);
  assert.deepEqual([created.address, created.method, created.path, created.target], [null, 'LOCAL', 'vowel-gst app create', id]);
  const key = (await run('key', 'create', '--app', id)).stdout.trim();
  const made = await newest('key.create', 200);
  assert.equal(made.appId, id);
  assert.equal((await run('key', 'show', made.target)).stdout.trim(), key);
  await newest('key.reveal', 200);
  await run('key', 'revoke', made.target);
  await newest('key.revoke', 200);
  await assert.rejects(run('app', 'delete', 'nobody'));
  assert.equal((await newest('app.delete', 422)).target, 'nobody');
  await run('app', 'list');
  await run('app', 'delete', id);
  await newest('app.delete', 200);
  daemon.child.kill('SIGHUP');
  assert.deepEqual([(await newest('config.reload', 200)).path], ['SIGHUP']);
});

test('who was refused', async () => {
  assert.equal((await call('GET', '/api/audit', undefined, KEY)).status, 403);
  assert.equal((await call('POST', '/api/apps', { name: 'x' }, KEY)).status, 403);
  assert.equal((await newest('app.create', 403)).actor, 'the API key');
  assert.equal((await call('POST', '/api/apps', { name: 'x' }, 'canary-wrong')).status, 401);
  assert.equal((await newest('app.create', 401)).actor, null);
  const { body: app } = await call('POST', '/api/apps', { name: 'Shop' });
  const { body: key } = await call('POST', `/api/apps/${app.id}/api-keys`, { scopes: ['direct_ws'] });
  for (const where of ['/v1/realtime/sessions', '/vowel/api/generateToken']) {
    assert.equal((await call('POST', where, { appId: app.id }, key.plaintext)).status, 403);
    const refused = await newest('token.mint', 403);
    assert.deepEqual([refused.actor, refused.appId, refused.path], [key.id, app.id, where]);
  }
  await call('POST', '/v1/realtime/sessions', {}, KEY);
  await call('DELETE', `/api/apps/${app.id}`);
  await newest('app.delete', 200);
  assert.ok((await list('?action=token.mint')).every(({ status }) => status >= 400));
});

test('refusals do not fill the store', async () => {
  const before = (await list('?action=app.update&limit=500')).length;
  for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 30 }, () => call('PATCH', '/api/apps/a', {}, 'canary-wrong')));
  await call('POST', '/config/reload');
  await newest('config.reload', 200);
  const kept = (await list('?action=app.update&limit=500')).length - before;
  assert.ok(kept > 50 && kept < 250, `${kept}`);
});

test('the log has the same, and neither has keys', async () => {
  const lines = daemon.log.trim().split('\n').map((line) => JSON.parse(line)).filter(({ category }) => category === 'vowel-audit');
  const revealed = lines.find(({ audit_action: action }) => action === 'key.reveal');
  assert.equal(revealed.audit_actor, 'admin');
  assert.equal(revealed.audit_status, '200');
  assert.match(revealed.message, /^key\.reveal by admin from 127\.0\.0\.1: 200, /);
  assert.doesNotMatch(daemon.log, /canary/);
  assert.doesNotMatch(JSON.stringify(await list('?limit=500')), /canary|vkey_/);
});
