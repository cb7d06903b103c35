// SPDX-License-Identifier: LGPL-2.1-or-later
// The `openai` package, in both of its forms, at the face.
import assert from 'node:assert/strict';
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
