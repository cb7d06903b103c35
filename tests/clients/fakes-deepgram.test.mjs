// SPDX-License-Identifier: LGPL-2.1-or-later
// The fake of Deepgram answers Deepgram's own client as Deepgram does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DeepgramClient } from '@deepgram/sdk';
import { KEY, startFakes } from '../fakes/remote/server.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

function client(apiKey = KEY) {
  const base = fakes.base('deepgram');
  const ws = base.replace('http', 'ws');
  return new DeepgramClient({ apiKey, maxRetries: 0, environment: { base, production: ws, agent: ws, agentRest: base } });
}

async function listen(options = {}) {
  const connection = await client().listen.v1.connect({ model: 'nova-3', language: 'en-US', encoding: 'linear16', sample_rate: 16000, interim_results: 'true', ...options });
  const messages = [];
  const closed = new Promise((resolve) => connection.on('close', resolve));
  let wake = () => {};
  connection.on('message', (message) => {
    messages.push(message);
    wake();
  });
  const next = async (predicate) => {
    for (;;) {
      const found = messages.find(predicate);
      if (found) return found;
      await new Promise((resolve) => { wake = resolve; });
    }
  };
  connection.connect();
  await connection.waitForOpen();
  return { connection, messages, next, closed };
}

test('deepgram: live recognition', async () => {
  const { connection, messages, next, closed } = await listen();
  connection.sendKeepAlive({ type: 'KeepAlive' });
  for (let i = 0; i < 25; i++) connection.sendMedia(new Uint8Array(640));
  await next((message) => message.type === 'Results' && !message.is_final);
  connection.sendFinalize({ type: 'Finalize' });
  await next((message) => message.from_finalize);
  const text = messages.filter((message) => message.is_final).map((message) => message.channel.alternatives[0].transcript).filter(Boolean).join(' ');
  assert.equal(text, '500 milliseconds at 16000.');
  connection.sendCloseStream({ type: 'CloseStream' });
  await next((message) => message.type === 'Metadata');
  await closed;
  connection.close();
});

test('deepgram: speech', async () => {
  const response = await client().speak.v1.audio.generate({ text: 'Hello.', model: 'aura-2-thalia-en', encoding: 'linear16', sample_rate: 24000, container: 'none' });
  const pcm = await response.arrayBuffer();
  assert.equal(pcm.byteLength, 6 * 0.06 * 24000 * 2);
});

test('deepgram: what the service refuses', async () => {
  const speak = (body, key) => client(key).speak.v1.audio.generate({ text: 'Hello.', model: 'aura-2-thalia-en', encoding: 'linear16', ...body });
  await assert.rejects(speak({}, 'wrong'), (error) => error.statusCode === 401);
  await assert.rejects(speak({ model: 'aura-2-nobody-en' }), (error) => error.statusCode === 400);
  await assert.rejects(speak({ text: '' }), (error) => error.statusCode === 400);
  await assert.rejects(speak({ text: 'x'.repeat(2001) }), (error) => error.statusCode === 413);
});
