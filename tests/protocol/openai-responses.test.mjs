// SPDX-License-Identifier: LGPL-2.1-or-later
// Responses: what may be asked of one, what it counts, and what is refused.
import assert from 'node:assert/strict';
import { FINISH } from './driver.mjs';
import { ITEM, SPOKEN_END, SPOKEN_START, expectNew, say, scenario, session } from './scenario.mjs';

const UNLIMITED = 2 ** 31 - 1;

scenario('usage and rate limits follow every response', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('audio', 1, 1000, 0, 3);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  const { usage } = client.last('response.done').response;
  assert.equal(usage.input_tokens, 10);
  assert.deepEqual(usage.input_token_details, {
    text_tokens: 10, audio_tokens: 0, image_tokens: 0, cached_tokens: 0,
    cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
  });
  assert.deepEqual(usage.output_token_details, { text_tokens: 5, audio_tokens: 20 });
  assert.equal(usage.output_tokens, 25);
  assert.equal(usage.total_tokens, 35);
  assert.deepEqual(client.events.at(-1).rate_limits, ['requests', 'tokens'].map((name) => (
    { name, limit: UNLIMITED, remaining: UNLIMITED, reset_seconds: 0 })));

  // What is cut short is estimated.
  await client.send({ type: 'response.create' });
  await driver.engine('text', 2, 'Well then');
  await client.send({ type: 'response.cancel' });
  const cut = client.last('response.done').response.usage;
  assert.ok(cut.input_tokens > 0 && cut.output_tokens > 0, JSON.stringify(cut));
  assert.equal(client.events.at(-1).type, 'rate_limits.updated');
});

scenario('what a server plays is not over a WebSocket', async ({ client }) => {
  await client.send({ type: 'output_audio_buffer.clear', event_id: 'o1' });
  const { error } = client.last('error');
  assert.deepEqual([error.code, error.param, error.event_id], ['invalid_event', 'type', 'o1']);
  assert.match(error.message, /response\.cancel/);
});

scenario('several asides run beside the conversation', async ({ driver, client, dialect }) => {
  const text = dialect === 'beta' ? { modalities: ['text'] } : { output_modalities: ['text'] };
  const aside = (n) => ({ type: 'response.create', event_id: `a${n}`, response: { conversation: 'none', ...text, metadata: { n: `${n}` }, input: [], instructions: `Number ${n}` } });
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  for (const n of [2, 3]) await client.send(aside(n));
  const ids = client.events.filter((event) => event.type === 'response.created').map((event) => event.response.id);
  assert.equal(client.last('error'), undefined);
  client.newTypes();

  await driver.engine('text', 3, 'three');
  await driver.engine('text', 2, 'two');
  await driver.engine('text', 1, 'One.');
  await driver.engine('generated', 3, FINISH.stop);
  assert.deepEqual(client.last('response.done').response.metadata, { n: '3' });
  await client.send({ type: 'response.cancel', response_id: ids[1] });
  assert.equal(client.last('response.done').response.id, ids[1]);
  assert.equal(client.last('response.done').response.output[0].content[0].text, 'two');

  // A second one for the conversation is refused, and only that.
  await client.send({ type: 'response.create', event_id: 'second' });
  assert.equal(client.last('error').error.code, 'conversation_already_has_active_response');
  assert.equal(client.last('error').error.event_id, 'second');
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  assert.equal(client.last('response.done').response.status, 'completed');
  await client.send({ type: 'response.cancel', response_id: ids[1], event_id: 'late' });
  assert.equal(client.last('error').error.code, 'response_cancel_not_active');
});

scenario('a call of a tool that is not there is answered to the model', async ({ driver, client, dialect }) => {
  await client.send(say('Do it'));
  await client.send({ type: 'response.create' });
  client.newTypes();
  await driver.engine('call', 1, 'call_1', 'nothing', '{"a":1}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  // Nobody else is told: neither of the call nor of its answer.
  expectNew(client, 'response.done', 'response.created');
  await driver.engine('text', 2, 'I cannot.');
  await driver.engine('generated', 2, FINISH.stop);
  await driver.engine('audio_ended', 2);
  expectNew(client, ...SPOKEN_START, 'response.output_audio_transcript.delta', ...SPOKEN_END);
  const added = client.last(dialect === 'beta' ? 'conversation.item.created' : 'conversation.item.added');
  const user = client.events.find((event) => event.item?.role === 'user').item;
  assert.equal(added.previous_item_id, user.id);
});

scenario('outputs may come early, late and twice', async ({ driver, client, dialect }) => {
  const output = (id) => ({ type: 'conversation.item.create', item: { id, type: 'function_call_output', call_id: 'call_1', output: 'ok' } });
  await client.send({ type: 'session.update', session: session(dialect, { tools: [{ type: 'function', name: 'f' }] }) });
  await client.send(say('Do it'));
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_1', 'f', '{}');
  client.newTypes();
  // Before the response is done.
  await client.send(output('o1'));
  expectNew(client, ...ITEM);
  await driver.engine('generated', 1, FINISH.toolCalls);
  await client.send({ type: 'response.create' });
  client.newTypes();
  // While another one runs, again.
  await client.send(output('o2'));
  expectNew(client, ...ITEM);
  await client.send({ type: 'response.cancel' });
  // For a call that was never made.
  await client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_x', output: '' } });
  assert.equal(client.last('error'), undefined);
});

scenario('what one response may be asked for', async ({ driver, client, dialect }) => {
  const wishes = dialect === 'beta'
    ? { modalities: ['audio', 'text'], voice: 'v2', output_audio_format: 'g711_ulaw', temperature: 0.9, max_response_output_tokens: 77 }
    : { output_modalities: ['audio'], audio: { output: { voice: 'v2', format: { type: 'audio/pcmu' } } }, max_output_tokens: 77, parallel_tool_calls: false, reasoning: { effort: 'low' }, prompt: { id: 'p' } };
  await client.send(say('Hello'));
  await client.send({
    type: 'response.create', event_id: 'w1',
    response: {
      ...wishes, instructions: 'Be brief.', tools: [{ type: 'function', name: 'own' }], tool_choice: 'required',
      conversation: 'auto', metadata: { a: 'b' }, input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Instead' }] }],
    },
  });
  assert.equal(client.last('error'), undefined);
  const { response } = client.last('response.created');
  assert.equal(response.max_output_tokens, 77);
  assert.deepEqual(response.metadata, { a: 'b' });
  assert.equal(typeof response.conversation_id, 'string');
  if (dialect === 'beta') {
    assert.deepEqual([response.voice, response.output_audio_format, response.temperature], ['v2', 'g711_ulaw', 0.9]);
  } else {
    assert.deepEqual(response.audio.output, { voice: 'v2', format: { type: 'audio/pcmu' } });
  }
  // The tool is this response's own, and its owner is who asked for it.
  await driver.engine('call', 1, 'call_1', 'own', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  assert.equal(client.events.findLast((event) => event.type === 'response.created').response.id, response.id);

  // The session is what it was.
  await client.send({ type: 'response.create' });
  assert.equal(client.last('response.created').response.max_output_tokens, 'inf');
  await client.send({ type: 'response.cancel' });

  for (const [bad, code, param] of [
    [{ metadata: { x: 1 } }, 'invalid_type', 'response.metadata.x'],
    [{ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) }, 'object_above_max_properties', 'response.metadata'],
    [{ input: [{ type: 'item_reference', id: 'nowhere' }] }, 'invalid_value', 'response.input[0].id'],
    [{ input: {} }, 'invalid_type', 'response.input'],
    [{ conversation: 'other' }, 'invalid_value', 'response.conversation'],
    [{ prompt: 'p' }, 'invalid_type', 'response.prompt'],
    [{ parallel_tool_calls: 'no' }, 'invalid_type', 'response.parallel_tool_calls'],
    [{ tools: [{ type: 'function' }] }, 'missing_required_parameter', 'response.tools[0].name'],
  ]) {
    await client.send({ type: 'response.create', event_id: 'bad', response: bad });
    const { error } = client.events.at(-1);
    assert.deepEqual([error?.code, error?.param, error?.event_id], [code, param, 'bad'], JSON.stringify(bad));
  }
});
