// SPDX-License-Identifier: LGPL-2.1-or-later
// What is left of a session that is over: its record, and the metrics.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';

const KEY = 'the key of the house';
const headers = { Authorization: `Bearer ${KEY}` };
let daemon;
before(async () => { daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY } }); });
after(async () => assert.equal(await daemon.stop(), 0));

const get = async (path, server = daemon, options = {}) => fetch(server.origin + path, { headers, ...options });
const json = async (path, server) => {
  const response = await get(path, server);
  assert.equal(response.status, 200, path);
  return response.json();
};

/** Asks something in writing; resolves when it is answered. */
async function ask(connection, text) {
  const answered = connection.next('response.done');
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });
  connection.send({ type: 'response.create' });
  return answered;
}

/** The record is written after the connection has closed. */
async function recordOf(id, server = daemon) {
  for (;;) {
    const response = await get(`/api/calls/${id}`, server);
    if (response.status === 200) return response.json();
    assert.equal(response.status, 404);
    await new Promise(setImmediate);
  }
}

async function hold(server, ...questions) {
  const connection = await RealtimeConnection.open(`${server.url}?output_lead_ms=0`, { headers });
  const { id } = connection.events[0].session;
  for (const question of questions) await ask(connection, question);
  connection.close();
  return id;
}

test('a call leaves a record with its words and its times', async () => {
  const started = Date.now();
  const id = await hold(daemon, 'What is seven times eight?', 'And nine?');
  const call = await recordOf(id);
  assert.equal(call.id, id);
  assert.equal(call.turns, 2);
  assert.equal(call.endReason, 'client_left');
  assert.ok(call.startedAt >= started - 1000 && call.endedAt >= call.startedAt);
  assert.equal(call.durationMs, call.endedAt - call.startedAt);
  const speakers = call.transcript.map(({ speaker }) => speaker);
  assert.deepEqual(speakers, ['user', 'assistant', 'user', 'assistant']);
  assert.equal(call.transcript[0].text, 'What is seven times eight?');
  assert.ok(call.transcript[1].text.length > 0);
  assert.equal(call.timeline.length, 2);
  for (const turn of call.timeline) {
    assert.equal(turn.status, 'completed');
    assert.ok(turn.times.whole >= 0 && turn.times.first_text >= 0 && turn.times.first_audio >= 0, JSON.stringify(turn));
    assert.equal(turn.times.transcript, undefined);
  }
  assert.equal(call.timeline[0].itemId, call.transcript[0].itemId);
  const llm = call.usage.find(({ stage }) => stage === 'llm');
  assert.equal(llm.requests, 2);
  assert.ok(llm.output_tokens > 0);
  assert.ok(call.usage.find(({ stage }) => stage === 'tts').characters >= call.transcript[1].text.length);
  assert.deepEqual((await json('/v1/usage')).providers, call.usage);
});

test('records are listed, searched, paged and deleted', async () => {
  const ids = [];
  for (const word of ['apples', 'pears']) {
    const id = await hold(daemon, `How much are ${word}?`);
    await recordOf(id);
    ids.push(id);
  }
  const list = (await json('/api/calls')).map(({ id }) => id);
  assert.deepEqual(list.slice(0, 2), [ids[1], ids[0]]);
  assert.deepEqual((await json('/api/calls?q=PEARS')).map(({ id }) => id), [ids[1]]);
  assert.equal((await json('/api/calls?limit=1')).length, 1);
  const [{ startedAt }] = await json('/api/calls?limit=1');
  assert.ok((await json(`/api/calls?before=${startedAt}`)).every((call) => call.startedAt < startedAt));
  assert.deepEqual(await json('/api/calls?appId=nobody'), []);
  for (const query of ['limit=many', 'limit=501', 'before=-1']) assert.equal((await get(`/api/calls?${query}`)).status, 400, query);
  assert.equal((await get(`/api/calls/${ids[0]}`, daemon, { method: 'DELETE', headers })).status, 200);
  assert.equal((await get(`/api/calls/${ids[0]}`)).status, 404);
  assert.equal((await fetch(`${daemon.origin}/api/calls`)).status, 401);
});

test('what is kept is for the operator to say', async () => {
  const times = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, VOWEL_CALL_HISTORY: 'times' } });
  const call = await recordOf(await hold(times, 'A secret'), times);
  assert.deepEqual(call.transcript, []);
  assert.equal(call.timeline.length, 1);
  assert.equal(await times.stop(), 0);

  const off = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, VOWEL_CALL_HISTORY: 'off' } });
  await hold(off, 'A secret');
  assert.equal(await off.stop(), 0);
});

test('a session that the shutdown ends is written down, too', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/vowel-calls-');
  const env = { ...fakeEngines, API_KEY: KEY, DB_PATH: `${folder}/vowel.db` };
  const first = await startDaemon({ env });
  const connection = await RealtimeConnection.open(`${first.url}?output_lead_ms=0`, { headers });
  const { id } = connection.events[0].session;
  await ask(connection, 'Hello?');
  assert.equal(await first.stop(), 0);
  const second = await startDaemon({ env });
  assert.equal((await recordOf(id, second)).endReason, 'shutdown');
  assert.equal(await second.stop(), 0);
  rmSync(folder, { recursive: true });
});

test('the sessions that there are', async () => {
  const connection = await RealtimeConnection.open(`${daemon.url}?output_lead_ms=0&model=mine`, { headers });
  const { id } = connection.events[0].session;
  await ask(connection, 'Hello?');
  const session = (await json('/api/sessions')).find((one) => one.id === id);
  assert.deepEqual(Object.keys(session).sort(), ['agentId', 'appId', 'details', 'id', 'keyId', 'model', 'party', 'serviceId', 'source', 'startedAt', 'turns', 'voice', 'worker']);
  assert.equal(session.model, 'mine');
  assert.equal(session.turns, 1);
  assert.ok(Math.abs(session.startedAt - Date.now()) < 60000);
  const live = await json(`/api/sessions/${id}`);
  assert.equal(live.model, 'mine');
  assert.deepEqual(live.transcript.map(({ speaker }) => speaker), ['user', 'assistant']);
  assert.equal(live.transcript[0].text, 'Hello?');
  assert.equal(live.timeline.length, 1);
  assert.equal(live.timeline[0].status, 'completed');
  assert.ok(live.usage.some(({ stage, requests }) => stage === 'llm' && requests === 1), JSON.stringify(live.usage));
  connection.close();
  await recordOf(id);
  const over = await get(`/api/sessions/${id}`);
  assert.equal(over.status, 404);
  assert.match((await over.json()).message, /\/api\/calls/);
  assert.ok((await json('/api/sessions')).every((one) => one.id !== id));
  assert.equal((await fetch(`${daemon.origin}/api/sessions`)).status, 401);
});

test('which services are set up', async () => {
  const server = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, DEEPGRAM_API_KEY: 'dg-canary', DEEPGRAM_STT_MODEL: 'nova-3-medical', ECHOLINE_BASE_URL: 'http://127.0.0.1:1/v1', XAI_API_KEY: 'xai-canary' } });
  const response = await get('/api/status', server);
  const text = await response.text();
  assert.doesNotMatch(text, /canary/);
  const { providers, engine, speechProviders, languageModels } = JSON.parse(text);
  assert.deepEqual(providers.engine, { configured: true, secretEnv: 'API_KEY' });
  assert.deepEqual(providers.openai, { configured: false, secretEnv: 'OPENAI_API_KEY' });
  assert.deepEqual(providers.grok, { configured: true, secretEnv: 'XAI_API_KEY' });
  assert.equal(engine.reachable, true);
  assert.equal(engine.url, server.origin);
  assert.equal(speechProviders.deepgram.configured, true);
  assert.deepEqual(speechProviders.deepgram.supports, ['stt', 'tts']);
  assert.equal(speechProviders.deepgram.defaults.sttModel, 'nova-3-medical');
  assert.deepEqual(speechProviders.deepgram.env, ['DEEPGRAM_API_KEY']);
  assert.equal(speechProviders['openai-compatible'].configured, true);
  assert.equal(speechProviders.elevenlabs.configured, false);
  assert.equal(languageModels.groq.configured, false);
  assert.equal(await server.stop(), 0);
});

/** The metrics, when their text keeps to the format. */
async function readMetrics() {
  const response = await get('/metrics');
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const values = new Map();
  const types = new Map();
  for (const line of text.split('\n').filter(Boolean)) {
    const type = /^# TYPE (\S+) (gauge|counter|histogram)$/.exec(line);
    if (type) types.set(type[1], type[2]);
    if (line.startsWith('#')) continue;
    const [, name, labels, value] = /^([a-z_]+)(\{[^}]*\})? (\S+)$/.exec(line) ?? assert.fail(line);
    assert.ok(types.has(name.replace(/_(bucket|sum|count)$/, '')) || types.has(name), `${name} has no type`);
    assert.ok(Number.isFinite(Number(value)), line);
    values.set(name + (labels ?? ''), Number(value));
  }
  return values;
}

test('metrics in the format of Prometheus', async () => {
  const withLabels = (values, name) => [...values].filter(([key]) => key.startsWith(`${name}{`)).reduce((sum, [, value]) => sum + value, 0);
  const earlier = await readMetrics();
  await recordOf(await hold(daemon, 'One', 'Two'));
  const later = await readMetrics();
  const grown = (name) => later.get(name) - earlier.get(name);
  assert.equal(withLabels(later, 'vowel_sessions_started_total') - withLabels(earlier, 'vowel_sessions_started_total'), 1);
  assert.equal(grown('vowel_sessions_started_total{connection_paradigm="direct"}'), 1);
  assert.equal(grown('vowel_sessions_joined_total{connection_paradigm="direct"}'), 0);
  const llm = '{stage="llm",provider="fake"}';
  const tts = [...later.keys()].find((key) => key.startsWith('vowel_provider_requests_total{stage="tts"')).slice('vowel_provider_requests_total'.length);
  assert.equal(grown(`vowel_provider_requests_total${llm}`), 2);
  assert.equal(grown(`vowel_provider_failures_total${llm}`), 0);
  assert.ok(grown(`vowel_provider_output_tokens_total${llm}`) > 0);
  assert.ok(grown(`vowel_provider_characters_total${tts}`) > 0);
  assert.equal(later.get(`vowel_provider_characters_total${llm}`), undefined);
  assert.ok(grown('vowel_websocket_received_bytes_total') > 100);
  assert.ok(grown('vowel_websocket_sent_bytes_total') > 10_000);
  assert.equal(later.get('vowel_websocket_dropped_bytes_total'), 0);
  const busy = withLabels(later, 'vowel_worker_busy_seconds_total') - withLabels(earlier, 'vowel_worker_busy_seconds_total');
  assert.ok(busy > 0 && busy < grown('process_cpu_seconds_total') + 5, `${busy} s`);
  assert.ok(later.has('vowel_worker_slow_turns_total{worker="0"}'));
  assert.equal(grown('vowel_responses_total{status="completed"}'), 2);
  assert.equal(grown('vowel_turn_stage_seconds_count{stage="whole"}'), 2);
  assert.equal(grown('vowel_turn_stage_seconds_bucket{stage="whole",le="+Inf"}'), 2);
  assert.ok(grown('vowel_turn_stage_seconds_sum{stage="whole"}') > 0);
  assert.equal(later.get('vowel_turn_stage_seconds_count{stage="transcript"}'), 0);
  assert.ok(later.get('process_resident_memory_bytes') > 1e6);
  assert.ok(later.get('process_cpu_seconds_total') > 0);
  assert.equal(later.get('vowel_worker_sessions{worker="0"}'), 0);
  assert.equal((await fetch(`${daemon.origin}/metrics`)).status, 401);
});

test('metrics tell how clients come', async () => {
  const post = async (path, body) => (await fetch(daemon.origin + path, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { id } = await post('/api/apps', { name: 'Shop' });
  const { plaintext } = await post(`/api/apps/${id}/api-keys`, { scopes: ['direct_ws'] });
  const mint = async (body) => (await post('/v1/realtime/sessions', body)).value;
  const earlier = await readMetrics();
  const opened = [];
  const open = async (key, query = '') => opened.push(await RealtimeConnection.open(daemon.url + query, { headers: { Authorization: `Bearer ${key}` } }));
  await open(KEY);
  await open(KEY, `?call_id=${opened[0].events[0].session.id}`);
  await open(plaintext);
  await open(await mint({}));
  await open(await mint({ sessionKey: 'sesskey_shared' }));
  await open(await mint({ sessionKey: 'sesskey_shared' }));
  await open(await mint({ connectionType: 'trusted_server', config: { serviceId: 'till' } }));
  const later = await readMetrics();
  const grown = (name) => Object.fromEntries(['direct', 'developer_managed', 'sidecar', 'fixed_api_key', 'openai_compatible', 'trusted_server'].map((paradigm) => {
    const key = `vowel_sessions_${name}_total{connection_paradigm="${paradigm}"}`;
    return [paradigm, later.get(key) - earlier.get(key)];
  }));
  const none = { direct: 0, developer_managed: 0, sidecar: 0, fixed_api_key: 0, openai_compatible: 0, trusted_server: 0 };
  assert.deepEqual(grown('started'), { ...none, direct: 1, developer_managed: 1, sidecar: 1, fixed_api_key: 1, trusted_server: 1 });
  assert.deepEqual(grown('joined'), { ...none, sidecar: 1, openai_compatible: 1 });
  assert.equal(later.get('vowel_service_connections_total{service_id="till"}'), 1);
  for (const connection of opened) connection.close();
});

test('what is too old is forgotten when the server starts, even one that keeps nothing more', async () => {
  const recordings = mkdtempSync(path.join(tmpdir(), 'vowel-recordings-'));
  for (const [name, days] of [['old.wav', 31], ['new.wav', 29]]) {
    writeFileSync(path.join(recordings, name), 'sound');
    utimesSync(path.join(recordings, name), new Date(), new Date(Date.now() - days * 24 * 3600 * 1000));
  }
  const server = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, VOWEL_RECORDINGS: recordings, VOWEL_CALL_HISTORY: 'off' } });
  assert.equal(await server.stop(), 0);
  assert.deepEqual(readdirSync(recordings), ['new.wav']);
  rmSync(recordings, { recursive: true });
});
