// SPDX-License-Identifier: LGPL-2.1-or-later
// Voicex's voice socket: whose key it is, and which agent answers.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { VoicexCaller } from '../lib/voicex.mjs';
import { VoicexClient } from './voicex-client.mjs';

const KEY = 'the key of the house';
const ADMIN = 'the key of the operator';
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-voicex-'));
const plans = path.join(folder, 'plans.yaml');
writeFileSync(plans, JSON.stringify({ plans: [
  { slug: 'free', limits: { maxAgents: 9 }, models: { llm: ['fake/*'], tts: ['fake/*'] } },
  { slug: 'pro', limits: { maxAgents: 9 }, features: { maxCustomProviders: 9 }, models: { llm: ['*'], tts: ['*'] } },
  { slug: 'short', limits: { maxAgents: 9, maxCallDurationSec: 1 }, models: { llm: ['*'], tts: ['*'] } },
] }));
let daemon;
let operator;
let house;

/** Understands the same again and again, after a detector that hears noise. */
function recipe(text) {
  const file = path.join(folder, 'session.launch');
  writeFileSync(file, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('vad name=vad', 'vad name=vad detector=energy')
    .replace(/provider="\$\{STT[^"]*"/, `provider=fake provider::text="${text}" provider::interim=true`));
  return ['--recipe', file];
}

before(async () => {
  daemon = await startDaemon({ args: recipe('what is my name'), env: { ...fakeEngines, LLM_PROVIDER: 'scripted', API_KEY: KEY, VOWEL_ADMIN_KEY: ADMIN, VOICEX_RATE_LIMIT: '0', API_KEYS: 'a key for the first', JWT_SECRET: '0123456789abcdef0123456789abcdef' } });
  operator = new VoicexClient(daemon.origin, { token: ADMIN });
  house = new VoicexClient(daemon.origin, { apiKey: KEY });
});
after(async () => {
  rmSync(folder, { recursive: true });
  assert.equal(await daemon.stop(), 0, daemon.log);
});

let people = 0;
/** An organization of its own: its app's id, a key, and who signed up for it. */
async function organization({ letIn = true } = {}) {
  const person = { name: 'Ada', email: `ada${people++}@example.org`, password: 'correct horse' };
  await house.send('POST', '/api/auth/signup', person);
  const { body: all } = await operator.send('GET', '/api/organizations');
  const { id } = all.find(({ ownerEmail }) => ownerEmail === person.email);
  if (!letIn) return { id, person };
  await operator.send('PATCH', `/api/organizations/${id}`, { status: 'active' });
  const { body: { token } } = await house.send('POST', '/api/auth/signin', person);
  const client = new VoicexClient(daemon.origin, { token });
  const { body: { key, _id } } = await client.send('POST', '/api/dashboard/api-keys', { name: 'Web' });
  return { id, person, token, client, key, keyId: _id };
}

async function makeAgent({ id }, fields) {
  const { status, body } = await operator.send('POST', `/api/apps/${id}/agents`, { name: 'Ann', prompt: 'Be Ann.', ...fields });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

async function refusal(query) {
  const caller = await VoicexCaller.open(daemon, query, { refused: true });
  return [(await caller.closed).code, (await caller.closed).reason, ...caller.messages];
}

const NOBODY = [4001, 'Unauthorized'];
const NO_AGENT = [4005, 'Agent not found'];

test('keys and both kinds of tokens open the socket, until they are revoked', async () => {
  const { key, keyId, token, client } = await organization();
  const { body: { token: clientToken } } = await house.send('POST', '/api/auth/token', { api_key: key });
  assert.notEqual(clientToken, token);
  for (const query of [{ api_key: key }, { token }, { token: clientToken }]) await (await VoicexCaller.open(daemon, query)).close();
  await client.send('DELETE', `/api/dashboard/api-keys/${keyId}`);
  assert.deepEqual(await refusal({ api_key: key }), NOBODY);
  assert.deepEqual(await refusal({ token: clientToken }), NOBODY);
  await (await VoicexCaller.open(daemon, { token })).close();
});

test('an organization that waits to be let in', async () => {
  const { id, key } = await organization();
  await operator.send('PATCH', `/api/organizations/${id}`, { status: 'pending' });
  assert.deepEqual(await refusal({ api_key: key }), NOBODY);
});

test('the oldest active agent answers, or the one that is asked for', async () => {
  const shop = await organization();
  const other = await organization();
  await makeAgent(shop, { name: 'Asleep', active: false });
  const ann = await makeAgent(shop, { name: 'Ann' });
  const bob = await makeAgent(shop, { name: 'Bob' });
  const away = await makeAgent(other, { name: 'Away', active: false });
  const told = async (query) => {
    const caller = await VoicexCaller.open(daemon, { api_key: shop.key, ...query });
    const { agentId, agentName } = caller.connected;
    await caller.close();
    return [agentId, agentName];
  };
  assert.deepEqual(await told(), [ann.hexId, 'Ann']);
  assert.deepEqual(await told({ agent_id: bob.hexId }), [bob.hexId, 'Bob']);
  assert.deepEqual(await told({ agent_id: bob.id }), [bob.hexId, 'Bob']);
  assert.deepEqual(await refusal({ api_key: shop.key, agent_id: away.hexId }), NO_AGENT);
  assert.deepEqual(await refusal({ api_key: other.key, agent_id: away.hexId }), NO_AGENT);
  assert.deepEqual(await refusal({ api_key: other.key }), NO_AGENT);
  assert.deepEqual(await refusal({ api_key: other.key, agent_id: ann.hexId }), NO_AGENT);
});

test('an agent greets whoever is new', async () => {
  const shop = await organization();
  await makeAgent(shop, { firstMessage: { text: 'Hello, this is Ann.' } });
  const caller = await VoicexCaller.open(daemon, { api_key: shop.key });
  assert.equal((await caller.next('transcript')).text, 'Hello, this is Ann.');
  await caller.next('audioEnd');
  assert.ok(caller.seconds > 0.5);
  const { historyKey } = caller.connected;
  await caller.close();

  const again = await VoicexCaller.open(daemon, { api_key: shop.key, session_id: historyKey });
  const { said } = await again.turn();
  assert.notEqual(said, 'Hello, this is Ann.');
  await again.close();
});

test('agents may be told not to greet', async (t) => {
  const { on, token, make } = await tiers(t, { store: path.join(folder, 'silent'), args: recipe('what is my name'), keys: { VOICEX_GREETING: 'off' } });
  await make({ firstMessage: { text: 'Hello.' } });
  const caller = await VoicexCaller.open(on, { token });
  caller.speak();
  assert.equal((await caller.next('transcript', ({ isFinal }) => isFinal)).role, 'user');
  await caller.close();
});

test('a conversation belongs to its agent and its organization', async () => {
  const shop = await organization();
  const ann = await makeAgent(shop, { name: 'Ann', firstMessage: { text: 'Hello.' } });
  const bob = await makeAgent(shop, { name: 'Bob', firstMessage: { text: 'Hello.' } });
  const first = await VoicexCaller.open(daemon, { api_key: shop.key, agent_id: ann.hexId, session_id: 'mine' });
  await first.next('audioEnd');
  await first.close();
  const other = await VoicexCaller.open(daemon, { api_key: shop.key, agent_id: bob.hexId, session_id: 'mine' });
  assert.equal((await other.next('transcript')).text, 'Hello.', 'it knows nobody of that name');
  await other.close();
});

test('a record of a call has the id that its client was told', async () => {
  const shop = await organization();
  const ann = await makeAgent(shop, { firstMessage: { text: 'Hello.' } });
  const caller = await VoicexCaller.open(daemon, { api_key: shop.key }, { headers: { 'User-Agent': 'a test' } });
  await caller.turn();
  const { sessionId } = caller.connected;
  const find = async (status) => (await shop.client.expect(200, 'calls', 'GET', '/api/dashboard/calls')).find((call) => call.sessionId === sessionId && call.status === status);
  const running = await find('active');
  assert.deepEqual([running.agentId, running.channel, running.metadata], [ann.hexId, 'web', { userAgent: 'a test', ip: '127.0.0.1' }]);
  await caller.close();
  let over;
  while (!over) over = await find('completed');
  assert.deepEqual(over.transcript.map(({ role, content }) => `${role}: ${content}`).slice(0, 2), ['assistant: Hello.', 'user: what is my name']);
});

test('an agent ends long calls', async () => {
  const shop = await organization();
  await makeAgent(shop, { limits: { maxCallSeconds: 1 } });
  const caller = await VoicexCaller.open(daemon, { api_key: shop.key });
  assert.deepEqual(await caller.next('error'), { message: 'Maximum call duration reached' });
  assert.equal((await caller.closed).code, 1005);
});

/** A server with plans, in which the operator sets an organization's. */
async function tiers(t, { store, args = [], keys = { GROQ_API_KEY: 'gsk-test', DEEPGRAM_API_KEY: 'test' } }) {
  const on = await startDaemon({ args, env: { ...fakeEngines, ...keys, API_KEY: KEY, VOWEL_ADMIN_KEY: ADMIN, VOICEX_RATE_LIMIT: '0', VOICEX_PLANS: plans, VOICEX_SIGNUP: 'active', XDG_DATA_HOME: store } });
  t.after(async () => { assert.equal(await on.stop(), 0); });
  const admin = new VoicexClient(on.origin, { token: ADMIN });
  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse' };
  await admin.send('POST', '/api/auth/signup', person);
  const { body: { token } } = await admin.send('POST', '/api/auth/signin', person);
  const { body: organizations } = await admin.send('GET', '/api/organizations');
  const { id } = organizations.find(({ ownerEmail }) => ownerEmail === person.email);
  return {
    on, id, token,
    client: new VoicexClient(on.origin, { token }),
    upgrade: (plan) => admin.send('PATCH', `/api/organizations/${id}`, { plan }),
    make: async (fields) => (await admin.send('POST', `/api/apps/${id}/agents`, { name: 'Ann', prompt: 'Be Ann.', ...fields })).body.hexId,
    refusal: async (agent_id) => {
      const caller = await VoicexCaller.open(on, { token, agent_id }, { refused: true });
      const { code, reason } = await caller.closed;
      return [code, reason, ...caller.messages.map(({ payload }) => payload.message)];
    },
  };
}

test('models that are not on the plan', async (t) => {
  const { on, token, upgrade, make, refusal } = await tiers(t, { store: path.join(folder, 'plans') });
  const model = 'llama-3.3-70b-versatile';
  const [groq, espeak, fake] = [await make({ llm: { provider: 'groq', model } }), await make({ voice: { provider: 'espeak', id: 'en' } }), await make()];
  assert.deepEqual(await refusal(groq), [4003, 'Model not allowed', `LLM "groq/${model}" is not available on your plan.`]);
  assert.deepEqual(await refusal(espeak), [4003, 'Model not allowed', 'Voice "espeak/en" is not available on your plan.']);
  await (await VoicexCaller.open(on, { token, agent_id: fake })).close();
  await upgrade('pro');
  for (const agent_id of [groq, espeak]) await (await VoicexCaller.open(on, { token, agent_id })).close();
  await upgrade('short');
  const caller = await VoicexCaller.open(on, { token, agent_id: fake });
  assert.deepEqual(await caller.next('error'), { message: 'Maximum call duration reached' });
});

test('providers that are switched off, and gone', async (t) => {
  const store = path.join(folder, 'providers');
  const first = await tiers(t, { store });
  await first.upgrade('pro');
  const ids = {};
  for (const [category, providerKey] of [['llm', 'openai'], ['tts', 'openai'], ['stt', 'deepgram']]) {
    const { status, body } = await first.client.send('POST', '/api/dashboard/providers', { category, providerKey, name: category, credentials: { apiKey: 'test' }, models: [{ modelId: 'm', label: 'M', description: '' }], settings: {} });
    assert.equal(status, 201, JSON.stringify(body));
    ids[category] = body._id;
  }
  const { body: agent } = await first.client.send('POST', '/api/dashboard/agents', { name: 'Own', llmProviderId: ids.llm, llmModelId: 'm', ttsProviderId: ids.tts, ttsModelId: 'm', sttProviderId: ids.stt });
  const set = (category, active) => first.client.send('PATCH', `/api/dashboard/providers/${ids[category]}`, { active });
  for (const category of ['stt', 'tts', 'llm']) {
    await set(category, false);
    assert.deepEqual(await first.refusal(agent._id), [4004, 'Provider disabled', `Agent ${category.toUpperCase()} provider is disabled.`]);
  }
  const groq = await first.make({ llm: { provider: 'groq', model: 'm' } });
  const deepgram = await first.make({ stt: { provider: 'deepgram', model: 'nova-3' } });
  assert.equal(await first.on.stop(), 0);

  // The operator has taken the keys away.
  const second = await tiers(t, { store, keys: {} });
  assert.deepEqual(await second.refusal(groq), [4004, 'Provider not found', 'Agent has invalid provider configuration.']);
  const [code, reason, text] = await second.refusal(deepgram);
  assert.deepEqual([code, reason], [4002, 'STT not configured']);
  assert.match(text, /^STT not configured\. /);
});

test('somebody else does not listen in', async () => {
  const [shop, other] = [await organization(), await organization()];
  const caller = await VoicexCaller.open(daemon, { api_key: shop.key });
  const { body: { token } } = await house.send('POST', '/api/auth/token', { api_key: KEY });
  const call_id = caller.connected.sessionId;
  for (const stranger of [{ api_key: other.key }, { token: other.token }, { api_key: 'a key for the first' }, { token }])
    assert.deepEqual(await refusal({ ...stranger, call_id }), [4005, 'Session not found'], JSON.stringify(stranger));
  const overseer = await VoicexCaller.open(daemon, { api_key: KEY, call_id });
  await overseer.close();
  await caller.close();
});
