// SPDX-License-Identifier: LGPL-2.1-or-later
// Agents: made over HTTP, and talked to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';

const KEY = 'the key of the house';
const headers = { Authorization: `Bearer ${KEY}` };
let daemon;
let app;
before(async () => {
  daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted', API_KEY: KEY } });
  app = await ok('POST', '/api/apps', { name: 'Shop' });
});
after(async () => assert.equal(await daemon.stop(), 0, daemon.log));

async function call(method, route, body, server = daemon) {
  const response = await fetch(server.origin + route, { method, headers, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

async function ok(...args) {
  const answer = await call(...args);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

const agents = (...parts) => ['/api/apps', app.id, 'agents', ...parts].join('/');
const makeAgent = (fields = {}) => ok('POST', agents(), { name: 'Ann', prompt: 'Be Ann.', ...fields });

function talk(agent, options = {}) {
  return RealtimeConnection.open(`${daemon.url}?output_lead_ms=0&agent_id=${agent.id}`, { headers, dialect: 'ga', ...options });
}

/** Asks something in writing; resolves to all that is said in answer. */
async function ask(connection, text) {
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });
  connection.send({ type: 'response.create' });
  const { transcript } = await connection.next('response.output_audio_transcript.done');
  await connection.next('response.done');
  return transcript;
}

test('agents are made, read, changed and deleted', async () => {
  const agent = await makeAgent({ voice: { speed: 1.2 }, limits: { maxCallSeconds: 60 } });
  assert.match(agent.id, /^[0-9a-f-]{36}$/);
  assert.equal(agent.hexId, agent.id.replaceAll('-', '').slice(0, 24));
  assert.equal(agent.appId, app.id);
  assert.equal(agent.voice.speed, 1.2);
  assert.equal(agent.limits.silenceCount, 3);
  assert.match(agent.versionId, /^[0-9a-f-]{36}$/);
  assert.ok(Math.abs(agent.createdAt - Date.now()) < 60000);
  assert.deepEqual(await ok('GET', agents(agent.id)), agent);
  assert.deepEqual(await ok('GET', agents(agent.hexId)), agent);
  const changed = await ok('PATCH', agents(agent.id), { prompt: 'Be Bob.', voice: { speed: null } });
  assert.notEqual(changed.versionId, agent.versionId);
  assert.deepEqual(changed, { ...agent, prompt: 'Be Bob.', voice: { ...agent.voice, speed: null }, versionId: changed.versionId, updatedAt: changed.updatedAt });
  assert.deepEqual(await ok('DELETE', agents(agent.id)), { ok: true });
  for (const method of ['GET', 'PATCH', 'DELETE']) assert.equal((await call(method, agents(agent.id))).status, 404);
});

test('the oldest active one is the default', async () => {
  const other = await ok('POST', '/api/apps', { name: 'Other' });
  const place = `/api/apps/${other.id}/agents`;
  const made = [];
  for (const name of ['Ann', 'Bob', 'Cat']) made.push(await ok('POST', place, { name, active: name !== 'Ann' }));
  const list = await ok('GET', place);
  assert.deepEqual(list.map(({ name, isDefault }) => [name, isDefault]), [['Ann', false], ['Bob', true], ['Cat', false]]);
  assert.equal((await call('GET', agents(made[0].id))).status, 404, 'of another app');
  assert.deepEqual(await ok('GET', '/api/apps/nobody/agents'), []);
  assert.equal((await call('POST', '/api/apps/nobody/agents', { name: 'Ann' })).status, 404);
  await ok('DELETE', `/api/apps/${other.id}`);
  assert.deepEqual(await ok('GET', place), []);
});

test('three APIs show one agent, and none takes away what another has set', async () => {
  const ask = async (method, route, body, credentials = headers) => {
    const response = await fetch(daemon.origin + route, { method, headers: { 'Content-Type': 'application/json', ...credentials }, body: body && JSON.stringify(body) });
    assert.ok(response.ok, `${method} ${route}: ${response.status}`);
    return response.json();
  };
  const voicex = { 'x-api-key': KEY };
  const vatel = await ask('POST', '/v1/agents', { name: 'Ann', prompt: 'Be Ann.', vad_settings: { stop_secs: 0.5 }, keyterms: ['Vowel'] });
  let house;
  for (const { id } of await ok('GET', '/api/apps'))
    if ((await call('GET', `/api/apps/${id}/agents/${vatel.id}`)).status === 200) house = id;
  const hex = vatel.id.replaceAll('-', '').slice(0, 24);
  const shown = await ask('PATCH', `/api/dashboard/agents/${hex}`, { persona: { greeting: 'Hi.', guardrails: ['No.'] }, thresholds: { interruptionSensitivity: 'low' } }, voicex);
  assert.equal(shown._id, hex);
  assert.equal(shown.thresholds.silenceTimeoutMs, 500);
  const changed = await ask('PATCH', `/v1/agents/${vatel.id}`, { prompt: 'Be Bob.' });
  assert.equal(changed.first_message, 'Hi.');
  const own = await ok('GET', `/api/apps/${house}/agents/${hex}`);
  assert.equal(own.hasDraft, true, 'Vatel’s clients publish');
  assert.deepEqual([own.prompt, own.guardrails, own.stt.keyterms, own.turns.stopMs, own.turns.sensitivity], ['Be Bob.', ['No.'], ['Vowel'], 500, 'low']);
  const { prompt } = await ok('PATCH', `/api/apps/${house}/agents/${hex}`, { dtmf: true });
  assert.equal(prompt, 'Be Bob.');
  assert.equal((await ok('GET', `/api/apps/${house}/agents/${hex}`)).hasDraft, false);
  assert.deepEqual((await ask('GET', `/v1/agents/${vatel.id}/versions`)).map(({ tag, published_at: at }) => [tag, at !== null]), [['v2', true], ['v1', true]]);
});

test('what is wrong is named', async () => {
  for (const [body, pattern] of [
    [{}, /^name: is required/],
    [{ name: 'Ann', colour: 'red' }, /^colour: agents have no such field/],
    [{ name: 'Ann', voice: { pitch: 1 } }, /^voice\.pitch: agents have no such field/],
    [{ name: 'Ann', llm: { provider: 'nobody', model: 'm' } }, /^llm: the provider "nobody" is none of those installed: /],
    [{ name: 'Ann', llm: { provider: 'groq', model: 'm' } }, /^llm\.provider is groq, which needs a key: set GROQ_API_KEY/],
    [{ name: 'Ann', tools: [{ name: 'a', webhook: { url: 'ftp://x' } }] }, /^tools\[0\]\.webhook\.url: /],
  ]) {
    const { status, body: answer } = await call('POST', agents(), body);
    assert.equal(status, 400);
    assert.match(answer.error, pattern);
  }
});

test('an agent speaks first, and is what it is told to be', async () => {
  const agent = await makeAgent({ prompt: 'You are {{who}}.', guardrails: ['No.'], firstMessage: { text: 'Hello, this is Ann.' }, llm: { temperature: 0.3 } });
  const connection = await talk(agent);
  assert.equal(connection.events[0].session.instructions, 'You are {{who}}.\n\nRules that always hold:\n- No.');
  connection.send({ type: 'session.update', session: { type: 'realtime' } });
  assert.equal((await connection.next('response.output_audio_transcript.done')).transcript, 'Hello, this is Ann.');
  assert.equal((await connection.next('response.done')).response.status, 'completed');
  assert.match(await ask(connection, 'What is seven times eight?'), /fifty six/);
  connection.close();
});

test('an agent has models of its own', async () => {
  const agent = await makeAgent({ llm: { provider: 'fake' } });
  const connection = await talk(agent);
  assert.doesNotMatch(await ask(connection, 'What is seven times eight?'), /fifty six/);
  connection.close();
});

test('whoever is not there is not talked to', async () => {
  const agent = await makeAgent({ active: false });
  for (const id of [agent.id, 'nobody']) await assert.rejects(talk({ id }), /404/);
  // Nor whoever is another app's.
  const other = await ok('POST', '/api/apps', { name: 'Other' });
  const keys = [];
  for (const { id } of [app, other]) keys.push((await ok('POST', `/api/apps/${id}/api-keys`, { scopes: ['direct_ws'] })).plaintext);
  const active = await makeAgent();
  const [own, foreign] = keys.map((key) => talk(active, { headers: { Authorization: `Bearer ${key}` } }));
  await assert.rejects(foreign, /404/);
  (await own).close();
});

/** A server that answers @handle's text; resolves to what it was asked. */
async function startWebhook(t, handle) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ headers: request.headers, body: JSON.parse(body) });
    handle(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${server.address().port}/tool` };
}

const weather = (url) => ({
  name: 'get_weather', description: 'Get the weather in a city', webhook: { url, secret: 'hush' },
  parameters: [{ name: 'city', required: true }, { name: 'unit', type: 'static', value: 'C' }] });

test('a webhook executes a tool', async (t) => {
  const webhook = await startWebhook(t, (response) => response.end('{"temperature":21}'));
  const agent = await makeAgent({ tools: [weather(webhook.url)] });
  assert.deepEqual(agent.tools[0].webhook, { url: webhook.url, hasSecret: true });
  const connection = await talk(agent);
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather in Vienna?' }] } });
  connection.send({ type: 'response.create' });
  await connection.next('response.output_audio_transcript.done', ({ transcript: text }) => /twenty one|21/.test(text));
  assert.equal(webhook.asked.length, 1);
  const [{ headers: given, body }] = webhook.asked;
  assert.equal(given.authorization, 'Bearer hush');
  assert.equal(given['content-type'], 'application/json');
  assert.deepEqual(body, { tool: 'get_weather', callId: body.callId, arguments: { city: 'Vienna', unit: 'C' },
    sessionId: connection.events[0].session.id, agentId: agent.id });
  assert.ok(!connection.events.some(({ type }) => type.startsWith('response.function_call')), 'the client does not see the call');
  assert.ok(!daemon.log.includes('hush'));
  connection.close();
});

test('a webhook that fails is told to the model', async (t) => {
  const webhook = await startWebhook(t, (response) => { response.statusCode = 500; response.end('oh, no: Bearer hush'); });
  const server = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted', API_KEY: KEY, GST_DEBUG: 'vowel-webhook:2' } });
  t.after(async () => {
    assert.equal(await server.stop(), 0, server.log);
    assert.match(server.log, /the webhook of get_weather has failed: .*oh, no: Bearer \[redacted\]/);
    assert.doesNotMatch(server.log, /hush/);
  });
  const { body: shop } = await call('POST', '/api/apps', { name: 'Shop' }, server);
  const { body: agent } = await call('POST', `/api/apps/${shop.id}/agents`, { name: 'Ann', tools: [weather(webhook.url)] }, server);
  const connection = await RealtimeConnection.open(`${server.url}?output_lead_ms=0&agent_id=${agent.id}`, { headers, dialect: 'ga' });
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather in Vienna?' }] } });
  connection.send({ type: 'response.create' });
  const { item } = await connection.next('conversation.item.added', ({ item: added }) => added.type === 'function_call_output');
  assert.equal(item.output, '{"error":"The tool has failed."}');
  connection.close();
});

test('a webhook that never ends is broken off', async (t) => {
  let end;
  const ended = new Promise((resolve) => { end = resolve; });
  const webhook = await startWebhook(t, (response) => {
    const write = () => { while (response.write('x'.repeat(4096))); };
    response.on('drain', write).on('close', end);
    write();
  });
  const agent = await makeAgent({ tools: [weather(webhook.url)] });
  const connection = await talk(agent);
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather in Vienna?' }] } });
  connection.send({ type: 'response.create' });
  const { item } = await connection.next('conversation.item.added', ({ item: added }) => added.type === 'function_call_output');
  assert.equal(item.output, '{"error":"The tool has answered too much."}');
  await ended;
  connection.close();
});

test('a webhook that never answers ends with its session', async (t) => {
  let reached;
  const waiting = new Promise((resolve) => { reached = resolve; });
  const webhook = await startWebhook(t, () => reached());
  const agent = await makeAgent({ tools: [weather(webhook.url)] });
  const connection = await talk(agent);
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather in Vienna?' }] } });
  connection.send({ type: 'response.create' });
  await waiting;
  connection.close();
  await connection.closed;
});

/** The record of a call, which is there when all is over. */
async function recordOf(id, server) {
  for (;;) {
    const { status, body } = await call('GET', `/api/calls/${id}`, undefined, server);
    if (status === 200) return body;
  }
}

test('a call is summed up when it is over', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vowel-agents-'));
  const file = path.join(folder, 'runtime.yaml');
  writeFileSync(file, JSON.stringify({ llm: { provider: 'fake', reply: 'Well: {"summary": "They met.", "sentiment": "positive"}' } }));
  const server = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, RUNTIME_CONFIG_PATH: file } });
  t.after(async () => {
    rmSync(folder, { recursive: true });
    assert.equal(await server.stop(), 0, server.log);
  });
  const { body: shop } = await call('POST', '/api/apps', { name: 'Shop' }, server);
  const hold = async (fields, question) => {
    const { body: agent } = await call('POST', `/api/apps/${shop.id}/agents`, { name: 'Ann', ...fields }, server);
    const connection = await RealtimeConnection.open(`${server.url}?output_lead_ms=0&agent_id=${agent.id}`, { headers, dialect: 'ga' });
    if (question) await ask(connection, question);
    connection.close();
    const record = await recordOf(connection.events[0].session.id, server);
    assert.equal(record.agentId, agent.id);
    assert.equal(record.appId, shop.id);
    return record;
  };
  const told = await hold({ summarize: true }, 'Hello?');
  assert.deepEqual(told.details, { summary: 'They met.', sentiment: 'positive' });
  assert.equal(told.usage.find(({ stage }) => stage === 'llm').requests, 2);
  assert.deepEqual((await hold({ summarize: true })).details, { summary: 'No conversation took place.', sentiment: 'neutral' });
  assert.equal((await hold({}, 'Hello?')).details, null);
});
