// SPDX-License-Identifier: LGPL-2.1-or-later
// Telephone calls, from Twilio's side of the wire.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import twilio from 'twilio';
import { fakeEngines, metric, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { encodeMulaw } from '../lib/mulaw.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { speak } from '../lib/speech.mjs';
import { askWebhook, callFields, placeCall, readTwiml, TwilioStream } from '../lib/twilio.mjs';

const KEY = 'the key of the house';
const TOKEN = 'vowel-test-auth-token';
const PUBLIC = 'https://voice.example.test';
const headers = { Authorization: `Bearer ${KEY}` };

let daemon;
let webhook;
let hello;
let folder;
let recipe; // whose model looks things up

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-twilio-'));
  recipe = path.join(folder, 'session.launch');
  writeFileSync(recipe, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session-telephony.launch'), 'utf8')
    .replace('provider="${LLM:-auto}"', 'provider=fake provider::tool=look_up'));
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY } });
  webhook = `${daemon.origin}/api/twilio/voice?api_key=${encodeURIComponent(KEY)}`;
  hello = encodeMulaw(speak('Hello there.', { rate: 8000 }));
});
after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

/** A daemon of a test's own. */
async function daemonFor(t, options) {
  const own = await startDaemon(options);
  t.after(async () => assert.equal(await own.stop(), 0, own.log));
  return own;
}

test('a caller is heard and answered, and what is played comes back as marks', async () => {
  const call = await placeCall(webhook);
  assert.equal(call.twiml.url, `ws://127.0.0.1:${daemon.port}/ws/twilio/stream`);
  await call.say(hello);
  await call.until(({ messages }) => messages.some(({ mark }) => mark?.name === 't1-s1'));
  await call.until(({ waiting }) => waiting === 0);
  assert.ok(call.played.length > 2000, `${call.played.length} bytes`);
  assert.ok(call.played.some((byte) => byte !== 0xff && byte !== 0x7f), 'silence was played');
  assert.deepEqual((await call.hangUp()).code, 1000);
  call.check();
});

test('speaking into an answer empties what waits to be played', async (t) => {
  const slow = await daemonFor(t, { env: { ...fakeEngines, API_KEY: KEY } });
  const call = await placeCall(`${slow.origin}/api/twilio/voice?api_key=${encodeURIComponent(KEY)}`);
  await call.say(encodeMulaw(speak('Please tell me a very long story about the sea.', { rate: 8000 })));
  await call.until(({ played }) => played.length > 1600);
  assert.ok(call.waiting <= 1100, `${call.waiting} ms were sent ahead`);
  const spoken = call.say(hello);
  await call.until(({ messages }) => messages.some(({ event }) => event === 'clear'));
  assert.equal(call.waiting, 0);
  await spoken;
  await call.until(({ messages }) => messages.findLast(({ event }) => event === 'clear') !== messages.at(-1));
  await call.hangUp();
  call.check();
});

test('marks that come late say what was heard all the same', async () => {
  const call = await placeCall(webhook, { markDelay: 700 });
  await call.say(hello);
  await call.until(({ messages }) => messages.some(({ mark }) => mark));
  await call.say(hello);
  await call.until(({ messages }) => messages.some(({ mark }) => mark?.name.startsWith('t2')));
  await call.hangUp();
  call.check();
});

test('who hangs up in the middle of a word is gone', async () => {
  for (const end of ['hangUp', 'drop']) {
    const call = await placeCall(webhook);
    call.say(hello.subarray(0, hello.length / 2), 0);
    await untilMetric(daemon, 'sessions', 1);
    await call[end]();
    await untilMetric(daemon, 'sessions', 0);
  }
});

test('what makes no sense is skipped, and too much of it ends the call', async () => {
  const call = await placeCall(webhook);
  for (const nonsense of ['', '{', '[]', '{"event":7}', '{"event":"media"}', '{"event":"media","media":{"payload":"*"}}', '{"event":"dtmf","dtmf":{"digit":"z"}}', '['.repeat(100000)])
    call.raw(nonsense);
  call.raw({ event: 'whatever', streamSid: call.streamSid });
  call.start(); // a second time
  call.socket.send(Buffer.from([1, 2, 3]));
  await call.say(hello);
  await call.until(({ messages }) => messages.some(({ mark }) => mark));
  for (let i = 0; i < 20; i++) call.raw('{"event":"media","media":{}}');
  const { code, reason } = await call.closed;
  assert.equal(code, 1007);
  assert.match(reason, /media\.payload/);
  call.check();
});

test('a stream that brings other audio is told so', async () => {
  const call = await TwilioStream.open(`${daemon.origin.replace('http', 'ws')}/ws/twilio/stream?api_key=${encodeURIComponent(KEY)}`, { start: false });
  call.raw({ event: 'start', start: { streamSid: 'MZ1', callSid: 'CA1', mediaFormat: { encoding: 'audio/x-l16', sampleRate: 16000, channels: 1 } } });
  const { code, reason } = await call.closed;
  assert.equal(code, 1003);
  assert.match(reason, /start\.mediaFormat/);
});

test('a ticket opens one stream of its call, wherever it stands', async () => {
  const streams = `${daemon.origin.replace('http', 'ws')}/ws/twilio/stream`;
  const { text, fields } = await askWebhook(webhook);
  const { url, parameters } = readTwiml(text);
  assert.deepEqual(Object.keys(parameters), ['ticket']);
  const first = await TwilioStream.open(url, { callSid: fields.CallSid, parameters });
  await untilMetric(daemon, 'sessions', 1);
  const unauthorized = { code: 4001, reason: 'Unauthorized' };
  assert.deepEqual(await (await TwilioStream.open(url, { callSid: fields.CallSid, parameters })).closed, unauthorized);
  assert.deepEqual(await (await TwilioStream.open(url, { callSid: fields.CallSid })).closed, unauthorized);
  assert.deepEqual(await (await TwilioStream.open(`${streams}?api_key=wrong`)).closed, unauthorized);
  const other = await askWebhook(webhook);
  const ticket = readTwiml(other.text).parameters.ticket;
  assert.deepEqual(await (await TwilioStream.open(`${streams}/${ticket}`, { callSid: 'CAother' })).closed, unauthorized);
  await first.hangUp();
  await untilMetric(daemon, 'sessions', 0);
  const third = await askWebhook(webhook);
  const inPath = await TwilioStream.open(`${streams}/${readTwiml(third.text).parameters.ticket}`, { callSid: third.fields.CallSid });
  const byKey = await TwilioStream.open(`${streams}?api_key=${encodeURIComponent(KEY)}`);
  await untilMetric(daemon, 'sessions', 2);
  assert.equal((await (await TwilioStream.open(`${streams}?token=${encodeURIComponent(KEY)}`, { callSid: byKey.callSid })).closed).code, 1008, 'a call twice');
  await inPath.hangUp();
  await byKey.hangUp();
});

test('the webhook wants a key', async () => {
  for (const query of ['', '?api_key=wrong', '?token=wrong', '?api_key=']) {
    const answer = await askWebhook(`${daemon.origin}/api/twilio/voice${query}`);
    assert.equal(answer.status, 401);
    assert.match(answer.type, /^text\/xml/);
    assert.match(answer.text, /<Response><Reject reason="rejected"\/><\/Response>$/);
  }
  assert.equal((await askWebhook(`${daemon.origin}/api/twilio/voice?token=${encodeURIComponent(KEY)}`)).status, 200);
  assert.equal((await askWebhook(`${daemon.origin}/api/twilio/voice`, { headers })).status, 200);
  assert.equal((await askWebhook(webhook, { method: 'GET' })).status, 200);
  // A token is for the session that it was minted for, whatever agents there are.
  const { value } = await (await fetch(`${daemon.origin}/v1/realtime/client_secrets`, { method: 'POST', headers })).json();
  assert.match(value, /^ek_/);
  assert.equal((await askWebhook(`${daemon.origin}/api/twilio/voice?token=${value}`)).status, 401);
  assert.equal((await (await TwilioStream.open(`${daemon.origin.replace('http', 'ws')}/ws/twilio/stream?token=${value}`)).closed).code, 4001);
  const broken = await fetch(webhook, { method: 'POST', body: 'CallSid=%', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  assert.equal(broken.status, 400);
});

test('signatures are checked against the public address', async (t) => {
  const strict = await daemonFor(t, { env: { ...fakeEngines, API_KEY: KEY, TWILIO_APP_URL: `${PUBLIC}/`, TWILIO_AUTH_TOKEN: TOKEN, TWILIO_ACCOUNT_SID: 'ACtest' } });
  const route = '/api/twilio/voice';
  const ask = (options, query = '') => askWebhook(strict.origin + route + query, { url: PUBLIC + route + query, ...options });
  const good = await ask({ authToken: TOKEN });
  assert.equal(good.status, 200, 'the signature is enough');
  assert.equal(readTwiml(good.text).url, 'wss://voice.example.test/ws/twilio/stream');
  assert.equal(readTwiml(good.text).statusCallback, `${PUBLIC}/api/twilio/status`);
  const key = `?api_key=${encodeURIComponent(KEY)}&agent_name=caf%C3%A9`;
  assert.equal((await ask({ authToken: TOKEN }, key)).status, 200);
  assert.equal((await ask({ authToken: TOKEN, method: 'GET' }, key)).status, 200);
  assert.equal((await ask({ authToken: TOKEN }, '?api_key=wrong')).status, 401);
  const body = '{"hello":"world"}';
  const json = async (hash) => {
    const target = `${route}?api_key=${encodeURIComponent(KEY)}&bodySHA256=${hash}`;
    const signature = twilio.getExpectedTwilioSignature(TOKEN, PUBLIC + target, {});
    return (await fetch(strict.origin + target, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-Twilio-Signature': signature } })).status;
  };
  assert.equal(await json(twilio.getExpectedBodyHash(body)), 200);
  assert.equal(await json(twilio.getExpectedBodyHash(`${body} `)), 403);
  assert.equal((await ask({ authToken: TOKEN, url: `${PUBLIC}:443${route}` })).status, 200);
  for (const options of [{}, { authToken: 'another' }, { authToken: TOKEN, url: strict.origin + route }]) {
    const answer = await ask(options, key);
    assert.equal(answer.status, 403);
    assert.equal(answer.text, '');
  }
  // Of another account the token is not known: the key is enough.
  assert.equal((await ask({ fields: callFields({ AccountSid: 'ACother' }) }, key)).status, 200);
  assert.equal((await ask({ fields: callFields({ AccountSid: 'ACother' }), authToken: TOKEN })).status, 401);
});

test('signatures can be required of all requests, streams too', async (t) => {
  const env = { ...fakeEngines, API_KEY: KEY, TWILIO_APP_URL: PUBLIC, TWILIO_REQUIRE_SIGNATURE: 'on' };
  const without = await daemonFor(t, { env });
  const query = `?api_key=${encodeURIComponent(KEY)}`;
  assert.equal((await askWebhook(`${without.origin}/api/twilio/voice${query}`)).status, 403);

  const strict = await daemonFor(t, { env: { ...env, TWILIO_AUTH_TOKEN: TOKEN } });
  const route = `/ws/twilio/stream${query}`;
  const open = (url) => TwilioStream.open(strict.origin.replace('http', 'ws') + route, {
    headers: url && { 'x-twilio-signature': twilio.getExpectedTwilioSignature(TOKEN, url, {}) },
  });
  for (const url of [undefined, `wss://another.test${route}`]) await assert.rejects(open(url), /403/);
  for (const url of [`wss://voice.example.test${route}`, `${PUBLIC}${route}`]) await (await open(url)).hangUp();
});

test('a caller is rejected when there is no room', async (t) => {
  const small = await daemonFor(t, { env: { ...fakeEngines, API_KEY: KEY, VOWEL_MAX_SESSIONS: '1' } });
  const address = `${small.origin}/api/twilio/voice?api_key=${encodeURIComponent(KEY)}`;
  const call = await placeCall(address);
  const late = await askWebhook(address);
  await untilMetric(small, 'sessions', 1);
  const busy = await askWebhook(address);
  assert.equal(busy.status, 200);
  assert.match(busy.text, /<Reject reason="busy"\/>/);
  const { url, parameters } = late.text.includes('<Stream') ? readTwiml(late.text) : {};
  if (url) assert.equal((await (await TwilioStream.open(url, { callSid: late.fields.CallSid, parameters })).closed).code, 1013);
  await call.hangUp();
});

test('a caller of an agent that is not there is rejected', async () => {
  for (const agent of ['64f0c0ffee0123456789abcd', 'nobody', '2c1f5d6e-0d0f-4f43-9e0c-6a1d4d3c1b2a']) {
    const answer = await askWebhook(`${webhook}&agent_id=${agent}`);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /<Reject reason="rejected"\/>/);
    const stream = await TwilioStream.open(`${daemon.origin.replace('http', 'ws')}/ws/twilio/stream?api_key=${encodeURIComponent(KEY)}&agent_id=${agent}`);
    assert.deepEqual(await stream.closed, { code: 4005, reason: 'Agent not found' });
  }
});

test('a backend joins a call by its name and executes its tools', async (t) => {
  const tools = await daemonFor(t, { env: { ...fakeEngines, API_KEY: KEY }, args: ['--recipe', recipe] });
  const call = await placeCall(`${tools.origin}/api/twilio/voice?api_key=${encodeURIComponent(KEY)}`);
  await untilMetric(tools, 'sessions', 1);
  const backend = await RealtimeConnection.open(`${tools.url}?call_id=${call.callSid}`, { headers, dialect: 'ga' });
  backend.send({ type: 'session.update', session: { type: 'realtime', tools: [{ type: 'function', name: 'look_up', parameters: { type: 'object' } }] } });
  await backend.next('session.updated');
  await call.say(hello);
  const { item } = await backend.next('response.output_item.done', (event) => event.item.type === 'function_call');
  assert.equal(item.name, 'look_up');
  backend.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: item.call_id, output: 'sunny' } });
  backend.send({ type: 'response.create' });
  const { transcript } = await backend.next('response.output_audio_transcript.done');
  assert.match(transcript, /sunny/);
  await call.until(({ messages }) => messages.some(({ mark }) => mark));
  call.press('4', '2', '#');
  const { item: keys } = await backend.next('conversation.item.added', ({ item: added }) => added.role === 'user' && added.content[0].type === 'input_text');
  assert.match(keys.content[0].text, /42#/);
  await call.hangUp();
  assert.equal((await backend.closed).code, 1000);
  call.check();
});

test('a call leaves a record with the number of its caller', async () => {
  const call = await placeCall(webhook, { fields: callFields({ From: '+15005550007' }) });
  await call.say(hello);
  await call.until(({ messages }) => messages.some(({ mark }) => mark));
  await call.hangUp();
  // It is written after the connection has closed.
  for (;;) {
    const records = await (await fetch(`${daemon.origin}/api/calls`, { headers })).json();
    const record = records.find(({ party }) => party === '+15005550007');
    if (record === undefined) continue;
    assert.equal(record.source, 'twilio');
    assert.equal(record.endReason, 'client_left');
    assert.deepEqual(record.details, { callSid: call.callSid, direction: 'inbound' });
    return;
  }
});

test('what Twilio reports of a stream is counted', async () => {
  const post = (fields) => fetch(`${daemon.origin}/api/twilio/status`, { method: 'POST', body: new URLSearchParams(fields) });
  assert.equal((await post({ StreamEvent: 'stream-started', CallSid: 'CA1' })).status, 204);
  assert.equal((await post({ StreamEvent: 'stream-error', StreamError: '31951', CallSid: 'CA1' })).status, 204);
  assert.equal((await post({ CallStatus: 'completed', CallSid: 'CA1' })).status, 204);
  const metrics = await (await fetch(`${daemon.origin}/metrics`, { headers })).text();
  assert.match(metrics, /^vowel_twilio_stream_errors_total 1$/m);
  assert.match(metrics, /^vowel_twilio_calls_total [1-9]/m);
  assert.match(metrics, /^vowel_twilio_refused_total [1-9]/m);
  assert.match(daemon.log, /31951/);
});

test('what Twilio reports must be signed where that can be checked', async (t) => {
  const strict = await daemonFor(t, { env: { ...fakeEngines, API_KEY: KEY, TWILIO_APP_URL: PUBLIC, TWILIO_AUTH_TOKEN: TOKEN } });
  const report = async (authToken) => (await askWebhook(`${strict.origin}/api/twilio/status`, { url: `${PUBLIC}/api/twilio/status`, fields: { AccountSid: 'ACtest', CallSid: 'CA1', StreamEvent: 'stream-started' }, authToken })).status;
  assert.equal(await report(TOKEN), 204);
  assert.equal(await report('another'), 403);
  assert.equal(await report(undefined), 403);
});

test('the path of a stream is a WebSocket', async () => {
  assert.equal((await fetch(`${daemon.origin}/ws/twilio/stream`)).status, 426);
  assert.equal(await metric(daemon, 'sessions'), 0);
});
