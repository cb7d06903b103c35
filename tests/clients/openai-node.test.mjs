// SPDX-License-Identifier: LGPL-2.1-or-later
// The `openai` package, in both of its forms, at the face.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { FINISH } from '../protocol/driver.mjs';
import { FaceServer } from './face-server.mjs';
import { Client } from './openai-client.mjs';
import { until } from './until.mjs';

const silence = (ms) => Buffer.alloc(ms * 48).toString('base64');

for (const dialect of ['ga', 'beta']) {
  const run = (title, func) => test(`${title} (${dialect})`, async () => {
    const server = await FaceServer.start();
    try {
      const client = await Client.connect(dialect, server.port);
      await func(server, client);
      server.connection.check();
      await until(() => client.events.length === server.connection.events.length, 'all that was sent');
      assert.deepEqual(client.events, server.connection.events);
      client.close();
    } finally {
      await server.stop();
    }
  });

  run('text turn', async (server, client) => {
    client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] } });
    client.send({ type: 'response.create' });
    await client.next('response.created');
    await server.engine('text', 1, 'Hello.');
    await server.engine('audio', 1, 300, 0, 6);
    await server.engine('generated', 1, FINISH.stop);
    await server.engine('audio_ended', 1);
    const done = await client.next('response.done');
    assert.equal(done.response.output[0].content[0].transcript, 'Hello.');
    assert.deepEqual(client.errors, []);
  });

  run('audio turn, interrupted', async (server, client) => {
    client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
    await until(() => server.connection);
    await server.engine('speech_started', 1, 0);
    await server.engine('speech_stopped', 1, 1000);
    await server.engine('final', 1, 'A question');
    await client.next('response.created');
    await server.engine('text', 1, 'A long answer.');
    await server.engine('audio', 1, 2000, 0, 14);
    await client.next(client.name('response.output_audio.delta'), 10);
    await server.engine('speech_started', 2, 1000);
    const done = await client.next('response.done');
    assert.equal(done.response.status_details.reason, 'turn_detected');
    client.send({ type: 'conversation.item.truncate', item_id: done.response.output[0].id, content_index: 0, audio_end_ms: 300 });
    await client.next('conversation.item.truncated');
    assert.deepEqual(client.errors, []);
  });

  run('tool and error', async (server, client) => {
    const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }];
    client.send({ type: 'session.update', session: dialect === 'ga' ? { type: 'realtime', tools } : { tools } });
    await client.next('session.updated');
    client.send({ type: 'response.create' });
    await client.next('response.created');
    await server.engine('call', 1, 'call_1', 'f', '{"x":1}');
    await server.engine('generated', 1, FINISH.toolCalls);
    const call = (await client.next('response.done')).response.output[0];
    assert.equal(call.arguments, '{"x":1}');
    client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: '1' } });
    client.send({ type: 'response.create' });
    await client.next('response.created', 2);
    client.send({ type: 'response.create', event_id: 'mine' });
    await until(() => client.errors.length);
    assert.equal(client.errors[0].error.code, 'conversation_already_has_active_response');
    assert.equal(client.errors[0].error.event_id, 'mine');
    client.send({ type: 'response.cancel' });
    await client.next('response.done', 2);
  });
}

/** The types of all client events in the package's own declarations. */
function declaredEvents(file) {
  const text = readFileSync(createRequire(import.meta.url).resolve(file).replace(/\.m?js$/, '.d.ts'), 'utf8');
  const [, union] = /export type RealtimeClientEvent = ([^;]*);/.exec(text);
  return union.split('|').map((name) => {
    const bare = name.trim().split('.').at(-1);
    const at = text.search(new RegExp(`interface ${bare} \\{`));
    return /^ +type: '([^']+)';/m.exec(text.slice(at))[1];
  });
}

const user = (id, text) => ({ type: 'message', id, role: 'user', content: [{ type: 'input_text', text }] });

/** Another kind of session, which a session cannot become later. */
async function transcribe() {
  const server = await FaceServer.start();
  try {
    const client = await Client.connect('beta', server.port);
    const event = { type: 'transcription_session.update', session: { input_audio_transcription: { model: 'whisper-1' } } };
    client.send(event);
    await client.next('transcription_session.updated');
    server.connection.check();
    client.close();
    return event.type;
  } finally {
    await server.stop();
  }
}

for (const [dialect, file] of [['ga', 'openai/resources/realtime/realtime'], ['beta', 'openai/resources/beta/realtime/realtime']])
  test(`every event that the package can send (${dialect})`, async () => {
    const server = await FaceServer.start();
    try {
      const client = await Client.connect(dialect, server.port);
      const sent = new Set();
      let errors = 0;
      const send = async (event, answer, count = 1) => {
        sent.add(event.type);
        client.send(event);
        if (answer) await client.next(answer, count);
      };
      const refuse = async (event, code) => {
        sent.add(event.type);
        client.send({ ...event, event_id: `refused-${++errors}` });
        await until(() => client.errors.length === errors, code);
        assert.deepEqual([client.errors.at(-1).error.code, client.errors.at(-1).error.event_id], [code, `refused-${errors}`]);
      };
      const added = dialect === 'ga' ? 'conversation.item.done' : 'conversation.item.created';

      const update = { type: 'session.update', session: dialect === 'ga'
        ? { type: 'realtime', instructions: 'x', audio: { input: { turn_detection: null } } }
        : { instructions: 'x', turn_detection: null } };
      await send(update, 'session.updated');
      if (dialect === 'beta') sent.add(await transcribe());
      await send({ type: 'input_audio_buffer.append', audio: silence(300) });
      await send(update, 'session.updated', 2);
      await server.engine('begun', 1, 0);
      await send({ type: 'input_audio_buffer.clear' }, 'input_audio_buffer.cleared');
      await refuse({ type: 'input_audio_buffer.commit' }, 'input_audio_buffer_commit_empty');
      await send({ type: 'input_audio_buffer.append', audio: silence(300) });
      await send({ type: 'input_audio_buffer.commit' }, 'input_audio_buffer.committed');
      await server.engine('begun', 2, 300);
      await server.engine('speech_stopped', 2, 600);
      await server.engine('final', 2, 'Said.');
      await refuse({ type: 'output_audio_buffer.clear' }, 'invalid_event');
      await send({ type: 'conversation.item.create', item: user('mine', 'Hello') }, added, 2);
      await send({ type: 'conversation.item.create', item: user('first', 'Before'), previous_item_id: 'root' }, added, 3);
      await send({ type: 'conversation.item.retrieve', item_id: 'mine' }, 'conversation.item.retrieved');
      await send({ type: 'conversation.item.delete', item_id: 'first' }, 'conversation.item.deleted');
      await send({ type: 'response.create', response: { instructions: 'Now.' } }, 'response.created');
      await server.engine('text', 1, 'A long answer.');
      await server.engine('audio', 1, 2000, 0, 14);
      await client.next(client.name('response.output_audio.delta'), 10);
      await send({ type: 'response.cancel' }, 'response.done');
      const { id } = (await client.next('response.done')).response.output[0];
      await send({ type: 'conversation.item.truncate', item_id: id, content_index: 0, audio_end_ms: 100 }, 'conversation.item.truncated');
      assert.deepEqual([...sent].sort(), declaredEvents(file).sort());
      server.connection.check();
      client.close();
    } finally {
      await server.stop();
    }
  });
