// The daemon's HTTP side, its handshake, its limits and its end, over real
// sockets. What is said inside a session is tested elsewhere.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { fakeEngines, metric, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { RawConnection, frame, handshake } from '../lib/raw.mjs';
import { RealtimeConnection, refusedUpgrade } from '../lib/realtime.mjs';
import { schemaProblems, skipReason } from './schema.mjs';

const KEY = 'the key of the house';
const SECRET = '0123456789abcdef0123456789abcdef';
const keyed = { ...fakeEngines, API_KEY: KEY, JWT_SECRET: SECRET };
const bearer = (key) => ({ Authorization: `Bearer ${key}` });

/** A daemon for one test. */
async function daemonFor(t, options) {
  const daemon = await startDaemon(options);
  t.after(async () => { await daemon.stop(); });
  return daemon;
}

async function mint(daemon, body, headers = bearer(KEY)) {
  const response = await fetch(`${daemon.origin}/v1/realtime/sessions`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

// Without an API key.

let open;
before(async () => { open = await startDaemon({ env: fakeEngines }); });
after(async () => assert.equal(await open.stop(), 0));

test('without an API key: says that it is well', async () => {
  const response = await fetch(`${open.origin}/health`);
  const body = await response.json();
  assert.equal(response.status, 200);
  assert.equal(body.status, 'ok');
  assert.match(body.version, /^\d+\.\d+\.\d+$/);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
});

test('without an API key: answers many requests over one connection, then speaks a WebSocket over it', async () => {
  const raw = await RawConnection.open(open.port);
  const request = (method, path, body = '', more = '') => raw.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`);
  for (const [method, path, status, body] of [['GET', '/health', 200], ['GET', '/nothing', 404], ['POST', '/v1/realtime/sessions', 200, '{}'], ['GET', '/health', 200]]) {
    await request(method, path, body);
    const head = await raw.head();
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.doesNotMatch(head, /connection: close/i);
    await raw.body(Number(/content-length: (\d+)/i.exec(head)[1]));
  }
  await request('GET', '/v1/realtime', '', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n');
  assert.match(await raw.head(), /^HTTP\/1\.1 101 /);
  raw.socket.destroy();
});

test('a connection that nothing more is asked over is not kept for ever, nor any when there are many', async (t) => {
  const daemon = await daemonFor(t, { env: { ...fakeEngines, VOWEL_HEADER_TIMEOUT_MS: '300', VOWEL_MAX_PENDING: '6' } });
  const raw = await RawConnection.open(daemon.port);
  const ask = async (connection) => {
    await connection.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    return connection.head();
  };
  const over = once(raw.socket, 'close');
  assert.doesNotMatch(await ask(raw), /connection: close/i);
  await over;
  assert.match(await (await fetch(`${daemon.origin}/metrics`)).text(), /^vowel_requests_late_total 0$/m);
  const crowd = [];
  for (let i = 0; i < 4; i++) crowd.push(await RawConnection.open(daemon.port));
  assert.match(await ask(crowd[3]), /connection: close/i);
  for (const { socket } of crowd) socket.destroy();
});

test('without an API key: answers what it does not have as JSON', async () => {
  for (const [method, path, status, code] of [
    ['GET', '/nothing/here', 404, 'not_found'], ['POST', '/nothing/here', 404, 'not_found'],
    ['GET', '/../../etc/passwd', 404, 'not_found'], ['DELETE', '/health', 405, 'method_not_allowed'],
    ['GET', '/v1/realtime/sessions', 405, 'method_not_allowed'], ['GET', '/v1/realtime', 426, 'upgrade_required']]) {
    const response = await fetch(open.origin + path, { method });
    const body = await response.json();
    assert.equal(response.status, status, path);
    assert.equal(body.error.code, code);
    assert.equal(body.error.message, body.message);
    assert.equal(response.headers.get('allow') !== null, status === 405);
  }
});

test('without an API key: answers preflight requests', async () => {
  const response = await fetch(`${open.origin}/v1/realtime/sessions`, {
    method: 'OPTIONS', headers: { Origin: 'http://localhost:5173', 'Access-Control-Request-Method': 'POST' } });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get('access-control-allow-origin'), 'http://localhost:5173');
  assert.match(response.headers.get('access-control-allow-headers'), /Authorization/);
});

test('without an API key: pages of Core\'s console lead to those of this one', async () => {
  for (const [path, place] of [['/apps', '/#/apps'], ['/apps/a%20b', '/#/apps/a%20b'], ['/test', '/#/test-lab'], ['/providers', '/#/configuration']]) {
    const response = await fetch(`${open.origin}${path}`, { redirect: 'manual' });
    assert.deepEqual([response.status, response.headers.get('location')], [302, place]);
  }
  assert.equal((await fetch(`${open.origin}/appsx`, { redirect: 'manual' })).status, 404);
});

test('without an API key: serves the console', async () => {
  for (const [path, type] of [['/', 'text/html'], ['/console.js', 'text/javascript'], ['/pages/apps.js', 'text/javascript'], ['/console.css', 'text/css']]) {
    const response = await fetch(open.origin + path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('content-type').split(';')[0], type);
    assert.ok((await response.text()).length > 100);
    assert.match(response.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    assert.doesNotMatch(response.headers.get('content-security-policy'), /unsafe|\*/);
    assert.equal(response.headers.get('cache-control'), 'no-cache');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  }
  const head = await fetch(open.origin, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('without an API key: lets everybody in, whatever key they bring', async () => {
  for (const options of [{}, { headers: bearer('anything') }, { protocols: ['realtime', 'openai-insecure-api-key.ek_a.b.c'] }]) {
    const connection = await RealtimeConnection.open(open.url, options);
    connection.socket.close();
    await connection.closed;
  }
});

test('without an API key: keeps web pages of others out', async () => {
  const answer = await refusedUpgrade(open.url, { origin: 'https://evil.example' });
  assert.equal(answer.status, 403);
  assert.equal(answer.body.error.code, 'origin_not_allowed');
  assert.equal((await fetch(`${open.origin}/v1/realtime/sessions`, { method: 'POST', headers: { Origin: 'https://evil.example' } })).status, 403);
});

test('without an API key: refuses a handshake that is none', async () => {
  const raw = await RawConnection.open(open.port);
  await raw.write(handshake().replace('Version: 13', 'Version: 7'));
  assert.match(await raw.head(), /^HTTP\/1\.1 400 /);
  raw.socket.destroy();
});

test('without an API key: reads what comes with the handshake', async () => {
  const raw = await RawConnection.open(open.port);
  await raw.write(Buffer.concat([Buffer.from(handshake()), frame(9, 'early')]));
  const head = await raw.head();
  assert.match(head, /^HTTP\/1\.1 101 /);
  assert.doesNotMatch(head, /Sec-WebSocket-(Protocol|Extensions)/i);
  for (;;) {
    const { opcode, payload } = await raw.frame();
    if (opcode !== 10) continue;
    assert.equal(payload.toString(), 'early');
    break;
  }
  raw.socket.destroy();
});

test('without an API key: chooses the subprotocol `realtime` and nothing else', async () => {
  for (const [offered, chosen] of [
    ['realtime', 'realtime'], ['openai-insecure-api-key.sk-1, realtime', 'realtime'],
    ['realtime,openai-insecure-api-key.a.b.c,openai-beta.realtime-v1', 'realtime'],
    ['openai-insecure-api-key.sk-1', undefined], ['ek_a.b.c', undefined], ['openai-beta.realtime-v1', undefined]]) {
    const raw = await RawConnection.open(open.port);
    await raw.write(handshake([`Sec-WebSocket-Protocol: ${offered}`]));
    const head = await raw.head();
    assert.match(head, /^HTTP\/1\.1 101 /, offered);
    assert.equal(/^sec-websocket-protocol: (.*)$/im.exec(head)?.[1], chosen, offered);
    raw.socket.destroy();
  }
});

test('without an API key: does not compress', async () => {
  const socket = new WebSocket(open.url, { perMessageDeflate: true });
  await once(socket, 'open');
  assert.equal(socket.extensions, '');
  socket.close();
  await once(socket, 'close');
});

test('without an API key: survives a mebibyte of brackets', async () => {
  const brackets = '['.repeat(1024 * 1024);
  const response = await fetch(`${open.origin}/v1/realtime/sessions`, { method: 'POST', body: brackets });
  assert.equal(response.status, 400);
  assert.equal((await response.json()).error.code, 'invalid_json');

  const connection = await RealtimeConnection.open(open.url);
  connection.socket.send(brackets);
  const event = await connection.next('error');
  assert.equal(event.error.type, 'invalid_request_error');
  connection.socket.close();
  assert.equal((await connection.closed).code, 1005);
});

test('without an API key: refuses a body that is too large, stated or not', async () => {
  const body = Buffer.alloc(3 * 1024 * 1024, 0x20);
  const stated = await fetch(`${open.origin}/v1/realtime/sessions`, { method: 'POST', body }).catch(() => ({ status: 413 }));
  assert.equal(stated.status, 413);
  const raw = await RawConnection.open(open.port);
  await raw.write('POST /v1/realtime/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let i = 0; i < 48; i++) await raw.write(Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65536, 0x20), Buffer.from('\r\n')]));
  await raw.write('0\r\n\r\n');
  assert.match(await raw.head(), /^HTTP\/1\.1 413 /);
  raw.socket.destroy();
});

test('without an API key: takes 20 MB in one append, and more than 128 KiB in one message', async () => {
  const connection = await RealtimeConnection.open(open.url);
  connection.send({ type: 'session.update', session: { type: 'realtime', instructions: 'x'.repeat(200 * 1024), audio: { input: { turn_detection: null } } } });
  assert.equal((await connection.next('session.updated')).session.instructions.length, 200 * 1024);
  connection.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(15 * 1024 * 1024).toString('base64') });
  connection.send({ type: 'input_audio_buffer.clear' });
  await connection.next('input_audio_buffer.cleared');
  assert.deepEqual(connection.events.filter(({ type }) => type === 'error'), []);
  connection.socket.close();
  await connection.closed;
});

test('without an API key: closes on a message that is larger than allowed', async () => {
  const socket = new WebSocket(open.url);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.on('error', () => {});
  socket.send(Buffer.alloc(25 * 1024 * 1024, 0x20), { binary: false });
  assert.equal((await closed)[0], 1009);
});

test('without an API key: closes on a message without end', async () => {
  const raw = await RawConnection.open(open.port);
  const part = frame(0, Buffer.alloc(1024 * 1024, 0x20), { fin: false });
  await raw.write(handshake());
  await raw.head();
  await raw.write(frame(1, '', { fin: false }));
  for (let i = 0; i < 25; i++) await raw.write(part);
  for (;;) {
    const { opcode, payload } = await raw.frame();
    if (opcode !== 8) continue;
    assert.equal(payload.readUInt16BE(0), 1009);
    break;
  }
  raw.socket.destroy();
});

// A sanitized daemon takes too long to make 200 pipelines.
const crowd = process.env.ASAN_OPTIONS ? 30 : 200;
test(`without an API key: gets ${crowd} simultaneous clients up, and forgets them`, async () => {
  const connections = await Promise.all(Array.from({ length: crowd }, () => RealtimeConnection.open(open.url)));
  assert.equal(await metric(open, 'sessions'), crowd);
  for (const { socket } of connections) socket.close();
  await Promise.all(connections.map(({ closed }) => closed));
  await untilMetric(open, 'sessions', 0);
});

// With an API key.

let guarded;
before(async () => { guarded = await startDaemon({ env: keyed }); });
after(async () => assert.equal(await guarded.stop(), 0));

test('with an API key: takes the key in every place where clients put it', async () => {
  for (const options of [
    { headers: bearer(KEY) }, { headers: { Authorization: `bearer ${KEY}` } }, { headers: { 'api-key': KEY } },
    { headers: { 'X-API-Key': KEY } }]) {
    const connection = await RealtimeConnection.open(guarded.url, options);
    connection.socket.close();
    await connection.closed;
  }
  const connection = await RealtimeConnection.open(`${guarded.url}?token=${encodeURIComponent(KEY)}`);
  connection.socket.close();
  await connection.closed;
  assert.ok(!guarded.log.includes(KEY), 'the key is in the log');
});

test('with an API key: refuses everybody else, in JSON', async () => {
  const { body: { value } } = await mint(guarded, {});
  const [header, payload, signature] = value.slice(3).split('.');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  const deep = Buffer.from('['.repeat(12000)).toString('base64url');
  for (const key of [undefined, 'null', 'undefined', 'wrong', 'ek_', `ek_${header}.${payload}.`, `ek_${none}.${payload}.`,
    `ek_${none}.${payload}.${signature}`, `ek_${header}.${deep}.${signature}`, `ek_${deep}.${payload}.${signature}`]) {
    const answer = await refusedUpgrade(guarded.url, key === undefined ? {} : { headers: bearer(key) });
    assert.equal(answer.status, 401, key);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.equal(answer.body.error.code, 'invalid_api_key');
    assert.ok(answer.body.error.message);
  }
  const answer = await refusedUpgrade(guarded.url, { protocols: ['realtime', 'openai-insecure-api-key.wrong'] });
  assert.equal(answer.status, 401);
  assert.equal((await mint(guarded, {}, {})).status, 401);
  assert.equal((await mint(guarded, {}, bearer(value))).status, 403);
});

test('with an API key: mints a token that opens a session with its settings', async () => {
  const { status, body } = await mint(guarded, {
    voice: 'verse', instructions: 'Be brief.', tools: [{ type: 'function', name: 'look', parameters: { type: 'object' } }] });
  assert.equal(status, 200, JSON.stringify(body));
  assert.match(body.client_secret.value, /^ek_/);
  assert.equal(body.value, body.client_secret.value);
  assert.equal(body.token, body.value);
  assert.equal(body.expires_in, 300);
  assert.equal(body.voice, 'verse');
  assert.equal(body.object, 'realtime.session');
  assert.ok(Math.abs(body.client_secret.expires_at - Date.now() / 1000 - 300) < 20);

  const connection = await RealtimeConnection.open(guarded.url, { protocols: ['realtime', `openai-insecure-api-key.${body.value}`, 'openai-beta.realtime-v1'] });
  assert.equal(connection.socket.protocol, 'realtime');
  const { session } = connection.events[0];
  assert.equal(session.id, body.id);
  assert.equal(session.voice, 'verse');
  assert.equal(session.instructions, 'Be brief.');
  assert.deepEqual(session.tools.map(({ name }) => name), ['look']);

  // A token opens any number of sessions, each of its own.
  const second = await RealtimeConnection.open(guarded.url, { headers: { ...bearer(body.value) }, dialect: 'beta' });
  assert.equal(second.events[0].session.voice, 'verse');
  assert.notEqual(second.events[0].session.id, body.id);
  for (const { socket, closed } of [connection, second]) { socket.close(); await closed; }
});

test('with an API key: says what is wrong with a session that cannot be minted', async () => {
  const wrong = await mint(guarded, { voice: 7 });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body.error.param, 'voice');
  const lifetime = await mint(guarded, { client_secret: { expires_after: { anchor: 'created_at', seconds: 7200 } } });
  assert.equal(lifetime.status, 400);
  assert.equal(lifetime.body.error.param, 'client_secret.expires_after.seconds');
  assert.equal((await mint(guarded, [])).status, 400);
  assert.equal((await mint(guarded, { instructions: 'x'.repeat(60000) })).status, 400);
  assert.equal((await mint(guarded, undefined)).status, 200);
  const short = await mint(guarded, { client_secret: { expires_after: { anchor: 'created_at', seconds: 60 } } });
  assert.equal(short.body.expires_in, 60);
});

test('with an API key: takes web pages of all origins, for they need the key', async () => {
  const connection = await RealtimeConnection.open(guarded.url, { headers: { ...bearer(KEY), Origin: 'https://app.example' } });
  connection.socket.close();
  await connection.closed;
});

// Limits.

test('limits: hangs up on who sends its headers a byte at a time', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--header-timeout-ms', '300', '--body-timeout-ms', '300'] });
  const slow = await RawConnection.open(daemon.port);
  const silent = await RawConnection.open(daemon.port);
  const text = handshake();
  let sent = 0;
  const timer = setInterval(() => { if (!slow.ended && sent < text.length - 1) slow.socket.write(text[sent++]); }, 20);
  await Promise.all([slow.closed, silent.closed]);
  clearInterval(timer);
  assert.ok(sent < text.length - 1);
  assert.equal(slow.received.length, 0);

  const body = await RawConnection.open(daemon.port);
  await body.write('POST /v1/realtime/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  await body.closed;

  const good = await RealtimeConnection.open(daemon.url);
  await new Promise((resolve) => { setTimeout(resolve, 700); });
  good.send({ type: 'session.update', session: { type: 'realtime', instructions: 'still here' } });
  await good.next('session.updated');
  assert.equal(await daemon.stop(), 0);
});

test('limits: asks silent clients whether they live', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--ping-interval-ms', '100', '--pong-timeout-ms', '100'] });
  const alive = await RealtimeConnection.open(daemon.url);
  const dead = await RawConnection.open(daemon.port);
  let pings = 0;
  alive.socket.on('ping', () => { pings++; });
  await dead.write(handshake());
  await dead.closed;
  await untilMetric(daemon, 'sessions', 1);
  assert.ok(pings > 0);
  alive.socket.close();
  await alive.closed;
  assert.equal(await daemon.stop(), 0);
});

test('limits: cuts off a client that never reads', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--max-queue', '1048576', '--pong-timeout-ms', '500'] });
  const raw = await RawConnection.open(daemon.port);
  await raw.write(handshake());
  await raw.head();
  raw.socket.pause();
  const update = frame(1, JSON.stringify({ type: 'session.update', session: { type: 'realtime', instructions: 'x'.repeat(100000) } }));
  for (let i = 0; i < 200 && !raw.ended; i++) raw.socket.write(update);
  await untilMetric(daemon, 'sessions', 0);
  raw.socket.destroy();
  assert.match(daemon.log, /cut off/);
  assert.equal(await daemon.stop(), 0);
});

test('limits: has room for so many', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--max-sessions', '1', '--max-connections', '4'] });
  const first = await RealtimeConnection.open(daemon.url);
  const busy = await refusedUpgrade(daemon.url, {});
  assert.equal(busy.status, 503);
  assert.equal(busy.body.error.code, 'server_busy');
  assert.equal(busy.headers['retry-after'], '5');
  const idle = await Promise.all(Array.from({ length: 8 }, () => RawConnection.open(daemon.port)));
  await Promise.race(idle.map(({ closed }) => closed));
  for (const { socket } of idle) socket.destroy();
  first.socket.close();
  await first.closed;
  assert.equal(await daemon.stop(), 0);
});

// Start and end.

const failing = async (options) => {
  let error;
  await startDaemon(options).catch((e) => { error = e; });
  return error?.message ?? 'it started';
};

test('start and end: refuses settings that make no sense, and names the fix', async () => {
  assert.match(await failing({ env: { HOST: '0.0.0.0' } }), /ended with 78[^]*API_KEY/);
  assert.match(await failing({ env: { API_KEY: KEY, JWT_SECRET: 'short' } }), /ended with 78[^]*32/);
  assert.match(await failing({ env: { PORT: 'many' } }), /ended with 78[^]*PORT[^]*65535/);
  assert.match(await failing({ env: { HOST: 'no address' , ...keyed } }), /ended with 78[^]*HOST/);
  assert.match(await failing({ args: ['--nonsense'] }), /ended with 64/);
});

test('start and end: says once who may connect', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines });
  assert.equal(await daemon.stop(), 0);
  assert.equal((daemon.output + daemon.log).match(/everybody on this machine/g).length, 1);
});

test('start and end: makes up a secret for tokens when there is a key only', async (t) => {
  const daemon = await daemonFor(t, { env: { ...fakeEngines, API_KEY: KEY } });
  const { status, body } = await mint(daemon, {});
  assert.equal(status, 200);
  const connection = await RealtimeConnection.open(daemon.url, { headers: bearer(body.value) });
  await connection.close();
  assert.equal(await daemon.stop(), 0);
  assert.match(daemon.output, /No JWT_SECRET is set/);
  assert.ok(!(daemon.output + daemon.log).includes(KEY));

  const another = await daemonFor(t, { env: { ...fakeEngines, API_KEY: KEY } });
  assert.equal((await refusedUpgrade(another.url, { headers: bearer(body.value) })).status, 401);
});

test('start and end: logs the session with every line of it', async (t) => {
  const daemon = await daemonFor(t, { env: { ...fakeEngines, LOG_LEVEL: 'debug' } });
  const connection = await RealtimeConnection.open(daemon.url);
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] } });
  connection.send({ type: 'response.create' });
  await connection.next('response.done');
  const { id } = connection.events[0].session;
  connection.socket.close();
  await connection.closed;
  await daemon.stop();
  const all = daemon.log.split('\n');
  const lines = all.slice(all.findIndex((line) => line.includes(id))).filter((line) => / (vowel-session|vowel-connection|vowelproviderbin|vowelllm|vad|sttsink|llmbin|ttssrc|wsaudio\w+): /.test(line));
  assert.ok(lines.length > 5, daemon.log);
  for (const line of lines) assert.ok(line.includes(id), line);
});

test('start and end: refuses a recipe that cannot be built', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'vowel-recipe-'));
  t.after(() => rm(folder, { recursive: true }));
  const recipe = path.join(folder, 'broken.launch');
  await writeFile(recipe, 'wsaudiosrc name=in ! nosuchelement ! fakesink');
  assert.match(await failing({ env: fakeEngines, args: ['--recipe', recipe] }), /ended with 78[^]*VOWEL_RECIPE[^]*broken\.launch[^]*nosuchelement/);
  // One that lacks what a session needs would refuse each caller.
  const whole = await readFile(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8');
  for (const [name, complaint] of [['in', /wsaudiosrc named "in"/], ['llm', /element named "llm"/], ['out', /wsaudiosink named "out"/]]) {
    await writeFile(recipe, whole.replace(new RegExp(`name=${name}$|name=${name} `, 'm'), ''));
    for (const option of ['--recipe', '--telephone-recipe'])
      assert.match(await failing({ env: fakeEngines, args: [option, recipe] }), complaint);
  }
});

test('start and end: tells a client why its session cannot begin, and lives', async (t) => {
  const recipe = path.join(process.env.VOWEL_SRCDIR, 'tests/protocol/refused-session.launch');
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--recipe', recipe] });
  for (const dialect of [{}, { 'OpenAI-Beta': 'realtime=v1' }]) {
    const socket = new WebSocket(daemon.url, { headers: dialect });
    const events = [];
    socket.on('message', (data) => events.push(JSON.parse(data)));
    const [code] = await once(socket, 'close');
    assert.equal(code, 1011);
    assert.deepEqual(events.map(({ type }) => type), ['error']);
    assert.equal(events[0].error.type, 'server_error');
    assert.match(events[0].error.message, /announcement: Resource not found/);
    if (!skipReason) assert.deepEqual(schemaProblems(events[0], dialect['OpenAI-Beta'] ? 'beta' : 'ga'), []);
  }
  await untilMetric(daemon, 'sessions', 0);
  assert.equal(await daemon.stop(), 0);
  assert.match(daemon.log, /announcement: Resource not found.*\/nonexistent\//);
});

test('start and end: says who holds the port', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines });
  assert.match(await failing({ env: { PORT: String(daemon.port) } }), /ended with 69[^]*PORT/);
  assert.equal(await daemon.stop(), 0);
});

test('start and end: tells its sessions before it ends, and ends well', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines });
  const connections = await Promise.all(Array.from({ length: 5 }, () => RealtimeConnection.open(daemon.url)));
  daemon.child.kill('SIGTERM');
  for (const connection of connections) {
    assert.equal((await connection.closed).code, 1001);
    assert.equal(connection.events.at(-1).type, 'error');
  }
  assert.equal(await daemon.exited, 0);
});

const endless = path.join(process.env.VOWEL_SRCDIR, 'tests/protocol/endless-answer.launch');
const answering = async (daemon) => {
  const connection = await RealtimeConnection.open(daemon.url);
  connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] } });
  connection.send({ type: 'response.create' });
  await connection.next('response.created');
  return connection;
};

test('start and end: waits for a running answer', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--recipe', endless] });
  const connection = await answering(daemon);
  const idle = await RealtimeConnection.open(daemon.url);
  daemon.child.kill('SIGTERM');
  assert.equal((await idle.closed).code, 1001);
  // Nobody else gets in meanwhile.
  await assert.rejects(fetch(`${daemon.origin}/health`));
  connection.send({ type: 'response.cancel' });
  assert.equal((await connection.next('response.done')).response.status, 'cancelled');
  assert.equal((await connection.closed).code, 1001);
  assert.equal(await daemon.exited, 0);
});

test('start and end: but not forever', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--recipe', endless, '--drain-timeout-ms', '300'] });
  const connection = await answering(daemon);
  daemon.child.kill('SIGTERM');
  assert.equal((await connection.next('response.done')).response.status, 'cancelled');
  assert.equal((await connection.closed).code, 1001);
  assert.equal(await daemon.exited, 0);
});

test('start and end: and not at all after a second signal', async (t) => {
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--recipe', endless, '--drain-timeout-ms', '600000'] });
  const connection = await answering(daemon);
  const idle = await RealtimeConnection.open(daemon.url);
  daemon.child.kill('SIGTERM');
  await idle.closed;
  daemon.child.kill('SIGTERM');
  assert.equal((await connection.next('response.done')).response.status, 'cancelled');
  assert.equal((await connection.closed).code, 1001);
  assert.equal(await daemon.exited, 1);
});

// Over TLS.

test('over TLS: speaks https and wss', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'vowel-tls-'));
  t.after(() => rm(folder, { recursive: true }));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const daemon = await daemonFor(t, { env: fakeEngines, args: ['--tls-cert', cert, '--tls-key', key] });
  assert.match(daemon.origin, /^https:/);
  const ca = await readFile(cert);
  const [response] = await once(https.get(`${daemon.origin}/health`, { ca }), 'response');
  assert.equal(response.statusCode, 200);
  response.resume();
  const connection = await RealtimeConnection.open(daemon.url, { ca });
  // Larger than a TLS record, and more than one read, both ways.
  connection.send({ type: 'session.update', session: { type: 'realtime', instructions: 'x'.repeat(200000), audio: { input: { turn_detection: null } } } });
  assert.equal((await connection.next('session.updated')).session.instructions.length, 200000);
  connection.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(3000000).toString('base64') });
  connection.send({ type: 'input_audio_buffer.clear' });
  await connection.next('input_audio_buffer.cleared');
  daemon.child.kill('SIGTERM');
  assert.equal((await connection.closed).code, 1001);
  assert.equal(await daemon.exited, 0);
});
