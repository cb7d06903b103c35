// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls over Vatel's API, from the token to the record: a strict client talks
// to the daemon.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { RealtimeConnection, refusedUpgrade } from '../lib/realtime.mjs';
import { speak } from '../lib/speech.mjs';
import { VatelApi, VatelConnection } from '../lib/vatel.mjs';
import { vatelProblems } from './vatel-checker.mjs';

const KEY = 'the key of the house';
const TOOL = {
  name: 'lookup_order',
  description: 'Looks an order up',
  parameters: [
    { name: 'shop', type: 'static', dataType: 'string', description: 'The shop', required: true, value: 'Rome' },
    { name: 'order_id', type: 'resolved', dataType: 'string', description: 'Order number', required: true },
    { name: 'count', type: 'resolved', dataType: 'number' },
  ],
};
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-vatel-'));
const question = speak('what time is it');
let daemon, api;

/** A daemon with fake engines, whose stages have these settings. */
async function daemonWith({ stt = '', llm = '', tts = '', env = {}, args = [] }) {
  const recipe = readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('provider="${STT:-auto}"', `provider=fake provider::text="what time is it" ${stt}`)
    .replace('provider="${LLM:-auto}"', `provider=fake ${llm}`)
    .replace('provider="${TTS:-auto}"', `provider=fake ${tts}`);
  const file = path.join(folder, `${randomUUID()}.launch`);
  writeFileSync(file, recipe);
  return startDaemon({ env: { ...fakeEngines, API_KEY: KEY, ...env }, args: ['--recipe', file, ...args] });
}

before(async () => {
  daemon = await daemonWith({});
  api = new VatelApi(daemon.origin, KEY);
});
after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

/** The record is written after the connection has closed. */
async function recordOf(id, server = api) {
  for (;;) {
    const { status, data } = await server.request('GET', `/v1/calls/${id}`);
    if (status === 200 && data.status === 'ended') return data;
    await new Promise(setImmediate);
  }
}

test('a call: the first words, a question, an answer, the record', async () => {
  const agent = await api.createAgent({ first_message: 'Hello {{name}}' });
  const call = await api.connect(agent.id, { variables: [{ key: 'name', value: 'Bob' }] });
  assert.match(call.id, /^[0-9a-f-]{36}$/);
  const first = await call.next('response_audio', ({ is_final }) => is_final);
  assert.equal(call.all('response_text').findLast(({ is_final }) => is_final).text, 'Hello Bob');
  assert.ok(call.audio(first.turn_id).length > 0);

  const live = await api.expect(200, 'GET', `/v1/calls/${call.id}`);
  assert.deepEqual([live.status, live.source, live.agent_id], ['in_progress', 'api', agent.id]);
  assert.deepEqual(vatelProblems(live, 'Call'), []);

  call.speak(question);
  assert.deepEqual(await call.next('speech_started'), { emulated: false });
  await call.next('speech_stopped');
  const heard = await call.next('input_audio_transcript', ({ is_final }) => is_final);
  assert.equal(heard.transcript, 'what time is it');
  const last = await call.next('response_audio', ({ is_final, turn_id: id }) => is_final && id !== first.turn_id);
  assert.equal(call.all('response_text').findLast(({ turn_id: id }) => id === last.turn_id).text, 'You said: what time is it.');
  await call.close();

  const record = await recordOf(call.id);
  assert.deepEqual(vatelProblems(record, 'Call'), []);
  assert.deepEqual([record.agent_id, record.termination_reason, record.outbound], [agent.id, 'ended_by_user', false]);
  const { data: [version] } = await api.request('GET', `/v1/agents/${agent.id}/versions`);
  assert.equal(record.graph_version_id, version.id);
  assert.deepEqual(record.transcript.entries.map(({ role, message, type }) => [role, message, type]), [
    ['assistant', 'Hello Bob', 'message'], ['user', 'what time is it', 'message'], ['assistant', 'You said: what time is it.', 'message'],
  ]);
});

test('what a token says of the session counts', async () => {
  const agent = await api.createAgent({ first_message: 'Hello', prompt: 'One.' });
  const call = await api.connect(agent.id, { first_message: 'Good morning' });
  await call.next('response_audio', ({ is_final }) => is_final);
  assert.equal(call.all('response_text').at(-1).text, 'Good morning');
  await call.close();
});

test('a token opens several connections; a running call outlives it', async () => {
  const single = await daemonWith({ env: { VATEL_SINGLE_USE: 'on', VATEL_INTERIM_TEXT: 'off', VATEL_INTERIM_TRANSCRIPTS: 'off' } });
  const once = new VatelApi(single.origin, KEY);
  const agent = await api.createAgent({});
  const url = api.url({ token: await api.token(agent.id) });
  const calls = [await VatelConnection.open(url), await VatelConnection.open(url)];
  assert.notEqual(calls[0].id, calls[1].id);
  for (const call of calls) await call.close();

  const one = once.url({ token: await once.token((await once.createAgent({ first_message: 'Hello there' })).id) });
  const call = await VatelConnection.open(one);
  assert.equal((await refusedUpgrade(one)).status, 401);
  await call.next('response_audio', ({ is_final }) => is_final);
  call.speak(question);
  await call.next('input_audio_transcript');
  await call.next('response_audio', ({ is_final }) => is_final);
  assert.ok([...call.all('response_text'), ...call.all('input_audio_transcript')].every(({ is_final }) => is_final));
  await call.close();
  assert.equal(await single.stop(), 0);
});

test('a token that found no room opens a connection later', async (t) => {
  const small = await daemonWith({ env: { VATEL_SINGLE_USE: 'on', VOWEL_MAX_SESSIONS: '1' } });
  t.after(async () => assert.equal(await small.stop(), 0, small.log));
  const house = new VatelApi(small.origin, KEY);
  const agent = await house.createAgent({});
  const first = await house.connect(agent.id);
  const url = house.url({ token: await house.token(agent.id) });
  assert.equal((await refusedUpgrade(url)).status, 503);
  await first.close();
  await untilMetric(small, 'sessions', 0);
  await (await VatelConnection.open(url)).close();
  await untilMetric(small, 'sessions', 0);
  assert.equal((await refusedUpgrade(url)).status, 401);
});

test('who is not let in', async () => {
  const agent = await api.createAgent({});
  const token = await api.token(agent.id);
  const [head, claims, signature] = token.split('.');
  const asleep = await api.createAgent({});
  const sleeping = await api.token(asleep.id);
  await api.expect(200, 'PATCH', `/v1/agents/${asleep.id}`, { status: 'inactive' });
  const gone = await api.createAgent({});
  const orphan = await api.token(gone.id);
  await api.expect(204, 'DELETE', `/v1/agents/${gone.id}`);
  const openai = await (await fetch(`${daemon.origin}/v1/realtime/client_secrets`, { method: 'POST', headers: { Authorization: `Bearer ${KEY}` } })).json();
  for (const [status, query] of [
    [400, {}],
    [400, { token: '' }],
    [400, { token, agentId: 'x' }],
    [400, { token, versionId: 'x' }],
    [401, { token: 'x' }],
    [401, { token: `${head}.${claims}.${signature.split('').reverse().join('')}` }],
    [401, { token: openai.value }],
    [401, { token: KEY }],
    [403, { token, agentId: randomUUID() }],
    [404, { token, versionId: randomUUID() }],
    [404, { token: sleeping }],
    [404, { token: orphan }],
    [404, { token, call_id: randomUUID() }],
  ]) {
    const answer = await refusedUpgrade(api.url(query));
    assert.equal(answer.status, status, JSON.stringify(query));
    assert.deepEqual(Object.keys(answer.body), ['error']);
  }
  // Nor elsewhere with it.
  assert.equal((await refusedUpgrade(`${daemon.url}?token=${token}`)).status, 401);
  assert.equal((await fetch(`${daemon.origin}/v1/connection?token=${token}`)).status, 426);
  assert.ok(!daemon.log.includes(token), 'the token is in the log');
  const call = await VatelConnection.open(api.url({ token, agentId: agent.id }));
  await call.close();
});

test('a tool: called with all that it is told, and what it answers', async () => {
  const server = await daemonWith({ llm: `provider::tool=lookup_order provider::tool-arguments="{\\"order_id\\":\\"A-17\\"}"` });
  const house = new VatelApi(server.origin, KEY);
  const agent = await house.createAgent({ tools: [TOOL] });
  const call = await house.connect(agent.id);
  call.speak(question);
  const { toolCallId, toolName, arguments: told } = await call.next('tool_call');
  assert.equal(toolName, 'lookup_order');
  assert.deepEqual(told, [
    { name: 'shop', type: 'static', dataType: 'string', description: 'The shop', required: true, value: 'Rome' },
    { name: 'order_id', type: 'resolved', dataType: 'string', description: 'Order number', required: true, value: 'A-17' },
    { name: 'count', type: 'resolved', dataType: 'number', required: false, value: null },
  ]);
  call.send('tool_call_output', { toolCallId, output: 'sent yesterday' });
  const last = await call.next('response_audio', ({ is_final }) => is_final);
  assert.equal(call.all('response_text').findLast(({ turn_id: id }) => id === last.turn_id).text, 'The tool says: sent yesterday.');
  await call.close();

  const { transcript: { entries } } = await recordOf(call.id, house);
  const asked = entries.find(({ type }) => type === 'tool_call');
  assert.deepEqual([asked.role, asked.toolCall.toolName, asked.toolCall.callId, asked.toolCall.output], ['', 'lookup_order', toolCallId, 'sent yesterday']);
  assert.deepEqual(JSON.parse(asked.toolCall.arguments), { order_id: 'A-17' });
  assert.equal(entries.find(({ type }) => type === 'tool_call_output').toolCallOutput, 'sent yesterday');
  assert.equal(await server.stop(), 0);
});

test('a barge-in in a long answer: nothing of that turn comes after the interruption', async () => {
  const server = await daemonWith({ llm: `provider::reply="${'A very long story. '.repeat(60)}"`, tts: 'provider::ms-per-character=60' });
  const house = new VatelApi(server.origin, KEY);
  const agent = await house.createAgent({ });
  const call = await house.connect(agent.id);
  call.speak(question);
  const { turn_id: turn } = await call.next('response_audio');
  call.speak(question);
  await call.next('interruption');
  const before = call.audio(turn).length;
  await call.next('input_audio_transcript', ({ is_final }) => is_final);
  await call.next('response_audio', ({ turn_id: id }) => id !== turn);
  assert.equal(call.audio(turn).length, before);
  assert.ok(before < 10 * 48000, `${before / 48000} s were sent`);
  await call.close();
  assert.equal(await server.stop(), 0);
});

test('a call ends when it is long enough, when the server stops, when its client makes no sense', async () => {
  const server = await daemonWith({});
  const house = new VatelApi(server.origin, KEY);
  const short = await house.connect((await house.createAgent({ timeout_settings: { default_timeout: 1 } })).id);
  assert.equal((await short.closed).code, 1000);
  short.check({ over: true });
  assert.equal((await recordOf(short.id, house)).termination_reason, 'max_duration');

  const agent = await house.createAgent({});
  const noisy = await house.connect(agent.id);
  for (let i = 0; i < 20; i++) noisy.socket.send(i % 2 ? 'not JSON' : Buffer.from([i]));
  assert.equal((await noisy.closed).code, 1008);
  noisy.check({ over: true });
  const large = await house.connect(agent.id);
  large.send('input_audio', { audio: 'A'.repeat(1100 * 1024) });
  assert.equal((await large.closed).code, 1009);
  large.check({ over: true });

  const last = await house.connect(agent.id);
  const stopped = server.stop();
  assert.equal((await last.closed).code, 1001);
  last.check({ over: true });
  assert.equal(await stopped, 0);
});

test('pings are answered while the server is busy', async () => {
  const agent = await api.createAgent({});
  const calls = await Promise.all(Array.from({ length: 20 }, () => api.connect(agent.id)));
  for (const call of calls) call.speak(question);
  await Promise.all(calls.map((call) => new Promise((resolve, reject) => {
    const sent = performance.now();
    call.socket.once('pong', () => {
      const took = performance.now() - sent;
      if (took < 1000 || process.env.ASAN_OPTIONS) resolve();
      else reject(new Error(`${took} ms`));
    });
    call.socket.ping();
  })));
  await Promise.all(calls.map((call) => call.close()));
});

test('calls are listed page by page, and found', async () => {
  const agent = await api.createAgent({ name: 'Listed' });
  const quiet = await api.createAgent({ name: 'Quiet' });
  const list = async (query) => {
    const page = await api.expect(200, 'GET', `/v1/calls?${new URLSearchParams({ agent_ids: `${agent.id},${quiet.id}`, ...query })}`);
    for (const call of page.calls) assert.deepEqual(vatelProblems(call, 'Call'), []);
    return page;
  };
  const ids = [];
  for (let i = 0; i < 3; i++) {
    const call = await api.connect(agent.id);
    ids.unshift(call.id);
    await call.close();
    await recordOf(call.id);
  }
  const live = await api.connect(agent.id);
  const all = await list({});
  assert.deepEqual(all.calls.map(({ id }) => id), [live.id, ...ids]);
  const second = await list({ page: 2, page_size: 2 });
  assert.deepEqual(second.calls.map(({ id }) => id), ids.slice(1));
  assert.deepEqual(second.pagination, { page: 2, page_size: 2, total: 4, total_pages: 2, has_next: false, has_prev: true });
  const count = async (query) => (await list(query)).pagination.total;
  assert.equal(await count({ status: 'in_progress' }), 1);
  assert.equal(await count({ status: 'ended' }), 3);
  assert.equal(await count({ status: 'auth_failed' }), 0);
  assert.equal(await count({ source: 'api' }), 4);
  assert.equal(await count({ source: 'twilio' }), 0);
  assert.equal(await count({ outcome: 'ended_by_user' }), 3);
  assert.equal(await count({ outcome: 'transferred' }), 0);
  assert.equal(await count({ outbound: 'true' }), 0);
  assert.equal(await count({ outbound: 'false' }), 4);
  assert.equal(await count({ date_from: '2020-01-01', date_to: new Date().toISOString().slice(0, 10) }), 4);
  assert.equal(await count({ date_to: '2020-01-01' }), 0);
  assert.equal(await count({ date_from: new Date(Date.now() + 3600000).toISOString() }), 0);
  assert.equal(await count({ search: 'nobody said this' }), 0);
  assert.equal(await count({ agent_ids: quiet.id }), 0);
  await live.close();
});

test('a listener comes to a running session, a backend to a call', async () => {
  const agent = await api.createAgent({ first_message: '' });
  const headers = { Authorization: `Bearer ${KEY}` };
  const call = await api.connect(agent.id);
  const listener = await VatelConnection.open(api.url({ token: await api.token(agent.id), call_id: call.id }), { joined: true });
  assert.equal(listener.id, call.id);
  const backend = await RealtimeConnection.open(`${daemon.url}?call_id=${call.id}`, { headers, dialect: 'ga' });
  listener.speak(question);
  call.speak(question);
  const done = await call.next('response_audio', ({ is_final }) => is_final);
  await listener.next('response_audio', ({ is_final }) => is_final);
  assert.deepEqual(listener.audio(done.turn_id), call.audio(done.turn_id));
  assert.equal((await backend.next('response.done')).response.status, 'completed');
  await listener.close();
  await backend.close();
  await call.close();
});

test('a call is recorded where the operator wants it, both sides as they were heard', async () => {
  const recordings = path.join(folder, 'recordings');
  const server = await daemonWith({ env: { VOWEL_RECORDINGS: recordings } });
  const house = new VatelApi(server.origin, KEY);
  const agent = await house.createAgent({ first_message: 'Hello, this is Anna speaking, what can I do for you?' });
  const call = await house.connect(agent.id);
  await call.next('response_audio', ({ is_final }) => is_final);
  call.speak(question);
  await call.next('response_audio', ({ is_final }) => is_final);
  await call.close();
  await recordOf(call.id, house);
  const url = `${server.origin}/v1/calls/${call.id}/recording`;
  const get = async (key = KEY) => fetch(url, { headers: { Authorization: `Bearer ${key}` } });
  let response = await get();
  while (response.status === 404) response = await get();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'audio/wav');
  assert.match(response.headers.get('content-disposition'), /^attachment/);
  const wav = Buffer.from(await response.arrayBuffer());
  assert.equal(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 12), 'RIFFWAVE');
  assert.deepEqual([wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt32LE(40)], [2, 16000, wav.length - 44]);
  const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44));
  const peak = (side) => samples.reduce((max, sample, index) => (index % 2 === side ? Math.max(max, Math.abs(sample)) : max), 0);
  assert.ok(peak(0) > 3000, 'the caller is not heard');
  assert.ok(peak(1) > 3000, 'the agent is not heard');
  const loud = samples.findIndex((sample, index) => index % 2 === 1 && Math.abs(sample) > 300);
  const caller = samples.findIndex((sample, index) => index % 2 === 0 && Math.abs(sample) > 3000);
  assert.ok(loud < caller, 'the agent speaks first');

  assert.equal((await get('wrong')).status, 401);
  assert.equal((await fetch(url, { method: 'DELETE', headers: { Authorization: `Bearer ${KEY}` } })).status, 405);
  await house.expect(200, 'DELETE', `/api/calls/${call.id}`);
  await house.expect(404, 'GET', `/v1/calls/${call.id}/recording`);
  assert.equal(await server.stop(), 0);
  assert.deepEqual(readdirSync(recordings), []);
});
