// SPDX-License-Identifier: LGPL-2.1-or-later
// Agents, providers, models and plans of Voicex's REST API.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { VoicexClient } from './voicex-client.mjs';

const ADMIN = 'the key of the operator';
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-plans-'));
const plans = path.join(folder, 'plans.yaml');
writeFileSync(plans, JSON.stringify({ plans: [
  { slug: 'free', pricing: { monthly: 0 }, limits: { maxAgents: 2 }, models: { llm: ['fake/*'], tts: ['fake/*'] } },
  { slug: 'pro', pricing: { monthly: 99 }, limits: { maxAgents: 25 }, features: { maxCustomProviders: 2 }, models: { llm: ['fake/*', 'groq/llama-3.3-70b-versatile'], tts: ['*'] } },
] }));
const env = { ...fakeEngines, API_KEY: ADMIN, VOICEX_RATE_LIMIT: '0', GROQ_API_KEY: 'gsk-canary-of-the-house' };
let daemon, house;
before(async () => {
  daemon = await startDaemon({ env });
  house = new VoicexClient(daemon.origin, { apiKey: ADMIN });
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  assert.equal(await daemon.stop(), 0);
  assert.doesNotMatch(daemon.log, /canary/);
});

async function tiers(t) {
  const other = await startDaemon({ env: { ...env, VOICEX_PLANS: plans, VOICEX_SIGNUP: 'active' } });
  t.after(async () => { assert.equal(await other.stop(), 0); });
  const anybody = new VoicexClient(other.origin);
  const { token } = await anybody.expect(201, 'letIn', 'POST', '/api/auth/signup', { name: 'Ada', email: 'ada@example.org', password: 'correct horse' });
  const client = new VoicexClient(other.origin, { token });
  const admin = new VoicexClient(other.origin, { token: ADMIN });
  const { body: organizations } = await admin.send('GET', '/api/organizations');
  const { id } = organizations.find(({ ownerEmail }) => ownerEmail !== null);
  return { client, admin, upgrade: (plan) => admin.send('PATCH', `/api/organizations/${id}`, { plan }) };
}

async function find(client, category, key, query = '') {
  const found = (await client.expect(200, 'providers', 'GET', `/api/dashboard/providers?category=${category}${query}`)).find(({ providerKey }) => providerKey === key);
  assert.ok(found, `${category}/${key}`);
  return found;
}

async function choice(client, { llm = 'fake', tts = 'fake', stt = 'fake' } = {}) {
  const [a, b, c] = await Promise.all([find(client, 'llm', llm), find(client, 'tts', tts), find(client, 'stt', stt)]);
  return { llmProviderId: a._id, llmModelId: a.models[0].modelId, ttsProviderId: b._id, ttsModelId: b.models[0].modelId, sttProviderId: c._id };
}

test('an agent is made, shown, changed and deleted', async () => {
  const providers = await choice(house);
  const made = await house.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Front desk', ...providers, persona: { greeting: 'Hi!', guardrails: 'Be kind' } });
  assert.deepEqual([made.name, made.status, made.persona.greeting, made.persona.guardrails, made.persona.language, made.active], ['Front desk', 'active', 'Hi!', ['Be kind'], 'en', true]);
  assert.deepEqual(made.thresholds, { silenceTimeoutMs: 700, maxCallDurationSec: 1800, interruptionSensitivity: 'medium', endpointingMs: 200 });
  assert.deepEqual([made.llmConfig, made.ttsConfig], [{ temperature: 0.4, maxTokens: 200 }, { speed: 1 }]);
  assert.deepEqual(Object.keys(providers).map((name) => made[name]), Object.values(providers).map((value, i) => (i === 4 ? made.sttProviderId : value)));
  const where = `/api/dashboard/agents/${made._id}`;
  assert.deepEqual(await house.expect(200, 'agent', 'GET', where), made);

  const changed = await house.expect(200, 'agent', 'PATCH', where, { name: 'Desk', thresholds: { endpointingMs: 300 }, persona: { systemPrompt: 'You are Eve.' } });
  assert.deepEqual([changed.name, changed.persona.systemPrompt, changed.persona.greeting], ['Desk', 'You are Eve.', 'Hi!']);
  assert.deepEqual(changed.thresholds, { ...made.thresholds, endpointingMs: 300 });
  assert.equal(changed.createdAt, made.createdAt);
  assert.equal((await house.expect(200, 'agent', 'PATCH', where, { active: false })).status, 'inactive');

  const second = await house.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Sales', ...providers });
  assert.deepEqual((await house.expect(200, 'agents', 'GET', '/api/dashboard/agents')).map(({ name }) => name), ['Sales', 'Desk']);
  assert.deepEqual((await house.expect(200, 'agents', 'GET', '/api/dashboard/agents?skip=1&limit=1')).map(({ name }) => name), ['Desk']);
  assert.deepEqual(await house.expect(200, 'agents', 'GET', '/api/dashboard/agents?skip=9'), []);
  for (const { _id } of [made, second, made]) await house.expect(200, 'ok', 'DELETE', `/api/dashboard/agents/${_id}`);
  await house.refused(404, /^not found$/, 'GET', where);
  await house.refused(404, /^not found$/, 'PATCH', where, { name: 'x' });
  for (const method of ['GET', 'PATCH', 'DELETE']) await house.refused(400, /^invalid id$/, method, '/api/dashboard/agents/nonsense', method === 'PATCH' ? {} : undefined);
});

test('what an agent must have', async () => {
  const all = { name: 'Desk', ...await choice(house) };
  const without = (...names) => Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
  const unknown = '0'.repeat(24);
  const wrong = [
    [/name/, {}],
    [/llmProviderId and llmModelId/, without('llmModelId', 'ttsModelId')],
    [/ttsProviderId and ttsModelId/, without('ttsProviderId', 'sttProviderId')],
    [/sttProviderId/, without('sttProviderId')],
    [/invalid id/, { ...all, ttsProviderId: 'x' }],
    [/LLM provider not found/, { ...all, llmProviderId: unknown, ttsProviderId: unknown }],
    [/TTS provider not found/, { ...all, ttsProviderId: unknown, sttProviderId: unknown }],
    [/STT provider not found/, { ...all, sttProviderId: unknown }],
    // One of another stage.
    [/LLM provider not found/, { ...all, llmProviderId: all.ttsProviderId }],
    [/interruptionSensitivity/, { ...all, thresholds: { interruptionSensitivity: 'always' } }],
    [/not valid/, '{"name":'],
  ];
  for (const [pattern, body] of wrong) await house.refused(400, pattern, 'POST', '/api/dashboard/agents', body);
});

test('older clients name providers by their keys', async () => {
  const made = await house.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Old', llm: { provider: 'fake', model: 'small', temperature: 0.7 }, voice: { provider: 'fake', voiceId: 'alto', speed: 1.1 } });
  assert.deepEqual([made.llmModelId, made.ttsModelId, made.llmConfig.temperature, made.ttsConfig.speed], ['small', 'alto', 0.7, 1.1]);
  await house.expect(200, 'ok', 'DELETE', `/api/dashboard/agents/${made._id}`);
});

test('one organization does not see what another has', async (t) => {
  const { client, admin } = await tiers(t);
  const made = await client.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Hers', ...await choice(client) });
  const other = new VoicexClient(admin.origin, { apiKey: ADMIN });
  assert.deepEqual(await other.expect(200, 'agents', 'GET', '/api/dashboard/agents'), []);
  for (const method of ['GET', 'PATCH']) await other.refused(404, /./, method, `/api/dashboard/agents/${made._id}`, method === 'PATCH' ? {} : undefined);
  await other.expect(200, 'ok', 'DELETE', `/api/dashboard/agents/${made._id}`);
  await client.expect(200, 'agent', 'GET', `/api/dashboard/agents/${made._id}`);
});

test('a plan says how many agents there are, and of which models', async (t) => {
  const { client, upgrade } = await tiers(t);
  const plan = await client.expect(200, 'plan', 'GET', '/api/dashboard/plan');
  assert.deepEqual([plan.slug, plan.limits.maxAgents, plan.features.customProviders], ['free', 2, false]);
  assert.deepEqual([plan.models.llm, plan.models.tts], [['fake/fake'], ['fake/fake']]);
  const providers = await choice(client);
  const first = await client.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'One', ...providers });
  const second = await client.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Two', ...providers });
  await client.refused(403, /^Agent limit reached \(2\)$/, 'POST', '/api/dashboard/agents', { name: 'Three', ...providers });
  await client.expect(200, 'ok', 'DELETE', `/api/dashboard/agents/${second._id}`);

  const groq = await choice(client, { llm: 'groq' });
  await client.refused(403, /^LLM "groq\/llama-3\.3-70b-versatile" is not available on your plan\.$/, 'POST', '/api/dashboard/agents', { name: 'Groq', ...groq });
  await client.refused(403, /not available/, 'PATCH', `/api/dashboard/agents/${first._id}`, { llmProviderId: groq.llmProviderId, llmModelId: groq.llmModelId });
  const espeak = await choice(client, { tts: 'espeak' });
  await client.refused(403, /^Voice "espeak\//, 'POST', '/api/dashboard/agents', { name: 'Espeak', ...espeak });
  await upgrade('pro');
  const made = await client.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Groq', ...groq });
  assert.equal(made.status, 'active');
  await upgrade('free');
  const paused = await client.expect(200, 'agent', 'GET', `/api/dashboard/agents/${made._id}`);
  assert.equal(paused.status, 'paused_plan');
  assert.match(paused.pauseReason, /groq/);
  assert.equal((await client.expect(200, 'agent', 'GET', `/api/dashboard/agents/${first._id}`)).status, 'active');
});

test('models are searched', async (t) => {
  const { client, upgrade } = await tiers(t);
  const search = (query) => client.expect(200, 'models', 'GET', `/api/dashboard/models/search?${query}`);
  const all = await search('category=llm&limit=50');
  assert.equal(all.items.length, Math.min(50, all.total));
  const keys = [...new Set(all.items.map(({ providerKey }) => providerKey))];
  for (const key of ['fake', 'groq', 'ollama']) assert.ok(keys.includes(key), key);
  // What is allowed comes first; of nobody without a key is anything shown.
  assert.equal(all.items[0].providerKey, 'fake');
  assert.ok(!keys.includes('anthropic'));
  const { items: [large] } = await search('category=llm&q=LLAMA-3.3');
  assert.deepEqual([large.modelId, large.allowed, large.requiredPlan, large.source], ['llama-3.3-70b-versatile', false, 'pro', 'platform']);
  assert.deepEqual((await search('query=llama-3.3')).items, [large]);
  const none = (await search('q=gpt-oss-120b')).items[0];
  assert.deepEqual([none.allowed, 'requiredPlan' in none], [false, false]);
  const page = await search('category=llm&skip=1&limit=1');
  assert.deepEqual([page.items, page.hasMore, page.skip, page.limit], [[all.items[1]], true, 1, 1]);
  assert.deepEqual((await search('q=nothing+like+that')).items, []);
  assert.equal((await search('category=llm&limit=1000')).limit, 50);
  assert.equal((await search('category=tts')).items[0].category, 'tts');
  await client.refused(400, /category/, 'GET', '/api/dashboard/models/search?category=image');
  await upgrade('pro');
  assert.equal((await search('q=llama-3.3')).items[0].allowed, true);
});

test('the registry tells of every provider that is installed', async () => {
  const registry = await house.expect(200, 'registry', 'GET', '/api/dashboard/providers/registry');
  const openai = registry.find(({ category, providerKey }) => category === 'llm' && providerKey === 'openai');
  assert.deepEqual([openai.displayName, openai.requiresKey], ['OpenAI', true]);
  assert.ok(openai.models.some(({ modelId }) => modelId === 'gpt-4o-mini'));
  assert.deepEqual(openai.settings.map(({ key, required }) => [key, required]), [['apiKey', true], ['baseUrl', false]]);
});

test('a key is not taken along to another address', async () => {
  const where = '/api/dashboard/providers';
  const body = { category: 'llm', providerKey: 'openai', name: 'Elsewhere', credentials: { apiKey: 'sk-canary', baseUrl: 'https://one.example/v1' } };
  const { _id } = await house.expect(201, 'provider', 'POST', where, body);
  await house.refused(400, /apiKey required with a new baseUrl/, 'PATCH', `${where}/${_id}`, { credentials: { baseUrl: 'https://two.example/v1' } });
  await house.expect(200, 'ok', 'PATCH', `${where}/${_id}`, { credentials: { baseUrl: 'https://one.example/v1' } });
  await house.expect(200, 'ok', 'PATCH', `${where}/${_id}`, { credentials: { baseUrl: 'https://two.example/v1', apiKey: 'sk-canary-two' } });
  // Nor is the server's own.
  await house.refused(400, /apiKey required with a new baseUrl/, 'POST', where, { ...body, name: 'Free', providerKey: 'ollama', credentials: { baseUrl: 'https://one.example/v1' } });
  await house.expect(200, 'ok', 'DELETE', `${where}/${_id}`);
});

test('an account of its own with a provider', async (t) => {
  const { client, admin, upgrade } = await tiers(t);
  const body = { category: 'llm', providerKey: 'openai', name: 'My OpenAI', credentials: { apiKey: 'sk-canary-of-ada' }, models: [{ modelId: 'gpt-x', label: 'X', description: '' }], settings: { region: 'eu' } };
  const where = '/api/dashboard/providers';
  await client.refused(403, /not available/, 'POST', where, body);
  await upgrade('pro');
  for (const [pattern, change] of [[/required/, { name: '' }], [/required/, { category: undefined }], [/no provider/, { providerKey: 'acme' }], [/no provider/, { category: 'image' }],
    [/credentials\.apiKey required/, { credentials: {} }], [/models/, { models: 'all' }], [/baseUrl/, { credentials: { apiKey: 'x', baseUrl: 'http://127.0.0.1:1/v1' } }],
    // Without a key it would be the server's own.
    [/credentials\.apiKey required/, { providerKey: 'ollama', credentials: {} }]])
    await client.refused(400, pattern, 'POST', where, { ...body, ...change });
  const made = await client.expect(201, 'provider', 'POST', where, body);
  assert.deepEqual([made.name, made.models, made.settings, made.active], ['My OpenAI', body.models, { region: 'eu' }, true]);
  await client.refused(409, /name/, 'POST', where, { ...body, name: 'my openai' });
  const second = await client.expect(201, 'provider', 'POST', where, { ...body, name: 'Second' });
  await client.refused(403, /limit reached \(2\)/, 'POST', where, { ...body, name: 'Third' });
  await client.refused(409, /name/, 'PATCH', `${where}/${second._id}`, { name: 'My OpenAI' });
  await client.expect(200, 'ok', 'DELETE', `${where}/${second._id}`);

  assert.deepEqual(await client.expect(200, 'providers', 'GET', `${where}?client=true`), [made]);
  assert.deepEqual(await client.expect(200, 'provider', 'GET', `${where}/${made._id}`), made);
  const fake = await find(client, 'llm', 'fake');
  assert.equal(fake.orgId, null);
  await client.expect(200, 'provider', 'GET', `${where}/${fake._id}`);
  for (const [method, change] of [['PATCH', {}], ['DELETE', undefined]]) await client.refused(404, /^not found$/, method, `${where}/${fake._id}`, change);

  // Its models are on no plan, and need not be.
  const { items: [offer] } = await client.expect(200, 'models', 'GET', '/api/dashboard/models/search?q=gpt-x');
  assert.deepEqual([offer.source, offer.allowed, offer.providerName], ['custom', true, 'My OpenAI']);
  const agent = await client.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Ada', ...await choice(client), llmProviderId: made._id, llmModelId: 'gpt-x' });
  assert.deepEqual([agent.llmProviderId, agent.status], [made._id, 'active']);
  // Its key is for nobody else's ears.
  const own = (await admin.send('GET', '/api/apps')).body.find(({ id }) => id.replaceAll('-', '').startsWith(agent.orgId));
  const place = `/api/apps/${own.id}/agents/${agent._id}`;
  const { body: { llm } } = await admin.send('GET', place);
  assert.deepEqual([llm.provider, llm.model], ['openai', 'gpt-x']);
  const { status, body: { error } } = await admin.send('PATCH', place, { llm: { ...llm, provider: 'groq' } });
  assert.deepEqual([status, error], [400, 'llm: there is no such account with groq, or it is switched off']);
  const inUse = await client.expect(409, 'providerInUse', 'DELETE', `${where}/${made._id}`);
  assert.deepEqual(inUse.agents, [{ id: agent._id, name: 'Ada' }]);
  await client.expect(200, 'ok', 'PATCH', `${where}/${made._id}`, { active: false, name: 'Mine' });
  const changed = await client.expect(200, 'provider', 'GET', `${where}/${made._id}`);
  assert.deepEqual(changed, { ...made, active: false, name: 'Mine', updatedAt: changed.updatedAt });
  assert.ok(changed.updatedAt >= made.updatedAt);
  const paused = await client.expect(200, 'agent', 'GET', `/api/dashboard/agents/${agent._id}`);
  assert.equal(paused.status, 'paused_provider');
  assert.match(paused.pauseReason, /disabled/);
  await client.expect(200, 'ok', 'PATCH', `${where}/${made._id}`, { active: true, credentials: { apiKey: 'sk-canary-two' } });
  assert.equal((await client.expect(200, 'agent', 'GET', `/api/dashboard/agents/${agent._id}`)).status, 'active');
  await client.expect(200, 'ok', 'DELETE', `/api/dashboard/agents/${agent._id}`);
  await client.expect(200, 'ok', 'DELETE', `${where}/${made._id}`);
  await client.refused(404, /^not found$/, 'GET', `${where}/${made._id}`);
});

test('who signs up does not name addresses that the server asks', async (t) => {
  const { client, admin } = await tiers(t);
  const { key } = await client.expect(201, 'newKey', 'POST', '/api/dashboard/api-keys', { name: 'Website' });
  const vatel = new VoicexClient(client.origin, { token: key });
  const tools = [{ name: 'a' }, { name: 'b', webhook: { url: 'http://169.254.169.254/latest' } }];
  const refused = [400, 'tools[1].webhook: webhooks are for organizations of whoever runs this server'];
  const attempt = async (method, route) => {
    const { status, body } = await vatel.send(method, route, { name: 'Ada', tools });
    assert.deepEqual([status, body.error], refused);
  };
  await attempt('POST', '/v1/agents');
  const { status, body: agent } = await vatel.send('POST', '/v1/agents', { name: 'Ada', tools: tools.slice(0, 1) });
  assert.equal(status, 201);
  await attempt('PATCH', `/v1/agents/${agent.id}`);
  // What the operator has said stays.
  const given = [{ name: 'b', webhook: { url: 'https://example.org/b', secret: 'hush' } }];
  for (const { id } of (await admin.send('GET', '/api/apps')).body) await admin.send('PATCH', `/api/apps/${id}/agents/${agent.id}`, { tools: given });
  const { body: shown } = await vatel.send('GET', `/v1/agents/${agent.id}`);
  assert.equal(shown.tools[0].webhook.url, given[0].webhook.url);
  const changed = await vatel.send('PATCH', `/v1/agents/${agent.id}`, { prompt: 'Be Ada.', tools: shown.tools });
  assert.deepEqual([changed.status, changed.body.tools], [200, shown.tools]);
  await attempt('PATCH', `/v1/agents/${agent.id}`);
});
