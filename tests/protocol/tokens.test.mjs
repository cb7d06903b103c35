// SPDX-License-Identifier: LGPL-2.1-or-later
// What tokens say of the sessions that they open, and who makes them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KEY as CANARY, startFakes } from '../fakes/remote/server.mjs';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';

const KEY = 'the key of the house';
const bearer = (key) => ({ Authorization: `Bearer ${key}` });
let daemon;
let fakes;
before(async () => {
  fakes = await startFakes();
  daemon = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai'), GROK_BASE_URL: fakes.base('grok'), VOWEL_GREETING_WAIT_MS: '0', LOG_LEVEL: 'debug' } });
});
after(async () => {
  fakes.close();
  assert.equal(await daemon.stop(), 0);
  assert.ok(!daemon.log.includes(CANARY), 'the key is in the log');
});

async function call(server, path, body, key = KEY, method = 'POST') {
  const response = await fetch(server.origin + path, { method, headers: bearer(key), body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

/** A key of an app with these settings, and how to get a token with it. */
async function app(runtimeConfig, fields = {}, server = daemon) {
  const { body: { id } } = await call(server, '/api/apps', { name: 'Shop', ...(runtimeConfig && { runtimeConfig }) });
  const { body: { plaintext } } = await call(server, '/api/api-keys', { appId: id, ...fields });
  return {
    id,
    generate: (config, body = {}) => call(server, '/vowel/api/generateToken', { ...body, ...(config && { config }) }, plaintext),
    give: (provider, apiKey) => call(server, '/api/provider-keys', { appId: id, provider, apiKey }),
  };
}

const claims = (token) => JSON.parse(Buffer.from(token.slice(3).split('.')[1], 'base64url'));

async function open({ body }) {
  assert.ok(body.token, JSON.stringify(body));
  const connection = await RealtimeConnection.open(body.wsUrl ?? daemon.url, { headers: bearer(body.token) });
  connection.session = connection.events[0].session;
  return connection;
}

async function session(answer) {
  const connection = await open(answer);
  await connection.close();
  return connection.session;
}

test('what a key opens counts, whatever that is', async () => {
  const { body: { id } } = await call(daemon, '/api/apps', { name: 'Counting' });
  const { body: { key } } = await call(daemon, '/api/api-keys', { appId: id, scopes: ['mint_ephemeral', 'direct_ws'] });
  await call(daemon, '/vowel/api/generateToken', {}, key);
  await call(daemon, '/v1/realtime/sessions', {}, key);
  await (await RealtimeConnection.open(daemon.url, { headers: bearer(key) })).close();
  // Refused: it opened nothing.
  assert.equal((await call(daemon, '/api/status', undefined, key, 'GET')).status, 403);
  const deadline = Date.now() + 10000;
  let shown;
  do [shown] = (await call(daemon, `/api/api-keys?appId=${id}`, undefined, KEY, 'GET')).body;
  while (shown.uses < 3 && Date.now() < deadline);
  assert.equal(shown.uses, 3);
  assert.ok(Date.now() - shown.lastUsedAt < 60000);
});

test('a token of the engine\'s route says where to go with it', async () => {
  const { body } = await call(daemon, '/v1/realtime/sessions', {});
  assert.equal(body.wsUrl, daemon.url);
  assert.equal(body.provider, 'vowel-core');
  await (await open({ body })).close();
});

test('whether a key makes tokens can be asked without making one', async () => {
  const minted = async () => /^vowel_tokens_minted_total (\d+)$/m.exec(await (await fetch(`${daemon.origin}/metrics`, { headers: bearer(KEY) })).text())[1];
  const before = await minted();
  const probe = async (key) => (await fetch(`${daemon.origin}/v1/realtime/sessions`, { method: 'HEAD', headers: bearer(key) })).status;
  assert.deepEqual([await probe(KEY), await probe('wrong')], [200, 401]);
  assert.equal(await minted(), before);
});

test("the app's voice settings are in its tokens", async () => {
  const { generate } = await app({ voiceConfig: {
    model: 'm', voice: 'alloy', language: 'de', speakingRate: 1.4, initialGreetingPrompt: 'Greet the customer.',
    languageVoiceMap: { es: 'paloma' }, turnDetection: { mode: 'server_vad', serverVAD: { threshold: 0.7, prefixPaddingMs: 20, silenceDurationMs: 900 } },
    maxCallDurationMs: 600000, acknowledgementEnabled: true, unknown: 'x', llmProvider: null, stt: null, turnDetectionPreset: '',
  } });
  const answer = await generate();
  assert.deepEqual(claims(answer.body.token).session, {
    model: 'm', voice: 'alloy', language: 'de', speakingRate: 1.4, initialGreetingPrompt: 'Greet the customer.',
    languageVoiceMap: { es: 'paloma' }, turnDetection: { mode: 'server_vad', serverVAD: { threshold: 0.7, prefixPaddingMs: 20, silenceDurationMs: 900 } },
    maxCallDurationMs: 600000, acknowledgementEnabled: true,
  });
  const connection = await open(answer);
  connection.send({ type: 'session.update', session: { modalities: ['audio', 'text'] } });
  const { turn_detection: detection, ...shown } = (await connection.next('session.updated')).session;
  assert.deepEqual([shown.model, shown.voice, shown.language, shown.speaking_rate, shown.initial_greeting_prompt], ['m', 'alloy', 'de', 1.4, 'Greet the customer.']);
  assert.deepEqual([detection.threshold, detection.prefix_padding_ms, detection.silence_duration_ms], [0.7, 20, 900]);
  // And the session does as it is told: it speaks first, perhaps before that update.
  if (connection.count('response.done') === 0) await connection.next('response.done');
  await connection.close();
});

for (const [wish, expected] of [
  ['aggressive', { type: 'semantic_vad', eagerness: 'high' }],
  ['balanced', { type: 'semantic_vad', eagerness: 'medium' }],
  ['conservative', { type: 'semantic_vad', eagerness: 'low' }],
  [{ mode: 'server_vad' }, { type: 'server_vad', silence_duration_ms: 500 }],
  [{ endOfTurnConfidenceThreshold: 0.4 }, { type: 'server_vad' }],
  [{ mode: 'client_vad', clientVAD: { adapter: 'silero-vad' } }, null],
  [{ mode: 'disabled' }, null],
])
  test(`turn detection ${JSON.stringify(wish)}`, async () => {
    const { generate } = await app({ voiceConfig: { turnDetection: wish } });
    const { turn_detection: detection } = await session(await generate());
    if (expected === null) assert.equal(detection, null);
    else for (const [name, value] of Object.entries(expected)) assert.equal(detection[name], value, name);
  });

test('what the app leaves open the client may wish, as far as it concerns its own words', async () => {
  const { generate } = await app({ voiceConfig: { language: 'de' } });
  const wishes = { initialGreetingPrompt: 'Hello!', language: 'fr', turnDetectionPreset: 'aggressive', voiceConfig: { voice: 'mine', model: 'mine' }, _voiceConfig: { speakingRate: 0.5 } };
  for (const answer of [await generate(wishes), await generate(undefined, wishes)]) {
    assert.deepEqual(claims(answer.body.token).session, { language: 'de', initialGreetingPrompt: 'Hello!', turnDetectionPreset: 'aggressive' });
    assert.equal((await session(answer)).turn_detection.eagerness, 'high');
  }
  // Nothing said is nothing wished.
  const silent = await generate({ initialGreetingPrompt: null, language: '', voiceConfig: null, _voiceConfig: null, turnDetectionPreset: null, routes: null, actions: null });
  assert.deepEqual(claims(silent.body.token).session, { language: 'de' });
  // The app's own word about turns stands alone.
  const strict = await app({ voiceConfig: { turnDetection: { mode: 'disabled' } } });
  assert.equal((await session(await strict.generate(wishes))).turn_detection, null);
  const bad = await generate({ turnDetectionPreset: 'hasty' });
  assert.equal(bad.status, 400);
  assert.match(bad.body.error, /turnDetectionPreset/);
});

test('developers choose their voice', async (t) => {
  const server = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, CORE_ENABLE_DEV_VOICE_OVERRIDES: 'true' } });
  t.after(async () => assert.equal(await server.stop(), 0));
  const { generate } = await app({ voiceConfig: { voice: 'app-voice' } }, {}, server);
  const { body } = await generate({ voiceConfig: { voice: 'mine', model: 'mine' }, _voiceConfig: { model: 'hidden', speakingRate: 0.5 } });
  assert.deepEqual(claims(body.token).session, { model: 'mine', voice: 'app-voice', speakingRate: 0.5 });
});

test('a token names no service and has no secret', async () => {
  const { generate } = await app({ voiceConfig: {
    stt: { provider: 'fake', model: 'x', language: 'es', config: { apiKey: CANARY } }, tts: { provider: 'fake', voice: 'paloma', config: { apiKey: CANARY } },
    llmProvider: 'fake', openrouterOptions: { provider: 'x', siteUrl: 'u', appName: 'n' }, vowelPrimeConfig: { environment: 'staging' },
  } });
  const { body } = await generate();
  assert.deepEqual(claims(body.token).session, { language: 'es', voice: 'paloma' });
  const minted = await call(daemon, '/v1/realtime/sessions', { tts: { provider: 'fake', config: { apiKey: CANARY, voice: 'paloma' } }, providerConfig: { stt: { provider: 'fake', config: { apiKey: CANARY } } }, openrouterProvider: 'x' });
  assert.deepEqual(claims(minted.body.token).session, { voice: 'paloma' });
  for (const [voiceConfig, name] of [[{ stt: { provider: 'deepgram' } }, /stt\.provider.*STT_PROVIDER/], [{ tts: { provider: 'deepgram' } }, /tts\.provider/], [{ llmProvider: 'groq' }, /llmProvider.*LLM_PROVIDER/], [{ stt: 7 }, /'stt'/]]) {
    const refused = await (await app({ voiceConfig })).generate();
    assert.equal(refused.status, 400);
    assert.match(refused.body.error, name);
  }
});

// Tokens of other services.

const anywhere = { allowedProviders: ['engine', 'openai', 'grok'] };

for (const provider of ['openai', 'grok'])
  test(`tokens for ${provider} are made there`, async () => {
    const { generate, give } = await app({ provider, voiceConfig: { model: 'm', voice: 'v' } }, anywhere);
    const without = await generate();
    assert.equal(without.status, 400);
    assert.match(without.body.error, new RegExp(`^No API key for ${provider}`));
    assert.equal((await give(provider, CANARY)).status, 200);
    const { status, body } = await generate({ systemInstructionOverride: 'Be kind.' });
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(body.token, new RegExp(`^ek_${provider}_`));
    assert.deepEqual([body.tokenName, body.client_secret.value, body.provider, body.model, body.systemInstructions], [body.token, body.token, provider, 'm', 'Be kind.']);
    assert.equal(body.client_secret.expires_at, body.expires_at);
    assert.equal(Date.parse(body.expiresAt), body.expires_at * 1000);
    assert.equal(body.metadata.baseUrl, `${fakes.base(provider).replace('http', 'ws').replace(/\/v1$/, '')}/v1/realtime`);
    assert.deepEqual(body.metadata, { baseUrl: body.metadata.baseUrl, voice: 'v', audioFormat: 'pcm16', sampleRate: 24000 });
    assert.equal(body.wsUrl, body.metadata.baseUrl);
    const asked = fakes.log.findLast(({ path }) => path.endsWith('/realtime/client_secrets'));
    assert.deepEqual(JSON.parse(asked.body), { expires_after: { seconds: 300 } });
    // The newest key of the app counts.
    await give(provider, 'sk-wrong-canary');
    const refused = await generate();
    assert.equal(refused.status, 502);
    assert.match(refused.body.error, new RegExp(`${provider} gave no token: Incorrect API key provided: \\*\\*\\*`));
    assert.ok(!daemon.log.includes('sk-wrong-canary'));
    assert.equal((await (await app({ provider })).generate()).status, 403);
  });

test('another service is asked with the key of the environment, and fails', async (t) => {
  for (const [fault, pattern] of [['no-token', /no token/], ['no-json', /no token/], ['500', /had an error/], ['ok', null]]) {
    const server = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, OPENAI_API_KEY: CANARY, OPENAI_BASE_URL: fakes.base('openai', fault) } });
    t.after(() => server.stop());
    const { generate } = await app(undefined, anywhere, server);
    const { status, body } = await generate({ provider: 'openai', voiceConfig: { voice: 'mine' } });
    assert.equal(status, pattern ? 502 : 200, JSON.stringify(body));
    if (pattern) assert.match(body.error, pattern);
    else assert.deepEqual([body.model, body.metadata.voice], ['gpt-realtime', 'mine']);
    assert.ok(!JSON.stringify(body).includes(CANARY));
  }
});

// How long a session lasts.

const mint = (body) => call(daemon, '/v1/realtime/sessions', body);

test('a call lasts as long as its token says', async () => {
  const connection = await open(await mint({ maxCallDurationMs: 1500 }));
  const { error } = await connection.next('error');
  assert.deepEqual([error.type, error.code], ['session_timeout', 'max_call_duration_exceeded']);
  assert.deepEqual(await connection.closed, { code: 1000, reason: 'Session ended: Maximum call duration of 1.5 seconds reached' });
  assert.equal(connection.events.at(-1).type, 'error');
});

test('a caller who does nothing is not waited for longer than the token says', async () => {
  const connection = await open(await mint({ connectionType: 'trusted_server', config: { serviceId: 'order-service', maxIdleDurationMs: 3000 } }));
  connection.send(userText('Hello'));
  await connection.next('response.done');
  const { error } = await connection.next('error');
  assert.deepEqual([error.type, error.code], ['session_timeout', 'max_idle_duration_exceeded']);
  assert.deepEqual(await connection.closed, { code: 1000, reason: 'Session ended: No speech detected for 3 seconds' });
  assert.match(daemon.log, new RegExp(`${connection.session.id}: begun by service order-service`));
});

test('others are told in their own words', async () => {
  const { body } = await call(daemon, '/v1/realtime/client_secrets', { session: { type: 'realtime', maxCallDurationMs: 1000 } });
  const connection = await RealtimeConnection.open(daemon.url, { headers: bearer(body.value) });
  assert.equal((await connection.next('error')).error.code, 'session_expired');
  assert.deepEqual(await connection.closed, { code: 1001, reason: 'Your session hit the maximum duration of 1 seconds.' });
});

test('a token makes a session shorter, never longer', async (t) => {
  const server = await startDaemon({ env: { ...fakeEngines, API_KEY: KEY, MAX_CALL_DURATION_MS: '1200' } });
  t.after(async () => assert.equal(await server.stop(), 0));
  const { body } = await call(server, '/v1/realtime/sessions', { maxCallDurationMs: 3600000 });
  const connection = await RealtimeConnection.open(server.url, { headers: bearer(body.token) });
  assert.match((await connection.closed).reason, /1\.2 seconds/);
  for (const [wrong, value] of [['maxCallDurationMs', 10], ['maxIdleDurationMs', 'long'], ['maxCallDurationMs', -1]]) {
    const refused = await call(server, '/v1/realtime/sessions', { [wrong]: value });
    assert.equal(refused.status, 400);
    assert.match(refused.body.message, new RegExp(wrong));
  }
});

test('the lifetime of a token is the one that was asked for', async () => {
  for (const [path, wrap] of [['/v1/realtime/client_secrets', (after) => ({ expires_after: after })], ['/v1/realtime/sessions', (after) => ({ expires_after: after })]]) {
    const { body } = await call(daemon, path, wrap({ anchor: 'created_at', seconds: 60 }));
    const { iat, exp } = claims(body.value);
    assert.equal(exp - iat, 60, path);
    assert.equal((await call(daemon, path, wrap({ seconds: 5 }))).status, 400);
  }
});
