// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenarios over the OpenAI face in both dialects: exact order of events, and
// each of them valid.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Driver, END, FINISH } from './driver.mjs';
import { checkLifecycle } from './lifecycle-checker.mjs';
import { ITEM, SPOKEN_END, SPOKEN_START, expectNew, hear, say, scenario, session, silence } from './scenario.mjs';
import { skipReason } from './schema.mjs';

test('every event is validated against the schema', { skip: skipReason }, () => {});

scenario('audio turn with server VAD', async ({ driver, client, dialect }) => {
  await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
  await driver.engine('speech_started', 1, 0);
  expectNew(client, 'input_audio_buffer.speech_started');
  await driver.engine('speech_stopped', 1, 1000);
  expectNew(client, 'input_audio_buffer.speech_stopped', 'input_audio_buffer.committed', ...ITEM);
  const user = client.events.at(-1).item;
  assert.deepEqual(user.content, [{ type: 'input_audio', transcript: null }]);
  assert.equal(client.last('input_audio_buffer.committed').item_id, user.id);
  assert.equal(client.last('input_audio_buffer.committed').previous_item_id, null);

  await driver.engine('final', 1, 'What time is it?');
  expectNew(client, 'conversation.item.input_audio_transcription.delta',
    'conversation.item.input_audio_transcription.completed', 'response.created');
  const completed = client.last('conversation.item.input_audio_transcription.completed');
  assert.equal(completed.transcript, 'What time is it?');
  assert.deepEqual(completed.usage, { type: 'duration', seconds: 1 });

  await driver.engine('text', 1, 'It is ');
  await driver.engine('text', 1, 'noon.');
  await driver.engine('audio', 1, 500, 0, 12);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  expectNew(client, ...SPOKEN_START, 'response.output_audio_transcript.delta', 'response.output_audio.delta', ...SPOKEN_END);

  const { response } = client.last('response.done');
  assert.equal(response.status, 'completed');
  assert.deepEqual(response.output[0].content, [{ type: dialect === 'beta' ? 'audio' : 'output_audio', transcript: 'It is noon.' }]);
  const bytes = client.events
    .filter((event) => event.type.endsWith('audio.delta'))
    .reduce((sum, event) => sum + Buffer.from(event.delta, 'base64').length, 0);
  assert.equal(bytes, 500 * 48);

  await client.send({ type: 'conversation.item.retrieve', item_id: user.id });
  expectNew(client, 'conversation.item.retrieved');
  assert.equal(client.events.at(-1).item.content[0].transcript, 'What time is it?');
});

scenario('push-to-talk turn', async ({ driver, client, dialect }) => {
  await client.send({ type: 'session.update', session: session(dialect, { turnDetection: null }) });
  expectNew(client, 'session.updated');
  await client.send({ type: 'input_audio_buffer.append', audio: silence(300) });
  await driver.engine('begun', 1, 0);
  await client.send({ type: 'input_audio_buffer.commit' });
  await driver.engine('speech_stopped', 1, 300);
  expectNew(client, 'input_audio_buffer.committed', ...ITEM);
  await driver.engine('final', 1, 'Hello.');
  expectNew(client, 'conversation.item.input_audio_transcription.delta', 'conversation.item.input_audio_transcription.completed');
  await client.send({ type: 'response.create' });
  expectNew(client, 'response.created');
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio', 1, 100, 0, 3);
  await driver.engine('audio_ended', 1);
  expectNew(client, ...SPOKEN_START, 'response.output_audio_transcript.delta', 'response.output_audio.delta', ...SPOKEN_END);

  await client.send({ type: 'input_audio_buffer.append', audio: silence(300) });
  await client.send({ type: 'input_audio_buffer.clear' });
  expectNew(client, 'input_audio_buffer.cleared');
  await client.send({ type: 'input_audio_buffer.commit', event_id: 'c9' });
  expectNew(client, 'error');
  assert.equal(client.events.at(-1).error.code, 'input_audio_buffer_commit_empty');
  assert.equal(client.events.at(-1).error.event_id, 'c9');
});

scenario('text turn, spoken', async ({ driver, client }) => {
  await client.send(say('Hello'));
  expectNew(client, ...ITEM);
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('audio', 1, 900, 0, 3);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  expectNew(client, 'response.created', ...SPOKEN_START, 'response.output_audio_transcript.delta', 'response.output_audio.delta', ...SPOKEN_END);
});

scenario('text turn, written', async ({ driver, client, dialect }) => {
  await client.send({ type: 'session.update', session: session(dialect, { text: true, instructions: 'Write.' }) });
  expectNew(client, 'session.updated');
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi ');
  await driver.engine('text', 1, 'there "you" \u20ac.');
  await driver.engine('generated', 1, FINISH.stop);
  expectNew(client, ...ITEM, 'response.created', ...SPOKEN_START, 'response.output_text.delta', 'response.output_text.done',
    'response.content_part.done', 'conversation.item.done', 'response.output_item.done', 'response.done');
  const { response } = client.last('response.done');
  assert.equal(response.output[0].content[0].text, 'Hi there "you" \u20ac.');
  assert.deepEqual(response[dialect === 'beta' ? 'modalities' : 'output_modalities'], ['text']);
});

scenario('tool turn', async ({ driver, client, dialect }) => {
  const tools = [{ type: 'function', name: 'weather', description: 'd', parameters: { type: 'object', properties: {} } }];
  await client.send({ type: 'session.update', session: session(dialect, { tools }) });
  assert.deepEqual(client.last('session.updated').session.tools, tools);
  await client.send(say('Weather?'));
  await client.send({ type: 'response.create' });
  client.newTypes();
  await driver.engine('arguments', 1, 'call_1', 'weather', '{"city":');
  await driver.engine('arguments', 1, 'call_1', 'weather', '"Ulm"}');
  await driver.engine('call', 1, 'call_1', 'weather', '{"city":"Ulm"}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  expectNew(client, 'response.output_item.added', 'conversation.item.added', 'response.function_call_arguments.delta',
    'response.function_call_arguments.done', 'conversation.item.done', 'response.output_item.done', 'response.done');
  assert.equal('name' in client.last('response.function_call_arguments.done'), dialect === 'ga');
  assert.equal(client.last('response.output_item.done').item.status, 'completed');

  await client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_1', output: '{"sunny":true}' } });
  expectNew(client, ...ITEM);
  await client.send({ type: 'response.create' });
  await driver.engine('text', 2, 'Sunny.');
  await driver.engine('generated', 2, FINISH.stop);
  await driver.engine('audio_ended', 2);
  expectNew(client, 'response.created', ...SPOKEN_START, 'response.output_audio_transcript.delta', ...SPOKEN_END);
});

scenario('words and two calls in one response', async ({ driver, client, dialect }) => {
  const tools = ['a', 'b'].map((name) => ({ type: 'function', name }));
  await client.send({ type: 'session.update', session: session(dialect, { tools }) });
  await client.send(say('Both'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Wait.');
  await driver.engine('call', 1, 'call_a', 'a', '{}');
  await driver.engine('call', 1, 'call_b', 'b', '');
  await driver.engine('generated', 1, FINISH.toolCalls);
  await driver.engine('audio', 1, 200, 0, 5);
  await driver.engine('audio_ended', 1);
  const { response } = client.last('response.done');
  assert.equal(response.status, 'completed');
  assert.deepEqual(response.output.map((item) => item.type), ['message', 'function_call', 'function_call']);
  assert.deepEqual(response.output.slice(1).map((item) => item.arguments), ['{}', '{}']);

  // Twice, and in the other order.
  for (const call_id of ['call_b', 'call_a', 'call_b'])
    await client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output: 'ok' } });
  assert.equal(client.last('error'), undefined);
});

scenario('barge-in', async ({ driver, client }) => {
  await hear(driver, client, 1, 'Tell me a story');
  await driver.engine('text', 1, 'Once upon a time.');
  await driver.engine('audio', 1, 2000, 0, 17);
  client.newTypes();
  await client.send({ type: 'input_audio_buffer.append', audio: silence(500) });
  await driver.advance(500);
  await driver.engine('speech_started', 2, 1200);
  expectNew(client, 'input_audio_buffer.speech_started', ...SPOKEN_END);
  const { response } = client.last('response.done');
  assert.equal(response.status, 'cancelled');
  assert.deepEqual(response.status_details, { type: 'cancelled', reason: 'turn_detected' });
  assert.equal(response.output[0].status, 'incomplete');

  // The client says how much it played.
  const item_id = response.output[0].id;
  await client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 480 });
  expectNew(client, 'conversation.item.truncated');
  await client.send({ type: 'conversation.item.retrieve', item_id });
  const { item } = client.last('conversation.item.retrieved');
  assert.ok(item.content[0].transcript.length < 'Once upon a time.'.length, item.content[0].transcript);

  // Overshoot is no error.
  await client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 99999 });
  assert.equal(client.last('error'), undefined);
  assert.equal(client.last('conversation.item.truncated').audio_end_ms, 2000);
});

scenario('cancel', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  const { id } = client.last('response.created').response;
  await driver.engine('text', 1, 'Well, ');
  client.newTypes();
  await client.send({ type: 'response.cancel', response_id: id });
  expectNew(client, ...SPOKEN_END);
  assert.deepEqual(client.last('response.done').response.status_details, { type: 'cancelled', reason: 'client_cancelled' });

  await client.send({ type: 'response.cancel', event_id: 'x1' });
  expectNew(client, 'error');
  assert.equal(client.last('error').error.code, 'response_cancel_not_active');
  assert.equal(client.last('error').error.event_id, 'x1');

  // A second answer is as good as the first.
  await client.send({ type: 'response.create' });
  await driver.engine('text', 2, 'Again.');
  await driver.engine('generated', 2, FINISH.stop);
  await driver.engine('audio_ended', 2);
  assert.equal(client.last('response.done').response.status, 'completed');
});

scenario('failures of providers', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  client.newTypes();
  await driver.engine('failed_llm', 1);
  expectNew(client, 'response.done');
  const { status, status_details } = client.last('response.done').response;
  assert.equal(status, 'failed');
  assert.equal(status_details.error.type, 'server_error');
  assert.equal(typeof status_details.error.code, 'string');

  await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
  await driver.engine('speech_started', 1, 0);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('failed_stt', 1);
  const failed = client.last('conversation.item.input_audio_transcription.failed');
  for (const value of Object.values(failed.error)) assert.equal(typeof value, 'string');
});

scenario('incomplete response', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'One two');
  await driver.engine('generated', 1, FINISH.length);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(client.last('response.done').response.status_details, { type: 'incomplete', reason: 'max_output_tokens' });
});

scenario('out of band', async ({ driver, client, dialect }) => {
  await client.send({ ...say('Hello'), item: { ...say('Hello').item, id: 'mine' } });
  await client.send({ type: 'response.create' });
  client.newTypes();
  await client.send({
    type: 'response.create',
    response: {
      conversation: 'none',
      metadata: { topic: 'summary' },
      ...(dialect === 'beta' ? { modalities: ['text'] } : { output_modalities: ['text'] }),
      input: [{ type: 'item_reference', id: 'mine' }],
    },
  });
  expectNew(client, 'response.created');
  const { response } = client.last('response.created');
  assert.equal(response.conversation_id, null);
  assert.deepEqual(response.metadata, { topic: 'summary' });
  await driver.engine('text', 2, 'Greeting.');
  await driver.engine('generated', 2, FINISH.stop);
  expectNew(client, 'response.output_item.added', 'response.content_part.added', 'response.output_text.delta',
    'response.output_text.done', 'response.content_part.done', 'response.output_item.done', 'response.done');
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
});

scenario('items', async ({ client }) => {
  const create = (id, previous_item_id) => client.send({ ...say(id), event_id: `c-${id}`, previous_item_id, item: { ...say(id).item, id } });
  await create('b');
  await create('c');
  await create('a', 'root');
  assert.equal(client.events.findLast((event) => event.item?.id === 'a').previous_item_id, null);
  await create('b2', 'b');
  assert.equal(client.events.findLast((event) => event.item?.id === 'b2').previous_item_id, 'b');
  client.newTypes();

  await create('b');
  expectNew(client, 'error');
  assert.equal(client.last('error').error.code, 'item_create_invalid_item_id');
  assert.equal(client.last('error').error.event_id, 'c-b');
  await create('d', 'nowhere');
  assert.equal(client.last('error').error.code, 'item_create_invalid_item_id');
  assert.equal(client.last('error').error.param, 'previous_item_id');
  await client.send({ type: 'conversation.item.retrieve', item_id: 'd', event_id: 'r' });
  assert.equal(client.last('error').error.code, 'item_retrieve_invalid_item_id');

  await client.send({ type: 'conversation.item.delete', item_id: 'b' });
  assert.equal(client.last('conversation.item.deleted').item_id, 'b');
  await client.send({ type: 'conversation.item.delete', item_id: 'b' });
  assert.equal(client.last('error').error.code, 'item_delete_invalid_item_id');
  await client.send({ type: 'conversation.item.truncate', item_id: 'c', content_index: 0, audio_end_ms: 0 });
  assert.equal(client.last('error').error.code, 'unsupported_content_type');
});

scenario('errors name the field and lose nothing', async ({ client, dialect }) => {
  const cases = [
    ['{', 'invalid_json', null],
    ['', 'invalid_json', null],
    ['[]', 'invalid_event', 'type'],
    ['"x"', 'invalid_event', 'type'],
    ['{}', 'invalid_event', 'type'],
    ['{"type":5}', 'invalid_event', 'type'],
    ['{"type":"dance","event_id":"e1"}', 'invalid_event', 'type'],
    ['{"type":"session.update","event_id":7}', 'invalid_type', 'event_id'],
    [`{"type":"session.update","event_id":"${'x'.repeat(513)}"}`, 'string_above_max_length', 'event_id'],
    ['{"type":"session.update","event_id":"e1"}', 'missing_required_parameter', 'session'],
    ['{"type":"input_audio_buffer.append","event_id":"e1"}', 'missing_required_parameter', 'audio'],
    ['{"type":"input_audio_buffer.append","event_id":"e1","audio":5}', 'invalid_type', 'audio'],
    ['{"type":"input_audio_buffer.append","event_id":"e1","audio":""}', 'invalid_value', 'audio'],
    ['{"type":"input_audio_buffer.append","event_id":"e1","audio":"!!!!"}', 'invalid_value', 'audio'],
    ['{"type":"conversation.item.create","event_id":"e1"}', 'missing_required_parameter', 'item'],
    ['{"type":"conversation.item.retrieve","event_id":"e1"}', 'missing_required_parameter', 'item_id'],
    ['{"type":"conversation.item.truncate","event_id":"e1","item_id":"x"}', 'missing_required_parameter', 'audio_end_ms'],
    ['{"type":"conversation.item.truncate","event_id":"e1","item_id":"x","content_index":0,"audio_end_ms":-1}', 'integer_below_min_value', 'audio_end_ms'],
    ['{"type":"response.create","event_id":"e1","response":[]}', 'invalid_type', 'response'],
    ['['.repeat(100000), 'invalid_json', null],
    // json-glib makes text of these that is not UTF-8, or shorter than it was.
    ['{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"a\\ud800b"}]}}', 'invalid_json', null],
    ['{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"a\\u0000b"}]}}', 'invalid_json', null],
  ];
  for (const [text, code, param] of cases) {
    await client.raw(text);
    const { error } = client.events.at(-1);
    assert.deepEqual([error?.code, error?.param], [code, param], `${text.slice(0, 80)}: ${JSON.stringify(error)}`);
    assert.equal(error.event_id, text.includes('"e1"') ? 'e1' : null, text);
  }
  await client.binary();
  assert.equal(client.events.at(-1).error.code, 'invalid_event');
  await client.send(say('Still here'));
  await client.send({ type: 'response.create' });
  await client.send({ type: 'response.create', event_id: 'second' });
  assert.equal(client.events.at(-1).error.code, 'conversation_already_has_active_response');
  assert.equal(client.events.at(-1).error.event_id, 'second');
  await client.send({ type: 'response.cancel' });

  // The other dialect's fields, from a client that has said what it speaks.
  client.newTypes();
  const other = dialect === 'beta' ? { audio: {} } : { type: 'realtime', voice: 'v' };
  await client.send({ type: 'session.update', session: other });
  expectNew(client, 'error');
  assert.equal(client.last('error').error.code, 'unknown_parameter');
});

scenario('voice is locked once heard', async ({ driver, client, dialect }) => {
  await client.send({ type: 'session.update', session: session(dialect, { voice: 'v1' }) });
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('audio', 1, 100, 0, 3);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  await client.send({ type: 'session.update', session: session(dialect, { voice: 'v1', instructions: 'same voice' }) });
  assert.equal(client.last('error'), undefined);
  await client.send({ type: 'session.update', event_id: 'v', session: session(dialect, { voice: 'v2' }) });
  assert.equal(client.last('error').error.code, 'cannot_update_voice');
  assert.equal(client.last('error').error.param, null);
});

scenario('the session says what it is', async ({ client, dialect }) => {
  await client.send({
    type: 'session.update',
    session: session(dialect, { turnDetection: { type: 'semantic_vad' }, instructions: 'x' }),
  });
  const updated = client.last('session.updated').session;
  const detection = dialect === 'beta' ? updated.turn_detection : updated.audio.input.turn_detection;
  assert.deepEqual(detection, { type: 'semantic_vad', eagerness: 'auto', create_response: true, interrupt_response: true });
  if (dialect === 'ga') {
    await client.send({ type: 'session.update', session: { type: 'realtime', tracing: 'auto' } });
    assert.equal(client.last('session.updated').session.tracing, 'auto');
    await client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: { type: 'disabled' } } } } });
    assert.equal(client.last('session.updated').session.tracing, 'auto');
    assert.equal(client.last('session.updated').session.audio.input.turn_detection, null);
  }
});

scenario('idle timeout', async ({ driver, client, dialect }) => {
  await client.send({ type: 'session.update', session: session(dialect, { turnDetection: { type: 'server_vad', idle_timeout_ms: 5000 } }) });
  await client.send({ type: 'input_audio_buffer.append', audio: silence(200) });
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  await client.send({ type: 'input_audio_buffer.append', audio: silence(6000) });
  client.newTypes();
  await driver.advance(6000);
  const types = client.newTypes();
  assert.equal(types.includes('input_audio_buffer.timeout_triggered'), dialect === 'ga', types.join(' '));
  assert.equal(types.at(-1), 'response.created');
  await client.send({ type: 'response.cancel' });
});

for (const [reason, code, error] of [['expired', 1001, null], ['idle', 1000, 'session_ended'], ['shutdown', 1001, 'session_ended'], ['clientLeft', 1000, null]])
  scenario(`end: ${reason}`, async ({ driver, client }) => {
    await client.send(say('Hello'));
    await client.send({ type: 'response.create' });
    await driver.engine('text', 1, 'Hi');
    await driver.run({ end: END[reason] });
    assert.equal(client.last('response.done').response.status, 'cancelled');
    assert.equal(client.close.code, code);
    if (error) assert.equal(client.events.at(-1).error.code, error);
    else assert.deepEqual(client.newTypes().slice(-1), ['response.done']);
    await client.send(say('Anybody?'));
    await client.closed(code);
  });

scenario('an hour is over', async ({ driver, client }) => {
  await driver.advance(3600 * 1000);
  assert.equal(client.last('error').error.code, 'session_expired');
  assert.equal(client.close.code, 1001);
});

scenario('a failed engine ends the session', async ({ driver, client }) => {
  await driver.engine('fatal');
  assert.equal(client.last('error').error.type, 'server_error');
  assert.equal(client.close.code, 1011);
});

// Which dialect

/** A test that makes its own connections. */
function withDriver(name, func) {
  test(name, async () => {
    const driver = await Driver.start();
    try {
      await func(driver);
    } finally {
      await driver.stop();
    }
  });
}

async function connected(driver, kind) {
  const client = await driver.connect(kind);
  await driver.run({ start: true });
  return client;
}

withDriver('what comes before the start is not lost', async (driver) => {
  const client = await driver.connect('ga');
  await client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'early' } });
  await client.send(say('Early bird'));
  assert.deepEqual(client.events, []);
  await driver.run({ start: true });
  expectNew(client, 'session.created', 'conversation.created', 'session.updated', ...ITEM);
  client.check();
});

const provisional = (name, func) => withDriver(`provisional: ${name}`, async (driver) => {
  const client = await connected(driver, 'provisional');
  const created = client.last('session.created').session;
  // Both shapes.
  assert.equal(created.audio.output.voice, created.voice);
  assert.deepEqual(created.modalities, ['text', 'audio']);
  assert.equal(created.type, 'realtime');
  client.newTypes();
  await func(client);
  client.check({ superset: true });
});

provisional('a flat session means beta', async (client) => {
  await client.send({ type: 'input_audio_buffer.append', audio: silence(20) });
  await client.send({ type: 'session.update', session: { instructions: 'x' } });
  client.dialect = 'beta';
  assert.equal(client.last('session.updated').session.type, undefined);
  await client.send({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice: 'v' } } } });
  assert.equal(client.last('session.updated').session.voice, 'v');
  assert.equal(client.last('session.updated').session.audio, undefined);
  await client.send(say('Hello'));
  assert.equal(client.events.at(-1).type, 'conversation.item.created');
});

provisional('a typed session means GA', async (client) => {
  await client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'x' } });
  assert.equal(client.last('session.updated').session.voice, undefined);
  await client.send({ type: 'session.update', session: { voice: 'v2' } });
  assert.equal(client.last('session.updated').session.audio.output.voice, 'v2');
});

provisional('when the server must speak first it is GA, for good', async (client) => {
  await client.send(say('Hello'));
  expectNew(client, ...ITEM);
  await client.send({ type: 'session.update', session: { modalities: ['text'] } });
  assert.deepEqual(client.last('session.updated').session.output_modalities, ['text']);
  assert.equal(client.last('session.updated').session.modalities, undefined);
});

withDriver('provisional: a beta credential leans to beta', async (driver) => {
  const client = await connected(driver, { token_endpoint: 'transcription_sessions' });
  client.dialect = 'beta';
  client.newTypes();
  await client.send(say('Hello'));
  expectNew(client, ...ITEM);
  client.check({ superset: true });
});

withDriver('two dialects in one session', async (driver) => {
  const ga = await driver.connect('ga');
  const beta = await driver.connect('beta');
  await driver.run({ start: true });
  await ga.send({ type: 'session.update', session: { type: 'realtime', tools: [{ type: 'function', name: 'f' }] } });
  assert.equal(beta.last('session.updated').session.tools.length, 0);
  await beta.send(say('Hello'));
  await beta.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('audio', 1, 100, 0, 3);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  assert.equal(ga.last('response.done').response.id, beta.last('response.done').response.id);
  ga.check();
  beta.check();
  await beta.closed();
  await ga.send(say('Still here'));
  assert.equal(ga.events.at(-1).type, 'conversation.item.done');
});

withDriver('a connection to a session that runs already', async (driver) => {
  await connected(driver, 'ga');
  const late = await driver.connect('ga');
  expectNew(late, 'session.created', 'conversation.created');
  await late.send(say('Me too'));
  expectNew(late, ...ITEM);
  late.check();
});

withDriver('the agents SDK is spared benign errors', async (driver) => {
  const client = await connected(driver, 'agents');
  client.newTypes();
  await client.send({ type: 'response.cancel' });
  await client.send({ type: 'conversation.item.retrieve', item_id: 'gone' });
  await client.send({ type: 'conversation.item.truncate', item_id: 'gone', content_index: 0, audio_end_ms: 0 });
  expectNew(client);
  await client.send({ type: 'conversation.item.delete', item_id: 'gone' });
  expectNew(client, 'error');
});

// The checker finds what it is there to find.

withDriver('the lifecycle checker can fail', async (driver) => {
  const client = await connected(driver, 'ga');
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('audio', 1, 100, 0, 3);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  const { events } = client;
  assert.deepEqual(checkLifecycle(events), []);
  for (let i = 0; i < events.length; i++) {
    // These are optional, and a lone piece of sound has no witness.
    if (['conversation.created', 'rate_limits.updated', 'response.output_audio.delta'].includes(events[i].type)) continue;
    const without = events.filter((_, index) => index !== i);
    assert.notDeepEqual(checkLifecycle(without), [], `nobody misses #${i} ${events[i].type}`);
    const twice = [...events.slice(0, i + 1), ...events.slice(i)];
    assert.notDeepEqual(checkLifecycle(twice), [], `nobody minds a second #${i} ${events[i].type}`);
  }
});
