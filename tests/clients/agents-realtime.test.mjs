// SPDX-License-Identifier: LGPL-2.1-or-later
// The agents SDK: it drops without a word what it does not understand, so
// every check here is of its own behaviour, not only of what we sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { FINISH } from '../protocol/driver.mjs';
import { connectAgent, skip, tool } from './agents-client.mjs';
import { FaceServer } from './face-server.mjs';
import { until } from './until.mjs';

/** The SDK asks for semantic detection, which waits to see whether more is said. */
async function hear(server, utterance, text) {
  await server.engine('speech_stopped', utterance, 1000);
  await server.engine('final', utterance, text);
  await server.driver.advance(10000);
}

function run(title, options, func) {
  test(title, { skip }, async () => {
    const server = await FaceServer.start();
    try {
      const seen = await connectAgent(server.port, options);
      await func(server, seen);
      server.connection.check();
      assert.deepEqual(seen.errors, []);
      seen.session.close();
    } finally {
      await server.stop();
    }
  });
}

for (const browser of [false, true])
  run(`text turn, ${browser ? 'as a browser' : 'from Node'}`, { browser }, async (server, seen) => {
    const { session } = seen.last('session.updated');
    assert.equal(session.tracing, 'auto');
    assert.equal(session.audio.input.turn_detection.type, 'semantic_vad');
    assert.equal(session.audio.input.transcription.model, 'gpt-4o-mini-transcribe');
    seen.session.sendMessage('Hello');
    await until(() => seen.count('response.created') === 1);
    await server.engine('text', 1, 'Hi there.');
    await server.engine('audio', 1, 400, 0, 9);
    await server.engine('generated', 1, FINISH.stop);
    await server.engine('audio_ended', 1);
    await until(() => seen.audio === 400 * 48, 'all audio');
    await until(() => seen.texts().includes('Hi there.'));
    assert.deepEqual(seen.texts(), ['Hello', 'Hi there.']);
  });

run('spoken turn: the transcript arrives in the history', {}, async (server, seen) => {
  seen.session.sendAudio(new ArrayBuffer(48000));
  await server.engine('speech_started', 1, 0);
  await hear(server, 1, 'What time is it?');
  await server.engine('text', 1, 'Noon.');
  await server.engine('audio', 1, 300, 0, 5);
  await server.engine('generated', 1, FINISH.stop);
  await server.engine('audio_ended', 1);
  await until(() => seen.texts().includes('What time is it?') && seen.texts().includes('Noon.'), 'both in the history');
  assert.deepEqual(seen.texts(), ['What time is it?', 'Noon.']);
});

const weather = tool({
  name: 'weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `sunny in ${city}`,
});

run('tool: runs once and is answered', { tools: [weather] }, async (server, seen) => {
  seen.session.sendMessage('Weather?');
  await until(() => seen.count('response.created') === 1);
  await server.engine('call', 1, 'call_1', 'weather', '{"city":"Ulm"}');
  await server.engine('generated', 1, FINISH.toolCalls);
  await until(() => seen.count('response.created') === 2, 'the SDK asks for the follow-up');
  await server.engine('text', 2, 'It is sunny.');
  await server.engine('audio', 2, 100, 0, 12);
  await server.engine('generated', 2, FINISH.stop);
  await server.engine('audio_ended', 2);
  await until(() => seen.texts().includes('It is sunny.'));
  assert.deepEqual(seen.toolEnds, ['sunny in Ulm']);
  const outputs = server.connection.events.filter((event) => event.type === 'conversation.item.added' && event.item.type === 'function_call_output');
  assert.deepEqual(outputs.map((event) => event.item.output), ['sunny in Ulm']);
});

run('barge-in: the SDK stops, truncates, and is not told of errors', {}, async (server, seen) => {
  seen.session.sendMessage('A story');
  await until(() => seen.count('response.created') === 1);
  await server.engine('text', 1, 'Once upon a time.');
  await server.engine('audio', 1, 3000, 0, 17);
  await until(() => seen.audio === 3000 * 48);
  await server.engine('speech_started', 1, 0);
  await until(() => seen.interrupted > 0, 'interruption');
  await until(() => seen.count('conversation.item.truncated') === 1, 'truncation');
  assert.equal(seen.last('response.done').response.status, 'cancelled');
  // It asks for the item again, and shows what was heard.
  await until(() => seen.count('conversation.item.retrieved') > 0, 'retrieval');

  // And can go on.
  await hear(server, 1, 'Stop');
  await until(() => seen.count('response.created') === 2);
  await server.engine('text', 2, 'Fine.');
  await server.engine('audio', 2, 100, 0, 5);
  await server.engine('generated', 2, FINISH.stop);
  await server.engine('audio_ended', 2);
  await until(() => seen.texts().includes('Fine.'));
});

run('interrupt by the program', {}, async (server, seen) => {
  seen.session.sendMessage('A story');
  await until(() => seen.count('response.created') === 1);
  await server.engine('text', 1, 'Once upon a time.');
  await server.engine('audio', 1, 3000, 0, 17);
  await until(() => seen.audio === 3000 * 48);
  seen.session.interrupt();
  await until(() => seen.count('response.done') === 1);
  assert.equal(seen.last('response.done').response.status_details.reason, 'client_cancelled');
  seen.session.sendMessage('Something else');
  await until(() => seen.count('response.created') === 2, 'the SDK goes on after the cancel');
  await server.engine('text', 2, 'Yes.');
  await server.engine('generated', 2, FINISH.stop);
  await server.engine('audio_ended', 2);
});
