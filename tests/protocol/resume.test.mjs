// SPDX-License-Identifier: LGPL-2.1-or-later
// Connections that break and come back to their session.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { fakeEngines, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { RealtimeConnection, refusedUpgrade, userText } from '../lib/realtime.mjs';
import { assertValid } from './valid.mjs';

const env = { ...fakeEngines, LLM_PROVIDER: 'scripted' };
const EXTENSIONS = ['session.resumable', 'session.reconnected'];

let daemon;
before(async () => { daemon = await startDaemon({ env }); });
after(async () => assert.equal(await daemon.stop(), 0));

async function open(on = daemon, dialect = 'ga', headers = {}) {
  const connection = await RealtimeConnection.open(`${on.url}?model=m&resume=1`, { dialect, headers });
  const { resume_token: token, window_ms: window, session_id: id } = await connection.next('session.resumable');
  assert.equal(id, connection.events[0].session.id);
  return { connection, token, window };
}

function address(on, token, lastEventId) {
  const last = lastEventId ? `&last_event_id=${lastEventId}` : '';
  return `${on.url}?resume=${token}${last}`;
}

const comeBack = (token, lastEventId, { on = daemon, ...options } = {}) =>
  RealtimeConnection.open(address(on, token, lastEventId), { first: 'session.reconnected', ...options });

async function refusal(token, lastEventId, on = daemon) {
  const socket = new WebSocket(address(on, token, lastEventId));
  const events = [];
  socket.on('message', (data) => events.push(JSON.parse(data)));
  const [code, reason] = await once(socket, 'close');
  return { code, reason: String(reason), events };
}

for (const dialect of ['ga', 'beta']) {
  test(`a broken connection misses nothing (${dialect})`, async () => {
    const { connection, token, window } = await open(daemon, dialect);
    const delta = dialect === 'ga' ? 'response.output_audio.delta' : 'response.audio.delta';
    assert.equal(window, 30000);
    connection.send(userText('Tell me a joke'));
    connection.send({ type: 'response.create' });
    await connection.next(delta);
    connection.socket.terminate();
    await connection.closed;

    // What came last was lost on the way.
    const kept = connection.events.slice(0, -2);
    const again = await comeBack(token, kept.at(-1).event_id);
    const done = await again.next('response.done');
    assert.equal(done.response.status, 'completed');
    // It breaks in the middle of something else as well.
    again.send(userText('Bye'));
    await again.next(dialect === 'ga' ? 'conversation.item.done' : 'conversation.item.created');
    again.socket.terminate();
    await again.closed;
    const third = await comeBack(token, again.events.at(-1).event_id);
    assert.equal(third.events[0].type, 'session.reconnected');
    assert.equal(third.events[0].replayed, 0);
    third.send({ type: 'input_audio_buffer.clear' });
    await third.next('input_audio_buffer.cleared');

    const all = [...kept, ...again.events, ...third.events];
    assert.equal(new Set(all.map((event) => event.event_id)).size, all.length);
    assert.equal(again.events.find(({ type }) => type === 'session.reconnected').replayed >= 2, true);
    assertValid(all.filter(({ type }) => !EXTENSIONS.includes(type)), dialect);
    await third.close();
  });
}

test('another connection may take the place of one that still seems to live', async () => {
  const { connection, token } = await open();
  const [{ event_id: first }] = connection.events;
  const again = await comeBack(token, first);
  assert.deepEqual(again.events.map(({ type }) => type), ['conversation.created', 'session.resumable', 'session.reconnected']);
  assert.equal((await connection.closed).code, 4001);
  again.send({ type: 'input_audio_buffer.clear' });
  await again.next('input_audio_buffer.cleared');
  await again.close();
});

test('without the last event everything is told again', async () => {
  const { connection, token } = await open();
  connection.socket.terminate();
  const again = await comeBack(token);
  assert.deepEqual(again.events.slice(0, -1), connection.events);
  await again.close();
});

test('a client that says goodbye is not waited for', async () => {
  const { connection, token } = await open();
  await connection.close();
  await untilMetric(daemon, 'sessions', 0);
  const { status, body: { error } } = await refusedUpgrade(address(daemon, token));
  assert.equal(status, 404);
  assert.deepEqual([error.code, error.param], ['session_not_found', 'resume']);
});

test('whoever does not ask for it sees nothing of it', async () => {
  for (const query of ['', '?resume=0', '?resume=']) {
    const connection = await RealtimeConnection.open(daemon.url + query, { dialect: 'ga' });
    connection.send({ type: 'input_audio_buffer.clear' });
    await connection.next('input_audio_buffer.cleared');
    assert.deepEqual(connection.events.map(({ type }) => type), ['session.created', 'conversation.created', 'input_audio_buffer.cleared']);
    connection.socket.terminate();
    await untilMetric(daemon, 'sessions', 0);
  }
});

test('only who knows the token, and only where events are kept', async () => {
  const { connection, token } = await open();
  const wrong = token.slice(0, -4) + (token.endsWith('0000') ? '1111' : '0000');
  for (const [tried, last] of [[wrong, connection.events[0].event_id], [token, 'event_unknown']]) {
    const { code, reason, events } = await refusal(tried, last);
    assert.deepEqual([code, reason], [4000, 'invalid_request_error.session_not_resumable']);
    assert.deepEqual(events.map(({ type, error }) => [type, error.code]), [['error', 'session_not_resumable']]);
    assertValid(events, 'ga');
  }
  // The one who is there has noticed nothing.
  connection.send({ type: 'input_audio_buffer.clear' });
  await connection.next('input_audio_buffer.cleared');
  await connection.close();
});

test('with an API key: the token alone opens nothing', async (t) => {
  const API_KEY = 'the key of the house';
  const keyed = await startDaemon({ env: { ...env, API_KEY } });
  t.after(() => keyed.stop());
  const headers = { Authorization: `Bearer ${API_KEY}` };
  const { connection, token } = await open(keyed, 'ga', headers);
  connection.socket.terminate();
  assert.equal((await refusedUpgrade(address(keyed, token))).status, 401);
  const again = await comeBack(token, connection.events.at(-1).event_id, { on: keyed, headers });
  await again.close();
});

test('nobody is waited for longer than the window', async (t) => {
  const hasty = await startDaemon({ env: { ...env, VOWEL_RESUME_WINDOW_MS: '20' } });
  t.after(() => hasty.stop());
  const { connection, token, window } = await open(hasty);
  assert.equal(window, 20);
  connection.socket.terminate();
  await untilMetric(hasty, 'sessions', 0);
  assert.equal((await refusedUpgrade(address(hasty, token))).status, 404);
});

test('a server may not offer it', async (t) => {
  const strict = await startDaemon({ env: { ...env, VOWEL_RESUME_WINDOW_MS: '0' } });
  t.after(() => strict.stop());
  const connection = await RealtimeConnection.open(`${strict.url}?resume=1`);
  connection.send({ type: 'input_audio_buffer.clear' });
  await connection.next('input_audio_buffer.cleared');
  assert.equal(connection.count('session.resumable'), 0);
  await connection.close();
});

test('the server ends well while somebody is waited for', async () => {
  const ending = await startDaemon({ env });
  const { connection } = await open(ending);
  connection.socket.terminate();
  await connection.closed;
  assert.equal(await ending.stop(), 0);
});
