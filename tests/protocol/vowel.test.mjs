// SPDX-License-Identifier: LGPL-2.1-or-later
// The dialect `vowel`: beta's names with Vowel's additions, answers that begin
// by themselves, requests that wait; and what the agents SDK is spared.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Driver, END, FINISH } from './driver.mjs';
import { plainVowel } from './plain-vowel.mjs';
import { say, silence } from './scenario.mjs';
import { assertValid } from './valid.mjs';

const VOWEL = { token_endpoint: 'sessions' };
const lookup = { type: 'function', name: 'lookup', parameters: { type: 'object' } };
const output = (id, text = '{"ok":true}') => ({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: id, output: text } });

function scenario(name, func, handshake = VOWEL) {
  test(name, async () => {
    const driver = await Driver.start();
    try {
      const client = await driver.connect(handshake);
      await driver.run({ start: true });
      client.newTypes();
      await func({ driver, client });
      assertValid(plainVowel(client.events), 'beta', { superset: true });
    } finally {
      await driver.stop();
    }
  });
}

const created = (client) => client.events.filter(({ type }) => type === 'response.created').length;

async function withTools(client, ...tools) {
  await client.send({ type: 'session.update', session: { modalities: ['text'], tools } });
  assert.equal(client.last('session.updated').session.tools.length, tools.length);
  client.newTypes();
}

scenario('the first event without a shape makes it vowel', async ({ client }) => {
  assert.ok(client.last('session.created').session.audio, 'no superset before the choice');
  await client.send(say('Hello'));
  assert.deepEqual(client.newTypes(), ['conversation.item.created']);
  await client.send({ type: 'session.update', session: { instructions: 'x' } });
  assert.deepEqual(client.last('session.updated').session.modalities.sort(), ['audio', 'text']);
});

test('a GA shape makes it GA, even with a credential of Vowel', async () => {
  const driver = await Driver.start();
  try {
    const client = await driver.connect(VOWEL);
    await driver.run({ start: true });
    await client.send({ type: 'session.update', session: { type: 'realtime' } });
    client.newTypes();
    await client.send(say('Hello'));
    await driver.advance(1000);
    assert.deepEqual(client.newTypes(), ['conversation.item.added', 'conversation.item.done']);
    client.dialect = 'ga';
    client.check({ superset: true });
  } finally {
    await driver.stop();
  }
});

for (const handshake of [{ dialect: 'vowel', user_agent: 'OpenAI/JS 7' }, { vowel_key: true }, { token_endpoint: 'generateToken' }])
  scenario(`speaks vowel: ${JSON.stringify(handshake)}`, async ({ driver, client }) => {
    await client.send(say('Hello'));
    await driver.advance(100);
    assert.deepEqual(client.newTypes(), ['conversation.item.created', 'response.created']);
    await driver.engine('generated', 1, FINISH.stop);
  }, handshake);

scenario('a message alone is answered after 100 ms', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await driver.advance(99);
  assert.deepEqual(client.newTypes(), ['conversation.item.created']);
  await driver.advance(1);
  assert.deepEqual(client.newTypes(), ['response.created']);
  // Too late, and answered already.
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('audio', 1, 100, 0, 3);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  await driver.advance(1000);
  assert.equal(created(client), 1);
});

scenario('a message and a request are answered once, at once', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  assert.deepEqual(client.newTypes(), ['conversation.item.created', 'response.created']);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.advance(1000);
  assert.equal(created(client), 1);
});

scenario('other items are not answered', async ({ driver, client }) => {
  await client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] } });
  await client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] } });
  await client.send(output('nobody_asked'));
  await driver.advance(1000);
  assert.equal(created(client), 0);
});

scenario('a commit alone is answered', async ({ driver, client }) => {
  await client.send({ type: 'session.update', session: { turn_detection: { type: 'disabled' } } });
  await client.send({ type: 'input_audio_buffer.append', audio: silence(500) });
  await driver.engine('begun', 1, 0);
  await client.send({ type: 'input_audio_buffer.commit' });
  await driver.engine('speech_stopped', 1, 500);
  await driver.engine('final', 1, 'What time is it?');
  await driver.advance(100);
  assert.equal(created(client), 1);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.advance(1000);
  assert.equal(created(client), 1);
});

scenario('a request while an answer runs waits for its end, once', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await client.send({ type: 'response.create' });
  await client.send({ type: 'response.create' });
  assert.equal(created(client), 1);
  assert.equal(client.last('error'), undefined);
  await driver.engine('generated', 1, FINISH.stop);
  assert.equal(created(client), 2);
  await driver.engine('generated', 2, FINISH.stop);
  await driver.advance(1000);
  assert.equal(created(client), 2);
});

scenario('a spoken answer ends with its text', async ({ driver, client }) => {
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi there.');
  await driver.engine('audio', 1, 100, 0, 9);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(client.newTypes().slice(-4), ['response.content_part.done', 'response.output_item.done', 'response.text.done', 'response.done']);
  const done = client.last('response.text.done');
  assert.equal(done.text, 'Hi there.');
  assert.equal(done.item_id, client.last('response.output_item.done').item.id);
  assert.equal(done.response_id, client.last('response.done').response.id);
  assert.deepEqual([done.output_index, done.content_index], [0, 0]);
});

scenario('a call is announced with all its arguments, and again as an object', async ({ driver, client }) => {
  await withTools(client, lookup);
  await client.send(say('Where is my order?'));
  await client.send({ type: 'response.create' });
  client.newTypes();
  await driver.engine('arguments', 1, 'call_1', 'lookup', '{"order":');
  assert.deepEqual(client.newTypes(), []);
  await driver.engine('call', 1, 'call_1', 'lookup', '{"order":"A1"}');
  assert.deepEqual(client.newTypes(), ['response.output_item.added', 'conversation.item.created',
    'response.function_call_arguments.delta', 'response.function_call_arguments.done', 'response.output_item.done']);
  const { item } = client.last('response.output_item.added');
  assert.equal(item.status, 'in_progress');
  assert.equal(item.arguments, '{"order":"A1"}');
  assert.equal(client.last('conversation.item.created').previous_item_id, client.events.find(({ type }) => type === 'conversation.item.created').item.id);
  const done = client.last('response.function_call_arguments.done');
  assert.equal(done.arguments, '{"order":"A1"}');
  assert.deepEqual(done.function_call, { name: 'lookup', call_id: 'call_1', arguments: { order: 'A1' } });
  assert.equal(client.last('response.output_item.done').item.status, 'completed');
  await driver.engine('generated', 1, FINISH.toolCalls);
  assert.equal(client.last('response.done').response.status, 'completed');
  // The output is answered without a request.
  await client.send(output('call_1'));
  await driver.advance(99);
  assert.equal(created(client), 1);
  await driver.advance(1);
  assert.equal(created(client), 2);
  await driver.engine('generated', 2, FINISH.stop);
  await driver.advance(1000);
  assert.equal(created(client), 2);
});

scenario('two calls are answered once, when both outputs are there', async ({ driver, client }) => {
  await withTools(client, lookup);
  await client.send(say('Where are my orders?'));
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_1', 'lookup', '{"order":"A1"}');
  // Faster than the model.
  await client.send(output('call_1'));
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_2', 'lookup', '{"order":"A2"}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  await driver.advance(5000);
  assert.equal(created(client), 1);
  await client.send(output('call_2'));
  assert.equal(created(client), 1);
  await client.send({ type: 'response.create' });
  assert.equal(created(client), 2);
  await driver.engine('generated', 2, FINISH.stop);
  await driver.advance(60000);
  assert.equal(created(client), 2);
});

scenario('a request does not wait for an output for ever', async ({ driver, client }) => {
  await withTools(client, lookup);
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_1', 'lookup', '{}');
  await driver.engine('call', 1, 'call_2', 'lookup', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  await client.send(output('call_1'));
  await client.send({ type: 'response.create' });
  await driver.advance(29999);
  assert.equal(created(client), 1);
  await driver.advance(1);
  assert.equal(created(client), 2);
  await driver.engine('generated', 2, FINISH.stop);
});

scenario('a call that is cut off is not told', async ({ driver, client }) => {
  await withTools(client, lookup);
  await client.send({ type: 'response.create' });
  client.newTypes();
  await driver.engine('arguments', 1, 'call_1', 'lookup', '{"or');
  await client.send({ type: 'response.cancel' });
  assert.deepEqual(client.newTypes(), ['response.done']);
});

scenario('arguments that are none are an empty object', async ({ driver, client }) => {
  await withTools(client, lookup);
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_1', 'lookup', '[1]');
  assert.deepEqual(client.last('response.function_call_arguments.done').function_call.arguments, {});
  await driver.engine('generated', 1, FINISH.toolCalls);
});

scenario('a call of a tool that nobody has is not told', async ({ driver, client }) => {
  await withTools(client, lookup);
  await client.send({ type: 'response.create' });
  client.newTypes();
  await driver.engine('call', 1, 'call_1', 'nonsense', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  assert.deepEqual(client.newTypes(), ['response.done', 'response.created']);
  assert.deepEqual(client.last('response.done').response.output, []);
  await driver.engine('generated', 2, FINISH.stop);
});

// The agents SDK.

test('the agents SDK may ask before it has seen the end of an answer', async () => {
  const { driver, client } = await Driver.connected('agents');
  try {
    await client.send({ type: 'session.update', session: { type: 'realtime', tools: [lookup] } });
    await client.send({ type: 'response.create' });
    await driver.engine('call', 1, 'call_1', 'lookup', '{}');
    await driver.engine('call', 1, 'call_2', 'lookup', '{}');
    for (const id of ['call_1', 'call_2']) {
      await client.send(output(id));
      await client.send({ type: 'response.create' });
    }
    assert.equal(created(client), 1);
    await driver.engine('generated', 1, FINISH.toolCalls);
    assert.equal(created(client), 2);
    await driver.engine('generated', 2, FINISH.stop);
    await driver.advance(60000);
    assert.equal(created(client), 2);
    assert.equal(client.last('error'), undefined);
    client.check();
  } finally {
    await driver.stop();
  }
});

test('who detects speech itself is answered when it commits', async () => {
  const { driver, client } = await Driver.connected('agents');
  const turn = async (utterance, words) => {
    await client.send({ type: 'input_audio_buffer.append', audio: silence(500) });
    await driver.engine('begun', utterance, 0);
    await client.send({ type: 'input_audio_buffer.commit' });
    await driver.engine('speech_stopped', utterance, 500 * utterance);
    await driver.engine('final', utterance, words);
  };
  try {
    await client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: { type: 'disabled' } } } } });
    assert.equal(client.last('session.updated').session.audio.input.turn_detection, null);
    await turn(1, 'What time is it?');
    assert.equal(created(client), 1);
    await driver.engine('text', 1, 'It is noon.');
    await driver.engine('audio', 1, 2000, 0, 11);
    // The next burst comes while it is being said: it is not heard any more.
    await turn(2, 'Thank you.');
    assert.equal(client.last('response.done').response.status_details.reason, 'turn_detected');
    assert.equal(created(client), 2);
    await driver.engine('generated', 2, FINISH.stop);
    await driver.advance(1000);
    assert.equal(created(client), 2);
    assert.equal(client.last('error'), undefined);
    client.check();
    // null is push-to-talk: the client asks.
    await client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    await turn(3, 'Hello?');
    await driver.advance(1000);
    assert.equal(created(client), 2);
  } finally {
    await driver.stop();
  }
});

test('the agents SDK asks for answers itself', async () => {
  const { driver, client } = await Driver.connected('agents');
  try {
    await client.send(say('Hello'));
    await driver.advance(1000);
    assert.equal(created(client), 0);
  } finally {
    await driver.stop();
  }
});

test('Vowel\'s client in Node.js is greeted when it listens', async () => {
  const handshake = { ...VOWEL, user_agent: 'Agents/JavaScript 0.2.1' };
  const driver = await Driver.start();
  try {
    const client = await driver.connect(handshake);
    await driver.run({ start: true });
    assert.deepEqual(client.newTypes(), []);
    await client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'x' } });
    assert.deepEqual(client.newTypes(), ['session.created', 'conversation.created', 'session.updated']);
    const silent = await driver.connect(handshake);
    await driver.advance(49);
    assert.deepEqual(silent.newTypes(), []);
    await driver.advance(1);
    assert.deepEqual(silent.newTypes(), ['session.created', 'conversation.created']);
    // What happens meanwhile comes after it; who leaves is not greeted.
    const third = await driver.connect(handshake);
    const fourth = await driver.connect(handshake);
    await fourth.closed();
    await client.send(say('Hello'));
    assert.deepEqual(third.newTypes().slice(0, 3), ['session.created', 'conversation.created', 'conversation.item.added']);
    await driver.advance(100);
    assert.deepEqual(fourth.newTypes(), []);
    for (const who of [client, silent, third]) who.check();
  } finally {
    await driver.stop();
  }
});

test('Vowel\'s client over the agents SDK is told the text of a spoken answer', async () => {
  const driver = await Driver.start();
  try {
    const client = await driver.connect({ ...VOWEL, subprotocols: 'realtime, openai-agents-sdk.0.2.1' });
    await driver.run({ start: true });
    await client.send({ type: 'response.create' });
    await driver.engine('text', 1, 'Hi.');
    await driver.engine('audio', 1, 100, 0, 3);
    await driver.engine('generated', 1, FINISH.stop);
    await driver.engine('audio_ended', 1);
    assert.equal(client.last('response.text.done').text, 'Hi.');
    assertValid(client.events.filter(({ type }) => type !== 'response.text.done'), 'ga');
  } finally {
    await driver.stop();
  }
});

for (const [name, handshake, told] of [['Vowel\'s client', { ...VOWEL, subprotocols: 'realtime, openai-agents-sdk.0.2.1' }, false], ['the agents SDK', 'agents', true], ['vowel', VOWEL, true]])
  test(`what does no harm ${told ? 'is an error' : 'ends no session'} (${name})`, async () => {
    const driver = await Driver.start();
    try {
      const client = await driver.connect(handshake);
      await driver.run({ start: true });
      await client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: { type: 'disabled' } } } } });
      const errors = () => client.events.filter(({ type }) => type === 'error').length;
      const before = errors();
      await client.send({ type: 'input_audio_buffer.commit' });
      await client.send({ type: 'debug.nothing' });
      assert.equal(errors() - before, told ? 2 : 0);
      // What is wrong with the program is still said.
      await client.send({ type: 'conversation.item.create', item: { type: 'nothing' } });
      assert.equal(errors() - before, told ? 3 : 1);
    } finally {
      await driver.stop();
    }
  });

for (const [name, handshake, told] of [['vowel', VOWEL, true], ['agents SDK', { ...VOWEL, subprotocols: 'realtime, openai-agents-sdk.0.2.1' }, true], ['beta', 'beta', false], ['ga', 'ga', false]])
  test(`a session sleeps, and speech awakens it (${name})`, async () => {
    const driver = await Driver.start();
    try {
      const client = await driver.connect(handshake);
      await driver.run({ hibernate: 30000 });
      await driver.run({ start: true });
      if (name === 'vowel') await client.send({ type: 'session.update', session: { voice: 'alloy' } });
      const before = client.events.length;
      const { id } = client.events[0].session;
      await driver.advance(29999);
      assert.deepEqual(client.events.slice(before), []);
      await driver.advance(1);
      await driver.engine('speech_started', 1, 30000);
      const sleep = (type, hibernated) => ({ type, session: { id, hibernated } });
      assert.deepEqual(client.events.slice(before).map(({ event_id, ...event }) => {
        assert.match(event_id, /^event_/);
        return event.session ? event : event.type;
      }), [...told ? [sleep('session.hibernate', true), sleep('session.resumed', false)] : [], 'input_audio_buffer.speech_started']);
    } finally {
      await driver.stop();
    }
  });

test('where the time of answers went is told to who asks', async () => {
  const driver = await Driver.start();
  try {
    const client = await driver.connect(VOWEL);
    await driver.run({ start: true });
    await client.send({ type: 'session.update', session: { voice: 'alloy' } });
    const ask = async (fields) => {
      await client.send({ type: 'debug.get_latency', ...fields });
      return client.last('debug.latency_response').metrics;
    };
    assert.deepEqual(await ask(), { current: null, historical: [] });
    for (let turn = 1; turn <= 12; turn++) {
      await driver.engine('speech_started', turn, 1000 * turn);
      await driver.engine('speech_stopped', turn, 1000 * turn + 500);
      await driver.advance(120);
      await driver.engine('final', turn, 'How are you?', 500);
      await driver.advance(80);
      await driver.engine('text', turn, 'Fine, and you, if I may ask you that?');
      await driver.advance(60);
      await driver.engine('audio', turn, 100, 0, 36);
      await driver.engine('generated', turn, FINISH.stop);
      await driver.engine('audio_ended', turn);
      await driver.advance(2000);
    }
    const done = client.events.filter(({ type }) => type === 'response.done').map(({ response }) => response);
    const { current, historical } = await ask({ includeHistory: true });
    assert.equal(current, null);
    assert.deepEqual(historical.map(({ responseId }) => responseId), done.slice(-10).map(({ id }) => id));
    const { timestamp, ...last } = historical.at(-1);
    assert.ok(Math.abs(timestamp - Date.now()) < 60000);
    assert.deepEqual(last, { responseId: done.at(-1).id, asrDuration: 120, llmFirstToken: 80, llmTokenCount: 5,
      ttfs: 260, ttsChunks: [{ duration: 60, text: 'Fine, and you, if I may ask yo' }], totalDuration: last.totalDuration });
    assert.ok(last.totalDuration >= 260);
    assert.deepEqual(await ask({ includeHistory: false }), { current: null });
    await client.send({ type: 'debug.get_latency', includeHistory: 'yes' });
    assert.equal(client.last('error').error.param, 'includeHistory');
    const other = await driver.connect('ga');
    await other.send({ type: 'debug.get_latency' });
    assert.equal(other.last('error').error.code, 'invalid_event');
  } finally {
    await driver.stop();
  }
});

test('who joins a session that sleeps is not told that it awakens', async () => {
  const driver = await Driver.start();
  try {
    const first = await driver.connect(VOWEL);
    await driver.run({ hibernate: 30000 });
    await driver.run({ start: true });
    await first.send({ type: 'session.update', session: { voice: 'alloy' } });
    await driver.advance(30000);
    const second = await driver.connect({ ...VOWEL, dialect: 'vowel' });
    await driver.engine('speech_started', 1, 30000);
    const sleeps = ({ events }) => events.map(({ type }) => type).filter((type) => /hibernate|resumed/.test(type));
    assert.deepEqual(sleeps(first), ['session.hibernate', 'session.resumed']);
    assert.deepEqual(sleeps(second), []);
  } finally {
    await driver.stop();
  }
});

for (const [name, handshake, settle] of [['vowel', VOWEL, true], ['nobody knows yet what', VOWEL, false], ['agents SDK', { ...VOWEL, user_agent: 'Agents/JavaScript 0.2.1' }, false]])
  for (const [reason, code, farewell] of [['expired', 'max_call_duration_exceeded', /^Session ended: Maximum call duration of 3600 seconds reached$/], ['idle', 'max_idle_duration_exceeded', /^Session ended: No speech detected for 0 seconds$/]])
    test(`an end that is no failure: ${reason} (${name})`, async () => {
      const driver = await Driver.start();
      try {
        const client = await driver.connect(handshake);
        await driver.run({ start: true });
        await driver.advance(1000);
        if (settle) await client.send(say('Hello'));
        if (reason === 'expired') await driver.advance(3600 * 1000);
        else await driver.run({ end: END[reason] });
        const errors = client.events.filter(({ type }) => type === 'error');
        assert.deepEqual(errors.map(({ error }) => [error.type, error.code]), [['session_timeout', code]]);
        assert.equal(client.close.code, 1000);
        assert.match(client.close.reason, farewell);
      } finally {
        await driver.stop();
      }
    });
