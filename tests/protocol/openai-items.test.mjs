// SPDX-License-Identifier: LGPL-2.1-or-later
// Items that a client makes, of every kind that there is.
import assert from 'node:assert/strict';
import { ITEM, expectNew, say, scenario, silence } from './scenario.mjs';

const TRANSCRIPTION = 'conversation.item.input_audio_transcription.';
const recording = (id, ms) => ({
  type: 'conversation.item.create',
  event_id: `c-${id}`,
  item: { id, type: 'message', role: 'user', content: [{ type: 'input_audio', audio: silence(ms) }] },
});

scenario('a recording is transcribed, and the answer waits for it', async ({ driver, client }) => {
  client.recordings.push('rec');
  await client.send(recording('rec', 700));
  expectNew(client, ...ITEM);
  assert.deepEqual(client.events.at(-1).item.content, [{ type: 'input_audio', transcript: null }]);
  await client.send({ type: 'response.create' });
  expectNew(client, 'response.created');
  await driver.engine('transcribed', 1, 'Good morning');
  expectNew(client, `${TRANSCRIPTION}delta`, `${TRANSCRIPTION}completed`);
  assert.deepEqual(client.last(`${TRANSCRIPTION}completed`).usage, { type: 'duration', seconds: 0.7 });
  await client.send({ type: 'response.cancel' });

  await client.send({ type: 'conversation.item.retrieve', item_id: 'rec' });
  const [part] = client.last('conversation.item.retrieved').item.content;
  assert.equal(part.transcript, 'Good morning');
  assert.equal(part.audio, silence(700));
});

scenario('a recording that nobody understands', async ({ driver, client }) => {
  client.recordings.push('rec');
  await client.send(recording('rec', 700));
  await driver.engine('failed_recording', 1);
  const failed = client.last(`${TRANSCRIPTION}failed`);
  assert.equal(failed.item_id, 'rec');
  for (const value of Object.values(failed.error)) assert.equal(typeof value, 'string');
});
