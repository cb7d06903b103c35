// SPDX-License-Identifier: LGPL-2.1-or-later
// The fake services answer the vendors' own clients as the services do, so that
// what our elements do with them counts.
import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { KEY, startFakes } from '../fakes/remote/server.mjs';

// The client looks for it there; Node.js 18 has it, but not as a global.
globalThis.File ??= File;

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

const client = (faults = 'ok', options = {}) => new OpenAI({ apiKey: KEY, baseURL: fakes.base('openai', faults), maxRetries: 0, ...options });
const messages = [{ role: 'user', content: 'hello' }];
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];

test('openai: streamed text and usage', async () => {
  const stream = await client().chat.completions.create({ model: 'm', messages, stream: true, stream_options: { include_usage: true } });
  let text = '';
  let usage;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, 'You said: hello.');
  assert.equal(usage.total_tokens, 14);
});

test('openai: split at every byte, CR LF', async () => {
  const answer = await client('bytes,crlf').chat.completions.stream({ model: 'm', messages }).finalContent();
  assert.equal(answer, 'You said: hello.');
});

test('openai: whole answer', async () => {
  const answer = await client().chat.completions.create({ model: 'm', messages });
  assert.equal(answer.choices[0].message.content, 'You said: hello.');
  assert.equal(answer.choices[0].finish_reason, 'stop');
});

test('openai: tool calls and their results', async () => {
  const asked = [{ role: 'user', content: 'call weather {"city":"Oslo"}; weather {"city":"Ulm"}' }];
  const { choices: [choice] } = await client().chat.completions.stream({ model: 'm', messages: asked, tools }).finalChatCompletion();
  assert.equal(choice.finish_reason, 'tool_calls');
  assert.deepEqual(choice.message.tool_calls.map((call) => JSON.parse(call.function.arguments).city), ['Oslo', 'Ulm']);
  const results = choice.message.tool_calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: 'sunny' }));
  const answer = await client().chat.completions.create({ model: 'm', messages: [...asked, choice.message, ...results], tools });
  assert.equal(answer.choices[0].message.content, 'The tool says: sunny and sunny.');
});

test('openai: what the service refuses', async () => {
  const create = (body, options) => client('ok', options).chat.completions.create({ model: 'm', messages, ...body });
  await assert.rejects(create({}, { apiKey: 'sk-wrong' }), OpenAI.AuthenticationError);
  await assert.rejects(create({ model: 'no-such-model' }), OpenAI.NotFoundError);
  await assert.rejects(create({ tools: [] }), OpenAI.BadRequestError);
  await assert.rejects(create({ tool_choice: 'auto' }), /only allowed when 'tools'/);
  await assert.rejects(create({ messages: [] }), OpenAI.BadRequestError);
  await assert.rejects(create({ messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] }), /must be a response/);
  await assert.rejects(create({ include_reasoning: false }), /Unrecognized request argument/);
  await assert.rejects(create({ model: 'gpt-5', temperature: 0.5 }), /temperature/);
});

test('openai: retries as the client does', async () => {
  const answer = await client('429-once', { maxRetries: 2 }).chat.completions.create({ model: 'm', messages });
  assert.equal(answer.choices[0].message.content, 'You said: hello.');
  await assert.rejects(client('429-long').chat.completions.create({ model: 'm', messages }), OpenAI.RateLimitError);
  await assert.rejects(client('500').chat.completions.create({ model: 'm', messages }), OpenAI.InternalServerError);
});

test('openai: an error in the middle', async () => {
  const stream = client('error-openai').chat.completions.stream({ model: 'm', messages });
  await assert.rejects(stream.finalContent(), /It broke/);
});

/** A WAV file of silence. */
function wav(ms, rate = 16000) {
  const data = Buffer.alloc(ms * rate / 1000 * 2);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

const file = (ms) => OpenAI.toFile(wav(ms), 'audio.wav', { type: 'audio/wav' });

// The client puts the file where it stands in the call.
test('openai: transcriptions', async () => {
  const heard = await client().audio.transcriptions.create({ model: 'whisper-1', language: 'en', file: await file(500) });
  assert.equal(heard.text.trim(), '500 milliseconds at 16000 in en.');
  const stream = await client('crlf').audio.transcriptions.create({ model: 'gpt-4o-transcribe', stream: true, file: await file(500) });
  let last;
  for await (const event of stream) last = event;
  assert.equal(last.type, 'transcript.text.done');
  assert.equal(last.text, '500 milliseconds at 16000.');
  await assert.rejects(client().audio.transcriptions.create({ model: 'no-such-model', file: await file(500) }), OpenAI.NotFoundError);
  await assert.rejects(client().audio.transcriptions.create({ model: 'whisper-1', file: await file(50) }), /too short/);
});

test('openai: speech', async () => {
  const speak = (body) => client().audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Hello.', ...body });
  const pcm = await (await speak({ response_format: 'pcm' })).arrayBuffer();
  assert.equal(pcm.byteLength, 6 * 0.06 * 24000 * 2);
  assert.equal((await speak({})).headers.get('content-type'), 'audio/mpeg');
  await assert.rejects(speak({ voice: 'nobody' }), OpenAI.BadRequestError);
  await assert.rejects(speak({ input: '' }), OpenAI.BadRequestError);
});
