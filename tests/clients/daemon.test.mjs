// SPDX-License-Identifier: LGPL-2.1-or-later
// Real clients, the real daemon, its local engines: what a newcomer runs. How
// well speech is understood is tested elsewhere. With sanitizers a recogniser
// takes too long: there, fakes stand in for it and for the voice.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { packets, sendSpeech, speak } from '../lib/speech.mjs';
import { assertValid } from '../protocol/valid.mjs';
import { connectAgent, NEWEST, sdks, skip, tool } from './agents-client.mjs';
import { Client } from './openai-client.mjs';
import { until } from './until.mjs';

const sanitized = Boolean(process.env.ASAN_OPTIONS);
let daemon;
let question;
let folder;

/** Loud enough for a detector that looks at nothing else. */
function noise(milliseconds) {
  const samples = new Int16Array(milliseconds * 24);
  for (let i = 0, state = 1; i < samples.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    samples[i] = (state >>> 17) - 16384;
  }
  return Buffer.from(samples.buffer);
}

function fakeRecipe() {
  const file = path.join(folder, 'fakes.launch');
  writeFileSync(file, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('vad name=vad', 'vad name=vad detector=energy')
    .replace(/provider="\$\{STT[^"]*"/, 'provider=fake provider::text="what is seven times eight"')
    .replace(/provider="\$\{LLM[^"]*"/, 'provider=scripted')
    .replace(/provider="\$\{TTS[^"]*"/, 'provider=fake'));
  return file;
}

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-clients-'));
  question = sanitized ? Buffer.concat([Buffer.alloc(48 * 1000), noise(1500)]) : speak('What is seven times eight?');
  daemon = await startDaemon(sanitized ? { args: ['--recipe', fakeRecipe()], env: { ...fakeEngines, LLM_PROVIDER: 'scripted' } } : {});
});

after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

const text = (words) => ({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] } });
const weather = { type: 'function', name: 'get_weather', description: 'Get the weather in a city', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };
const vad = { type: 'server_vad' };

for (const dialect of ['ga', 'beta']) {
  const run = (title, func) => test(`openai ${dialect}: ${title}`, async () => {
    const client = await Client.connect(dialect, daemon.port);
    try {
      await func(client);
      assertValid(client.events, dialect, { revisions: true });
      assert.deepEqual(client.errors, []);
    } finally {
      client.close();
    }
  });
  const session = (ga, beta) => ({ type: 'session.update', session: dialect === 'ga' ? { type: 'realtime', ...ga } : beta });
  const sound = (client) => client.events
    .filter((event) => event.type === client.name('response.output_audio.delta'))
    .reduce((bytes, event) => bytes + Buffer.from(event.delta, 'base64').length, 0);

  run('text turn, spoken', async (client) => {
    client.send(text('Hello'));
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    assert.equal(response.status, 'completed');
    assert.ok(response.output[0].content[0].transcript.length > 0);
    assert.ok(sound(client) > 24000, `${sound(client)} bytes`);
  });

  run('text turn, written', async (client) => {
    client.send(session({ output_modalities: ['text'] }, { modalities: ['text'] }));
    client.send(text('What is two plus three?'));
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    assert.match(response.output[0].content[0].text, /five|5/i);
    assert.equal(sound(client), 0);
  });

  run('audio turn', async (client) => {
    client.send(session({ audio: { input: { turn_detection: vad } } }, { turn_detection: vad }));
    sendSpeech(client, question);
    const { transcript } = await client.next('conversation.item.input_audio_transcription.completed');
    assert.match(transcript, /seven times/i);
    const { response } = await client.next('response.done');
    assert.equal(response.status, 'completed');
    assert.ok(sound(client) > 24000);
  });

  run('push-to-talk turn', async (client) => {
    client.send(session({ audio: { input: { turn_detection: null } } }, { turn_detection: null }));
    sendSpeech(client, question);
    client.send({ type: 'input_audio_buffer.commit' });
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    assert.equal(response.status, 'completed');
    assert.ok(sound(client) > 24000);
  });

  run('tool turn', async (client) => {
    client.send(session({ tools: [weather] }, { tools: [weather] }));
    client.send(text('Get the weather in Ulm'));
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    const call = response.output.find((item) => item.type === 'function_call');
    assert.equal(call.name, 'get_weather');
    assert.match(JSON.parse(call.arguments).city, /ulm/i);
    client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: '{"weather":"sunny"}' } });
    client.send({ type: 'response.create' });
    const follow = await client.next('response.done', 2);
    assert.match(follow.response.output[0].content[0].transcript, /sunny/i);
  });

  run('cancel', async (client) => {
    client.send(text('Tell me a story'));
    client.send({ type: 'response.create' });
    await client.next('response.created');
    client.send({ type: 'response.cancel' });
    const { response } = await client.next('response.done');
    assert.equal(response.status_details.reason, 'client_cancelled');
    client.send(text('Hello'));
    client.send({ type: 'response.create' });
    assert.equal((await client.next('response.done', 2)).response.status, 'completed');
  });

  run('barge-in', async (client) => {
    client.send(session({ audio: { input: { turn_detection: vad } } }, { turn_detection: vad }));
    client.send(text('Tell me a story'));
    client.send({ type: 'response.create' });
    await client.next(client.name('response.output_audio.delta'));
    sendSpeech(client, question);
    await client.next('input_audio_buffer.speech_started');
    const answer = await client.next('response.done', 2);
    assert.equal(answer.response.status, 'completed');
    const [first] = client.events.filter((event) => event.type === 'response.done');
    if (first.response.status === 'cancelled')
      assert.equal(first.response.status_details.reason, 'turn_detected');
  });
}

/** In packets, as from a microphone: the older release takes no more at once. */
function say(session, audio) {
  for (const packet of packets(Buffer.concat([audio, Buffer.alloc(48 * 1000)]))) session.sendAudio(new Uint8Array(packet).buffer);
}

function agent(title, options, func) {
  for (const version of Object.keys(sdks)) {
    test(`agents: ${title} (${version})`, { skip }, async () => {
      const client = await connectAgent(daemon.port, { version, ...options });
      try {
        await func(client, version);
        // The older release shows events without what it does not know of them.
        if (version === NEWEST) assertValid(client.events, 'ga', { revisions: true });
        assert.deepEqual(client.errors, []);
      } finally {
        client.session.close();
      }
    });
  }
}

agent('text and audio turns', {}, async (client, version) => {
  client.session.sendMessage('Hello');
  await until(() => client.count('response.done') === 1);
  assert.ok(client.audio > 24000);
  say(client.session, question);
  await until(() => client.count('response.done') === 2);
  // The question cuts off what is left of the first answer; the older release then forgets all of its words.
  const told = () => client.texts().slice(version === NEWEST ? 0 : 2);
  await until(() => client.texts().length === 4 && told().every(Boolean), () => client.texts().join(' | '));
  assert.match(client.texts().at(-2), /seven times/i);
});

agent('tool', {
  tools: [tool({
    name: 'get_weather',
    description: 'Get the weather in a city',
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }) => `It is sunny in ${city}.`,
  })],
}, async (client) => {
  client.session.sendMessage('Get the weather in Ulm');
  await until(() => client.toolEnds.length === 1);
  await until(() => client.count('response.done') === 2, 'the follow-up');
  assert.match(client.last('response.done').response.output[0].content[0].transcript, /sunny/i);
  assert.equal(client.toolEnds.length, 1);
});

agent('interruption by voice', {}, async (client) => {
  client.session.sendMessage('Tell me a story');
  await until(() => client.audio > 0);
  say(client.session, question);
  await until(() => client.interrupted > 0, 'the SDK stops');
  await until(() => client.count('response.done') === 2);
});
