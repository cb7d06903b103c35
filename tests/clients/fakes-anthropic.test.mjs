// SPDX-License-Identifier: LGPL-2.1-or-later
// The fake of Anthropic answers Anthropic's own client as Anthropic does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { KEY, startFakes } from '../fakes/remote/server.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

const client = (faults = 'ok', options = {}) => new Anthropic({ apiKey: KEY, baseURL: fakes.base('anthropic', faults), maxRetries: 0, ...options });
const messages = [{ role: 'user', content: 'hello' }];
const base = { model: 'm', max_tokens: 100, messages };
const tools = [{ name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];

test('anthropic: streamed text and usage', async () => {
  const message = await client().messages.stream(base).finalMessage();
  assert.deepEqual(message.content.map(({ type, text }) => [type, text]), [['text', 'You said: hello.']]);
  assert.equal(message.stop_reason, 'end_turn');
  assert.equal(message.usage.input_tokens, 3);
  assert.equal(message.usage.cache_read_input_tokens, 4);
  assert.equal(message.usage.output_tokens, 5);
});

test('anthropic: split at every byte, CR LF', async () => {
  assert.equal(await client('bytes,crlf,comments').messages.stream({ ...base, system: 'Be brief.' }).finalText(), 'You said: hello.');
});

test('anthropic: thoughts are blocks of their own', async () => {
  const message = await client('thinking').messages.stream(base).finalMessage();
  assert.deepEqual(message.content.map(({ type }) => type), ['thinking', 'redacted_thinking', 'text']);
  assert.equal(message.content[0].thinking, 'They want something.');
});

test('anthropic: whole answer', async () => {
  const message = await client().messages.create(base);
  assert.equal(message.content[0].text, 'You said: hello.');
});

test('anthropic: tool calls and their results', async () => {
  const asked = [{ role: 'user', content: 'call weather {"city":"Oslo"}; weather {"city":"Ulm"}' }];
  const message = await client().messages.stream({ ...base, messages: asked, tools, tool_choice: { type: 'any' } }).finalMessage();
  assert.equal(message.stop_reason, 'tool_use');
  assert.deepEqual(message.content.map((block) => block.input.city), ['Oslo', 'Ulm']);
  const results = message.content.map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: 'sunny' }));
  const calls = message.content.map(({ type, id, name, input }) => ({ type, id, name, input }));
  const history = [...asked, { role: 'assistant', content: calls }, { role: 'user', content: results }];
  const answer = await client().messages.create({ ...base, messages: history, tools });
  assert.equal(answer.content[0].text, 'The tool says: sunny and sunny.');
  const refused = (changed, pattern) => assert.rejects(client().messages.create({ ...base, tools, messages: changed }), pattern);
  await refused(history.slice(0, 2), /end with a user message/);
  await refused([...history.slice(0, 2), { role: 'user', content: 'well?' }], /without `tool_result` blocks/);
  await refused([history[0], { role: 'assistant', content: 'Hm.' }, history[2]], /unexpected `tool_use_id`/);
  await refused([{ role: 'user', content: results }], /unexpected `tool_use_id`/);
  await refused([...history.slice(0, 2), { role: 'user', content: [{ type: 'text', text: 'x' }, ...results] }], /must come first/);
  await assert.rejects(client().messages.create({ ...base, messages: history }), /must define tools/);
});

test('anthropic: what the service refuses', async () => {
  const create = (body, options) => client('ok', options).messages.create({ ...base, ...body });
  await assert.rejects(create({}, { apiKey: 'sk-wrong' }), Anthropic.AuthenticationError);
  await assert.rejects(create({}, { defaultHeaders: { 'anthropic-version': null } }), /anthropic-version/);
  await assert.rejects(create({ model: 'no-such-model' }), Anthropic.NotFoundError);
  await assert.rejects(create({ max_tokens: undefined }), /max_tokens: Field required/);
  await assert.rejects(create({ messages: [] }), Anthropic.BadRequestError);
  await assert.rejects(create({ messages: [...messages, ...messages] }), /roles must alternate/);
  await assert.rejects(create({ messages: [{ role: 'assistant', content: 'Hi.' }, ...messages] }), /first message must use/);
  await assert.rejects(create({ messages: [{ role: 'user', content: ' ' }] }), /non-whitespace/);
  const older = { defaultHeaders: { 'anthropic-version': '2023-06-01' } };
  await create({ model: 'claude-haiku-4-5', temperature: 0.5 }, older);
  await assert.rejects(create({ model: 'claude-haiku-4-5', temperature: 1.5 }, older), /temperature/);
  await assert.rejects(create({ model: 'claude-haiku-5-5', temperature: 0.5 }, older), /temperature/);
  await assert.rejects(create({ model: 'claude-haiku-4-5', temperature: 0.5 }), /temperature/);
  await assert.rejects(create({ tool_choice: { type: 'auto' } }), /while providing tools/);
  await assert.rejects(create({ tools, tool_choice: { type: 'required' } }), /expected tags/);
  await assert.rejects(create({ tools, tool_choice: { type: 'tool', name: 'x' } }), /not found in provided tools/);
  await assert.rejects(create({ tools, tool_choice: { type: 'none', disable_parallel_tool_use: true } }), /Extra inputs/);
  await assert.rejects(create({ tools: [{ ...tools[0], parameters: {} }] }), /Extra inputs/);
  await assert.rejects(create({ frequency_penalty: 1 }), /Extra inputs/);
});

test('anthropic: retries as the client does', async () => {
  assert.equal((await client('529-once', { maxRetries: 2 }).messages.create(base)).content[0].text, 'You said: hello.');
  await assert.rejects(client('429').messages.create(base), Anthropic.RateLimitError);
  await assert.rejects(client('529').messages.create(base), Anthropic.InternalServerError);
});

test('anthropic: an error in the middle', async () => {
  await assert.rejects(client('error-overloaded').messages.stream(base).finalMessage(), /It broke/);
});

test('anthropic: its models', async () => {
  const { data } = await client().models.list();
  assert.ok(data.some((model) => model.id === 'claude-haiku-5-5'));
});
