// SPDX-License-Identifier: LGPL-2.1-or-later
// Responses of the daemon, over real sockets and real pipelines: tools, asides,
// recordings, limits and long conversations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { silence } from '../lib/speech.mjs';
import { assertValid } from './valid.mjs';

const engines = { ...fakeEngines, LLM_PROVIDER: 'scripted' };
const written = {
  ga: (more) => ({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], ...more } }),
  beta: (more) => ({ type: 'session.update', session: { modalities: ['text'], ...more } }),
};

async function daemonFor(t, args = []) {
  const daemon = await startDaemon({ env: engines, args });
  t.after(async () => assert.equal(await daemon.stop(), 0, daemon.log));
  return daemon;
}

async function open(t, daemon, dialect, more = {}) {
  const connection = await RealtimeConnection.open(daemon.url, { dialect });
  connection.send(written[dialect](more));
  await connection.next('session.updated');
  return connection;
}

async function ask(connection, text) {
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  return (await connection.next('response.done')).response;
}

async function finish(connection, dialect, options) {
  await connection.close();
  assertValid(connection.events, dialect, options);
}

const weather = { type: 'function', name: 'get_weather', description: 'Tells the weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };

for (const dialect of ['ga', 'beta']) {
  test(`two places are two calls in one response (${dialect})`, async (t) => {
    const daemon = await daemonFor(t);
    const connection = await open(t, daemon, dialect, { tools: [weather] });
    const response = await ask(connection, 'What is the weather in Paris and London?');
    assert.equal(response.status, 'completed');
    const calls = response.output.filter(({ type }) => type === 'function_call');
    assert.deepEqual(calls.map((call) => JSON.parse(call.arguments)), [{ city: 'Paris' }, { city: 'London' }]);
    // In the other order, and one of them twice.
    for (const [call, output] of [[calls[1], 'Rain.'], [calls[0], 'Sun.'], [calls[1], 'Snow.']])
      connection.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output } });
    connection.send({ type: 'response.create' });
    const answer = (await connection.next('response.done')).response.output[0].content[0].text;
    assert.match(answer, /Sun\..*Rain\./);
    assert.doesNotMatch(answer, /Snow/);
    assert.equal(connection.count('error'), 0);
    await finish(connection, dialect);
  });

  test(`a recording is heard by the session's recogniser (${dialect})`, async (t) => {
    const daemon = await daemonFor(t);
    const connection = await open(t, daemon, dialect);
    connection.send({ type: 'conversation.item.create',
      item: { id: 'rec', type: 'message', role: 'user', content: [{ type: 'input_audio', audio: silence(600).toString('base64') }] } });
    connection.send({ type: 'response.create' });
    const completed = await connection.next('conversation.item.input_audio_transcription.completed');
    assert.equal(completed.item_id, 'rec');
    assert.equal(completed.usage.seconds, 0.6);
    assert.equal((await connection.next('response.done')).response.status, 'completed');
    await finish(connection, dialect, { recordings: ['rec'] });
  });

  test(`asides run while the assistant speaks (${dialect})`, async (t) => {
    const daemon = await daemonFor(t);
    const connection = await RealtimeConnection.open(daemon.url, { dialect });
    connection.send(userText('Tell me a long story'));
    connection.send({ type: 'response.create' });
    const main = (await connection.next('response.created')).response;
    for (const n of [1, 2, 3])
      connection.send({ type: 'response.create', response: {
        conversation: 'none', metadata: { n: `${n}` }, ...(dialect === 'beta' ? { modalities: ['text'] } : { output_modalities: ['text'] }),
        input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: `what is ${n} plus one` }] }] } });
    const said = {};
    while (Object.keys(said).length < 3) {
      const { response } = await connection.next('response.done', (event) => event.response.id !== main.id);
      assert.equal(response.status, 'completed');
      assert.equal(response.conversation_id, null);
      said[response.metadata.n] = response.output[0].content[0].text;
    }
    assert.match(said[1], /is two/);
    assert.match(said[3], /is four/);
    // The story is minutes long, and told no faster than it is heard.
    connection.send({ type: 'response.cancel', response_id: main.id });
    const { response } = await connection.next('response.done');
    assert.deepEqual([response.id, response.status], [main.id, 'cancelled']);
    await finish(connection, dialect);
  });
}

test('a response too many fails, and the session lives', async (t) => {
  const daemon = await daemonFor(t, ['--rate-limit-responses', '2', '--rate-limit-tokens', '100000']);
  const connection = await open(t, daemon, 'ga');
  for (const remaining of [1, 0]) {
    assert.equal((await ask(connection, 'Hello')).status, 'completed');
    const { rate_limits } = await connection.next('rate_limits.updated');
    assert.deepEqual([rate_limits[0].limit, rate_limits[0].remaining], [2, remaining]);
    assert.ok(rate_limits[1].remaining < 100000, JSON.stringify(rate_limits));
  }
  const { status, status_details } = await ask(connection, 'Hello');
  assert.equal(status, 'failed');
  assert.equal(status_details.error.code, 'rate_limit_exceeded');
  await finish(connection, 'ga');
});

test('a full context fails responses only where truncation is disabled', async (t) => {
  const daemon = await daemonFor(t, ['--context-tokens', '400']);
  const long = 'This is said to fill the context of the model. '.repeat(8);
  const automatic = await open(t, daemon, 'ga', { truncation: 'auto' });
  const disabled = await open(t, daemon, 'ga', { truncation: 'disabled' });
  let failed;
  for (let i = 0; i < 8; i++) {
    assert.equal((await ask(automatic, long)).status, 'completed');
    if (!failed) {
      const response = await ask(disabled, long);
      if (response.status === 'failed') failed = response;
    }
  }
  assert.equal(failed?.status_details.error.code, 'context_length_exceeded');
  // What was said last is known, what was said first is not.
  await ask(automatic, 'My name is Anna');
  assert.match((await ask(automatic, 'What is my name?')).output[0].content[0].text, /Anna/);
  for (let i = 0; i < 4; i++) await ask(automatic, long);
  assert.doesNotMatch((await ask(automatic, 'What is my name?')).output[0].content[0].text, /Anna/);
  await finish(automatic, 'ga');
  await finish(disabled, 'ga');
});

test('summaries are made aside, and no client sees them', async (t) => {
  const daemon = await daemonFor(t, ['--context-tokens', '400', '--summaries', 'on', '--output-lead-ms', '0']);
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  const long = 'This is said to fill the context of the model. '.repeat(8);
  for (let i = 0; i < 8; i++) {
    connection.send(userText(long));
    connection.send({ type: 'response.create' });
    // The next turn begins while the summary may still be under way.
    await connection.next('response.done');
  }
  connection.send(written.ga());
  assert.equal((await ask(connection, 'what is two plus two')).output[0].content[0].text, 'Two plus two is four.');
  assert.equal(connection.count('response.created'), 9);
  await finish(connection, 'ga');
});
