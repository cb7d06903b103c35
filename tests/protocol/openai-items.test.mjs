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

scenario('items of every kind', async ({ client, dialect }) => {
  const create = (item, more) => client.send({ type: 'conversation.item.create', event_id: 'i1', item, ...more });
  const text = dialect === 'beta' ? 'text' : 'output_text';
  const good = [
    { id: 'sys', type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] },
    { id: 'usr', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }, { type: 'input_audio', transcript: 'there' }] },
    { id: 'ast', type: 'message', role: 'assistant', status: 'incomplete', content: [{ type: text, text: 'Hello' }] },
    { id: 'call', type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
    { id: 'out', type: 'function_call_output', call_id: 'c1', output: 'done' },
  ];
  for (const item of good) {
    await create(item);
    expectNew(client, ...ITEM);
    await client.send({ type: 'conversation.item.retrieve', item_id: item.id });
    expectNew(client, 'conversation.item.retrieved');
    const { item: kept } = client.last('conversation.item.retrieved');
    for (const key of ['id', 'type', 'role', 'call_id', 'name', 'arguments', 'output', 'content'])
      assert.deepEqual(kept[key], item[key], `${item.id}: ${key}`);
    assert.equal(kept.status, 'completed');
  }

  const image = { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] };
  if (dialect === 'ga') {
    await create(image);
    expectNew(client, ...ITEM);
  }
  const bad = [
    [{ type: 'item_reference', id: 'usr' }, 'invalid_value', 'item.type'],
    [{ type: 'mcp_approval_response', approval_request_id: 'a', approve: true }, 'invalid_value', 'item.type'],
    [{ type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: 'AAAA' }] }, 'missing_required_parameter', 'item.content[0].text'],
    [{ type: 'message', role: 'system', content: [{ type: 'input_audio', audio: 'AAAA' }] }, 'invalid_value', 'item.content[0].type'],
    [{ type: 'message', role: 'user', content: [{ type: 'input_audio' }] }, 'missing_required_parameter', 'item.content[0].audio'],
    [{ type: 'message', role: 'user', content: [{ type: 'input_audio', audio: '!' }] }, 'invalid_value', 'item.content[0].audio'],
    [{ type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'https://example.org/x.png' }] },
      'invalid_value', 'item.content[0].image_url'],
    [{ type: 'function_call_output', call_id: 'c1' }, 'missing_required_parameter', 'item.output'],
    [{ type: 'function_call', name: 'f' }, 'missing_required_parameter', 'item.arguments'],
    [{ ...good[0], id: 'x'.repeat(65) }, 'string_above_max_length', 'item.id'],
    [good[0], 'item_create_invalid_item_id', 'item.id'],
  ];
  if (dialect === 'beta') bad.push([image, 'invalid_value', 'item.content[0].type']);
  for (const [item, code, param] of bad) {
    await create(item);
    const { error } = client.events.at(-1);
    assert.deepEqual([error?.code, error?.param, error?.event_id], [code, param, 'i1'], JSON.stringify(item));
  }
  await create(good[0], { previous_item_id: 'nowhere' });
  assert.equal(client.last('error').error.code, 'item_create_invalid_item_id');
});
