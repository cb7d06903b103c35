// SPDX-License-Identifier: LGPL-2.1-or-later
// The fake of Twilio's REST API answers Twilio's own library as the service does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import twilio from 'twilio';
import { ACCOUNT, MUTE_NUMBER, NUMBER, startTwilio, TOKEN } from '../fakes/remote/twilio.mjs';

let fake;
before(async () => { fake = await startTwilio(); });
after(() => fake.close());

class Redirected extends twilio.RequestClient {
  request(options) {
    return super.request({ ...options, uri: options.uri.replace('https://api.twilio.com', fake.url) });
  }
}

const client = (token = TOKEN) => twilio(ACCOUNT, token, { httpClient: new Redirected() });
const twiml = '<Response><Connect><Stream url="wss://voice.example.test/ws/twilio/stream"/></Connect></Response>';

test('a call is placed', async () => {
  const call = await client().calls.create({ to: '+15005550006', from: NUMBER, twiml, statusCallback: 'https://voice.example.test/api/twilio/status' });
  assert.match(call.sid, /^CA[0-9a-f]{32}$/);
  assert.equal(call.status, 'queued');
  assert.equal(call.direction, 'outbound-api');
  assert.equal(fake.calls.at(-1).Twiml, twiml);
});

test('what Twilio does not take is refused with its codes', async () => {
  const refused = async (options, code, status, token) => assert.rejects(client(token).calls.create({ to: '+15005550006', from: NUMBER, twiml, ...options }), (error) => {
    assert.equal(error.code, code);
    assert.equal(error.status, status);
    return true;
  });
  await refused({}, 20003, 401, 'wrong');
  await refused({ to: 'nobody' }, 21211, 400);
  await refused({ from: '+15005550009' }, 21210, 400);
  await refused({ twiml: '<Response>' }, 12100, 400);
  await refused({ url: 'https://voice.example.test/' }, 21205, 400);
});

test('numbers are found by what they have in them', async () => {
  const find = async (phoneNumber) => (await client().incomingPhoneNumbers.list({ phoneNumber })).map((number) => [number.phoneNumber, number.capabilities.voice]);
  assert.deepEqual(await find(NUMBER), [[NUMBER, true]]);
  assert.deepEqual(await find(MUTE_NUMBER), [[MUTE_NUMBER, false]]);
  assert.equal((await find('+1500555')).length, 3);
  assert.deepEqual(await find('+15005559999'), []);
  await assert.rejects(client('wrong').incomingPhoneNumbers.list({ phoneNumber: NUMBER }), ({ status }) => status === 401);
});
