// SPDX-License-Identifier: LGPL-2.1-or-later
// What Voicex's REST API tells of calls, after there have been some; and whose account with a service they use.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { KEY as SERVICE_KEY, startFakes } from '../fakes/remote/server.mjs';
import { fakeEngines, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { VoicexCaller as Voice } from '../lib/voicex.mjs';
import { VoicexClient } from './voicex-client.mjs';

const KEY = 'the key of the house';
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-voicex-calls-'));
const heard = 'what is seven times eight';
let daemon, client, agent;

/** A recogniser that always understands the same, after a detector that hears noise. */
function recipe(name, text) {
  const file = path.join(folder, `${name}.launch`);
  writeFileSync(file, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('vad name=vad', 'vad name=vad detector=energy')
    .replace(/provider="\$\{STT[^"]*"/, `provider=fake provider::text="${text}"`));
  return ['--recipe', file];
}

async function start(name, text, env) {
  return startDaemon({ args: recipe(name, text), env: { ...fakeEngines, LLM_PROVIDER: 'scripted', API_KEY: KEY, VOICEX_RATE_LIMIT: '0', ...env } });
}

async function makeAgent(on, fields = {}) {
  const providers = await on.expect(200, 'providers', 'GET', '/api/dashboard/providers');
  const id = (category, key) => providers.find((provider) => provider.category === category && provider.providerKey === key)._id;
  return on.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Desk', llmProviderId: id('llm', 'scripted'), llmModelId: 'scripted', ttsProviderId: id('tts', 'fake'), ttsModelId: 'fake', sttProviderId: id('stt', 'fake'), persona: { greeting: '' }, ...fields });
}

/** One turn with the agent; resolves when the record of it is there. */
async function talk(on = daemon, agentId = agent._id) {
  const voice = await Voice.open(on, { api_key: KEY, agent_id: agentId }, { headers: { 'User-Agent': 'a test' } });
  const turn = await voice.turn();
  voice.close();
  await voice.closed;
  await untilMetric(on, 'sessions', 0);
  const owner = new VoicexClient(on.origin, { apiKey: KEY });
  await until(() => owner.expect(200, 'calls', 'GET', '/api/dashboard/calls?status=completed'), (calls) => calls.some(({ sessionId }) => sessionId === voice.connected.sessionId));
  return turn;
}

async function until(what, value) {
  for (let i = 0; i < 500; i++) {
    const found = await what();
    if (value(found)) return found;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  return assert.fail('it does not become so');
}

before(async () => {
  daemon = await start('session', heard);
  client = new VoicexClient(daemon.origin, { apiKey: KEY });
  agent = await makeAgent(client);
});
after(async () => {
  rmSync(folder, { recursive: true });
  assert.equal(await daemon.stop(), 0, daemon.log);
});

test('a call is listed while it goes on, and kept when it is over', async () => {
  assert.deepEqual(await client.expect(200, 'stats', 'GET', '/api/dashboard/stats'), { totalCalls: 0, activeCalls: 0, totalMinutes: 0, avgDurationSec: 0, agentCount: 1 });
  const voice = await Voice.open(daemon, { api_key: KEY, agent_id: agent._id }, { headers: { 'User-Agent': 'a test', 'X-Forwarded-For': '198.51.100.1' } });
  const [live] = await client.expect(200, 'calls', 'GET', '/api/dashboard/calls');
  assert.deepEqual([live.status, live.agentId, live.channel, live.endedAt, live.sessionId], ['active', agent._id, 'web', null, voice.connected.sessionId]);
  assert.deepEqual(await client.expect(200, 'call', 'GET', `/api/dashboard/calls/${live._id}`), live);
  assert.deepEqual(await client.expect(200, 'count', 'GET', '/api/dashboard/calls/count?status=active'), { count: 1 });
  assert.equal((await client.expect(200, 'stats', 'GET', '/api/dashboard/stats')).activeCalls, 1);
  const { said } = await voice.turn();
  // Its words are being written elsewhere until it is over.
  const later = await until(() => client.expect(200, 'call', 'GET', `/api/dashboard/calls/${live._id}`), ({ metrics }) => metrics.turnCount === 1);
  assert.deepEqual([later.status, later.transcript, later.metrics.ttfbMs], ['active', [], null]);
  voice.close();
  await untilMetric(daemon, 'sessions', 0);

  const call = await until(() => client.expect(200, 'call', 'GET', `/api/dashboard/calls/${live._id}`), ({ summary }) => summary !== null);
  assert.deepEqual([call.status, call.startedAt, call.sessionId], ['completed', live.startedAt, live.sessionId]);
  assert.ok(call.endedAt >= call.startedAt);
  assert.deepEqual(call.transcript.map(({ role, content }) => [role, content]), [['user', heard], ['assistant', said]]);
  assert.equal(call.metrics.turnCount, 1);
  assert.ok(call.metrics.ttsChars >= said.length, JSON.stringify(call.metrics));
  assert.ok(call.metrics.ttfbMs !== null);
  assert.deepEqual(call.metadata, { userAgent: 'a test', ip: '127.0.0.1' });
  // The scripted model does not sum up.
  assert.deepEqual([call.summary, call.sentiment], ['Call completed.', 'neutral']);
});

test('calls are found by their agent, and how they ended', async () => {
  const other = await makeAgent(client, { name: 'Other' });
  await talk(daemon, other._id);
  const list = (query) => client.expect(200, 'calls', 'GET', `/api/dashboard/calls?${query}`);
  const all = await list('');
  assert.deepEqual(all.map(({ agentId }) => agentId), [other._id, agent._id]);
  assert.deepEqual((await list(`agent_id=${agent._id}`)).map(({ _id }) => _id), [all[1]._id]);
  assert.deepEqual((await list(`agentId=${other._id}`)).map(({ _id }) => _id), [all[0]._id]);
  assert.deepEqual((await list('status=completed')).length, 2);
  assert.deepEqual(await list('status=failed'), []);
  assert.deepEqual((await list('skip=1&limit=5')).map(({ _id }) => _id), [all[1]._id]);
  assert.deepEqual((await list('limit=1')).map(({ _id }) => _id), [all[0]._id]);
  assert.deepEqual(await list(`agent_id=${'0'.repeat(24)}`), []);
  assert.deepEqual(await client.expect(200, 'count', 'GET', `/api/dashboard/calls/count?agent_id=${agent._id}`), { count: 1 });
  await client.refused(400, /invalid id/, 'GET', '/api/dashboard/calls?agent_id=x');
  await client.refused(400, /status/, 'GET', '/api/dashboard/calls?status=lost');
  await client.refused(400, /invalid id/, 'GET', '/api/dashboard/calls/x');
  await client.refused(404, /not found/, 'GET', `/api/dashboard/calls/${'0'.repeat(24)}`);

  const stats = await client.expect(200, 'stats', 'GET', '/api/dashboard/stats');
  assert.deepEqual([stats.totalCalls, stats.activeCalls, stats.agentCount], [2, 0, 2]);
  const [today] = await until(() => client.expect(200, 'usage', 'GET', '/api/dashboard/analytics/usage?days=7'), ([day]) => day?.calls === 2);
  assert.deepEqual([today.date, today.calls, today.minutes], [new Date().toISOString().slice(0, 10), 2, 2]);
  assert.ok(today.ttsChars > 0);
});

test('another organization sees none of it', async () => {
  const [call] = await client.expect(200, 'calls', 'GET', '/api/dashboard/calls');
  const operator = { method: 'POST', headers: { Authorization: `Bearer ${KEY}` } };
  const app = await (await fetch(`${daemon.origin}/api/apps`, { ...operator, body: '{"name":"Other"}' })).json();
  const { plaintext } = await (await fetch(`${daemon.origin}/api/apps/${app.id}/api-keys`, { ...operator, body: '{"scopes":["voice"]}' })).json();
  const other = new VoicexClient(daemon.origin, { apiKey: plaintext });
  assert.deepEqual(await other.expect(200, 'calls', 'GET', '/api/dashboard/calls'), []);
  await other.refused(404, /not found/, 'GET', `/api/dashboard/calls/${call._id}`);
  assert.deepEqual(await other.expect(200, 'usage', 'GET', '/api/dashboard/analytics/usage'), []);
  assert.equal((await other.expect(200, 'stats', 'GET', '/api/dashboard/stats')).totalCalls, 0);
});

test('where limits hold, a plan says how many calls there are at once, and for how long; behind a proxy', async (t) => {
  const plans = path.join(folder, 'plans.yaml');
  writeFileSync(plans, JSON.stringify({ plans: [{ slug: 'tiny', limits: { maxAgents: 1, maxConcurrentCalls: 1, maxCallDurationSec: 60, maxMonthlyMinutes: 1 }, models: { llm: ['*'], tts: ['*'] } }] }));
  const limited = await start('limits', heard, { VOICEX_PLANS: plans, VOICEX_LIMITS: 'on', VOWEL_TRUSTED_PROXIES: '127.0.0.1' });
  t.after(async () => { assert.equal(await limited.stop(), 0, limited.log); });
  const owner = new VoicexClient(limited.origin, { apiKey: KEY });
  const { _id } = await makeAgent(owner);
  const sentAway = async () => {
    const voice = await Voice.open(limited, { api_key: KEY, agent_id: _id }, { refused: true });
    return { ...await voice.closed, said: voice.messages.map(({ payload }) => payload.message) };
  };
  const voice = await Voice.open(limited, { api_key: KEY, agent_id: _id }, { headers: { 'X-Forwarded-For': '203.0.113.1, 198.51.100.1' } });
  assert.deepEqual(await sentAway(), { code: 4029, reason: 'Concurrent call limit reached (1)', said: ['Concurrent call limit reached (1)'] });
  await voice.turn();
  voice.close();
  await untilMetric(limited, 'sessions', 0);
  const closed = await until(sentAway, ({ reason }) => reason.startsWith('Monthly'));
  assert.deepEqual([closed.code, closed.reason], [4029, 'Monthly minutes are used up (1)']);
  const [{ metadata }] = await owner.expect(200, 'calls', 'GET', '/api/dashboard/calls');
  assert.equal(metadata.ip, '198.51.100.1');
});

test('an agent calls with the account that it has chosen', async (t) => {
  const fakes = await startFakes();
  t.after(() => fakes.close());
  const other = await start('account', 'are you open', { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' });
  t.after(async () => { assert.equal(await other.stop(), 0, other.log); });
  const owner = new VoicexClient(other.origin, { apiKey: KEY });
  const account = await owner.expect(201, 'provider', 'POST', '/api/dashboard/providers', { category: 'llm', providerKey: 'openai', name: 'Mine', credentials: { apiKey: SERVICE_KEY, baseUrl: fakes.base('openai') }, models: [{ modelId: 'gpt-4o-mini' }] });
  const { _id } = await makeAgent(owner, { llmProviderId: account._id, llmModelId: 'gpt-4o-mini' });
  const { said } = await talk(other, _id);
  // The model repeats what it is given.
  assert.match(said, /are you open/);
  const [{ body }] = fakes.log.filter(({ path: asked }) => asked.endsWith('/chat/completions'));
  assert.equal(JSON.parse(body).model, 'gpt-4o-mini');
  // Switched off it is of no use to anybody.
  await owner.expect(200, 'ok', 'PATCH', `/api/dashboard/providers/${account._id}`, { active: false });
  const refused = await Voice.open(other, { api_key: KEY, agent_id: _id }, { refused: true });
  assert.equal((await refused.closed).code, 4004);
  assert.doesNotMatch(other.log, new RegExp(SERVICE_KEY));
});
