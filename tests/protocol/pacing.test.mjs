// SPDX-License-Identifier: LGPL-2.1-or-later
// How far ahead of its playing speech is sent, as clients of the daemon see it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, refusedUpgrade, userText } from '../lib/realtime.mjs';

let daemon;
before(async () => { daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted', VOWEL_OUTPUT_LEAD_MS: '500' } }); });
after(async () => assert.equal(await daemon.stop(), 0));

/** Milliseconds of speech, and those that passed until the last of it came. */
async function ask(query, text) {
  const connection = await RealtimeConnection.open(`${daemon.url}${query}`, { dialect: 'ga' });
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  await connection.next('response.created');
  const begin = performance.now();
  await connection.next('response.done');
  const passed = performance.now() - begin;
  const bytes = connection.events.filter(({ type }) => type === 'response.output_audio.delta')
    .reduce((sum, { delta }) => sum + Buffer.from(delta, 'base64').length, 0);
  await connection.close();
  return { speech: bytes / 48, passed };
}

test('speech comes at most the lead ahead', async () => {
  const { speech, passed } = await ask('', 'What is seven times eight?');
  assert.ok(speech > 1000, `${speech}`);
  assert.ok(passed > speech - 600, `${speech} ms of speech after ${passed} ms`);
});

test('a client may ask for all of it at once', async () => {
  const { speech, passed } = await ask('?output_lead_ms=0', 'Tell me a story');
  assert.ok(speech > 30000, `${speech}`);
  assert.ok(passed < speech / 2, `${speech} ms of speech after ${passed} ms`);
});

test('a lead that is none is refused', async () => {
  for (const wrong of ['soon', '-1', '3600001', '1.5']) {
    const { status, body: { error } } = await refusedUpgrade(`${daemon.url}?output_lead_ms=${wrong}`);
    assert.equal(status, 400);
    assert.equal(error.param, 'output_lead_ms');
    assert.match(error.message, /from 0 to 3600000/);
  }
});
