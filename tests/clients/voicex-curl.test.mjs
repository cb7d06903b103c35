// SPDX-License-Identifier: LGPL-2.1-or-later
// The commands of Voicex's documentation, as they are published but for host and key, against the built daemon.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { VoicexCaller as Voice } from '../lib/voicex.mjs';
import { check, VoicexClient } from '../protocol/voicex-client.mjs';
import { shell } from './samples.mjs';

const ADMIN = 'the key of the operator';
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-voicex-curl-'));
let daemon, apiKey, agent;

before(async () => {
  const recipe = path.join(folder, 'session.launch');
  writeFileSync(recipe, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('vad name=vad', 'vad name=vad detector=energy')
    .replace(/provider="\$\{STT[^"]*"/, 'provider=fake provider::text="what is seven times eight"'));
  daemon = await startDaemon({ args: ['--recipe', recipe], env: { ...fakeEngines, LLM_PROVIDER: 'scripted', API_KEY: ADMIN, VOICEX_RATE_LIMIT: '0' } });
  ({ apiKey } = await new VoicexClient(daemon.origin, { token: ADMIN }).expect(200, 'setup', 'POST', '/api/setup', { orgName: 'Acme' }));
  const owner = new VoicexClient(daemon.origin, { apiKey });
  const id = async (category, key) => (await owner.expect(200, 'providers', 'GET', `/api/dashboard/providers?category=${category}`)).find(({ providerKey }) => providerKey === key)._id;
  agent = await owner.expect(201, 'agent', 'POST', '/api/dashboard/agents', {
    name: 'Receptionist', llmProviderId: await id('llm', 'scripted'), llmModelId: 'scripted', ttsProviderId: await id('tts', 'fake'), ttsModelId: 'fake', sttProviderId: await id('stt', 'fake'), persona: { greeting: '' },
  });
  const voice = await Voice.open(daemon, { api_key: apiKey, agent_id: agent._id });
  await voice.turn();
  voice.close();
  await untilMetric(daemon, 'sessions', 0);
  for (let n = 0; n < 1;) {
    ({ count: n } = await owner.expect(200, 'count', 'GET', '/api/dashboard/calls/count?status=completed'));
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
});
after(async () => {
  rmSync(folder, { recursive: true });
  assert.equal(await daemon.stop(), 0, daemon.log);
});

const run = (name, replacements) => shell(`voicex/${name}`, { replacements: { 'https://api.your-voicex.com': daemon.origin, ...(replacements ?? { 'vx_...': apiKey }) } });

test('an API key goes into a header', async () => {
  const agents = check('agents', await run('authentication.sh', { 'vx_a1b2c3d4e5f6...': apiKey }));
  assert.deepEqual(agents, [agent]);
  // With the key of the page nobody gets in.
  check('error', await run('authentication.sh', {}));
});

test('agents and numbers', async () => {
  assert.deepEqual(check('agents', await run('list-agents.sh')), [agent]);
  const { totalCalls, activeCalls, agentCount } = check('stats', await run('stats.sh'));
  assert.deepEqual([totalCalls, activeCalls, agentCount], [1, 0, 1]);
});

test('calls and what was said', async () => {
  const [{ _id }] = check('calls', await run('list-calls.sh'));
  const { transcript } = check('call', await run('call-transcript.sh', { 'vx_...': apiKey, CALL_ID: _id }));
  assert.deepEqual(transcript.map(({ role }) => role), ['user', 'assistant']);
  assert.equal(transcript[0].content, 'what is seven times eight');
});
