// SPDX-License-Identifier: LGPL-2.1-or-later
// Vatel's REST resources: what each operation answers, and refuses.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ACCOUNT, MUTE_NUMBER, NOBODY, startTwilio, TOKEN } from '../fakes/remote/twilio.mjs';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { VatelApi } from '../lib/vatel.mjs';
import { vatelProblems } from './vatel-checker.mjs';

const KEY = 'the key of the house';
let twilio, daemon, api, other;

async function appKey(name) {
  const admin = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
  const post = async (path, body) => (await fetch(daemon.origin + path, { method: 'POST', headers: admin, body: JSON.stringify(body) })).json();
  const app = await post('/api/apps', { name });
  const key = await post(`/api/apps/${app.id}/api-keys`, { scopes: ['voice'] });
  return key.plaintext;
}

before(async () => {
  twilio = await startTwilio();
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_API_URL: twilio.url } });
  api = new VatelApi(daemon.origin, await appKey('One'));
  other = new VatelApi(daemon.origin, await appKey('Two'));
});
after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  twilio.close();
});

/** Every operation of the API, with what it needs. */
const operations = [
  ['POST', '/v1/session-token'], ['GET', '/v1/organization'], ['GET', '/v1/llms'], ['GET', '/v1/voices'],
  ['GET', '/v1/agents'], ['POST', '/v1/agents'], ['GET', '/v1/agents/ID'], ['PATCH', '/v1/agents/ID'], ['DELETE', '/v1/agents/ID'],
  ['GET', '/v1/agents/ID/versions'], ['GET', '/v1/agents/ID/versions/ID'], ['POST', '/v1/agents/ID/versions/ID/publish'], ['POST', '/v1/agents/ID/dial'],
  ['GET', '/v1/calls'], ['GET', '/v1/calls/ID'], ['GET', '/v1/calls/ID/recording'],
  ['GET', '/v1/twilio/numbers'], ['POST', '/v1/twilio/numbers'], ['PATCH', '/v1/twilio/numbers/ID'],
  ['GET', '/v1/sip-trunks'], ['POST', '/v1/sip-trunks'], ['GET', '/v1/sip-trunks/ID'], ['PATCH', '/v1/sip-trunks/ID'], ['DELETE', '/v1/sip-trunks/ID'],
  ['GET', '/v1/sip-trunks/ID/assignments'], ['POST', '/v1/sip-trunks/ID/assignments'],
  ['GET', '/v1/sip-trunks/assignments/ID'], ['PATCH', '/v1/sip-trunks/assignments/ID'], ['DELETE', '/v1/sip-trunks/assignments/ID'],
];

test('every operation wants a key, and says so', async () => {
  assert.equal(operations.length, 29);
  for (const [method, path] of operations)
    for (const key of [undefined, 'wrong', 'vkey_wrong']) {
      const { status, headers } = await new VatelApi(daemon.origin, key).request(method, path.replaceAll('ID', randomUUID()), method === 'GET' ? undefined : {});
      assert.equal(status, 401, `${method} ${path}`);
      assert.match(headers.get('content-type'), /json/);
    }
});

test('what is absent is 404, what is no id 400, another method 405', async () => {
  for (const [method, path] of operations.filter(([, path]) => path.includes('ID'))) {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    const absent = await api.request(method, path.replaceAll('ID', randomUUID()), body);
    assert.equal(absent.status, 404, `${method} ${path}: ${JSON.stringify(absent.data)}`);
    const broken = await api.request(method, path.replaceAll('ID', 'x1'), body);
    assert.equal(broken.status, 400, `${method} ${path}: ${JSON.stringify(broken.data)}`);
  }
  for (const path of new Set(operations.map(([, path]) => path))) {
    const { status, headers } = await api.request('PUT', path.replaceAll('ID', randomUUID()), {});
    assert.equal(status, 405, path);
    assert.ok(headers.get('allow'));
  }
  assert.equal((await api.request('GET', '/v1/agents/a/b/c/d')).status, 404);
});

test('organization, models and voices', async () => {
  const organization = await api.expect(200, 'GET', '/v1/organization');
  assert.deepEqual(vatelProblems(organization, 'Organization'), []);
  assert.equal(organization.name, 'One');
  const { llms } = await api.expect(200, 'GET', '/v1/llms');
  assert.ok(llms.length > 0 && llms.every((llm) => /^[^/]+\/.+/.test(llm)), llms.join());
  assert.deepEqual(llms, [...llms].sort());
  const { voices } = await api.expect(200, 'GET', '/v1/voices');
  assert.ok(voices.length > 0);
  for (const voice of voices) assert.deepEqual(vatelProblems(voice, 'VoiceEntry'), []);
  // An agent can have any of them.
  const [voice] = voices;
  for (const llm of llms.filter((name) => /^(fake|scripted)\//.test(name))) {
    const agent = await api.createAgent({ llm, voice_settings: { id: voice.id, provider: voice.provider } });
    assert.equal(agent.llm, llm);
    await api.expect(204, 'DELETE', `/v1/agents/${agent.id}`);
  }
});

test('an agent is created, read, changed and deleted', async () => {
  const agent = await api.createAgent({ prompt: 'Be brief.', first_message: 'Hello', keyterms: ['Vowel'] });
  assert.deepEqual(vatelProblems(agent, 'Agent'), []);
  assert.equal(agent.status, 'active');
  assert.deepEqual(agent.vad_settings, { start_secs: 0.2, stop_secs: 0.8, silence_timeout_secs: 10 });
  const path = `/v1/agents/${agent.id}`;
  assert.deepEqual(await api.expect(200, 'GET', path), agent);
  assert.deepEqual((await api.expect(200, 'GET', '/v1/agents')).map(({ id }) => id), [agent.id]);

  const changed = await api.expect(200, 'PATCH', path, { first_message: 'Hi', vad_settings: { stop_secs: 1.5 }, keyterms: [], phone_number_id: null });
  assert.deepEqual([changed.first_message, changed.keyterms, changed.phone_number_id], ['Hi', [], '']);
  assert.deepEqual(changed.vad_settings, { start_secs: 0.2, stop_secs: 1.5, silence_timeout_secs: 10 });
  for (const body of [{ llm: 'nobody/nothing' }, { status: 'asleep' }, { name: '' }, { voice_settings: { id: 'x' } }, { default_language: 'xx' }]) {
    const { status, data } = await api.request('PATCH', path, body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.match(data.error, new RegExp(Object.keys(body)[0]));
  }
  assert.equal((await api.request('PATCH', path, 'not JSON')).status, 400);
  assert.equal((await api.request('POST', '/v1/agents', {})).status, 400, 'a name is required');

  // Another organization's.
  for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']]) assert.equal((await other.request(method, path, body)).status, 403, method);
  assert.deepEqual(await other.expect(200, 'GET', '/v1/agents'), []);

  const gone = await api.request('DELETE', path);
  assert.deepEqual([gone.status, gone.data], [204, null]);
  assert.equal((await api.request('GET', path)).status, 404);
});

test('changes that come at the same time are all kept', async () => {
  const agent = await api.createAgent({ prompt: 'One.' });
  const path = `/v1/agents/${agent.id}`;
  const changes = [{ name: 'Ann' }, { prompt: 'Two.' }, { first_message: 'Hi' }, { keyterms: ['Vowel'] }, { default_language: 'de' }, { vad_settings: { stop_secs: 1.5 } }];
  await Promise.all(changes.map((change) => api.expect(200, 'PATCH', path, change)));
  const kept = await api.expect(200, 'GET', path);
  for (const change of changes.slice(0, -1)) for (const [name, value] of Object.entries(change)) assert.deepEqual(kept[name], value);
  assert.equal(kept.vad_settings.stop_secs, 1.5);
  assert.deepEqual((await api.expect(200, 'GET', `${path}/versions`)).map(({ tag }) => tag), ['v2', 'v1']);
  await api.expect(204, 'DELETE', path);
});

test('versions: what changes of the prompt waits to be published', async () => {
  const agent = await api.createAgent({ prompt: 'One.' });
  const path = `/v1/agents/${agent.id}/versions`;
  const [first, ...more] = await api.expect(200, 'GET', path);
  assert.deepEqual([more.length, first.tag, first.agent_id], [0, 'v1', agent.id]);
  assert.deepEqual(vatelProblems(first, 'GraphVersion'), []);
  assert.ok(first.published_at);

  await api.expect(200, 'PATCH', `/v1/agents/${agent.id}`, { prompt: 'Two.' });
  const [draft] = await api.expect(200, 'GET', path);
  assert.deepEqual([draft.tag, draft.published_at], ['v2', null]);
  const { version, nodes } = await api.expect(200, 'GET', `${path}/${draft.id}`);
  assert.deepEqual(version, draft);
  assert.ok(Array.isArray(nodes) && JSON.stringify(nodes).includes('Two.'));
  assert.ok(JSON.stringify((await api.expect(200, 'GET', `${path}/${first.id}`)).nodes).includes('One.'));

  assert.equal((await api.request('POST', '/v1/session-token', { agent_id: agent.id, version_id: draft.id })).status, 400, 'it is a draft');
  const published = await api.expect(200, 'POST', `${path}/${draft.id}/publish`);
  assert.equal(published.id, draft.id);
  assert.ok(published.published_at);
  assert.equal((await api.request('POST', `${path}/${draft.id}/publish`)).status, 409);
  await api.token(agent.id, { version_id: draft.id });
  assert.equal((await other.request('POST', `${path}/${draft.id}/publish`)).status, 403);
});

test('session tokens as each SDK asks for them', async () => {
  const { id } = await api.createAgent({});
  const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  const ask = async (body, query = '') => api.request('POST', `/v1/session-token${query}`, body);

  const plain = await ask({ agent_id: id });
  assert.deepEqual([plain.status, Object.keys(plain.data)], [200, ['token']]);
  assert.deepEqual(claims(plain.data.token).scopes, ['voice']);
  assert.equal(claims(plain.data.token).exp - claims(plain.data.token).iat, 900);

  // Python says everything that it could say.
  const nulls = { agent_id: id, version_id: null, transport: null, prompt: null, first_message: null, chat: null, chat_id: null };
  assert.equal((await ask(nulls)).status, 200);
  // Go says it in the address, without a body.
  assert.equal((await ask(undefined, `?agentId=${id}`)).status, 200);

  const chatId = randomUUID();
  const { data } = await ask({ agent_id: id.toUpperCase(), transport: 'websocket', prompt: 'P', first_message: 'F', chat: true, chat_id: chatId,
    variables: [{ key: 'name', value: 'Bob' }] });
  const said = claims(data.token);
  assert.deepEqual(said.scopes, ['voice', 'chat']);
  assert.deepEqual(said.parameters, { prompt: 'P', first_message: 'F', chat_id: chatId, variables: { name: 'Bob' } });
  assert.equal(said.agent_id, id);
});

test('session tokens that nobody gets', async () => {
  const { id } = await api.createAgent({});
  const asleep = await api.createAgent({ status: 'inactive' });
  const ask = (body) => api.request('POST', '/v1/session-token', body);
  for (const [status, body, what] of [
    [400, 'not JSON', 'the body'],
    [400, '[]', 'the body'],
    [400, {}, 'agent_id'],
    [400, undefined, 'agent_id'],
    [400, { agent_id: 'x' }, 'agent_id'],
    [400, { agent_id: 7 }, 'agent_id'],
    [400, { agent_id: id, version_id: 'x' }, 'version_id'],
    [400, { agent_id: id, transport: 'carrier pigeon' }, 'transport'],
    [400, { agent_id: id, chat: 'yes' }, 'chat'],
    [400, { agent_id: id, chat_id: 'x' }, 'chat_id'],
    [400, { agent_id: id, prompt: 1 }, 'prompt'],
    [400, { agent_id: id, variables: { a: 'b' } }, 'variables'],
    [400, { agent_id: id, variables: [{ key: 'a' }] }, 'variables'],
    [400, { agent_id: id, surprise: 1 }, 'surprise'],
    [400, { agent_id: id, prompt: 'x'.repeat(100000) }, 'token'],
    [404, { agent_id: randomUUID() }, 'agent'],
    [404, { agent_id: id, version_id: randomUUID() }, 'version'],
    [404, { agent_id: asleep.id }, 'inactive'],
    [503, { agent_id: id, transport: 'webrtc' }, 'WebRTC'],
  ]) {
    const answer = await ask(body);
    assert.equal(answer.status, status, `${JSON.stringify(body)?.slice(0, 100)}: ${JSON.stringify(answer.data)}`);
    assert.match(answer.data.error, new RegExp(what, 'i'));
  }
  // Nothing is told of another organization's agents, not even whether they sleep.
  for (const body of [{ agent_id: id }, { agent_id: asleep.id }, { agent_id: id, version_id: randomUUID() }])
    assert.equal((await other.request('POST', '/v1/session-token', body)).status, 403);
  // What is unknown is told before what is not to be had.
  assert.equal((await ask({ agent_id: randomUUID(), transport: 'webrtc' })).status, 404);
});

test('telephone numbers are kept, their secrets not shown', async () => {
  const body = { phone_number: '+15005550006', account_sid: ACCOUNT, auth_token: TOKEN, label: 'Front desk' };
  const number = await api.expect(201, 'POST', '/v1/twilio/numbers', body);
  assert.deepEqual(vatelProblems(number, 'Number'), []);
  assert.deepEqual([number.phone_number, number.account_sid, number.label], ['+15005550006', ACCOUNT, 'Front desk']);
  assert.match(number.phone_sid, /^PN[0-9a-f]{32}$/, 'as Twilio has told');
  assert.ok(!JSON.stringify(number).includes(TOKEN));
  assert.deepEqual(await api.expect(200, 'GET', '/v1/twilio/numbers'), [number]);
  assert.deepEqual(await other.expect(200, 'GET', '/v1/twilio/numbers'), []);
  assert.equal((await api.request('POST', '/v1/twilio/numbers', body)).status, 409);
  assert.equal((await other.request('POST', '/v1/twilio/numbers', body)).status, 409);
  for (const bad of [{}, { ...body, phone_number: '12' }, { ...body, auth_token: '' }, { ...body, more: 1 }, { ...body, label: 1 }])
    assert.equal((await api.request('POST', '/v1/twilio/numbers', bad)).status, 400, JSON.stringify(bad));
  const path = `/v1/twilio/numbers/${number.id}`;
  assert.equal((await api.expect(200, 'PATCH', path, { label: 'Back door' })).label, 'Back door');
  assert.equal((await other.request('PATCH', path, { label: 'x' })).status, 403);
  assert.equal((await api.request('PATCH', path, { phone_number: '+1' })).status, 400);
  assert.equal((await api.expect(200, 'PATCH', path, {})).label, 'Back door', 'what is not said stays');
  assert.equal((await api.expect(200, 'PATCH', path, { label: null })).label, '');
  // The account has got another token.
  twilio.token = 'canary-newer-token';
  for (const [token, status] of [[TOKEN, 502], ['', 400], [null, 400], [7, 400]]) assert.equal((await api.request('PATCH', path, { auth_token: token })).status, status, token);
  assert.equal((await other.request('PATCH', path, { auth_token: twilio.token })).status, 403);
  const changed = await api.expect(200, 'PATCH', path, { auth_token: twilio.token, label: 'Side door' });
  assert.deepEqual([changed.label, changed.phone_sid, changed.id], ['Side door', number.phone_sid, number.id]);
  // While Twilio is asked the label is changed.
  await Promise.all([{ auth_token: twilio.token }, { label: 'Garage' }].map((change) => api.expect(200, 'PATCH', path, change)));
  assert.deepEqual((await api.expect(200, 'GET', '/v1/twilio/numbers')).map(({ label }) => label), ['Garage']);
  const agent = await api.createAgent({ phone_number_id: number.id });
  assert.equal((await api.request('POST', `/v1/agents/${agent.id}/dial?${new URLSearchParams({ number: '+15005550009' })}`)).status, 200);
  twilio.token = TOKEN;
  assert.ok(!daemon.log.includes('canary-newer-token'));
});

test('a number is imported by who has it', async () => {
  const body = { phone_number: '+15005550001', account_sid: ACCOUNT, auth_token: TOKEN };
  const refused = async (change, status, why, client = api) => {
    const answer = await client.request('POST', '/v1/twilio/numbers', { ...body, ...change });
    assert.equal(answer.status, status, JSON.stringify(answer.data));
    assert.match(answer.data.error, why);
  };
  const before = await api.expect(200, 'GET', '/v1/twilio/numbers');
  await refused({ phone_number: '+15005559999' }, 400, /^phone_number: The account at Twilio has no number \+15005559999$/);
  await refused({ phone_number: '+1500555' }, 400, /has no number \+1500555$/);
  await refused({ phone_number: MUTE_NUMBER }, 400, /^phone_number: .* not for voice$/);
  await refused({ auth_token: 'wrong' }, 502, /Authenticate \(20003\)$/);
  await refused({ account_sid: 'AC/../x?' }, 502, /Twilio/);
  const busy = await startTwilio({ trouble: 429 });
  const cut = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_API_URL: busy.url } });
  await refused({}, 502, /Too Many Requests for \*\*\* \(20429\)$/, new VatelApi(cut.origin, KEY));
  busy.close();
  assert.equal(await cut.stop(), 0, cut.log);
  assert.deepEqual(await api.expect(200, 'GET', '/v1/twilio/numbers'), before);
  // Two who ask at the same time.
  const both = await Promise.all([api, other].map((client) => client.request('POST', '/v1/twilio/numbers', body)));
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
  assert.ok(!daemon.log.includes(TOKEN));
});

test('who stops does not wait for Twilio', async () => {
  const silent = await startTwilio({ silent: true });
  const cut = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_API_URL: silent.url } });
  const asked = silent.asked();
  const answer = new VatelApi(cut.origin, KEY).request('POST', '/v1/twilio/numbers', { phone_number: '+15005550001', account_sid: ACCOUNT, auth_token: TOKEN });
  answer.catch(() => {});
  await asked;
  assert.equal(await cut.stop(), 0, cut.log);
  await assert.rejects(answer, 'it is told nothing');
  silent.close();
});

test('an agent has no number of another organization', async () => {
  const [number] = await api.expect(200, 'GET', '/v1/twilio/numbers');
  for (const id of [number.id, randomUUID()]) {
    const { status, data } = await other.request('POST', '/v1/agents', { name: 'Eve', phone_number_id: id });
    assert.equal(status, 400);
    assert.match(data.error, /^phone_number_id/);
  }
  // Nor does it call from one that it was given otherwise.
  const organization = await other.expect(200, 'GET', '/v1/organization');
  const admin = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
  const apps = await (await fetch(`${daemon.origin}/api/apps`, { headers: admin })).json();
  const app = apps.find(({ name }) => name === organization.name);
  const eve = await (await fetch(`${daemon.origin}/api/apps/${app.id}/agents`, { method: 'POST', headers: admin, body: JSON.stringify({ name: 'Eve', phoneNumberId: number.id }) })).json();
  const before = twilio.calls.length;
  const { status, data } = await other.request('POST', `/v1/agents/${eve.id}/dial?${new URLSearchParams({ number: '+15005550009' })}`);
  assert.equal(status, 400, JSON.stringify(data));
  assert.equal(twilio.calls.length, before);
});

test('there is no SIP here', async () => {
  assert.deepEqual(await api.expect(200, 'GET', '/v1/sip-trunks'), []);
  const { status, data } = await api.request('POST', '/v1/sip-trunks', { pbx: 'generic' });
  assert.equal(status, 503);
  assert.match(data.error, /SIP/);
});

test('who cannot be dialled', async () => {
  const agent = await api.createAgent({});
  const asleep = await api.createAgent({ status: 'inactive' });
  const dial = async (query, { id } = agent) => (await api.request('POST', `/v1/agents/${id}/dial?${new URLSearchParams(query)}`)).status;
  assert.equal(await dial({}), 400);
  assert.equal(await dial({ number: 'me' }), 400);
  assert.equal(await dial({ number: '+15005550001', destination: '+15005550002' }), 400);
  assert.equal(await dial({ number: '+15005550001' }), 400, 'the agent has no number');
  assert.equal(await dial({ number: '+15005550001' }, asleep), 404);
  assert.equal(await dial({ number: '+15005550001', sipTrunkId: 'x' }), 400);
  assert.equal(await dial({ number: '+15005550001', sipTrunkId: randomUUID() }), 503);
});

test('an agent calls somebody through Twilio', async () => {
  const telephony = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_API_URL: twilio.url, TWILIO_APP_URL: 'https://voice.example.org' } });
  const house = new VatelApi(telephony.origin, KEY);
  const number = await house.expect(201, 'POST', '/v1/twilio/numbers', { phone_number: '+15005550006', account_sid: ACCOUNT, auth_token: TOKEN });
  const agent = await house.createAgent({ phone_number_id: number.id });
  const dial = (query) => house.request('POST', `/v1/agents/${agent.id}/dial?${new URLSearchParams(query)}`);
  const { status, data } = await dial({ number: '+15005550001', destination: '+15005550001', firstMessage: 'Good morning' });
  assert.deepEqual([status, data], [200, { success: true }]);
  const { To, From, Twiml } = twilio.calls.at(-1);
  assert.deepEqual([To, From], ['+15005550001', '+15005550006']);
  assert.match(Twiml, /wss:\/\/voice\.example\.org\//);

  const refused = await dial({ number: NOBODY });
  assert.equal(refused.status, 502);
  assert.match(refused.data.error, /^Twilio placed no call: .*\(21214\)$/);
  assert.ok(!telephony.log.includes(TOKEN));
  assert.equal(await telephony.stop(), 0);
});

test('bad filters of calls', async () => {
  for (const query of ['page=0', 'page=x', 'page_size=0', 'page_size=101', 'status=gone', 'source=pigeon', 'outcome=good', 'outbound=1', 'agent_ids=x',
    'date_from=yesterday', 'date_to=2026-99-01', `organization_id=x`]) {
    const { status, data } = await api.request('GET', `/v1/calls?${query}`);
    assert.ok(status === 400 || (status === 403 && query.startsWith('organization')), query);
    assert.ok(data.error);
  }
  const { calls, pagination } = await api.expect(200, 'GET', '/v1/calls');
  assert.deepEqual(calls, []);
  assert.deepEqual(pagination, { page: 1, page_size: 20, total: 0, total_pages: 0, has_next: false, has_prev: false });
});

test('a server of one key makes itself an organization', async () => {
  const single = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY } });
  const house = new VatelApi(single.origin, KEY);
  assert.deepEqual(await house.expect(200, 'GET', '/v1/agents'), []);
  const agent = await house.createAgent({});
  assert.deepEqual((await house.expect(200, 'GET', '/v1/agents')).map(({ id }) => id), [agent.id]);
  assert.deepEqual(vatelProblems(await house.expect(200, 'GET', '/v1/organization'), 'Organization'), []);
  assert.equal(await single.stop(), 0);
});
