// SPDX-License-Identifier: LGPL-2.1-or-later
// Who decides that a turn has ended and what follows from it: every kind of
// turn detection with all its fields, in both dialects.
import assert from 'node:assert/strict';
import { FINISH } from './driver.mjs';
import { expectNew, scenario, silence } from './scenario.mjs';

const COMMITTED = ['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done'];
const TRANSCRIBED = ['delta', 'completed'].map((name) => `conversation.item.input_audio_transcription.${name}`);

async function setTurnDetection(client, detection) {
  await client.send({
    type: 'session.update',
    session: client.dialect === 'beta' ? { turn_detection: detection }
      : { type: 'realtime', audio: { input: { turn_detection: detection } } },
  });
  expectNew(client, 'session.updated');
  const { session } = client.last('session.updated');
  return client.dialect === 'beta' ? session.turn_detection : session.audio.input.turn_detection;
}

async function hear(driver, client, utterance, text) {
  await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
  await driver.engine('speech_started', utterance, 0);
  await driver.engine('speech_stopped', utterance, 1000);
  await driver.engine('final', utterance, text);
}

async function answer(driver, generation) {
  await driver.engine('text', generation, 'Yes.');
  await driver.engine('audio', generation, 1000, 0, 4);
  await driver.engine('generated', generation, FINISH.stop);
  await driver.engine('audio_ended', generation);
}

scenario('what is set is told back, what is not keeps its value or its default', async ({ client, dialect }) => {
  const idle = dialect === 'beta' ? {} : { idle_timeout_ms: null };
  assert.deepEqual(await setTurnDetection(client, { type: 'server_vad', threshold: 0.75, silence_duration_ms: 700, create_response: false }), {
    type: 'server_vad', threshold: 0.75, prefix_padding_ms: 300, silence_duration_ms: 700, ...idle, create_response: false, interrupt_response: true,
  });
  assert.deepEqual(await setTurnDetection(client, { type: 'server_vad', prefix_padding_ms: 0 }), {
    type: 'server_vad', threshold: 0.75, prefix_padding_ms: 0, silence_duration_ms: 700, ...idle, create_response: false, interrupt_response: true,
  });
  for (const eagerness of ['low', 'medium', 'high', 'auto'])
    assert.deepEqual(await setTurnDetection(client, { type: 'semantic_vad', eagerness }), {
      type: 'semantic_vad', eagerness, create_response: true, interrupt_response: true,
    });
  assert.equal(await setTurnDetection(client, null), null);
  assert.equal(await setTurnDetection(client, { type: 'disabled' }), null);
  assert.deepEqual(await setTurnDetection(client, { type: 'server_vad' }), {
    type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500, ...idle, create_response: true, interrupt_response: true,
  });
});

scenario('silence after an answer', async ({ driver, client, dialect }) => {
  const detection = await setTurnDetection(client, { type: 'server_vad', idle_timeout_ms: 6000 });
  assert.equal(detection.idle_timeout_ms, 6000);
  await hear(driver, client, 1, 'Are you there?');
  await answer(driver, 1);
  client.newTypes();
  // A second of the answer is still to be heard.
  await driver.advance(6000);
  await client.send({ type: 'input_audio_buffer.append', audio: silence(7000) });
  expectNew(client);
  await driver.advance(999);
  expectNew(client);
  await driver.advance(1);
  expectNew(client, 'input_audio_buffer.timeout_triggered', ...COMMITTED, TRANSCRIBED[1], 'response.created');
  const user = client.events.findLast(({ item }) => item?.role === 'user').item;
  assert.deepEqual(user.content, [{ type: 'input_audio', transcript: null }]);
  if (dialect === 'ga') {
    const { audio_start_ms: start, audio_end_ms: end, item_id: id } = client.last('input_audio_buffer.timeout_triggered');
    assert.deepEqual([start, end, id], [2000, 8000, user.id]);
  }
  await answer(driver, 2);
  client.newTypes();

  // The client's own commit or response ends it as well.
  await client.send({ type: 'response.create' });
  await driver.advance(20000);
  expectNew(client, 'response.created');
  await answer(driver, 3);
});

scenario('silence that the client itself decides about', async ({ driver, client }) => {
  await setTurnDetection(client, { type: 'server_vad', idle_timeout_ms: 5000, create_response: false });
  await client.send({ type: 'response.create' });
  await answer(driver, 1);
  client.newTypes();
  await driver.advance(6000);
  expectNew(client, 'input_audio_buffer.timeout_triggered', ...COMMITTED, TRANSCRIBED[1]);
  await driver.advance(60000);
  expectNew(client);
});

for (const create of [true, false])
  for (const interrupt of [true, false])
    scenario(`create_response ${create}, interrupt_response ${interrupt}`, async ({ driver, client }) => {
      await setTurnDetection(client, { type: 'server_vad', create_response: create, interrupt_response: interrupt });
      await client.send({ type: 'response.create' });
      await driver.engine('text', 1, 'Once upon a time.');
      await driver.engine('audio', 1, 2000, 0, 17);
      await driver.advance(500);
      client.newTypes();

      await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
      await driver.engine('speech_started', 1, 0);
      const first = client.newTypes();
      assert.equal(first[0], 'input_audio_buffer.speech_started');
      assert.equal(first.includes('response.done'), interrupt);
      await driver.engine('speech_stopped', 1, 1000);
      await driver.engine('final', 1, 'Stop it');
      if (!interrupt) {
        // Nothing of the answer is lost, and nothing begins beside it.
        expectNew(client, 'input_audio_buffer.speech_stopped', ...COMMITTED, ...TRANSCRIBED);
        await driver.engine('generated', 1, FINISH.stop);
        await driver.engine('audio_ended', 1);
        assert.equal(client.last('response.done').response.status, 'completed');
        assert.equal(client.newTypes().at(-1), create ? 'response.created' : 'response.done');
      } else {
        assert.deepEqual(client.last('response.done').response.status_details, { type: 'cancelled', reason: 'turn_detected' });
        expectNew(client, 'input_audio_buffer.speech_stopped', ...COMMITTED, ...TRANSCRIBED, ...(create ? ['response.created'] : []));
      }
      if (!create) {
        await client.send({ type: 'response.create' });
        expectNew(client, 'response.created');
      }
      await answer(driver, 2);
      assert.equal(client.last('response.done').response.status, 'completed');
    });

const WAITS = { low: [600, 2000, 8000], medium: [250, 900, 4000], auto: [250, 900, 4000], high: [0, 400, 2000] };

for (const [eagerness, waits] of Object.entries(WAITS))
  scenario(`semantic_vad waits as long as the words ask for (${eagerness})`, async ({ driver, client }) => {
    await setTurnDetection(client, { type: 'semantic_vad', eagerness });
    const texts = ['I am done.', 'perhaps', 'I would like um'];
    for (const [i, text] of texts.entries()) {
      await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
      await driver.engine('speech_started', i + 1, i * 1000);
      await driver.engine('speech_stopped', i + 1, i * 1000 + 900);
      client.newTypes();
      await driver.engine('final', i + 1, text);
      if (waits[i] > 0) {
        await driver.advance(waits[i] - 1);
        expectNew(client);
        await driver.advance(1);
      }
      expectNew(client, 'input_audio_buffer.speech_stopped', ...COMMITTED, ...TRANSCRIBED, 'response.created');
      await answer(driver, i + 1);
      client.newTypes();
    }
  });

scenario('semantic_vad hears one turn over pauses', async ({ driver, client }) => {
  await setTurnDetection(client, { type: 'semantic_vad', eagerness: 'medium' });
  await client.send({ type: 'input_audio_buffer.append', audio: silence(9000) });
  await driver.engine('speech_started', 1, 0);
  await driver.engine('speech_stopped', 1, 1500);
  await driver.engine('final', 1, 'My number is five five');
  await driver.advance(1900);
  await driver.engine('speech_started', 2, 3000);
  await driver.engine('speech_stopped', 2, 5000);
  expectNew(client, 'input_audio_buffer.speech_started');
  await driver.engine('final', 2, 'one two three.');
  await driver.advance(2000);
  expectNew(client, 'input_audio_buffer.speech_stopped', ...COMMITTED, ...TRANSCRIBED, 'response.created');
  assert.equal(client.last(TRANSCRIBED[1]).transcript, 'My number is five five one two three.');
  assert.equal(client.last('input_audio_buffer.speech_stopped').audio_end_ms, 5000);
  await answer(driver, 1);
});

scenario('turn detection that changes while somebody speaks', async ({ driver, client }) => {
  // Off: what was begun is the client's to commit.
  await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
  await driver.engine('speech_started', 1, 100);
  const { item_id: begun } = client.last('input_audio_buffer.speech_started');
  client.newTypes();
  await setTurnDetection(client, null);
  await driver.engine('speech_stopped', 1, 1000);
  await driver.engine('final', 1, 'Hello');
  expectNew(client);
  await client.send({ type: 'input_audio_buffer.commit' });
  expectNew(client, ...COMMITTED, ...TRANSCRIBED);
  assert.equal(client.last('input_audio_buffer.committed').item_id, begun);

  // On: what was pushed to talk is forgotten, and the detector begins.
  await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
  await driver.engine('begun', 2, 1000);
  await setTurnDetection(client, { type: 'server_vad' });
  await driver.engine('final', 2, 'lost');
  await driver.engine('speech_started', 3, 2100);
  expectNew(client, 'input_audio_buffer.speech_started');

  // From one kind to the other: the turn goes on.
  await setTurnDetection(client, { type: 'semantic_vad' });
  await driver.engine('speech_stopped', 3, 3000);
  await driver.engine('final', 3, 'and then');
  expectNew(client);
  await setTurnDetection(client, { type: 'server_vad' });
  await driver.advance(0);
  expectNew(client, 'input_audio_buffer.speech_stopped', ...COMMITTED, ...TRANSCRIBED, 'response.created');
  await answer(driver, 1);
});

scenario('fields that no turn detection has', async ({ client, dialect }) => {
  const prefix = dialect === 'beta' ? 'session.turn_detection' : 'session.audio.input.turn_detection';
  const wrong = [
    [{ type: 'server_vad', threshold: 2 }, 'threshold'],
    [{ type: 'server_vad', idle_timeout_ms: 100 }, 'idle_timeout_ms'],
    [{ type: 'server_vad', silence_duration_ms: '500' }, 'silence_duration_ms'],
    [{ type: 'semantic_vad', eagerness: 'extreme' }, 'eagerness'],
    [{ type: 'semantic_vad', create_response: 1 }, 'create_response'],
    [{ type: 'psychic' }, 'type'],
  ];
  for (const [detection, field] of wrong) {
    await client.send({
      type: 'session.update', event_id: field,
      session: dialect === 'beta' ? { turn_detection: detection } : { type: 'realtime', audio: { input: { turn_detection: detection } } },
    });
    expectNew(client, 'error');
    const { error } = client.last('error');
    assert.equal(error.param, `${prefix}.${field}`);
    assert.equal(error.event_id, field);
  }
  const kept = await setTurnDetection(client, { type: 'server_vad' });
  assert.equal(kept.threshold, 0.5);
});
