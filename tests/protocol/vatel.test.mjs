// SPDX-License-Identifier: LGPL-2.1-or-later
// Vatel's protocol: what each thing that happens looks like to its clients.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END, FINISH, Driver, hear } from './driver.mjs';
import { answer, connectVatel, scenario } from './vatel-scenario.mjs';
import { vatelProblems } from './vatel-checker.mjs';

const TOOL = {
  name: 'lookup_order',
  description: 'Looks an order up',
  parameters: {
    type: 'object',
    properties: {
      order_id: { type: 'string', description: 'Order number' },
      count: { type: 'integer' },
    },
    required: ['order_id'],
  },
};

/** A test that leaves no driver behind. */
const withDriver = (func) => async () => {
  const driver = await Driver.start();
  try {
    await func(driver);
  } finally {
    await driver.stop();
  }
};

/** A turn that makes the model call the tool. */
async function call(driver, client, id = 'call_1', args = { order_id: 'A-17' }) {
  await hear(driver, client, 1, 'Where is my order?');
  await driver.engine('call', 1, id, TOOL.name, JSON.stringify(args));
  await driver.engine('generated', 1, FINISH.toolCalls);
}

scenario('a spoken turn and its answer', async ({ driver, client }) => {
  assert.deepEqual(client.newTypes(), ['session_started']);
  assert.equal(client.events[0].data.id, 'call-7');
  await hear(driver, client, 1, 'what time is it');
  assert.deepEqual(client.newTypes(), ['speech_started', 'input_audio_transcript', 'speech_stopped', 'input_audio_transcript']);
  assert.deepEqual(client.all('speech_started'), [{ emulated: false }]);
  const [interim, final] = client.all('input_audio_transcript');
  assert.deepEqual(interim, { transcript: 'what', is_final: false, turn_id: final.turn_id });
  assert.deepEqual([final.transcript, final.is_final], ['what time is it', true]);

  await answer(driver, 1, 'It is two.');
  assert.deepEqual(client.newTypes(), ['response_text', 'response_audio', 'response_text', 'response_audio']);
  const texts = client.all('response_text');
  const audio = client.all('response_audio');
  assert.deepEqual(texts.map(({ text, is_final }) => [text, is_final]), [['It is two.', false], ['It is two.', true]]);
  assert.deepEqual(audio.map(({ audio: base64, is_final }) => [Buffer.from(base64, 'base64').length, is_final]),
    [[4800, false], [4800, false], [4800, false], [4800, false], [0, true]]);
  assert.equal(new Set([...texts, ...audio].map(({ turn_id }) => turn_id)).size, 1, 'a turn has one id');
  assert.notEqual(texts[0].turn_id, final.turn_id);
}, { call_id: 'call-7' });

scenario('texts and guesses grow, and no faster than anybody reads', async ({ driver, client }) => {
  await client.audio(1000);
  await driver.engine('speech_started', 1, 0);
  for (const text of ['what', 'what', 'what time', 'watt']) await driver.engine('interim', 1, text);
  assert.deepEqual(client.all('input_audio_transcript').map(({ transcript }) => transcript), ['what', 'what time', 'watt']);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('interim', 1, 'what time is');
  await driver.engine('final', 1, 'what time is it');
  for (const word of ['It ', 'is ', 'two ']) await driver.engine('text', 1, word);
  await driver.advance(100);
  await driver.engine('text', 1, 'now.');
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio', 1, 20, 0, 14);
  await driver.engine('audio_ended', 1);
  assert.deepEqual(client.all('response_text').map(({ text, is_final }) => [text, is_final]),
    [['It ', false], ['It is two now.', false], ['It is two now.', true]]);
});

scenario('old clients may have everything once', async ({ driver, client }) => {
  await hear(driver, client, 1, 'what time is it');
  await answer(driver, 1, 'It is two.');
  assert.deepEqual(client.all('input_audio_transcript').map(({ is_final }) => is_final), [true]);
  assert.deepEqual(client.all('response_text').map(({ is_final }) => is_final), [true]);
  assert.deepEqual(client.newTypes().slice(-2), ['response_text', 'response_audio']);
}, { no_interim_text: true, no_interim_transcripts: true });

scenario('words that no detector has heard begin a turn as well', async ({ driver, client }) => {
  await hear(driver, client, 1, 'tell me a story');
  await driver.engine('text', 1, 'Once upon a time.');
  await driver.engine('audio', 1, 2000, 0, 17);
  client.newTypes();
  await driver.engine('interim', 2, 'stop');
  await driver.engine('final', 2, 'stop it');
  assert.deepEqual(client.newTypes(), ['speech_started', 'interruption', 'response_text', 'input_audio_transcript', 'speech_stopped', 'input_audio_transcript']);
  assert.deepEqual(client.all('speech_started').at(-1), { emulated: true });
  await answer(driver, 2, 'As you like.');
  assert.equal(client.all('response_text').at(-1).text, 'As you like.');
});

scenario('noise is no line in the transcript', async ({ driver, client }) => {
  await client.audio(1000);
  await driver.engine('speech_started', 1, 0);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('final', 1, '');
  assert.deepEqual(client.newTypes(), ['session_started', 'speech_started', 'speech_stopped']);
  // What was guessed is taken back.
  await driver.engine('speech_started', 2, 1000);
  await driver.engine('interim', 2, 'uh');
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, '');
  assert.deepEqual(client.all('input_audio_transcript').map(({ transcript, is_final }) => [transcript, is_final]), [['uh', false], ['', true]]);
});

scenario('a barge-in is one interruption, and nothing more of that turn', async ({ driver, client }) => {
  await hear(driver, client, 1, 'tell me a story');
  await driver.engine('text', 1, 'Once upon a time there was a king.');
  await driver.engine('audio', 1, 4000, 0, 34);
  await driver.advance(2000);
  client.newTypes();
  await driver.engine('speech_started', 2, 1000);
  await driver.engine('text', 1, ' And a queen.');
  await driver.engine('audio', 1, 4000, 34, 47);
  assert.deepEqual(client.newTypes(), ['speech_started', 'interruption', 'response_text']);
  const { text, is_final } = client.all('response_text').at(-1);
  assert.ok(is_final);
  assert.ok(text.length > 5 && text.length < 30 && 'Once upon a time there was a king.'.startsWith(text), `heard: ${text}`);
  await driver.engine('interim', 2, 'stop');
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, 'stop it');
  await answer(driver, 2, 'As you like.');
  assert.equal(client.all('interruption').length, 1);
}, { lead: 1500 });

scenario('what plays on after its end can be interrupted, too', async ({ driver, client }) => {
  await hear(driver, client, 1, 'hello');
  await answer(driver, 1, 'Hello, nice to meet you.', 3000);
  assert.equal(client.all('response_audio').at(-1).is_final, true);
  await driver.advance(1000);
  await driver.engine('speech_started', 2, 1000);
  assert.equal(client.all('interruption').length, 1);
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, 'yes');
  await answer(driver, 2, 'Fine.', 200);
  await driver.advance(5000);
  await driver.engine('speech_started', 3, 2000);
  assert.equal(client.all('interruption').length, 1, 'nothing was left to be heard');
});

scenario('a turn without a sound is not interrupted', async ({ driver, client }) => {
  await hear(driver, client, 1, 'hello');
  await driver.engine('text', 1, 'Hello');
  client.newTypes();
  await driver.engine('speech_started', 2, 1000);
  assert.deepEqual(client.newTypes(), ['speech_started', 'response_text']);
  assert.deepEqual([client.all('response_text').at(-1).text, client.all('response_text').at(-1).is_final], ['', true]);
});

scenario('speech is sent 1.5 s ahead and no further', async ({ driver, client }) => {
  const sent = () => client.all('response_audio').reduce((sum, { audio }) => sum + Buffer.from(audio, 'base64').length / 48, 0);
  await hear(driver, client, 1, 'tell me all');
  await driver.engine('text', 1, 'word '.repeat(200));
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('audio', 1, 60000, 0, 1000);
  await driver.engine('audio_ended', 1);
  assert.ok(sent() >= 1300 && sent() <= 1700, `${sent()} ms at once`);
  for (let second = 1; second < 58; second++) {
    await driver.advance(1000);
    const ahead = sent() - second * 1000;
    assert.ok(ahead >= 1100 && ahead <= 1700, `${ahead} ms ahead after ${second} s`);
  }
  await driver.advance(5000);
  assert.equal(sent(), 60000);
  assert.ok(client.all('response_audio').at(-1).is_final);
  assert.ok(Math.max(...client.events.map((event) => JSON.stringify(event).length)) < 65536);
}, { lead: 1500 });

scenario('a tool call is an array of descriptors', async ({ driver, client }) => {
  await call(driver, client);
  assert.deepEqual(client.all('tool_call'), [{
    toolCallId: 'call_1',
    toolName: 'lookup_order',
    arguments: [{ name: 'order_id', value: 'A-17' }],
  }]);
  await client.output('call_1', '{"status":"sent"}');
  await driver.advance(100);
  assert.match(await driver.asked(), /\{"status":"sent"\}/);
  await answer(driver, 2, 'It was sent.');
  assert.equal(client.all('response_text').at(-1).text, 'It was sent.');
}, { tools: [TOOL] });

scenario('outputs that are no text, and those that nobody waits for', async ({ driver, client }) => {
  await call(driver, client);
  await client.output('call_9', 'nobody asked');
  await client.output('call_1', { status: ['sent', 1] });
  await client.output('call_1', 'twice');
  await driver.advance(100);
  const asked = await driver.asked();
  assert.match(asked, /\{"status":\["sent",1\]\}/);
  assert.doesNotMatch(asked, /nobody asked|twice/);
  assert.equal(client.close, null);
}, { tools: [TOOL] });

scenario('several calls at once are answered together', async ({ driver, client }) => {
  await hear(driver, client, 1, 'Where are my orders?');
  await driver.engine('call', 1, 'call_1', TOOL.name, '{"order_id":"A"}');
  await driver.engine('call', 1, 'call_2', TOOL.name, '{"order_id":"B","more":[1]}');
  await driver.engine('generated', 1, FINISH.toolCalls);
  assert.deepEqual(client.all('tool_call')[1].arguments.at(-1), { name: 'more', value: [1] });
  await client.output('call_2', 'second');
  await driver.advance(1000);
  assert.doesNotMatch(await driver.asked(), /second/);
  await client.output('call_1', 'first');
  await driver.advance(100);
  assert.match(await driver.asked(), /first[\s\S]*second|second[\s\S]*first/);
}, { tools: [TOOL] });

scenario('a tool that does not answer in 30 s has failed', async ({ driver, client }) => {
  await call(driver, client);
  await driver.advance(29000);
  assert.doesNotMatch(await driver.asked(), /did not answer/);
  await driver.advance(2000);
  assert.match(await driver.asked(), /did not answer in time/);
  await client.output('call_1', 'too late');
  await answer(driver, 2, 'I cannot tell.');
  assert.doesNotMatch(await driver.asked(), /too late/);
}, { tools: [TOOL] });

scenario('a call goes on while the caller speaks', async ({ driver, client }) => {
  await call(driver, client);
  await driver.engine('speech_started', 2, 1000);
  await client.output('call_1', 'sent yesterday');
  await driver.advance(1000);
  assert.doesNotMatch(await driver.asked(), /yesterday/, 'answered while the caller spoke');
  await driver.engine('speech_stopped', 2, 2000);
  await driver.engine('final', 2, 'quickly please');
  const asked = await driver.asked();
  assert.match(asked, /yesterday/);
  assert.match(asked, /quickly/);
}, { tools: [TOOL] });

scenario('messages that make no sense are ignored, 20 in a row are not', async ({ driver, client }) => {
  const bad = [
    () => client.raw('not JSON'),
    () => client.raw('[]'),
    () => client.raw('{"type":"input_audio"}'),
    () => client.binary(),
    () => client.send({ type: 'session.update', data: {} }),
    () => client.send({ type: 'input_audio', data: { audio: '!' } }),
    () => client.send({ type: 'input_audio', data: { audio: 7 } }),
    () => client.send({ type: 'tool_call_output', data: { output: 'x' } }),
    () => client.send({ type: 'tool_call_output', data: { toolCallId: 'x' } }),
    () => client.raw('['.repeat(100000)),
  ];
  for (const send of bad) await send();
  for (const send of bad.slice(1)) await send();
  assert.equal(client.close, null);
  await client.audio(20);
  await client.send({ type: 'input_audio', data: { audio: '' } });
  await client.send({ type: 'input_audio', data: { audio: 'AAAA', more: 1 }, id: 1 });
  for (const send of bad) await send();
  for (const send of bad.slice(1)) await send();
  assert.equal(client.close, null);
  await client.binary();
  assert.equal(client.close.code, 1008);
  assert.equal(client.events.at(-1).type, 'session_ended');
});

scenario('a message of more than 1 MiB closes', async ({ client }) => {
  await client.send({ type: 'input_audio', data: { audio: 'A'.repeat(1024 * 1024) } });
  assert.equal(client.close.code, 1009);
});

test('audio from before the start is heard, 2 s of it', withDriver(async (driver) => {
  const client = await connectVatel(driver);
  await client.audio(1500);
  await client.send({ type: 'input_audio', data: { audio: Buffer.alloc(1501 * 48 + 1).toString('base64') } });
  assert.deepEqual(client.events, []);
  await driver.run({ start: true });
  await client.audio(1000);
  client.check();
}));

for (const [reason, code] of Object.entries({ clientLeft: 1000, expired: 1000, idle: 1000, shutdown: 1001, failed: 1011 }))
  scenario(`the session ends: ${reason}`, async ({ driver, client }) => {
    await hear(driver, client, 1, 'hello');
    await driver.engine('text', 1, 'Hello');
    await driver.engine('audio', 1, 1000, 0, 5);
    await driver.run({ end: END[reason] });
    assert.deepEqual([client.close.code, client.events.at(-1)], [code, { type: 'session_ended', data: {} }]);
  });

scenario('an engine that breaks', async ({ driver, client }) => {
  await driver.engine('fatal');
  assert.equal(client.close.code, 1011);
});

scenario('failures of the services close nothing and invent nothing', async ({ driver, client }) => {
  await hear(driver, client, 1, 'one');
  await driver.engine('failed_llm', 1);
  await hear(driver, client, 2, 'two');
  await driver.engine('text', 2, 'Hello');
  await driver.engine('audio', 2, 100, 0, 5);
  await driver.engine('failed_tts', 2);
  await driver.engine('audio_ended', 2);
  await driver.engine('generated', 2, FINISH.stop);
  await client.audio(1000);
  await driver.engine('speech_started', 3, 2000);
  await driver.engine('speech_stopped', 3, 3000);
  await driver.engine('failed_stt', 3);
  assert.equal(client.close, null);
  await hear(driver, client, 4, 'four');
  await answer(driver, 3, 'Still here.');
  assert.equal(client.all('response_text').at(-1).text, 'Still here.');
}, { tools: [TOOL] });

scenario('the client goes away', async ({ driver, client }) => {
  await client.closed(1006);
  await driver.advance(60000);
  assert.equal(client.close, null);
});

test('a listener of a running session hears all and is not heard', withDriver(async (driver) => {
  const client = await driver.connect('ga');
  await driver.run({ start: true });
  const listener = await connectVatel(driver, { only_listens: true, call_id: 'c' });
  assert.deepEqual(listener.newTypes(), ['session_started']);
  await client.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(48000).toString('base64') });
  await driver.engine('speech_started', 1, 0);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('final', 1, 'hello');
  await listener.audio(1000);
  await listener.output('call_1', 'x');
  await answer(driver, 1, 'Hi.');
  // What a backend asks for beside the conversation is not said to anybody.
  await client.send({ type: 'response.create', response: { conversation: 'none', output_modalities: ['text'] } });
  await driver.engine('text', 2, 'secret');
  await driver.engine('generated', 2, FINISH.stop);
  assert.deepEqual(listener.newTypes(), ['speech_started', 'speech_stopped', 'input_audio_transcript',
    'response_text', 'response_audio', 'response_text', 'response_audio']);
  listener.check({ joined: true });
  await listener.closed();
  assert.equal(client.close, null, 'the session goes on');
}));

test('a listener of a telephone call hears it at 24 kHz', withDriver(async (driver) => {
  const client = await driver.connect('beta');
  await driver.run({ start: true });
  await client.send({ type: 'session.update', session: { output_audio_format: 'g711_ulaw' } });
  const listener = await connectVatel(driver, { only_listens: true });
  await client.send({ type: 'response.create' });
  // What the engine says is mu-law now.
  await answer(driver, 1, 'Hello there', 100);
  const said = listener.all('response_audio');
  const bytes = said.reduce((sum, { audio }) => sum + Buffer.from(audio, 'base64').length, 0);
  assert.ok(Math.abs(bytes / 48 - 100) < 5, `${bytes / 48} ms`);
  assert.ok(said.at(-1).is_final);
  listener.check({ joined: true });
}));

test('a caller is heard in a session of another format', withDriver(async (driver) => {
  const backend = await driver.connect('beta');
  const client = await connectVatel(driver);
  await driver.run({ start: true });
  await backend.send({ type: 'session.update', session: { input_audio_format: 'g711_ulaw' } });
  await client.audio(1000);
  // What is committed is as long as what was said.
  await backend.send({ type: 'session.update', session: { turn_detection: null } });
  await client.audio(1000);
  await backend.send({ type: 'input_audio_buffer.commit' });
  await driver.engine('begun', 1, 1000);
  await driver.engine('speech_stopped', 1, 2000);
  await driver.engine('final', 1, 'hello');
  const { usage } = backend.last('conversation.item.input_audio_transcription.completed');
  assert.ok(Math.abs(usage.seconds - 1) < 0.05, `${usage.seconds} s`);
}));

test('the schema takes nothing else', () => {
  const good = { type: 'speech_started', data: { emulated: true } };
  assert.deepEqual(vatelProblems(good), []);
  for (const bad of [{ ...good, id: 1 }, { ...good, data: { emulated: true, at: 1 } }, { type: 'error', data: {} }, { type: 'interruption' },
    { type: 'interruption', data: { x: 1 } }])
    assert.notDeepEqual(vatelProblems(bad), [], JSON.stringify(bad));
});
