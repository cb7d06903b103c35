// SPDX-License-Identifier: LGPL-2.1-or-later
// Several connections to one session: who is shown what, who executes which
// call, and what a connection that comes late is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Driver, FINISH } from './driver.mjs';
import { say, silence } from './scenario.mjs';

const tool = (name) => ({ type: 'function', name, parameters: { type: 'object' } });
const output = (id) => ({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: id, output: 'done' } });
const BACKEND = { user_agent: 'OpenAI/JS 7.55.0', server: true };
const created = (client) => client.events.filter(({ type }) => type === 'response.created').length;
const about = (client, id) => client.events.filter((event) => JSON.stringify(event).includes(id)).map(({ type }) => type);
const tools = (client, ...names) => client.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: names.map(tool) } });

/** A client that the agents SDK has made, and a backend. */
function pair(name, func) {
  test(name, async () => {
    const driver = await Driver.start();
    try {
      const client = await driver.connect('agents');
      await driver.run({ start: true });
      const backend = await driver.connect(BACKEND);
      await func({ driver, client, backend });
      client.check();
      backend.check();
    } finally {
      await driver.stop();
    }
  });
}

pair('both have the same session and conversation, each its own tools', async ({ driver, client, backend }) => {
  assert.equal(backend.last('session.created').session.id, client.last('session.created').session.id);
  assert.equal(backend.last('conversation.created').conversation.id, client.last('conversation.created').conversation.id);
  await tools(client, 'show');
  await tools(backend, 'pay');
  assert.deepEqual(client.last('session.updated').session.tools.map(({ name }) => name), ['show']);
  assert.deepEqual(backend.last('session.updated').session.tools.map(({ name }) => name), ['pay']);
  // What is not said stays; the last one to say it wins.
  await backend.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } });
  assert.equal(client.last('session.updated').session.instructions, 'Be kind.');
  assert.equal(client.last('session.updated').session.tools.length, 1);
  await client.send(say('Hello'));
  assert.equal(backend.last('conversation.item.done').item.content[0].text, 'Hello');
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('generated', 1, FINISH.stop);
  assert.equal(backend.last('response.done').response.id, client.last('response.done').response.id);
});

pair('a call goes to the owner of the tool only', async ({ driver, client, backend }) => {
  await tools(client, 'show');
  await tools(backend, 'pay');
  await client.send(say('Pay and show it'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'One moment.');
  await driver.engine('arguments', 1, 'call_pay', 'pay', '{"eur"');
  await driver.engine('call', 1, 'call_pay', 'pay', '{"eur":5}');
  await driver.engine('call', 1, 'call_show', 'show', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  assert.deepEqual(about(client, 'call_pay'), []);
  assert.deepEqual(about(backend, 'call_show'), []);
  assert.deepEqual(client.last('response.done').response.output.map(({ type, name }) => name ?? type), ['message', 'show']);
  assert.deepEqual(backend.last('response.done').response.output.map(({ type, name }) => name ?? type), ['message', 'pay']);
  // Each counts what it is shown.
  for (const [who, id] of [[backend, 'call_pay'], [client, 'call_show']])
    assert.equal(who.events.find(({ type, call_id: call }) => type === 'response.function_call_arguments.done' && call === id).output_index, 1);
});

pair('a backend\'s output is answered without a request', async ({ driver, client, backend }) => {
  await tools(backend, 'pay');
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_pay', 'pay', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  await backend.send(output('call_pay'));
  assert.equal(client.last('conversation.item.done').item.type, 'function_call_output');
  await driver.advance(100);
  assert.equal(created(client), 2);
  // One that comes anyway is for the same answer.
  await backend.send({ type: 'response.create' });
  await driver.engine('generated', 2, FINISH.stop);
  await driver.advance(60000);
  assert.equal(created(client), 2);
  assert.equal(backend.last('error'), undefined);
  // A request of its own is refused as usual.
  await backend.send({ type: 'response.create' });
  await backend.send({ type: 'response.create' });
  assert.equal(backend.last('error').error.code, 'conversation_already_has_active_response');
  await driver.engine('generated', 3, FINISH.stop);
});

pair('outputs of both are awaited', async ({ driver, client, backend }) => {
  await tools(client, 'show');
  await tools(backend, 'pay');
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_show', 'show', '{}');
  await driver.engine('call', 1, 'call_pay', 'pay', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  await client.send(output('call_show'));
  await client.send({ type: 'response.create' });
  await driver.advance(5000);
  assert.equal(created(client), 1);
  await backend.send(output('call_pay'));
  await driver.advance(100);
  assert.equal(created(client), 2);
  await driver.engine('generated', 2, FINISH.stop);
  await driver.advance(60000);
  assert.equal(created(client), 2);
});

pair('a backend that is silent or gone is answered for', async ({ driver, client, backend }) => {
  await tools(backend, 'pay');
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_1', 'pay', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  await driver.advance(29999);
  assert.equal(created(client), 1);
  await driver.advance(1);
  assert.match(client.last('conversation.item.done').item.output, /did not answer in time/);
  assert.equal(created(client), 2);
  await driver.engine('call', 2, 'call_2', 'pay', '{}');
  await driver.engine('generated', 2, FINISH.toolCalls);
  await backend.closed();
  assert.match(client.last('conversation.item.done').item.output, /no longer available/);
  assert.equal(created(client), 3);
  await driver.engine('generated', 3, FINISH.stop);
  // Nobody has it any more.
  await client.send({ type: 'response.create' });
  await driver.engine('call', 4, 'call_3', 'pay', '{}');
  await driver.engine('generated', 4, FINISH.toolCalls);
  assert.deepEqual(about(client, '"pay"'), []);
  await driver.engine('generated', 5, FINISH.stop);
  backend.events.length = 1; // what it was told before it left is not whole
});

pair('the client\'s tool wins over the backend\'s of the same name', async ({ driver, client, backend }) => {
  await tools(backend, 'show');
  await tools(client, 'show');
  await client.send({ type: 'response.create' });
  await driver.engine('call', 1, 'call_1', 'show', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  assert.ok(about(client, 'call_1').includes('response.output_item.done'));
  assert.deepEqual(about(backend, 'call_1'), []);
});

for (const [kind, names] of [['ga', ['conversation.item.added', 'conversation.item.done']], ['beta', ['conversation.item.created']]])
  test(`who comes late is told what was said (${kind})`, async () => {
    const { driver, client } = await Driver.connected('ga');
    try {
      await tools(client, 'show');
      await client.send(say('Hello'));
      await client.send({ type: 'response.create' });
      await driver.engine('call', 1, 'call_1', 'show', '{}');
      await driver.engine('generated', 1, FINISH.toolCalls);
      await client.send(output('call_1'));
      await client.send({ type: 'response.create' });
      await driver.engine('text', 2, 'Hi ');
      const late = await driver.connect(kind);
      assert.deepEqual(late.events.map(({ type }) => type), ['session.created', 'conversation.created', ...names, ...names]);
      assert.deepEqual(late.events.slice(2).map(({ item }) => item.type), names.map(() => 'message').concat(names.map(() => 'function_call_output')));
      assert.deepEqual(about(late, 'call_1').length, names.length, 'the call itself is not its own');
      late.newTypes();
      // Of the running answer it gets what became of it.
      await driver.engine('text', 2, 'there.');
      await driver.engine('generated', 2, FINISH.stop);
      assert.deepEqual(late.newTypes(), names);
      const content = late.events.at(-1).item.content[0];
      assert.equal(content.text, 'Hi there.');
      await late.send(say('Me too'));
      await late.send({ type: 'response.create' });
      await driver.engine('text', 3, 'Welcome.');
      await driver.engine('generated', 3, FINISH.stop);
      assert.equal(late.last('response.done').response.status, 'completed');
      late.check();
      client.check();
    } finally {
      await driver.stop();
    }
  });

test('who comes late is told when it is known what it speaks', async () => {
  const { driver, client } = await Driver.connected('ga');
  try {
    await client.send(say('Hello'));
    const late = await driver.connect({ call_id: 'sesskey_0123456789abcdef' });
    assert.deepEqual(late.newTypes(), ['session.created', 'conversation.created']);
    await late.send({ type: 'session.update', session: { type: 'realtime', instructions: 'x' } });
    assert.deepEqual(late.newTypes(), ['conversation.item.added', 'conversation.item.done', 'session.updated']);
    // Or when there is something to tell in any case; what is gone is not told.
    const quiet = await driver.connect({ call_id: 'sesskey_0123456789abcdef' });
    const { item } = client.last('conversation.item.done');
    await client.send({ type: 'conversation.item.delete', item_id: item.id });
    await client.send(say('Bye'));
    assert.deepEqual(quiet.events.filter((event) => event.item).map((event) => event.item.content[0].text), ['Bye', 'Bye']);
    quiet.check({ superset: true });
  } finally {
    await driver.stop();
  }
});

pair('one is heard at a time, and another when it has left', async ({ driver, client, backend }) => {
  const speaker = await driver.connect('ga');
  const append = (who) => who.send({ type: 'input_audio_buffer.append', audio: silence(200) });
  const commit = (who) => who.send({ type: 'input_audio_buffer.commit', event_id: 'event_commit' });
  const committed = () => client.events.filter(({ type }) => type === 'input_audio_buffer.committed').length;
  await speaker.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
  await append(speaker);
  await append(backend);
  await commit(speaker);
  assert.equal(committed(), 1);
  // What the backend sent meanwhile was not kept.
  await append(backend);
  await commit(backend);
  assert.equal(backend.last('error').error.code, 'input_audio_buffer_commit_empty');
  assert.equal(committed(), 1);
  await speaker.closed();
  await append(backend);
  await commit(backend);
  assert.equal(committed(), 2);
  assert.equal(client.last('error'), undefined);
});

pair('a third comes in the middle of an answer, and is asked in the next', async ({ driver, client, backend }) => {
  await tools(client, 'show');
  await tools(backend, 'pay');
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Wait ');
  const third = await driver.connect('ga');
  await tools(third, 'print');
  assert.equal(third.last('session.created').session.id, client.last('session.created').session.id);
  await driver.engine('text', 1, 'a moment.');
  await driver.engine('call', 1, 'call_pay', 'pay', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  assert.equal(third.last('conversation.item.done').item.content[0].text, 'Wait a moment.');
  assert.deepEqual(about(third, 'call_pay'), []);
  await backend.send(output('call_pay'));
  await driver.advance(100);
  await driver.engine('call', 2, 'call_print', 'print', '{}');
  await driver.engine('generated', 2, FINISH.toolCalls);
  assert.ok(about(third, 'call_print').includes('response.output_item.done'));
  for (const other of [client, backend]) assert.deepEqual(about(other, 'call_print'), []);
  // The turn of the one who leaves is answered for, and goes on.
  await third.closed();
  assert.match(client.last('conversation.item.done').item.output, /no longer available/);
  assert.equal(created(client), 3);
  await driver.engine('generated', 3, FINISH.stop);
  assert.equal(client.last('error'), undefined);
});

pair('fifty take part', async ({ driver, client, backend }) => {
  const others = [];
  for (let i = 0; i < 48; i++) {
    others.push(await driver.connect(i % 3 === 0 ? BACKEND : i % 3 === 1 ? 'ga' : 'beta'));
    if (i % 3 === 1) await tools(others[i], `tool_${i}`, 'clash');
  }
  await tools(backend, 'clash');
  await client.send(say('Hello'));
  await client.send({ type: 'response.create' });
  await driver.engine('text', 1, 'Hi.');
  await driver.engine('call', 1, 'call_46', 'tool_46', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  const everybody = [client, backend, ...others];
  for (const one of everybody) {
    assert.equal(one.last('response.done').response.id, client.last('response.done').response.id);
    assert.equal(about(one, 'call_46').length > 0, one === others[46]);
  }
  await others[46].send(output('call_46'));
  await others[46].send({ type: 'response.create' });
  await driver.engine('call', 2, 'call_clash', 'clash', '{}');
  await driver.engine('generated', 2, FINISH.toolCalls);
  // A client's, and of those one.
  assert.equal(everybody.filter((one) => about(one, 'call_clash').includes('response.output_item.done')).length, 1);
  assert.deepEqual(about(backend, 'call_clash'), []);
  // It is among those who leave now.
  for (const one of others.slice(0, 24)) await one.closed();
  assert.match(client.last('conversation.item.done').item.output, /no longer available/);
  await driver.engine('generated', 3, FINISH.stop);
  await client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } });
  for (const one of [client, backend, ...others.slice(24)]) assert.equal(one.last('session.updated').session.instructions, 'Be kind.');
  for (const one of others) assert.deepEqual(one.events.filter(({ type }) => type === 'error'), []);
});
