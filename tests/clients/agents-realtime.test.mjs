// SPDX-License-Identifier: LGPL-2.1-or-later
// The agents SDK, in two releases: it drops without a word what it does not
// understand, so every check here is of its own behaviour, not only of what we
// sent. At the end it remembers the conversation as the server does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { FINISH } from '../protocol/driver.mjs';
import { connectAgent, NEWEST, sdks, skip } from './agents-client.mjs';
import { FaceServer } from './face-server.mjs';
import { clientHistory, serverHistory } from './history.mjs';
import { until } from './until.mjs';

/** The SDK asks for semantic detection, which waits to see whether more is said. */
async function hear(server, utterance, text) {
  await server.engine('speech_stopped', utterance, 1000);
  await server.engine('final', utterance, text);
  await server.driver.advance(10000);
}

/** One spoken answer. */
async function answer(server, generation, text, ms = 100) {
  await server.engine('text', generation, text);
  await server.engine('audio', generation, ms, 0, text.length);
  await server.engine('generated', generation, FINISH.stop);
  await server.engine('audio_ended', generation);
}

/** Time passes for both sides: the SDK takes what it got for played. */
async function listen(server, t, ms) {
  const now = Date.now;
  t.after(() => { Date.now = now; });
  Date.now = () => now() + ms;
  await server.driver.advance(ms);
}

async function sameHistory(server, seen) {
  const both = () => [clientHistory(seen.session), serverHistory(server.connection.events)];
  await until(() => isDeepStrictEqual(...both()), () => `the same history: ${JSON.stringify(both(), null, 1)}`);
}

/** @param func gets the server, the client, and the test */
function run(title, options, func) {
  for (const [version, sdk] of Object.entries(sdks))
    test(`${title} (${version})`, { skip }, async (t) => {
      const server = await FaceServer.start();
      try {
        const seen = await connectAgent(server.port, { version, ...(typeof options === 'function' ? options(sdk) : options) });
        await func(server, seen, t);
        await sameHistory(server, seen);
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
    await answer(server, 1, 'Hi there.', 400);
    await until(() => seen.audio === 400 * 48, 'all audio');
    await until(() => seen.texts().includes('Hi there.'));
    assert.deepEqual(seen.texts(), ['Hello', 'Hi there.']);
  });

run('spoken turn: the transcript arrives in the history', {}, async (server, seen) => {
  seen.session.sendAudio(new ArrayBuffer(48000));
  await server.engine('speech_started', 1, 0);
  await hear(server, 1, 'What time is it?');
  await answer(server, 1, 'Noon.', 300);
  await until(() => seen.texts().includes('What time is it?') && seen.texts().includes('Noon.'), 'both in the history');
  assert.deepEqual(seen.texts(), ['What time is it?', 'Noon.']);
});

/** What the tools have given, as the server has it. */
function outputs(server) {
  return server.connection.events
    .filter((event) => event.type === 'conversation.item.added' && event.item.type === 'function_call_output')
    .map((event) => event.item.output);
}

const weather = ({ tool }) => ({
  tools: [tool({
    name: 'weather',
    description: 'The weather in a city.',
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }) => `sunny in ${city}`,
  })],
});

run('tool: runs once and is answered', weather, async (server, seen) => {
  seen.session.sendMessage('Weather?');
  await until(() => seen.count('response.created') === 1);
  await server.engine('call', 1, 'call_1', 'weather', '{"city":"Ulm"}');
  await server.engine('generated', 1, FINISH.toolCalls);
  await until(() => seen.count('response.created') === 2, 'the SDK asks for the follow-up');
  await answer(server, 2, 'It is sunny.');
  await until(() => seen.texts().includes('It is sunny.'));
  assert.deepEqual(seen.toolEnds, ['sunny in Ulm']);
  assert.deepEqual(outputs(server), ['sunny in Ulm']);
});

run('two tools in one response: each runs once, and both are answered together', weather, async (server, seen) => {
  seen.session.sendMessage('Weather in Ulm and Bonn?');
  await until(() => seen.count('response.created') === 1);
  await server.engine('call', 1, 'call_1', 'weather', '{"city":"Ulm"}');
  await server.engine('call', 1, 'call_2', 'weather', '{"city":"Bonn"}');
  await until(() => outputs(server).length === 2, 'both outputs');
  // The older release asks after each of them; the server has it wait for the end
  // of this response. The newer one waits by itself.
  const asked = seen.version === NEWEST ? 1 : 3;
  await until(() => server.received.filter((type) => type === 'response.create').length === asked, 'its requests');
  await server.engine('generated', 1, FINISH.toolCalls);
  await until(() => seen.count('response.created') === 2, 'the SDK asks for the follow-up');
  await answer(server, 2, 'Sunny in both.');
  await until(() => seen.texts().includes('Sunny in both.'));
  assert.deepEqual(seen.toolEnds.sort(), ['sunny in Bonn', 'sunny in Ulm']);
  assert.deepEqual(outputs(server).sort(), ['sunny in Bonn', 'sunny in Ulm']);
  assert.equal(seen.count('response.created'), 2);
});

run('barge-in: the SDK stops, truncates, and is not told of errors', {}, async (server, seen, t) => {
  seen.session.sendMessage('A story');
  await until(() => seen.count('response.created') === 1);
  await server.engine('text', 1, 'Once upon a time.');
  await server.engine('audio', 1, 3000, 0, 17);
  await until(() => seen.audio === 3000 * 48);
  await listen(server, t, 1500);
  await server.engine('speech_started', 1, 0);
  await until(() => seen.interrupted > 0, 'interruption');
  await until(() => seen.count('conversation.item.truncated') === 1, 'truncation');
  assert.equal(seen.last('response.done').response.status, 'cancelled');
  // It asks for the item again, and shows what was heard.
  await until(() => seen.count('conversation.item.retrieved') > 0, 'retrieval');
  await until(() => /^Once( upon)?$/.test(seen.texts()[1]), 'the words that were heard');

  // And can go on.
  await hear(server, 1, 'Stop');
  await until(() => seen.count('response.created') === 2);
  await answer(server, 2, 'Fine.');
  await until(() => seen.texts().includes('Fine.'));
});

run('interrupt by the program', {}, async (server, seen, t) => {
  seen.session.sendMessage('A story');
  await until(() => seen.count('response.created') === 1);
  await server.engine('text', 1, 'Once upon a time.');
  await server.engine('audio', 1, 3000, 0, 17);
  await until(() => seen.audio === 3000 * 48);
  await listen(server, t, 1500);
  seen.session.interrupt();
  await until(() => seen.count('response.done') === 1);
  assert.equal(seen.last('response.done').response.status_details.reason, 'client_cancelled');
  await until(() => seen.count('conversation.item.retrieved') > 0, 'retrieval');
  seen.session.sendMessage('Something else');
  await until(() => seen.count('response.created') === 2, 'the SDK goes on after the cancel');
  await answer(server, 2, 'Yes.');
  await until(() => seen.texts().includes('Yes.'));
});

const guarded = {
  options: {
    outputGuardrails: [{
      name: 'no secrets',
      execute: async ({ agentOutput }) => ({ tripwireTriggered: /secret/.test(agentOutput), outputInfo: {} }),
    }],
    outputGuardrailSettings: { debounceTextLength: 10 },
  },
};

run('guardrail: the answer is cancelled, the model is told', guarded, async (server, seen, t) => {
  seen.session.sendMessage('Tell me');
  await until(() => seen.count('response.created') === 1);
  await server.engine('text', 1, 'My own ');
  await server.engine('audio', 1, 1000, 0, 6);
  await until(() => seen.audio === 1000 * 48);
  await listen(server, t, 900);
  await server.engine('text', 1, 'secret word is ');
  await until(() => seen.guardrails.length === 1, 'the guardrail');
  await until(() => seen.count('response.done') === 1, 'the end of the answer');
  assert.deepEqual(seen.last('response.done').response.status_details, { type: 'cancelled', reason: 'client_cancelled' });
  await until(() => seen.count('response.created') === 2, 'the SDK asks for another answer');
  await answer(server, 2, 'I cannot say.');
  await until(() => seen.texts().includes('I cannot say.'));
  assert.equal(seen.guardrails.length, 1);
});

run('the program edits the history', {}, async (server, seen) => {
  seen.session.sendMessage('Hello');
  await until(() => seen.count('response.created') === 1);
  await answer(server, 1, 'Hi there.');
  await until(() => seen.texts().includes('Hi there.'));
  seen.session.updateHistory((history) => history.slice(0, 1));
  await until(() => seen.count('conversation.item.deleted') === 1);
  assert.deepEqual(serverHistory(server.connection.events).map(({ text }) => text), ['Hello']);
});
