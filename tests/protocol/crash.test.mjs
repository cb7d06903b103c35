// SPDX-License-Identifier: LGPL-2.1-or-later
// A daemon that is killed while it writes: what it has confirmed is there, and no file is broken.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';

const KILLS = 100;
const KEY = 'the key of the house';
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-crash-'));
const env = { ...fakeEngines, API_KEY: KEY, DB_PATH: path.join(folder, 'vowel.db'), RUNTIME_CONFIG_PATH: path.join(folder, 'runtime.yaml'), VOWEL_WORKERS: '1', LOG_LEVEL: 'warning' };
after(() => rmSync(folder, { recursive: true, force: true }));

function call(daemon, method, route, body) {
  return fetch(daemon.origin + route, { method, headers: { Authorization: `Bearer ${KEY}` }, body: body && JSON.stringify(body) }).then((response) => response.json());
}

/** What has been confirmed: key id -> {text, revoked}, and which are gone. */
class Confirmed {
  keys = new Map();
  uncertain = new Set(); // what became of them nobody was told
  instructions = new Set([undefined]);
  count = 0;
}

/** Writes until the daemon is gone; calls back after each confirmation. */
async function write(daemon, appId, confirmed, lane, onConfirmed) {
  const keysOfLane = [];
  for (let i = 0; ; i++) {
    const old = keysOfLane[i - 2];
    try {
      if (lane === 0) {
        const instructions = `${confirmed.count} ${'x'.repeat(3000)}`;
        confirmed.instructions.add(instructions);
        await call(daemon, 'PUT', '/config', { session: { instructions } });
      } else if (old && i % 3 === 0) {
        confirmed.uncertain.add(old);
        await call(daemon, 'POST', `/api/apps/${appId}/api-keys/${old}/revoke`, {});
        confirmed.keys.get(old).revoked = true;
        confirmed.uncertain.delete(old);
      } else {
        const key = await call(daemon, 'POST', `/api/apps/${appId}/api-keys`, { label: `${lane}` });
        if (!key.plaintext) return;
        confirmed.keys.set(key.id, { text: key.plaintext, revoked: false });
        keysOfLane.push(key.id);
      }
    } catch {
      return;
    }
    confirmed.count++;
    onConfirmed();
  }
}

test(`no confirmed key is lost in ${KILLS} kills, and no file is broken`, async () => {
  const confirmed = new Confirmed();
  let appId;
  for (let round = 0; round < KILLS; round++) {
    const daemon = await startDaemon({ env });
    appId ??= (await call(daemon, 'POST', '/api/apps', { name: 'Shop' })).id;
    // Not on the same write each time.
    let left = 1 + (round * 7) % 11;
    await new Promise((resolve) => {
      const lanes = [0, 1, 2, 3].map((lane) => write(daemon, appId, confirmed, lane, () => { if (--left === 0) resolve(); }));
      Promise.all(lanes).then(resolve);
    });
    daemon.child.kill('SIGKILL');
    await daemon.exited.catch(() => {});
    if (round % 10 !== 9) continue;

    const again = await startDaemon({ env });
    const listed = new Map((await call(again, 'GET', `/api/apps/${appId}/api-keys`)).map((key) => [key.id, key]));
    for (const [id, { text, revoked }] of confirmed.keys) {
      assert.ok(listed.has(id), `a key that was confirmed before kill ${round} is gone`);
      if (!confirmed.uncertain.has(id)) assert.equal(listed.get(id).revokedAt !== null, revoked);
      assert.ok(text.startsWith(listed.get(id).masked.slice(0, 10)));
    }
    const [id, { text }] = [...confirmed.keys].at(-1);
    assert.equal((await call(again, 'GET', `/api/apps/${appId}/api-keys/${id}/reveal`)).plaintext, text);
    const { config } = await call(again, 'GET', '/config');
    assert.ok(confirmed.instructions.has(config.session.instructions ?? undefined), 'a half-written configuration');
    assert.equal(await again.stop(), 0, again.log);
    assert.equal(execFileSync('sqlite3', [env.DB_PATH, 'PRAGMA integrity_check; PRAGMA foreign_key_check;'], { encoding: 'utf8' }), 'ok\n');
  }
  assert.ok(confirmed.keys.size >= KILLS, `only ${confirmed.keys.size} keys were written`);
});

test('the secret that is made beside the store is whole, whenever the daemon is killed', async () => {
  const store = path.join(folder, 'fresh.db');
  for (let round = 0; round < 10; round++) {
    const daemon = await startDaemon({ env: { ...env, DB_PATH: store } });
    daemon.child.kill('SIGKILL');
    await daemon.exited.catch(() => {});
    assert.match(readFileSync(`${store}.key`, 'utf8'), /^[0-9a-f]{64}\s*$/);
    if (round % 2) for (const suffix of ['', '-wal', '-shm', '.key']) if (existsSync(store + suffix)) rmSync(store + suffix);
  }
});
