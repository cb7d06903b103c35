// SPDX-License-Identifier: LGPL-2.1-or-later
// Vowel's client from its key to the end of a session: what it must be sent, and what it must not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { packets, silence, speak } from '../lib/speech.mjs';
import { skip } from './agents-client.mjs';
import { Vowel } from './vowel-client.mjs';

const KEY = 'the key of the house';
let daemon;
const uncaught = [];
process.on('uncaughtException', (error) => uncaught.push(error));
before(async () => { daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted', API_KEY: KEY } }); });
after(async () => {
  // What the SDK cannot read it throws where nobody catches it.
  assert.deepEqual(uncaught, []);
  assert.equal(await daemon.stop(), 0, daemon.log);
});

const api = async (route, body) => (await fetch(daemon.origin + route, { method: 'POST', headers: { Authorization: `Bearer ${KEY}` }, body: JSON.stringify(body) })).json();

async function vowel(t, options = {}, runtimeConfig = {}) {
  const { id } = await api('/api/apps', { name: 'Shop', runtimeConfig });
  const { plaintext } = await api('/api/api-keys', { appId: id });
  const client = new Vowel({ apiKey: plaintext, tokenEndpoint: `${daemon.origin}/vowel/api/generateToken`, _voiceConfig: { turnDetection: { mode: 'server_vad' } }, ...options });
  t.after(() => {
    client.stopSession();
    assert.deepEqual(client.errors, []);
    assert.equal(client.count('error'), 0);
  });
  return client;
}

for (const browser of [false, true])
  test(`a key, a token, a session, a tool (${browser ? 'by subprotocol' : 'by header'})`, { skip }, async (t) => {
    const client = await vowel(t, { browser, instructions: 'Be kind.<context>{"page":"cart"}</context>', routes: [{ path: '/cart', description: 'Cart' }] });
    client.registerAction('add-to-cart', { description: 'Adds a product to the cart', parameters: { product: { type: 'string', description: 'What' }, note: { type: 'string', description: 'A note', optional: true } } }, async ({ product }) => ({ product }));
    const answer = await client.startSession();
    assert.equal(answer.provider, 'vowel-core');
    assert.equal(answer.systemInstructions, 'Be kind.<context>{"page":"cart"}</context>');
    // A client that misses session.created goes on after 10 s without it.
    assert.ok(client.readyAfter < 9000, `ready after ${client.readyAfter} ms`);
    assert.equal(client.last('session.created').session.id, answer.sessionId);
    await client.seen('session.updated', 2);
    const { session } = client.last('session.updated');
    assert.equal(session.audio.input.turn_detection.interrupt_response, true);
    // Nobody has chosen what the SDK fills in.
    assert.notEqual(session.audio.output.voice, 'Ashley');

    client.sendText('Add to cart the product "shoes"');
    await client.seen('response.done', 2);
    assert.equal(client.calls.length, 1, 'a call is executed once');
    assert.equal(client.calls[0][0], 'add-to-cart');
    assert.equal(client.count('response.created'), 2);
    assert.equal(client.transcripts.at(-1)[0], 'assistant');
    assert.ok(client.audio > 0 && client.audio % 2 === 0);
  });

test("an app's greeting, and that of the client", { skip }, async (t) => {
  const own = await vowel(t, { initialGreetingPrompt: 'Say hello.' });
  await own.startSession();
  await own.seen('response.done');
  assert.equal(own.transcripts[0][0], 'assistant');
  const apps = await vowel(t, {}, { voiceConfig: { initialGreetingPrompt: 'Say hello.' } });
  await apps.startSession();
  await apps.seen('response.done');
});

test('it detects speech itself, commits, and is answered', { skip }, async (t) => {
  const client = await vowel(t, { _voiceConfig: { turnDetection: { mode: 'client_vad' } } });
  await client.startSession();
  await client.seen('session.updated', 2);
  assert.equal(client.last('session.updated').session.audio.input.turn_detection, null);
  for (const packet of packets(await speak('Hello there'), 4096)) client.session.sendAudio(packet.buffer.slice(packet.byteOffset, packet.byteOffset + packet.byteLength));
  client.session.transport.sendEvent({ type: 'input_audio_buffer.commit' });
  await client.seen('response.done');
  assert.equal(client.count('input_audio_buffer.speech_started'), 0);
  assert.deepEqual(client.transcripts.map(([who]) => who).sort(), ['assistant', 'user']);
});

test('what it calls graceful is no failure', { skip }, async () => {
  const client = await vowel({ after() {} }, {}, { voiceConfig: { maxCallDurationMs: 1000 } });
  await client.startSession();
  const { error } = await client.seen('error');
  assert.equal(error.type, 'session_timeout');
});

test('it is told why there is no token', { skip }, async () => {
  const refused = new Vowel({ apiKey: `vkey_${'0'.repeat(64)}`, tokenEndpoint: `${daemon.origin}/vowel/api/generateToken` });
  await assert.rejects(refused.startSession(), /^Error: Invalid API key$/);
  const elsewhere = await vowel({ after() {} }, { origin: 'https://evil.example' }, { allowedOrigins: ['https://shop.example'] });
  await assert.rejects(elsewhere.startSession(), /Domain not authorized/);
});
