// SPDX-License-Identifier: LGPL-2.1-or-later
// Agents on the telephone: who answers which number, and who calls whom.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import twilio from 'twilio';
import { ACCOUNT, NOBODY, NUMBER, startTwilio, TOKEN } from '../fakes/remote/twilio.mjs';
import { fakeEngines, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { encodeMulaw } from '../lib/mulaw.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { speak } from '../lib/speech.mjs';
import { askWebhook, callFields, placeCall, readTwiml, TwilioStream } from '../lib/twilio.mjs';
import { VatelApi } from '../lib/vatel.mjs';
import { vatelProblems } from './vatel-checker.mjs';

const KEY = 'the key of the house';
const admin = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
const CALLEE = '+15005550009';

let fake, daemon, api, app, anna, ben, number;

const post = async (path, body, method = 'POST') => {
  const response = await fetch(daemon.origin + path, { method, headers: admin, body: JSON.stringify(body) });
  assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
};

before(async () => {
  fake = await startTwilio();
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_API_URL: fake.url } });
  app = await post('/api/apps', { name: 'One' });
  api = new VatelApi(daemon.origin, (await post(`/api/apps/${app.id}/api-keys`, { scopes: ['voice'] })).plaintext);
  anna = await api.createAgent({ name: 'Anna', first_message: 'Anna here.' });
  ben = await api.createAgent({ name: 'Ben', first_message: 'This is Ben speaking.' });
  number = await api.expect(201, 'POST', '/v1/twilio/numbers', { phone_number: NUMBER, account_sid: ACCOUNT, auth_token: TOKEN });
  await api.expect(200, 'PATCH', `/v1/agents/${ben.id}`, { phone_number_id: number.id });
});
after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  fake.close();
});

const fields = () => callFields({ AccountSid: ACCOUNT, To: NUMBER, Called: NUMBER });
const voice = (query = '') => `${daemon.origin}/api/twilio/voice${query}`;
const spoken = ({ messages, waiting }) => messages.some(({ mark }) => mark?.name === 't1-s1') && waiting === 0;

const recordsOf = async (callSid) => (await (await fetch(`${daemon.origin}/api/calls`, { headers: admin })).json()).filter(({ details }) => details?.callSid === callSid);

/** The record of a call, once there is one of which `probe` is true. */
async function findRecord(callSid, probe = () => true) {
  for (;;) {
    const record = (await recordsOf(callSid)).find(probe);
    if (record) return (await fetch(`${daemon.origin}/api/calls/${record.id}`, { headers: admin })).json();
  }
}

/** That of a call that is over now. */
async function recordOf(call) {
  await call.hangUp();
  call.check();
  return findRecord(call.callSid);
}

/** What Twilio reports, signed. Of a stream it says no more than of which call it is. */
const report = async (callSid, what, authToken = TOKEN) =>
  (await askWebhook(`${daemon.origin}/api/twilio/status`, { fields: { AccountSid: ACCOUNT, CallSid: callSid, ...what }, authToken })).status;

test('a number that was imported is answered by its agent, who speaks first', async () => {
  const call = await placeCall(voice(), { fields: fields(), authToken: TOKEN });
  await call.until(spoken);
  const record = await recordOf(call);
  assert.equal(record.agentId, ben.id);
  assert.equal(record.appId, app.id);
  assert.deepEqual(record.transcript.map(({ speaker, text }) => [speaker, text]), [['assistant', 'This is Ben speaking.']]);
});

test('the signature of the number\'s account is wanted, and no other', async () => {
  for (const authToken of [undefined, 'another']) assert.equal((await askWebhook(voice(`?api_key=${api.key}`), { fields: fields(), authToken })).status, 403);
  // Of another account nothing is known.
  assert.equal((await askWebhook(voice(`?api_key=${api.key}`), { fields: { ...fields(), AccountSid: 'ACother' } })).status, 200);
  assert.equal((await askWebhook(voice(), { fields: { ...fields(), AccountSid: 'ACother' }, authToken: TOKEN })).status, 401);
});

test('a key says whose agents there are, and agent_id which', async () => {
  const first = await placeCall(voice(`?api_key=${api.key}`));
  await first.until(spoken);
  assert.equal((await recordOf(first)).agentId, anna.id, 'the oldest that is active');
  for (const id of [ben.id, ben.id.replaceAll('-', '').slice(0, 24)]) {
    const second = await placeCall(voice(`?api_key=${api.key}&agent_id=${id}`));
    await second.until(spoken);
    assert.equal((await recordOf(second)).agentId, ben.id);
  }
  const other = await post('/api/apps', { name: 'Two' });
  const key = (await post(`/api/apps/${other.id}/api-keys`, { scopes: ['voice'] })).plaintext;
  assert.match((await askWebhook(voice(`?api_key=${key}&agent_id=${ben.id}`))).text, /<Reject reason="rejected"/);
  const asleep = await api.createAgent({ name: 'Carl', status: 'inactive' });
  assert.match((await askWebhook(voice(`?api_key=${api.key}&agent_id=${asleep.id}`))).text, /<Reject reason="rejected"/);
  const minting = (await post(`/api/apps/${other.id}/api-keys`, { scopes: ['mint_ephemeral'] })).plaintext;
  assert.equal((await askWebhook(voice(`?api_key=${minting}`))).status, 401);
});

test('an agent that wants keys answers them', async () => {
  const dora = await post(`/api/apps/${app.id}/agents`, { name: 'Dora', prompt: 'Ask for a number.', dtmf: true });
  const call = await placeCall(voice(`?api_key=${api.key}&agent_id=${dora.id}`));
  await call.until(() => true);
  call.press('4', '2', '#');
  await call.until(spoken);
  const { transcript } = await recordOf(call);
  assert.equal(transcript[0].text, '(The caller pressed 42# on the keypad.)');
  assert.match(transcript[1].text, /42#/);
});

test('an agent calls somebody', async () => {
  const answer = await api.request('POST', `/v1/agents/${ben.id}/dial?${new URLSearchParams({ number: CALLEE, firstMessage: 'May I ask you something?' })}`);
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.data, { success: true });
  const order = fake.calls.at(-1);
  assert.equal(order.To, CALLEE);
  assert.equal(order.From, NUMBER);
  assert.match(order.StatusCallback, /\/api\/twilio\/status$/);
  const twiml = readTwiml(order.Twiml);
  assert.deepEqual(await (await TwilioStream.open(twiml.url, { callSid: 'CAanother', parameters: twiml.parameters })).closed, { code: 4001, reason: 'Unauthorized' });

  await api.expect(200, 'POST', `/v1/agents/${ben.id}/dial?${new URLSearchParams({ destination: CALLEE, firstMessage: 'May I ask you something?' })}`);
  const placed = fake.calls.at(-1);
  const { url, parameters } = readTwiml(placed.Twiml);
  const call = await TwilioStream.open(url, { callSid: placed.sid, parameters });
  await untilMetric(daemon, 'sessions', 1);
  const backend = await RealtimeConnection.open(`${daemon.url}?call_id=${placed.sid}`, { headers: admin, dialect: 'ga' });
  await call.until(spoken);
  await call.say(encodeMulaw(speak('Yes, please.', { rate: 8000 })));
  await call.until(({ messages }) => messages.some(({ mark }) => mark?.name === 't2-s1'));
  const record = await recordOf(call);
  assert.equal((await backend.closed).code, 1000);
  assert.equal(record.party, CALLEE);
  assert.equal(record.agentId, ben.id);
  assert.equal(record.details.direction, 'outbound');
  assert.equal(record.transcript[0].text, 'May I ask you something?');
  const { calls } = await api.expect(200, 'GET', '/v1/calls?source=twilio&outbound=true');
  assert.deepEqual(calls.map(({ party_number: party }) => party), [CALLEE]);
});

test('a call that has lasted long enough is put through', async () => {
  const settings = { default_timeout: 1, timeout_action: 'transfer_call', transfer_number: '+15005550008', transfer_message: 'A colleague & friend.' };
  await api.expect(200, 'PATCH', `/v1/agents/${ben.id}`, { timeout_settings: settings });
  const call = await placeCall(voice(), { fields: fields(), authToken: TOKEN });
  assert.deepEqual(await call.closed, { code: 1000, reason: 'The call was put through' });
  const expected = new twilio.twiml.VoiceResponse();
  expected.say('A colleague & friend.');
  expected.dial('+15005550008');
  assert.deepEqual(fake.changes.map(({ sid, twiml }) => [sid, twiml.replaceAll('\n', '')]), [[call.callSid, expected.toString().replaceAll('\n', '')]]);
  assert.equal((await recordOf(call)).endReason, 'transferred');
  // For Voicex's clients it is one like others that did not fail.
  const voicex = async (query) => (await fetch(`${daemon.origin}/api/dashboard/calls${query}`, { headers: { 'x-api-key': api.key } })).json();
  const listed = (await voicex('')).map(({ _id, status }) => [_id, status]);
  assert.deepEqual((await voicex('?status=completed')).map(({ _id, status }) => [_id, status]), listed);
  // It ends, too, when Twilio does not do that.
  await api.expect(200, 'PATCH', `/v1/agents/${ben.id}`, { timeout_settings: { transfer_number: NOBODY } });
  const other = await placeCall(voice(), { fields: fields(), authToken: TOKEN });
  assert.deepEqual(await other.closed, { code: 1000, reason: 'The call has lasted too long' });
  assert.equal((await recordOf(other)).endReason, 'expired');
  await api.expect(200, 'PATCH', `/v1/agents/${ben.id}`, { timeout_settings: null });
});

test('where signatures are required, a stream may have that of its number\'s account', async (t) => {
  const origin = 'https://voice.example.test';
  const strict = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_API_URL: fake.url, TWILIO_APP_URL: origin, TWILIO_REQUIRE_SIGNATURE: 'on' } });
  t.after(async () => assert.equal(await strict.stop(), 0, strict.log));
  const house = new VatelApi(strict.origin, KEY);
  const { id } = await house.expect(201, 'POST', '/v1/twilio/numbers', { phone_number: NUMBER, account_sid: ACCOUNT, auth_token: TOKEN });
  await house.createAgent({ first_message: 'Hello there.', phone_number_id: id });
  const open = async (authToken) => {
    const answer = await askWebhook(`${strict.origin}/api/twilio/voice`, { fields: fields(), authToken: TOKEN, url: `${origin}/api/twilio/voice` });
    const { url, parameters } = readTwiml(answer.text);
    const headers = authToken && { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(authToken, url, {}) };
    return TwilioStream.open(url.replace(origin.replace('https', 'wss'), strict.origin.replace('http', 'ws')), { callSid: answer.fields.CallSid, parameters, headers });
  };
  const call = await open(TOKEN);
  await call.until(spoken);
  await call.hangUp();
  assert.deepEqual(await (await open('another')).closed, { code: 4001, reason: 'Unauthorized' });
  await assert.rejects(open(undefined), /403/);
});

test('the account of the server puts through its own calls, and no others', async (t) => {
  const own = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_API_URL: fake.url, TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: TOKEN } });
  t.after(async () => assert.equal(await own.stop(), 0, own.log));
  const house = new VatelApi(own.origin, KEY);
  await house.createAgent({ timeout_settings: { default_timeout: 1, timeout_action: 'transfer_call', transfer_number: '+15005550008' } });
  const call = await placeCall(`${own.origin}/api/twilio/voice`, { fields: fields(), authToken: TOKEN });
  assert.deepEqual(await call.closed, { code: 1000, reason: 'The call was put through' });
  assert.equal(fake.changes.at(-1).sid, call.callSid);
  // Who has a key may name any call.
  const before = fake.changes.length;
  const { callSid } = new TwilioStream();
  const stream = await TwilioStream.open(`${own.origin.replace('http', 'ws')}/ws/twilio/stream?api_key=${encodeURIComponent(KEY)}`, { callSid });
  assert.deepEqual(await stream.closed, { code: 1000, reason: 'The call has lasted too long' });
  assert.equal(fake.changes.length, before);
});

test('what Twilio reports of a call becomes part of its record, whenever it comes', async () => {
  const call = await placeCall(voice(), { fields: fields(), authToken: TOKEN });
  await call.until(spoken);
  assert.equal(await report(call.callSid, { StreamEvent: 'stream-started', StreamSid: call.streamSid }), 204);
  assert.equal(await report(call.callSid, { StreamEvent: 'stream-error', StreamError: '31951', StreamSid: call.streamSid }), 204);
  assert.equal(await report(call.callSid, { StreamEvent: 'stream-error', StreamError: 'forged' }, 'another'), 403);
  const early = await recordOf(call);
  assert.deepEqual(early.details, { callSid: call.callSid, direction: 'inbound', streamError: '31951' });

  const numbers = { To: NUMBER, From: '+15005550006', Direction: 'inbound' };
  const ended = { CallStatus: 'completed', CallDuration: '42', AnsweredBy: 'human' };
  // Another organization's number does not tell of this one's calls.
  const two = await post('/api/apps', { name: 'Three' });
  const other = new VatelApi(daemon.origin, (await post(`/api/apps/${two.id}/api-keys`, { scopes: ['voice'] })).plaintext);
  await other.expect(201, 'POST', '/v1/twilio/numbers', { phone_number: '+15005550006', account_sid: ACCOUNT, auth_token: TOKEN });
  assert.equal(await report(call.callSid, { ...numbers, To: '+15005550006', CallStatus: 'busy' }), 204);
  // Nor does anybody who signs nothing.
  assert.equal((await askWebhook(`${daemon.origin}/api/twilio/status`, { fields: { AccountSid: 'ACother', CallSid: call.callSid, CallStatus: 'busy' } })).status, 204);
  assert.equal(await report(call.callSid, { ...numbers, ...ended }), 204);
  const { details } = await findRecord(call.callSid, (record) => record.details.callStatus);
  assert.deepEqual(details, { callSid: call.callSid, direction: 'inbound', streamError: '31951', callStatus: 'completed', callDuration: 42, answeredBy: 'human' });
});

test('a call that nobody has answered leaves a record', async () => {
  await api.expect(200, 'POST', `/v1/agents/${ben.id}/dial?${new URLSearchParams({ number: CALLEE })}`);
  const { sid } = fake.calls.at(-1);
  const numbers = { From: NUMBER, To: CALLEE, Direction: 'outbound-api' };
  assert.equal(await report(sid, { ...numbers, CallStatus: 'ringing' }), 204);
  assert.deepEqual(await recordsOf(sid), []);
  for (let i = 0; i < 2; i++) assert.equal(await report(sid, { ...numbers, CallStatus: 'no-answer', CallDuration: '0' }), 204);
  const record = await findRecord(sid);
  assert.deepEqual(record.details, { callSid: sid, direction: 'outbound', callStatus: 'no-answer', callDuration: 0 });
  assert.deepEqual([record.appId, record.agentId, record.party, record.source, record.endReason], [app.id, ben.id, CALLEE, 'twilio', 'failed']);
  const { calls } = await api.expect(200, 'GET', `/v1/calls?outbound=true&search=${sid}`);
  assert.equal(calls.length, 1);
  const [shown] = calls;
  assert.deepEqual(vatelProblems(shown, 'Call'), []);
  assert.deepEqual([shown.status, shown.termination_reason, shown.connected_at, shown.duration_seconds], ['ended', 'no_answer', undefined, 0]);
});

test('what Twilio does not do is told', async () => {
  fake.token = 'another since then';
  const refused = await api.request('POST', `/v1/agents/${ben.id}/dial?number=${encodeURIComponent(CALLEE)}`);
  fake.token = TOKEN;
  assert.equal(refused.status, 502);
  assert.match(refused.data.error, /Authenticate \(20003\)/);
  assert.ok(!daemon.log.includes(TOKEN));
});

test('keys and tokens of Voicex say whose call it is, and its organization must have been let in', async () => {
  const json = async (path, { method = 'GET', body, headers = {} } = {}) =>
    (await fetch(daemon.origin + path, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: body && JSON.stringify(body) })).json();
  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse' };
  await json('/api/auth/signup', { method: 'POST', body: person });
  const { id } = (await json('/api/organizations', { headers: admin })).find(({ ownerEmail }) => ownerEmail === person.email);
  const letIn = (status) => json(`/api/organizations/${id}`, { method: 'PATCH', headers: admin, body: { status } });
  await letIn('active');
  const { token } = await json('/api/auth/signin', { method: 'POST', body: person });
  const { key } = await json('/api/dashboard/api-keys', { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: { name: 'Telephone' } });
  assert.match(key, /^vx_/);
  const agent = await post(`/api/apps/${id}/agents`, { name: 'Faye', prompt: 'Be Faye.', firstMessage: { text: 'Faye here.' } });
  for (const query of [`?api_key=${key}`, `?token=${token}`]) {
    const call = await placeCall(voice(query));
    await call.until(spoken);
    const record = await recordOf(call);
    assert.deepEqual([record.appId, record.agentId], [id, agent.id]);
    await (await TwilioStream.open(`${daemon.origin.replace('http', 'ws')}/ws/twilio/stream${query}`)).hangUp();
  }
  const vatel = () => fetch(`${daemon.origin}/v1/agents`, { headers: { Authorization: `Bearer ${key}` } });
  assert.equal((await vatel()).status, 200);
  await letIn('pending');
  for (const query of [`?api_key=${key}`, `?token=${token}`]) assert.match((await askWebhook(voice(query))).text, /<Reject/);
  // Nor does its key do anything else for its agents.
  const refused = await vatel();
  assert.equal(refused.status, 403);
  assert.match((await refused.json()).error, /pending/);
});

test('an agent remembers who called before, where it is to', async (t) => {
  const other = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, TWILIO_MEMORY: 'on' } });
  t.after(async () => assert.equal(await other.stop(), 0, other.log));
  const address = `${other.origin}/api/twilio/voice?api_key=${encodeURIComponent(KEY)}`;
  const hello = encodeMulaw(speak('Hello there.', { rate: 8000 }));
  const talk = async (From) => {
    const call = await placeCall(address, { fields: callFields({ From }) });
    await untilMetric(other, 'sessions', 1);
    const witness = await RealtimeConnection.open(`${other.url}?call_id=${call.callSid}`, { headers: admin, dialect: 'ga' });
    await call.say(hello);
    await witness.next('response.done');
    await call.hangUp();
    await untilMetric(other, 'sessions', 0);
    return witness.events.filter(({ type, item }) => type === 'conversation.item.added' && item.role === 'assistant').length;
  };
  assert.equal(await talk('+15005550011'), 1);
  assert.equal(await talk('+15005550012'), 1, 'somebody else');
  assert.equal(await talk('+15005550011'), 2, 'what was said before, and the answer');
});
