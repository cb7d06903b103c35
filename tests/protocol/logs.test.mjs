// SPDX-License-Identifier: LGPL-2.1-or-later
// What logs look like, and what is not in them.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, silence } from '../lib/speech.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'vowel-logs-'));
after(() => rmSync(folder, { recursive: true }));

const recipe = path.join(folder, 'session.launch');
writeFileSync(recipe, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
  .replace('provider="${STT:-auto}"', 'provider=fake provider::text=canary-heard')
  .replace('provider="${LLM:-auto}"', `provider=fake provider::tool=lookup provider::tool-arguments="{\\"q\\":\\"canary-arguments\\"}"`));

const KEY = 'canary-key-of-the-house';
const headers = { Authorization: `Bearer ${KEY}` };

/** A conversation with something secret in every place. */
async function converse(t, env) {
  const daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, JWT_SECRET: 'canary-secret-0123456789-0123456789', ...env }, args: ['--recipe', recipe] });
  t.after(async () => assert.equal(await daemon.stop(), 0));
  const connection = await RealtimeConnection.open(`${daemon.url}?output_lead_ms=0`, { headers, dialect: 'ga' });
  const { id } = connection.events[0].session;
  connection.send({ type: 'session.update', session: { type: 'realtime', instructions: 'canary-instructions', tools: [{ type: 'function', name: 'lookup', description: 'canary-description' }], audio: { input: { turn_detection: null, transcription: { model: 'whisper-1' } } } } });
  connection.send(append(silence(500)));
  connection.send({ type: 'input_audio_buffer.commit' });
  connection.send({ type: 'response.create' });
  const { response: { output: [call] } } = await connection.next('response.done');
  assert.equal(call.type, 'function_call');
  assert.match(call.arguments, /canary-arguments/);
  connection.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: 'canary-output' } });
  connection.send({ type: 'response.create' });
  const { response: { output: [said] } } = await connection.next('response.done');
  assert.match(said.content[0].transcript, /canary-output/);
  connection.send(userText('canary-written'));
  connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: 'canary-mistake' } });
  connection.send({ type: 'canary-event', instructions: 'canary-event-body' });
  await connection.next('error');
  assert.match(JSON.stringify(connection.events), /"transcript":"canary-heard/);
  await connection.close();
  const refused = await fetch(`${daemon.origin}/v1/models`, { headers: { Authorization: 'Bearer canary-wrong-key' } });
  assert.equal(refused.status, 401);
  const token = (await (await fetch(`${daemon.origin}/v1/realtime/sessions`, { method: 'POST', headers, body: '{}' })).json()).value;
  await (await RealtimeConnection.open(`${daemon.url}?token=${token}`)).close();
  assert.equal(await daemon.stop(), 0);
  return { log: daemon.log, id, token };
}

const lines = (log) => log.trim().split('\n').map((line) => JSON.parse(line));

test('a JSON object per line, with the session it is about', async (t) => {
  const { log, id } = await converse(t, { VOWEL_LOG_FORMAT: 'json' });
  const entries = lines(log);
  for (const entry of entries) {
    assert.match(entry.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(['error', 'warning', 'info'].includes(entry.level), entry.level);
    assert.ok(typeof entry.category === 'string' && typeof entry.message === 'string');
  }
  const begun = entries.find(({ message, session }) => session === id && message.startsWith('begun'));
  assert.equal(begun.category, 'vowel-session');
  assert.match(begun.file, /session-host\.c$/);
  assert.ok(begun.line > 0);
  assert.ok(entries.some(({ message, session }) => session === id && message === 'over'));
});

test('nothing of what was said, and no key', async (t) => {
  for (const format of ['json', 'text']) {
    const { log, token } = await converse(t, { VOWEL_LOG_FORMAT: format });
    assert.ok(log.length > 500);
    assert.doesNotMatch(log, /canary/);
    assert.ok(!log.includes(token.slice(10, 60)));
  }
});

test('no key at any level', async (t) => {
  const { log, token } = await converse(t, { VOWEL_LOG_FORMAT: 'json', LOG_LEVEL: 'debug' });
  assert.doesNotMatch(log, /canary-(key|secret|wrong)/);
  assert.ok(!log.includes(token.slice(10, 60)));
  assert.ok(lines(log).some(({ level }) => level === 'debug'));
});

test('text where stderr is no journal', async (t) => {
  const { log } = await converse(t, { JOURNAL_STREAM: '9:12345' });
  for (const line of log.trim().split('\n')) assert.match(line, /^\d{4}-\S+Z (error|warning|info) +\S+: /);
});
