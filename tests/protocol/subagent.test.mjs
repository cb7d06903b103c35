// SPDX-License-Identifier: LGPL-2.1-or-later
// A second model that uses the tools, in a real daemon.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { environment, fakeEngines, program, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { assertValid } from './valid.mjs';

const weather = { type: 'function', name: 'get_weather', description: 'Tells the weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };
const task = (text) => `call askSubagent ${JSON.stringify({ task: text })}`;

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

async function open(t, env = {}) {
  const daemon = await startDaemon({ env: { ...fakeEngines, VOWEL_OUTPUT_LEAD_MS: '0', LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: fakes.base('openai'), SUBAGENT_ENABLED: 'true', ...env } });
  t.after(async () => {
    await untilMetric(daemon, 'sessions', 0);
    assert.equal(await daemon.stop(), 0, daemon.log);
  });
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: [weather] } });
  await connection.next('session.updated');
  return connection;
}

const requests = () => fakes.log.map(({ body }) => JSON.parse(body));
const names = ({ tools }) => tools?.map((tool) => tool.function.name);
const said = ({ response }) => response.output[0].content[0].text;

async function ask(connection, text) {
  fakes.log.length = 0;
  connection.send(userText(text));
  connection.send({ type: 'response.create' });
  return connection.next('response.done');
}

function give(connection, call_id, output) {
  connection.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output } });
}

test('a sub-agent uses the tools of the client', async (t) => {
  const connection = await open(t, { SUBAGENT_MODEL: 'thorough', SUBAGENT_MAX_TOKENS: '500' });
  for (const city of ['Paris', 'Rome']) {
    const { response: first } = await ask(connection, task(`call get_weather {"city":"${city}"}`));
    assert.deepEqual([first.status, first.output], ['completed', []]);
    const { item } = await connection.next('response.output_item.done');
    assert.deepEqual([item.type, item.name, item.arguments, item.status], ['function_call', 'get_weather', `{"city":"${city}"}`, 'completed']);
    const { response: aside } = await connection.next('response.done');
    assert.deepEqual([aside.conversation_id, aside.output.length], [null, 1]);
    give(connection, item.call_id, 'sunny');
    connection.send({ type: 'response.create' });
    assert.equal((await connection.next('conversation.item.done')).item.output, 'sunny');
    const { response } = await connection.next('response.done');
    assert.equal(said({ response }), 'The tool says: The tool says: sunny..');
    const [main, step, report, answer] = requests();
    assert.deepEqual(names(main), ['askSubagent']);
    assert.match(main.tools[0].function.description, /get_weather: Tells the weather/);
    assert.deepEqual([step.model, names(step), step.tool_choice ?? 'auto', report.tool_choice], ['thorough', ['get_weather'], 'auto', 'none']);
    assert.match(step.messages.at(-1).content, /^Your task: /);
    // The one who speaks knows the result, and not how it came about.
    assert.equal(answer.messages.at(-1).content, 'The tool says: sunny.');
    assert.equal(answer.messages.filter(({ tool_calls: calls }) => calls?.some((call) => call.function.name === 'get_weather')).length, 0);
    assert.equal(requests().length, 4);
  }
  assert.equal(connection.count('response.created'), connection.count('response.done'));
  assert.equal(connection.count('error'), 0);
  await connection.close();
  assertValid(connection.events, 'ga');
});

test('a sub-agent that fails makes the tool an error', async (t) => {
  const connection = await open(t, { SUBAGENT_PROVIDER: 'groq', GROQ_API_KEY: KEY, GROQ_BASE_URL: fakes.base('groq', '500') });
  await ask(connection, task('call get_weather {}'));
  assert.match(said(await connection.next('response.done')), /The sub-agent failed/);
  await connection.close();
  assertValid(connection.events, 'ga');
});

test('a task can be cancelled', async (t) => {
  const connection = await open(t);
  await ask(connection, task('call get_weather {}'));
  const { item } = await connection.next('response.output_item.done');
  await connection.next('response.done');
  connection.send({ type: 'response.cancel' });
  give(connection, item.call_id, 'too late');
  connection.send({ type: 'response.create' });
  await connection.next('conversation.item.done');
  const { response } = await ask(connection, 'Hello');
  assert.equal(said({ response }), 'You said: Hello.');
  assert.match(JSON.stringify(requests()[0].messages), /was interrupted/);
  assert.equal(connection.count('error'), 0);
  await connection.close();
  assertValid(connection.events, 'ga');
});

test('a provider that does not exist stops the start', () => {
  const { status, stderr } = spawnSync(program, ['serve'], { encoding: 'utf8', timeout: 20000,
    env: environment({ ...fakeEngines, SUBAGENT_ENABLED: 'true', SUBAGENT_PROVIDER: 'nonsense' }) });
  assert.equal(status, 78, stderr);
  assert.match(stderr, /SUBAGENT_PROVIDER is "nonsense"/);
});
