// SPDX-License-Identifier: LGPL-2.1-or-later
// What makes no sense to Voicex's REST API is refused, whatever it is; the server goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { check, VoicexClient } from './voicex-client.mjs';

const KEY = 'the key of the house';
let daemon, client, agent, provider, choice;

before(async () => {
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, VOICEX_RATE_LIMIT: '0' } });
  client = new VoicexClient(daemon.origin, { apiKey: KEY });
  const providers = await client.expect(200, 'providers', 'GET', '/api/dashboard/providers');
  const pick = (category) => providers.find((one) => one.category === category && one.providerKey === 'fake');
  choice = { llmProviderId: pick('llm')._id, llmModelId: 'fake', ttsProviderId: pick('tts')._id, ttsModelId: 'fake', sttProviderId: pick('stt')._id };
  agent = await client.expect(201, 'agent', 'POST', '/api/dashboard/agents', { name: 'Desk', ...choice });
  provider = await client.expect(201, 'provider', 'POST', '/api/dashboard/providers', { category: 'llm', providerKey: 'openai', name: 'Mine', credentials: { apiKey: 'x' } });
});
after(async () => { assert.equal(await daemon.stop(), 0, daemon.log); });

const VALUES = [null, true, 0, -1, 1e308, '', 'x', '\u0000', '💥', [], [null], [[]], [{}], {}, { a: null }, 'x'.repeat(1025)];

/** Each member of a good body replaced by each of the above, at every depth. */
function* spoil(body) {
  for (const [name, value] of Object.entries(body)) {
    for (const other of VALUES) yield { ...body, [name]: other };
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const inner of spoil(value)) yield { ...body, [name]: inner };
  }
}

const ROUTES = () => [
  ['POST', '/api/setup', { orgName: 'x' }],
  ['POST', '/api/auth/signup', { name: 'Ada', email: 'ada@example.org', password: 'short' }],
  ['POST', '/api/auth/signin', { email: 'nobody@example.org', password: '' }],
  ['POST', '/api/auth/token', { api_key: 'x' }],
  ['PATCH', '/api/dashboard/organization', { name: 'x' }],
  ['POST', '/api/dashboard/api-keys', { name: '', scopes: ['voice'] }],
  ['PATCH', `/api/dashboard/agents/${agent._id}`, { name: 'x', active: true, persona: agent.persona, thresholds: agent.thresholds, llmConfig: agent.llmConfig, ttsConfig: agent.ttsConfig, ...choice }],
  ['PATCH', `/api/dashboard/providers/${provider._id}`, { name: 'Mine', active: true, models: [], settings: { a: 1 }, credentials: { apiKey: 'x', baseUrl: 'https://x.example/v1' } }],
];

test('members of any kind', async () => {
  for (const [method, path, body] of ROUTES())
    for (const spoilt of spoil(body)) {
      const answer = await client.send(method, path, spoilt);
      assert.ok(answer.status < 500, `${method} ${path} ${JSON.stringify(spoilt)}: ${answer.status} ${JSON.stringify(answer.body)}`);
      if (answer.status >= 400) check('error', answer.body);
    }
  // What was taken is still something.
  await client.expect(200, 'agents', 'GET', '/api/dashboard/agents');
  await client.expect(200, 'providers', 'GET', '/api/dashboard/providers');
});

test('bodies of any kind', async () => {
  for (const [method, path] of ROUTES())
    for (const body of ['', 'null', '[]', '7', '"x"', '{', '{"a":1}}', '\xff', '[['.repeat(200), `{"name":${'['.repeat(500)}${']'.repeat(500)}}`]) {
      const answer = await client.send(method, path, body);
      assert.ok(answer.status < 500, `${method} ${path} ${body.slice(0, 20)}: ${answer.status}`);
      if (answer.status >= 400) check('error', answer.body);
    }
});

test('ids and numbers of any kind', async () => {
  for (const id of ['x', '%00', '..', 'F'.repeat(24), `${agent._id}0`, '%F0%9F%92%A5', agent._id.toUpperCase()])
    for (const what of ['agents', 'calls', 'providers']) {
      const { status } = await fetch(`${daemon.origin}/api/dashboard/${what}/${id}`, { headers: client.headers });
      assert.ok(status === 200 || status === 400 || status === 404, `${what}/${id}: ${status}`);
    }
  for (const number of ['-1', '99999999999999999999', 'x', '', '1e3', '0'])
    for (const path of ['agents?skip', 'agents?limit', 'calls?limit', 'calls?skip', 'models/search?limit', 'models/search?skip', 'analytics/usage?days'])
      assert.equal((await client.send('GET', `/api/dashboard/${path}=${number}`)).status, 200, `${path}=${number}`);
});
