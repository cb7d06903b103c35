// SPDX-License-Identifier: LGPL-2.1-or-later
// The HTTP routes around a session: tokens in all their forms, models, what is
// not there, and web pages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { definitionProblems, skipReason } from './schema.mjs';

const KEY = 'the key of the house';
const bearer = (key) => ({ Authorization: `Bearer ${key}` });
let daemon;
before(async () => { daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, JWT_SECRET: '0123456789abcdef0123456789abcdef' } }); });
after(async () => assert.equal(await daemon.stop(), 0));

async function call(method, path, body, headers = bearer(KEY)) {
  const response = await fetch(daemon.origin + path, {
    method,
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const post = (path, body, headers) => call('POST', path, body, headers);

function valid(value, name) {
  if (!skipReason) assert.deepEqual(definitionProblems(value, name), []);
}

function refused(answer, status, code, param = null) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.deepEqual(Object.keys(answer.body).sort(), ['error', 'message']);
  assert.deepEqual(Object.keys(answer.body.error).sort(), ['code', 'message', 'param', 'type']);
  assert.equal(answer.body.error.code, code);
  assert.equal(answer.body.error.param, param);
  assert.equal(answer.body.message, answer.body.error.message);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
}

async function connect(token, options = {}) {
  const connection = await RealtimeConnection.open(daemon.url, { headers: bearer(token), ...options });
  return { connection, session: connection.events[0].session };
}

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

// client_secrets

test('a client secret for a GA session', async () => {
  const { status, body } = await post('/v1/realtime/client_secrets', {
    expires_after: { anchor: 'created_at', seconds: 600 },
    session: {
      type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.', tracing: 'auto',
      output_modalities: ['text'], audio: { input: { turn_detection: null }, output: { voice: 'marin' } },
      tools: [{ type: 'function', name: 'lookup', parameters: { type: 'object' } }],
    },
  });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(Object.keys(body).sort(), ['expires_at', 'session', 'value']);
  assert.match(body.value, /^ek_/);
  const { iat, exp } = claims(body.value);
  assert.equal(exp - iat, 600);
  assert.equal(body.expires_at, exp);
  valid(body, 'RealtimeCreateClientSecretResponse');
  valid(body.session, 'emitted.SessionGA');
  assert.equal(body.session.type, 'realtime');
  assert.equal(body.session.object, 'realtime.session');
  assert.equal(body.session.instructions, 'Be brief.');

  // The session begins with it, in GA, and may change it.
  const { connection, session } = await connect(body.value);
  assert.equal(session.id, body.session.id);
  assert.equal(session.modalities, undefined);
  const { expires_at: begins, ...told } = session;
  const { expires_at: ends, ...minted } = body.session;
  assert.deepEqual(told, minted);
  connection.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be long.' } });
  assert.equal((await connection.next('session.updated')).session.instructions, 'Be long.');
  await connection.close();

  // It opens more than one.
  const again = await connect(body.value);
  await again.connection.close();
});

test('a client secret for whatever is the default', async () => {
  for (const nothing of [undefined, {}, { session: null }]) {
    const { status, body } = await post('/v1/realtime/client_secrets', nothing);
    assert.equal(status, 200);
    assert.equal(body.session.type, 'realtime');
    assert.equal(claims(body.value).exp - claims(body.value).iat, 300);
    valid(body, 'RealtimeCreateClientSecretResponse');
  }
});

test('a client secret lives an hour at most', async () => {
  const { body } = await post('/v1/realtime/client_secrets', { expires_after: { seconds: 7200 } });
  assert.equal(claims(body.value).exp - claims(body.value).iat, 3600);
  assert.equal(body.expires_at, claims(body.value).exp);
});

test('a client secret: what is wrong is named', async () => {
  for (const [body, code, param] of [
    ['{', 'invalid_json', null],
    ['[]', 'invalid_type', null],
    [{ voice: 'marin' }, 'unknown_parameter', 'voice'],
    [{ expires_after: 5 }, 'invalid_type', 'expires_after'],
    [{ expires_after: { anchor: 'birth', seconds: 60 } }, 'invalid_value', 'expires_after.anchor'],
    [{ expires_after: { anchor: 'created_at', seconds: 9 } }, 'integer_below_min_value', 'expires_after.seconds'],
    [{ expires_after: { anchor: 'created_at', seconds: 7201 } }, 'integer_above_max_value', 'expires_after.seconds'],
    [{ expires_after: { anchor: 'created_at', seconds: 'long' } }, 'invalid_type', 'expires_after.seconds'],
    [{ session: [] }, 'invalid_type', 'session'],
    [{ session: {} }, 'missing_required_parameter', 'session.type'],
    [{ session: { type: 'poem' } }, 'invalid_value', 'session.type'],
    [{ session: { type: 'realtime', voice: 'marin' } }, 'unknown_parameter', 'session.voice'],
    [{ session: { type: 'realtime', audio: { output: { speed: 9 } } } }, 'decimal_above_max_value', 'session.audio.output.speed'],
    [{ dialect: 'klingon' }, 'invalid_value', 'dialect'],
  ]) refused(await post('/v1/realtime/client_secrets', body), 400, code, param);
});

// sessions

test('a token for a flat session', async () => {
  const { status, body } = await post('/v1/realtime/sessions', {
    model: 'gpt-4o-realtime-preview', voice: 'verse', modalities: ['text'], instructions: 'Be brief.', turn_detection: null,
    client_secret: { expires_after: { anchor: 'created_at', seconds: 60 } },
  });
  assert.equal(status, 200, JSON.stringify(body));
  valid(body, 'beta.SessionCreateResponse');
  assert.equal(body.object, 'realtime.session');
  assert.match(body.id, /^sess_/);
  assert.deepEqual(body.modalities, ['text']);
  assert.equal(body.turn_detection, null);
  assert.equal(body.audio, undefined);
  const { value, expires_at: expires } = body.client_secret;
  assert.equal(claims(value).exp - claims(value).iat, 60);
  assert.equal(expires, claims(value).exp);
  // The same by the names that Vowel's programs read.
  for (const name of ['value', 'token', 'tokenName']) assert.equal(body[name], value);
  assert.equal(body.expires_in, 60);
  assert.equal(Date.parse(body.expiresAt), expires * 1000);

  const { connection, session } = await connect(value, { dialect: 'beta' });
  assert.equal(session.id, body.id);
  assert.equal(session.instructions, 'Be brief.');
  assert.deepEqual(session.modalities, ['text']);
  await connection.close();
});

test('a token may say which dialect its connections speak', async () => {
  for (const [dialect, shape] of [['ga', 'output_modalities'], ['beta', 'modalities'], ['vowel', 'modalities']]) {
    const { body } = await post('/v1/realtime/sessions', { dialect });
    const { connection, session } = await connect(body.value);
    assert.ok(session[shape], dialect);
    assert.equal('type' in session, dialect === 'ga', dialect);
    await connection.close();
  }
});

test('a token: what is wrong is named', async () => {
  for (const [body, code, param] of [
    [{ sessionKey: 5 }, 'invalid_type', 'sessionKey'],
    [{ sessionKey: 'short' }, 'invalid_value', 'sessionKey'],
    [{ sessionKey: 'sesskey_with a blank' }, 'invalid_value', 'sessionKey'],
    [{ dialect: 'ga ' }, 'invalid_value', 'dialect'],
    [{ connectionType: 'sidecar' }, 'invalid_value', 'connectionType'],
    [{ connectionType: 'trusted_server' }, 'invalid_value', 'config.serviceId'],
    [{ connectionType: 'trusted_server', config: { serviceId: 'x'.repeat(129) } }, 'invalid_value', 'config.serviceId'],
    [{ config: 7 }, 'invalid_type', 'config'],
    [{ serverTools: {} }, 'invalid_type', 'serverTools'],
    [{ serverTools: [{ description: 'x' }] }, 'missing_required_parameter', 'serverTools[0].name'],
    [{ client_secret: 'secret' }, 'invalid_type', 'client_secret'],
    [{ turn_detection: { type: 'server_vad', threshold: 2 } }, 'decimal_above_max_value', 'turn_detection.threshold'],
  ]) refused(await post('/v1/realtime/sessions', body), 400, code, param);
});

// transcription_sessions

test('a token for a session that only transcribes', async () => {
  const { status, body } = await post('/v1/realtime/transcription_sessions', {
    input_audio_format: 'pcm16', input_audio_transcription: { model: 'gpt-4o-transcribe', language: 'en' },
    turn_detection: { type: 'server_vad', silence_duration_ms: 700 },
  });
  assert.equal(status, 200, JSON.stringify(body));
  valid(body, 'RealtimeTranscriptionSessionCreateResponse');
  assert.equal(body.object, 'realtime.transcription_session');
  assert.match(body.id, /^sess_/);
  assert.match(body.client_secret.value, /^ek_/);
  assert.equal(body.client_secret.expires_at, claims(body.client_secret.value).exp);
  assert.equal(body.turn_detection.silence_duration_ms, 700);
  assert.equal(body.input_audio_transcription.model, 'gpt-4o-transcribe');
  for (const name of ['voice', 'tools', 'instructions', 'model', 'value']) assert.equal(name in body, false, name);
  refused(await post('/v1/realtime/transcription_sessions', { input_audio_format: 'mp3' }), 400, 'invalid_value', 'input_audio_format');
});

// Rights.

test('only the key mints, and a token connects', async () => {
  const { body: { value } } = await post('/v1/realtime/client_secrets', {});
  for (const path of ['client_secrets', 'sessions', 'transcription_sessions']) {
    refused(await post(`/v1/realtime/${path}`, {}, {}), 401, 'invalid_api_key');
    refused(await post(`/v1/realtime/${path}`, {}, bearer('wrong')), 401, 'invalid_api_key');
    refused(await post(`/v1/realtime/${path}`, {}, bearer(value)), 403, 'insufficient_rights');
  }
  assert.equal((await call('GET', '/v1/models', undefined, bearer(value))).status, 200);
  refused(await call('GET', '/v1/models', undefined, {}), 401, 'invalid_api_key');
});

// What there is and what there is not.

test('models', async () => {
  const { status, body } = await call('GET', '/v1/models');
  assert.equal(status, 200);
  assert.equal(body.object, 'list');
  assert.ok(body.data.length > 0);
  for (const model of body.data) {
    assert.deepEqual(Object.keys(model).sort(), ['created', 'id', 'object', 'owned_by']);
    assert.equal(model.object, 'model');
    assert.ok(Number.isInteger(model.created));
    assert.deepEqual((await call('GET', `/v1/models/${model.id}`)).body, model);
  }
  refused(await call('GET', '/v1/models/gpt-99'), 404, 'model_not_found', 'model');
  refused(await call('GET', '/v1/models/'), 404, 'not_found');
});

test('no WebRTC and no SIP', async () => {
  for (const path of ['/v1/realtime/calls', '/v1/realtime/calls/rtc_1/accept', '/v1/realtime/calls/rtc_1/hangup', '/v1/realtime?model=m']) {
    const answer = await post(path, 'v=0\r\n', { ...bearer(KEY), 'Content-Type': 'application/sdp' });
    refused(answer, 501, 'webrtc_not_supported');
    assert.equal(answer.body.error.type, 'server_error');
  }
  refused(await post('/v1/realtime/calls', 'v=0\r\n', {}), 401, 'invalid_api_key');
});

test('other methods are refused with those that there are', async () => {
  for (const [method, path, allowed] of [
    ['GET', '/v1/realtime/client_secrets', 'POST'], ['PUT', '/v1/realtime/sessions', 'POST, HEAD'], ['DELETE', '/v1/realtime/transcription_sessions', 'POST'],
    ['GET', '/v1/realtime/calls', 'POST'], ['GET', '/v1/realtime/calls/rtc_1', 'POST'], ['POST', '/v1/models', 'GET'], ['DELETE', '/v1/models/x', 'GET'],
    ['PUT', '/v1/realtime', 'GET, POST']]) {
    const answer = await call(method, path);
    refused(answer, 405, 'method_not_allowed');
    assert.equal(answer.headers.get('allow'), allowed);
  }
  refused(await post('/v1/realtime/translations/client_secrets', {}), 404, 'not_found');
});

test('a body has a limit', async () => {
  const answer = await fetch(`${daemon.origin}/v1/realtime/client_secrets`, { method: 'POST', headers: bearer(KEY), body: Buffer.alloc(3 * 1024 * 1024, 0x20) })
    .catch(() => ({ status: 413 }));
  assert.equal(answer.status, 413);
});

test('an error has the form that clients of its path read, whoever answers it', async () => {
  const read = (answer) => `${typeof answer.body.error}${'message' in answer.body ? ' message' : ''}`;
  for (const [form, paths] of Object.entries({
    'object message': ['/health', '/v1/realtime', '/v1/agentsy', '/v1/nowhere', '/config', '/ws/voice', '/metrics'],
    'string message': ['/api/apps', '/api/nowhere', '/api/engine/config', '/api/twilio/nowhere', '/vowel/api/generateToken'],
    string: ['/v1/agents', '/v1/agents/x/y/z/nowhere', '/v1/calls', '/v1/connection', '/v1/sip-trunks/nowhere/x/y'],
  })) for (const path of paths) {
    for (const method of ['GET', 'PURGE']) {
      const answer = await call(method, path, undefined, {});
      if (answer.status >= 400) assert.equal(read(answer), form, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    }
    const large = await fetch(daemon.origin + path, { method: 'PUT', headers: bearer(KEY), body: Buffer.alloc(3 * 1024 * 1024, 0x20) })
      .then(async (response) => ({ status: response.status, body: await response.json() }), () => null);
    if (large) assert.equal(read(large), form, `${path}: ${JSON.stringify(large.body)}`);
  }
});

test('web pages may use every route', async () => {
  const origin = 'https://app.example';
  for (const path of ['/v1/realtime/client_secrets', '/v1/realtime/sessions', '/v1/realtime/transcription_sessions', '/v1/realtime/calls', '/v1/models', '/v1/models/x']) {
    const preflight = await fetch(daemon.origin + path, { method: 'OPTIONS', headers: {
      Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,content-type,x-stainless-lang' } });
    assert.equal(preflight.status, 204, path);
    assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
    assert.match(preflight.headers.get('access-control-allow-methods'), /POST/);
    // Libraries send headers that nobody here knows.
    assert.match(preflight.headers.get('access-control-allow-headers'), /x-stainless-lang/);
    assert.match(preflight.headers.get('vary'), /Origin/);
    // Errors are read by pages, too.
    const answer = await fetch(daemon.origin + path, { method: 'POST', headers: { Origin: origin }, body: '{}' });
    assert.equal(answer.headers.get('access-control-allow-origin'), origin, path);
    assert.match(answer.headers.get('access-control-expose-headers'), /Location/);
  }
});
