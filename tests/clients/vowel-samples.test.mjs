// SPDX-License-Identifier: LGPL-2.1-or-later
// The sample code of Vowel's documentation, run as it is published: each does what its page promises.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import express from 'express';
import fetchOfNode from 'node-fetch';
import WebSocket from 'ws';
import { environment, fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { skip } from './agents-client.mjs';
import { run, shell } from './samples.mjs';
import { Vowel as Client } from './vowel-client.mjs';

const ADMIN = 'the key of the operator';
const bearer = (key) => ({ Authorization: `Bearer ${key}` });
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-samples-'));
let daemon;
let hosts;
let appId;
let key; // with every scope

/** What the offline assistant does, and one question more. */
function script() {
  const { rules, ...rest } = JSON.parse(readFileSync(path.join(process.env.VOWEL_SRCDIR, 'data/scripts/assistant.json')));
  const order = { name: 'order', before_tools: true, when: { tools: true }, patterns: ['what is the status of order {id:number}'], calls: [{ name: 'lookupOrder', arguments: { orderId: '{id}' } }], result: 'It is {result.status}.' };
  return JSON.stringify({ ...rest, rules: [order, ...rules] });
}

before(async () => {
  writeFileSync(path.join(folder, 'runtime.yaml'), JSON.stringify({ llm: { provider: 'scripted', scriptText: script() } }));
  daemon = await startDaemon({ env: {
    ...fakeEngines, API_KEY: 'the key of the house', VOWEL_ADMIN_KEY: ADMIN,
    CORE_BOOTSTRAP_PUBLISHABLE_KEY: `vkey_${'c'.repeat(64)}`, RUNTIME_CONFIG_PATH: path.join(folder, 'runtime.yaml'),
  } });
  hosts = { http: daemon.origin, ws: daemon.origin.replace('http', 'ws') };
  appId = (await admin('/api/apps', { name: 'Shop' })).id;
  key = (await admin('/api/api-keys', { appId, scopes: ['mint_ephemeral', 'direct_ws', 'mint_trusted_session'] })).key;
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  assert.equal(await daemon.stop(), 0, daemon.log);
});

async function admin(route, body) {
  const response = await fetch(daemon.origin + route, { method: 'POST', headers: bearer(ADMIN), body: JSON.stringify(body) });
  return response.json();
}

const ids = () => ({ 'your-app-id': appId });
const api = () => ({ 'https://api.vowel.to': hosts.http });
const fixedKey = () => ({ ...api(), vkey_your_fixed_api_key_here: key });

/** The WebSocket of a sample: it has heard everything that it is sent, and says when. */
function sockets() {
  const made = [];
  class Socket extends WebSocket {
    events = [];

    constructor(...args) {
      super(...args);
      made.push(this);
      this.on('message', (data) => {
        this.events.push(JSON.parse(data));
        this.emit('event');
      });
    }

    async next(type, predicate = () => true) {
      for (;;) {
        const event = this.events.find((candidate) => candidate.type === type && predicate(candidate));
        if (event) return event;
        await once(this, 'event');
      }
    }

    async leave() {
      this.close();
      await once(this, 'close');
    }
  }
  return { Socket, made };
}

/** Vowel's client, which finds its service by itself. */
const made = [];
class Vowel extends Client {
  constructor(options) {
    super({ ...options, url: daemon.url, _voiceConfig: { turnDetection: { mode: 'server_vad' }, ...options.voiceConfig } });
    made.push(this);
  }
}

const generateSessionKey = () => `sesskey_${crypto.randomBytes(16).toString('hex')}`;

// Connection paradigms

test('a fixed key is made over HTTP', async () => {
  const made = await shell('connection-paradigms/create-key.sh', { replacements: { 'https://your-deployment.convex.cloud': hosts.http, YOUR_AUTH_TOKEN: ADMIN, ...ids() } });
  assert.match(made.key, /^vkey_[0-9a-f]+$/);
  assert.deepEqual([made.scopes, made.label, made.appId], [['mint_ephemeral', 'direct_ws'], 'Production Key', appId]);
});

const minting = () => run('connection-paradigms/mint.ts', { replacements: fixedKey(), scope: { fetch: fetchOfNode }, results: ['generateClientToken', 'API_KEY', 'BASE_URL'] });

test('a fixed key makes tokens for clients', async () => {
  const { generateClientToken } = await minting();
  const token = await generateClientToken();
  assert.match(token, /^ek_/);
  const connection = await RealtimeConnection.open(daemon.url, { headers: bearer(token) });
  // The tools of the token are the client's.
  assert.deepEqual(connection.events[0].session.tools.map(({ name }) => name), ['processOrder']);
  assert.equal(connection.events[0].session.model, 'gpt-4o-realtime-preview');
  await connection.close();
});

/** A backend with the routes of a sample. */
async function serve(t, app) {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

/** Express with what every backend adds to it. */
function expressApp() {
  const app = express();
  app.use(express.json(), (request, _response, next) => {
    request.user = { id: 'user-1' };
    request.body ??= {};
    next();
  });
  app.ws = (route, handler) => app.set(`ws ${route}`, handler);
  return app;
}

/** What React does for a component that is shown once. */
async function mount(Component, state) {
  const effects = [];
  const shown = new Promise((resolve) => {
    state.useState = () => [null, resolve];
    state.useEffect = (effect) => effects.push(effect);
  });
  Component();
  for (const effect of effects) effect();
  return shown;
}

async function component(name, origin, scope) {
  const state = {};
  const { VoiceAgent, VoiceAssistant } = await run(name, {
    replacements: ids(), results: ['VoiceAgent: typeof VoiceAgent === "undefined" ? null : VoiceAgent', 'VoiceAssistant: typeof VoiceAssistant === "undefined" ? null : VoiceAssistant'],
    scope: { Vowel, fetch: (route, options) => fetch(origin + route, options), useState: (...args) => state.useState(...args), useEffect: (...args) => state.useEffect(...args), ...scope },
  });
  return mount(VoiceAgent ?? VoiceAssistant, state);
}

test('a backend manages tokens, and a page talks with them', { skip }, async (t) => {
  const { generateClientToken } = await minting();
  const { app } = await run('connection-paradigms/token-endpoint.ts', { scope: { express: expressApp, generateClientToken, crypto, authenticateUser: async () => 'user-1' }, results: ['app'] });
  const origin = await serve(t, app);
  const { token, sessionKey, expiresAt } = await (await fetch(`${origin}/api/vowel/token`, { method: 'POST' })).json();
  assert.match(token, /^ek_/);
  assert.match(sessionKey, /^sesskey_[0-9a-f]{32}$/);
  assert.ok(expiresAt > Date.now());
  const client = await component('connection-paradigms/voice-agent.tsx', origin);
  client.sendText('Hello');
  await client.seen('response.done');
  assert.equal(client.transcripts.at(-1)[0], 'assistant');
  assert.deepEqual(client.errors, []);
  client.stopSession();
});

test('a backend connects itself, and executes tools', async () => {
  const { Socket, made: opened } = sockets();
  const done = [];
  const { connectDirectWebSocket } = await run('connection-paradigms/direct-websocket.ts', {
    replacements: { 'wss://api.vowel.to': hosts.ws, vkey_your_fixed_api_key_here: key },
    scope: {
      WebSocket: Socket, console: { log: (...words) => done.push(words), error: assert.fail },
      executeServerAction: async (action, params) => ({ done: action, params }),
      // It answers from outside of the function that connects.
      ws: { send: (text) => opened[0].send(text) },
    },
    results: ['connectDirectWebSocket'],
  });
  await connectDirectWebSocket();
  const [ws] = opened;
  const { session } = await ws.next('session.updated');
  assert.deepEqual(session.tools.map(({ name }) => name), ['serverAction']);
  ws.send(JSON.stringify(userText('Please run the server action restart')));
  const call = await ws.next('response.function_call_arguments.done');
  assert.equal(typeof call.function_call.arguments, 'object');
  // Nobody asks for it, and it is said nevertheless.
  await ws.next('response.done', ({ response }) => response.output.some(({ type }) => type === 'message'));
  assert.equal(ws.events.filter(({ type }) => type === 'response.created').length, 2);
  assert.deepEqual(ws.events.filter(({ type }) => type === 'error'), []);
  await ws.leave();
  assert.ok(done.some(([what, text]) => what === 'AI transcript:' && text));
  assert.ok(done.some(([what]) => what === 'User said:'));
});

async function sidecar() {
  const { createSessionWithServerTools } = await run('connection-paradigms/sidecar-backend.ts', { scope: { fetch, generateSessionKey, BASE_URL: hosts.http, API_KEY: key }, results: ['createSessionWithServerTools'] });
  return createSessionWithServerTools();
}

const joinSession = async (sessionKey, token = key) => {
  const { Socket } = sockets();
  const { ws } = await run('connection-paradigms/call-id.ts', { replacements: { 'wss://api.vowel.to': hosts.ws }, scope: { WebSocket: Socket, sessionKey, token }, results: ['ws'] });
  await ws.next('session.created');
  return ws;
};

test("a page's tools and a backend's are in one session", { skip }, async () => {
  const { sessionKey, token } = await sidecar();
  const shown = {};
  const { client } = await run('connection-paradigms/sidecar-client.ts', { replacements: ids(), scope: { Vowel, serverToken: token, document: { getElementById: (id) => (shown[id] = {}) } }, results: ['client'] });
  await client.connect();
  const backend = await joinSession(sessionKey);
  assert.equal(backend.events[0].session.id, client.last('session.created').session.id);

  client.sendText('Please process a payment of 20 in currency EUR');
  const { function_call: call } = await backend.next('response.function_call_arguments.done');
  assert.equal(call.name, 'processPayment');
  backend.send(JSON.stringify({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: '{"paid":"yes"}' } }));
  await client.seen('response.done', 2);
  client.sendText('Update the UI element id "cart" with value "full"');
  await client.seen('response.done', 4);
  assert.deepEqual(client.calls.map(([name]) => name), ['updateUI']);
  assert.equal(Object.values(shown).length, 1);
  assert.deepEqual(client.errors, []);
  client.stopSession();
  await backend.leave();
});

test('several clients share a conversation', { skip }, async () => {
  const tokenFor = async (sessionKey) => (await minting()).generateClientToken(sessionKey);
  const createSession = async () => {
    const sessionKey = generateSessionKey();
    return { sessionKey, token: await tokenFor(sessionKey) };
  };
  const { client2, session1, token } = await run('connection-paradigms/two-clients.ts', { replacements: ids(), scope: { Vowel, createSession, getTokenForSession: tokenFor }, results: ['client2', 'session1', 'token'] });
  const client1 = new Vowel({ appId, voiceConfig: { token } });
  await client1.connect();
  await client2.connect();
  assert.equal(client1.last('session.created').session.id, client2.last('session.created').session.id);
  client1.sendText('Hello');
  for (const client of [client1, client2]) {
    await client.seen('response.done');
    assert.ok(client.events.some(({ item }) => item?.role === 'user' && item.content[0].text === 'Hello'));
  }
  const { message } = await RealtimeConnection.open(`${daemon.url}?call_id=${session1.sessionKey}x`, { headers: bearer(key) }).catch((error) => error);
  assert.match(message, /404/);
  assert.deepEqual([...client1.errors, ...client2.errors], []);
  client1.stopSession();
  client2.stopSession();
});

/** What a backend's own module does with Vowel's API. */
class VowelAPI {
  constructor(apiKey) {
    this.apiKey = apiKey;
  }

  async createSession(body) {
    const response = await fetch(`${hosts.http}/v1/realtime/sessions`, { method: 'POST', headers: bearer(this.apiKey), body: JSON.stringify(body) });
    return response.json();
  }

  connectToSession(sessionKey) {
    return joinSession(sessionKey, this.apiKey);
  }
}

test('the shop: a page, its backend, and the tools of both', { skip }, async (t) => {
  const keys = new Map();
  const refunds = [];
  const { app } = await run('connection-paradigms/shop-backend.ts', {
    scope: {
      express: expressApp, VowelAPI, generateSessionKey, process: { env: { VOWEL_API_KEY: key } },
      storeSessionKey: async (user, sessionKey) => keys.set(user, sessionKey), getSessionKey: async (user) => keys.get(user),
      getOrderFromDB: async (id) => ({ order: id, status: 'shipped' }), processRefundInDB: async (...args) => refunds.push(args),
    },
    results: ['app'],
  });
  const origin = await serve(t, app);
  // The sample asks with GET for what its backend serves by POST.
  const fetchSession = (route, options) => fetch(origin + route, { ...options, method: 'POST' });
  const visited = [];
  const client = await component('connection-paradigms/shop-client.tsx', origin, { navigate: (place) => visited.push(place), fetch: fetchSession });
  await app.get('ws /api/voice/server')(new EventEmitter(), { user: { id: 'user-1' } });
  client.sendText('Get the order status of order 77');
  await client.seen('response.done', 2);
  assert.match(client.transcripts.at(-1)[1], /shipped/);
  client.sendText('Show the product with product id "shoe"');
  await client.seen('response.done', 4);
  assert.equal(visited.length, 1);
  assert.match(visited[0], /^\/products\/.+/);
  assert.deepEqual(client.errors, []);
  client.stopSession();
});

// Trusted servers

test('a trusted server makes a key and a token, connects, and is asked for an order', async () => {
  const created = await shell('trusted-server/create-key.sh', { replacements: { 'https://your-core-host': hosts.http, ...ids() }, env: { ADMIN_KEY: ADMIN } });
  assert.match(created.key, /^vkey_/);
  const { token, expiresAt } = await run('trusted-server/mint.ts', { replacements: { 'https://your-core-host': hosts.http }, scope: { fetch, apiKey: created.key }, results: ['token', 'expiresAt'] });
  assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 300000) < 5000, 'five minutes');

  const { Socket } = sockets();
  const heard = [];
  const scope = { WebSocket: Socket, token, console: { log: () => {} }, handleEvent: (event) => heard.push(event) };
  const { ws } = await run('trusted-server/connect.ts', { replacements: { 'wss://your-engine-host': hosts.ws }, scope, results: ['ws'] });
  const { session } = await ws.next('session.created');
  assert.deepEqual(session.tools.map(({ name }) => name), ['lookupOrder']);
  assert.equal(session.voice, 'Ashley');

  const lookups = [];
  const { handleEvent } = await run('trusted-server/tool-calls.ts', { scope: { ws, lookupOrder: (id) => { lookups.push(id); return { status: 'shipped' }; } }, results: ['handleEvent'] });
  ws.on('message', (data) => handleEvent(JSON.parse(data)));
  await run('trusted-server/send-text.ts', { scope: { ws } });
  const { response } = await ws.next('response.done', (event) => event.response.output.some(({ type }) => type === 'message'));
  assert.match(response.output[0].content[0].transcript, /shipped/);
  assert.deepEqual(lookups, ['12345']);
  assert.equal(heard.length, ws.events.length);
  assert.deepEqual(ws.events.filter(({ type }) => type === 'error'), []);
  assert.equal(ws.events.filter(({ type }) => type === 'response.created').length, 2, 'one answer to the text, one to the output');
  await ws.leave();
  assert.match(daemon.log, new RegExp(`${session.id}.*my-service`));

  // A key without the scope.
  const { plaintext } = await admin('/api/api-keys', { appId, scopes: ['mint_ephemeral'] });
  let status;
  await run('trusted-server/mint.ts', { replacements: { 'https://your-core-host': hosts.http }, scope: { fetch: async (...args) => { const answer = await fetch(...args); ({ status } = answer); return answer; }, apiKey: plaintext }, results: ['token'] });
  assert.equal(status, 403);
});

// The self-hosted engine

test('a token by X-API-Key opens a session, by header and by query', async () => {
  const minted = await shell('self-hosted-engine/generate-token.sh', { replacements: { 'http://localhost:3000': hosts.http, vkey_your_bootstrap_key: `vkey_${'c'.repeat(64)}` } });
  assert.match(minted.token, /^ek_/);
  assert.ok(Date.parse(minted.expiresAt) > Date.now());
  assert.equal(minted.wsUrl, daemon.url);
  const { Socket } = sockets();
  const { ws } = await run('self-hosted-engine/connect.js', { replacements: { 'ws://localhost:8787': hosts.ws, ek_your_ephemeral_token: minted.token }, scope: { WebSocket: Socket }, results: ['ws'] });
  const { session } = await ws.next('session.created');
  assert.ok(session.id && session.model && session.voice);
  await ws.leave();
  const connection = await RealtimeConnection.open(`${minted.wsUrl}?token=${minted.token}`);
  await connection.close();
});

/** What wscat does with the sample's options, up to the first message. */
const wscat = `#!${process.execPath}
const { createRequire } = require('node:module');
const WebSocket = createRequire(${JSON.stringify(import.meta.url)})('ws');
const [, , dashC, url, dashH, header] = process.argv;
if (dashC !== '-c' || dashH !== '-H') process.exit(2);
const [name, value] = header.split(/: (.*)/);
const socket = new WebSocket(url, { headers: { [name]: value } });
socket.once('message', (data) => { console.log(String(data)); socket.close(); });
`;

test('wscat shows the beginning of a session', async () => {
  writeFileSync(path.join(folder, 'wscat'), wscat, { mode: 0o755 });
  const { generateClientToken } = await minting();
  const event = await shell('self-hosted-engine/wscat.sh', { replacements: { 'ws://localhost:8787': hosts.ws, ek_your_ephemeral_token: await generateClientToken() }, env: { PATH: `${folder}:${process.env.PATH}` } });
  assert.equal(event.type, 'session.created');
  assert.match(event.session.id, /^sess_/);
});

test('the configuration is read, changed, tried, reloaded; presets are listed', async (t) => {
  const file = path.join(folder, 'other.yaml');
  const server = await startDaemon({ env: environment({ ...fakeEngines, API_KEY: 'engine-key', RUNTIME_CONFIG_PATH: file, GROQ_API_KEY: 'gsk-canary', OPENROUTER_API_KEY: 'sk-or-canary' }) });
  t.after(async () => assert.equal(await server.stop(), 0));
  const call = (name) => shell(`self-hosted-engine/${name}.sh`, { replacements: { 'http://localhost:8787': server.origin }, env: { ENGINE_API_KEY: 'engine-key' } });
  const { config, path: where } = await call('get-config');
  assert.equal(where, file);
  assert.equal(config.llm.provider, 'fake');
  assert.deepEqual((await call('update-config')).config.llm, { ...config.llm, provider: 'groq', model: 'openai/gpt-oss-20b' });
  assert.match(readFileSync(file, 'utf8'), /groq/);
  assert.equal((await call('validate-config')).config.llm.provider, 'openrouter');
  assert.equal((await call('get-config')).config.llm.provider, 'groq', 'trying changes nothing');
  assert.equal((await call('update-provider')).config.llm.model, 'anthropic/claude-3-sonnet');
  assert.equal((await call('reload-config')).config.llm.provider, 'openrouter');
  const { presets } = await call('list-presets');
  for (const preset of presets) assert.deepEqual(Object.keys(preset).sort(), ['config', 'description', 'id', 'name']);
  assert.ok(presets.length > 0);
});
