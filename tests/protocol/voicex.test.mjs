// SPDX-License-Identifier: LGPL-2.1-or-later
// Voicex's protocol: what each thing that happens looks like to its clients.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END, FINISH, Driver, hear } from './driver.mjs';
import { AGENT, answer, connectVoicex, scenario } from './voicex-scenario.mjs';
import { voicexProblems } from './voicex-checker.mjs';

const bargeIn = { min_chars: 5, guard_ms: 300 };

scenario('a spoken turn and its answer', async ({ driver, client }) => {
  const [{ timestamp, ...connected }] = client.events;
  assert.deepEqual(connected, { type: 'connected', sessionId: '7f1c2b1e-0000-4000-8000-000000000001', historyKey: 'key-1', agentId: AGENT.agent_id, agentName: 'Front desk' });
  assert.ok(Math.abs(timestamp - Date.now()) < 60000);
  await hear(driver, client, 1, 'what time is it');
  assert.deepEqual(client.news(), ['user… what', 'user: what time is it']);
  await answer(driver, 1, ['It is two.', 'Or three.']);
  assert.deepEqual(client.news(), ['400 ms', '400 ms', 'assistant: It is two. Or three.', 'audioEnd']);
}, AGENT);

scenario('without an agent its members are left out', async ({ client }) => {
  assert.deepEqual(Object.keys(client.events[0]), ['type', 'sessionId', 'historyKey', 'timestamp']);
});

scenario('each sentence leaves when it is complete', async ({ driver, client }) => {
  await hear(driver, client, 1, 'hello');
  client.news();
  await driver.engine('text', 1, 'One. Two.');
  await driver.engine('audio', 1, 300, 0, 4);
  assert.deepEqual(client.news(), []);
  await driver.engine('sentence', 1, 100, 4, 4);
  assert.deepEqual(client.news(), ['400 ms']);
  // A voice that does not tell where sentences end is one.
  await driver.engine('audio', 1, 250, 5, 9);
  await driver.engine('generated', 1, FINISH.stop);
  assert.deepEqual(client.news(), []);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(client.news(), ['250 ms', 'assistant: One. Two.', 'audioEnd']);
});

scenario('the words of a reply are told as soon as all of them are known', async ({ driver, client }) => {
  await hear(driver, client, 1, 'hello');
  client.news();
  await driver.engine('text', 1, 'One. Two.');
  await driver.engine('sentence', 1, 400, 0, 4);
  assert.deepEqual(client.news(), ['400 ms']);
  await driver.engine('generated', 1, FINISH.stop);
  assert.deepEqual(client.news(), []);
  await driver.engine('audio', 1, 200, 5, 7);
  assert.deepEqual(client.news(), ['assistant: One. Two.']);
  await driver.engine('sentence', 1, 200, 7, 9);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(client.news(), ['400 ms', 'audioEnd']);
});

scenario('noise is no line in the transcript', async ({ driver, client }) => {
  await driver.engine('speech_started', 1, 0);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('final', 1, '');
  assert.deepEqual(client.news(), []);
});

scenario('guesses are told once', async ({ driver, client }) => {
  await client.audio(1000);
  await driver.engine('speech_started', 1, 0);
  for (const text of ['what', 'what', 'what time', 'watt']) await driver.engine('interim', 1, text);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('final', 1, 'watt');
  assert.deepEqual(client.news(), ['user… what', 'user… what time', 'user… watt', 'user: watt']);
});

scenario('what interrupts is told before the audio stops', async ({ driver, client }) => {
  await hear(driver, client, 1, 'tell me a story');
  client.news();
  await driver.engine('text', 1, 'Once upon a time. There was a king.');
  await driver.engine('sentence', 1, 4000, 0, 17);
  await driver.engine('audio', 1, 500, 18, 20);
  assert.deepEqual(client.news(), ['4000 ms']);
  await driver.advance(2000);
  await driver.engine('speech_started', 2, 1000);
  await driver.engine('interim', 2, 'wait');
  assert.deepEqual(client.news(), [], 'too little to interrupt');
  await driver.engine('interim', 2, 'wait a');
  assert.deepEqual(client.news(), ['user… wait a', 'assistant: Once', 'user: wait a', 'audioStop']);
  // Nothing of what was being said follows.
  await driver.engine('text', 1, ' And a queen.');
  await driver.engine('sentence', 1, 4000, 20, 35);
  assert.deepEqual(client.news(), []);
  await driver.engine('interim', 2, 'wait a moment');
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, 'wait a moment');
  assert.deepEqual(client.news(), ['user… wait a moment', 'user: wait a moment']);
  await answer(driver, 2, ['As you like.']);
  assert.deepEqual(client.news(), ['400 ms', 'assistant: As you like.', 'audioEnd']);
  assert.match(await driver.asked(), /assistant: Once(?! upon)/, 'the model knows what was heard');
}, { bargeIn });

scenario('a sentence is heard from when all of it was sent', async ({ driver, client }) => {
  await hear(driver, client, 1, 'tell me a story');
  client.news();
  await driver.engine('text', 1, 'one two three four five six seven eight. And so on.');
  await driver.engine('audio', 1, 2000, 0, 20);
  await driver.advance(1000);
  await driver.engine('sentence', 1, 2000, 20, 40);
  await driver.advance(500);
  await driver.engine('sentence', 1, 1000, 41, 51);
  assert.deepEqual(client.news(), ['4000 ms', '1000 ms']);
  await driver.advance(500);
  await driver.engine('speech_started', 2, 1000);
  await driver.engine('interim', 2, 'stop it');
  // A quarter of it, not a half.
  assert.deepEqual(client.news(), ['user… stop it', 'assistant: one two', 'user: stop it', 'audioStop']);
}, { bargeIn });

scenario('a recogniser that does not guess interrupts by its last word', async ({ driver, client }) => {
  await hear(driver, client, 1, 'tell me a story');
  await driver.engine('text', 1, 'Once upon a time.');
  await driver.engine('sentence', 1, 4000, 0, 17);
  client.news();
  await driver.engine('speech_started', 2, 1000);
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, 'stop it');
  assert.deepEqual(client.news(), ['user… stop it', 'user: stop it', 'audioStop']);
  await answer(driver, 2, ['Fine.']);
  assert.deepEqual(client.news(), ['400 ms', 'assistant: Fine.', 'audioEnd']);
}, { bargeIn });

scenario('what is too short to interrupt is as if it was not said', async ({ driver, client }) => {
  await hear(driver, client, 1, 'tell me a story');
  await driver.engine('text', 1, 'Once upon a time.');
  await driver.engine('sentence', 1, 2000, 0, 17);
  client.news();
  await driver.engine('speech_started', 2, 1000);
  await driver.engine('interim', 2, 'uh');
  await driver.engine('speech_stopped', 2, 1200);
  await driver.engine('final', 2, 'uhm');
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(client.news(), ['assistant: Once upon a time.', 'audioEnd']);
  // The echo of its end, too.
  await driver.advance(2299);
  await driver.engine('speech_started', 3, 4000);
  await driver.engine('speech_stopped', 3, 4200);
  await driver.engine('final', 3, 'ime');
  assert.deepEqual(client.news(), []);
  await driver.advance(1);
  await driver.engine('speech_started', 4, 4000);
  await driver.engine('speech_stopped', 4, 4200);
  await driver.engine('final', 4, 'and');
  assert.deepEqual(client.news(), ['user: and']);
  await answer(driver, 2, ['Then.']);
  assert.deepEqual(client.news(), ['400 ms', 'assistant: Then.', 'audioEnd']);
}, { bargeIn });

scenario('what plays on after its end can be interrupted, too', async ({ driver, client }) => {
  await hear(driver, client, 1, 'hello');
  await answer(driver, 1, ['Hello, nice to meet you.'], 3000);
  assert.equal(client.news().at(-1), 'audioEnd');
  await driver.advance(1000);
  await driver.engine('speech_started', 2, 1000);
  await driver.engine('interim', 2, 'and who are you');
  assert.deepEqual(client.news(), ['user… and who are you', 'user: and who are you', 'audioStop']);
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, 'and who are you');
  assert.deepEqual(client.news(), []);
  await answer(driver, 2, ['Nobody.'], 200);
  client.news();
  await driver.advance(5000);
  await driver.engine('speech_started', 3, 2000);
  await driver.engine('interim', 3, 'oh well');
  assert.deepEqual(client.news(), ['user… oh well'], 'nothing was left to be heard');
}, { bargeIn });

scenario('an answer that was not heard yet stops, too', async ({ driver, client }) => {
  await hear(driver, client, 1, 'what is');
  client.news();
  await driver.engine('speech_started', 2, 1000);
  assert.deepEqual(client.news(), ['audioStop']);
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, 'the time');
  await answer(driver, 2, ['Two.']);
  assert.deepEqual(client.news(), ['user: the time', '400 ms', 'assistant: Two.', 'audioEnd']);
}, { bargeIn });

scenario('a reply with tools in between has one end', async ({ driver, client }) => {
  const backend = await driver.connect({ user_agent: 'OpenAI/JS 7.0.0', server: true });
  await backend.send({ type: 'session.update', session: { type: 'realtime', tools: [{ type: 'function', name: 'look', parameters: { type: 'object', properties: {} } }] } });
  await hear(driver, client, 1, 'where is it');
  client.news();
  await driver.engine('text', 1, 'Let me look.');
  await driver.engine('sentence', 1, 400, 0, 12);
  await driver.engine('call', 1, 'call_1', 'look', '{}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(client.news(), ['400 ms', 'assistant: Let me look.']);
  await backend.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_1', output: 'here' } });
  await driver.advance(1000);
  await answer(driver, 2, ['Here it is.']);
  assert.deepEqual(client.news(), ['400 ms', 'assistant: Here it is.', 'audioEnd']);
});

scenario('the model fails', async ({ driver, client }) => {
  await hear(driver, client, 1, 'hello');
  client.news();
  await driver.engine('failed_llm', 1);
  assert.deepEqual(client.news(), ['error: Assistant error']);
  await hear(driver, client, 2, 'hello again');
  client.news();
  await driver.engine('text', 2, 'Well.');
  await driver.engine('sentence', 2, 400, 0, 5);
  await driver.engine('failed_llm', 2);
  assert.deepEqual(client.news(), ['400 ms', 'assistant: Well.', 'error: Assistant error', 'audioEnd']);
  assert.equal(client.close, null);
});

scenario('a recogniser fails', async ({ driver, client }) => {
  await driver.engine('speech_started', 1, 0);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('failed_stt', 1);
  assert.deepEqual(client.news(), ['error: Speech recognition failed']);
});

scenario('ping', async ({ client }) => {
  await client.send({ type: 'ping' });
  await client.send({ type: 'ping', payload: { more: [1] } });
  assert.deepEqual(client.news(), ['pong', 'pong']);
});

scenario('audio comes as bytes, or as base64 from old clients', async ({ driver, client }) => {
  assert.equal(await driver.heard(), 0);
  await client.binary(Buffer.alloc(3200)); // 100 ms
  await client.send({ type: 'audio', payload: Buffer.alloc(3200).toString('base64') });
  await client.binary(Buffer.alloc(0));
  // The session hears 24 kHz; a little is still in the resampler.
  const heard = await driver.heard();
  assert.ok(heard > 9000 && heard <= 9600, `${heard} bytes`);
  assert.deepEqual(client.news(), []);
});

scenario('what makes no sense is told, and nothing else happens', async ({ client }) => {
  const bad = ['', '{', '[]', 'null', '"ping"', '{}', '{"type":null}', '{"type":"text"}', '{"type":"audio"}', '{"type":"audio","payload":{}}',
    '{"type":"audio","payload":"*"}', `${'['.repeat(100000)}`];
  for (const text of bad) {
    await client.raw(text);
    assert.deepEqual(client.news(), ['error: Invalid message'], text.slice(0, 40));
  }
  assert.equal(client.close, null);
});

scenario('256 KiB is what a message may have', async ({ client }) => {
  await client.binary(Buffer.alloc(262144));
  await client.raw(' '.repeat(262144));
  assert.deepEqual(client.news(), ['error: Invalid message']);
  assert.equal(client.close, null);
  await client.binary(Buffer.alloc(262145));
  assert.equal(client.close.code, 1009);
  await client.binary(Buffer.alloc(2));
});

test('what is said before the session has begun is not lost', async () => {
  const driver = await Driver.start();
  const client = await connectVoicex(driver);
  await client.send({ type: 'ping' });
  await client.audio(3000);
  await client.audio(500);
  assert.equal(await driver.heard(), 0);
  await driver.run({ start: true });
  assert.deepEqual(client.news(), ['pong', 'connected']);
  const heard = await driver.heard();
  assert.ok(heard > 95000 && heard <= 96000, `${heard} bytes are not the last 2 s`);
  await driver.stop();
});

for (const [reason, close] of [
  [END.clientLeft, { code: 1000, reason: '' }],
  [END.idle, { code: 1000, reason: 'Nothing was said for too long' }],
  [END.shutdown, { code: 1001, reason: 'The server is shutting down' }],
])
  scenario(`the end: ${close.reason || 'everybody has left'}`, async ({ driver, client }) => {
    await driver.run({ end: reason });
    assert.deepEqual(client.news(), []);
    assert.deepEqual(client.close, close);
    await client.send({ type: 'ping' });
  });

scenario('a call of the longest duration', async ({ driver, client }) => {
  await driver.advance(3600 * 1000);
  assert.deepEqual(client.news(), ['error: Maximum call duration reached']);
  assert.equal(client.close.code, 0, 'no code');
});

scenario('a session that fails', async ({ driver, client }) => {
  await driver.engine('fatal');
  assert.deepEqual(client.news().length, 1);
  assert.equal(client.events.at(-1).type, 'error');
  assert.equal(client.close.code, 0, 'no code');
});

test('a session that cannot begin', async () => {
  const driver = await Driver.start();
  const client = await connectVoicex(driver);
  await driver.run({ refuse: 'no engine' });
  assert.deepEqual(client.news(), ['error: Failed to start voice session']);
  assert.deepEqual(client.close, { code: 4500, reason: 'Session startup error' });
  client.check({ refused: true });
  await driver.stop();
});

scenario('a listener hears all, says nothing, and may leave', async ({ driver, client }) => {
  await hear(driver, client, 1, 'hello');
  await driver.engine('text', 1, 'One. Two.');
  await driver.engine('sentence', 1, 400, 0, 4);
  const listener = await connectVoicex(driver, { only_listens: true, history_key: 'key-2' });
  assert.deepEqual(listener.news(), ['connected']);
  const before = await driver.heard();
  await listener.audio(1000);
  assert.equal(await driver.heard(), before);
  await driver.engine('sentence', 1, 300, 5, 9);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(listener.news(), ['300 ms', 'assistant: One. Two.', 'audioEnd']);
  await driver.engine('speech_started', 2, 2000);
  assert.deepEqual(listener.news(), ['audioStop']);
  listener.check();
  await listener.closed();
  await client.send({ type: 'ping' });
  assert.equal(client.events.at(-1).type, 'pong');
  assert.equal(client.close, null);
});

scenario('texts beside the conversation are no business of the caller', async ({ driver, client }) => {
  const backend = await driver.connect({ user_agent: 'OpenAI/JS 7.0.0', server: true });
  await backend.send({ type: 'response.create', response: { conversation: 'none', output_modalities: ['text'] } });
  await driver.engine('text', 1, 'A note.');
  await driver.engine('generated', 1, FINISH.stop);
  assert.deepEqual(client.news(), []);
});

test('the schema knows what it must refuse', () => {
  const timestamp = Date.now();
  for (const message of [
    { type: 'audioEnd', payload: {} },
    { type: 'connected', payload: { sessionId: '12345678', historyKey: 'k', timestamp } },
    { type: 'connected', sessionId: '12345678', historyKey: 'k', agentId: null, timestamp },
    { type: 'transcript', text: 'a', isFinal: true, timestamp, role: 'user' },
    { type: 'transcript', payload: { text: 'a', isFinal: false, timestamp, role: 'assistant' } },
    { type: 'error', message: 'x' },
    { type: 'pong' },
    { type: 'audio', payload: '' },
  ]) assert.notDeepEqual(voicexProblems(message), [], JSON.stringify(message));
});
