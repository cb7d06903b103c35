// SPDX-License-Identifier: LGPL-2.1-or-later
// The agents SDK's build for browsers, in one: with an ephemeral key, which a
// backend has fetched for it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchChromium, skip } from '../lib/chromium.mjs';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';

const require = createRequire(import.meta.url);
const KEY = 'browser-test-key';
const packages = { '0.20.0': '@openai/agents-realtime', '0.2.1': '@openai/agents-realtime-0.2' };
let daemon;
let browser;
let pages;

/** Where a package's files for browsers are. */
function bundle(name) {
  const entry = require.resolve(name);
  return path.join(entry.slice(0, entry.lastIndexOf('/dist/')), 'dist/bundle');
}

before(async () => {
  if (skip) return;
  daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted', API_KEY: KEY } });
  browser = await launchChromium();
  pages = createServer((request, response) => {
    const [, version, file] = request.url.split('/');
    if (!(version in packages)) {
      response.end('<!doctype html><title>test</title><link rel=icon href=data:,>');
      return;
    }
    response.setHeader('Content-Type', 'text/javascript');
    response.end(readFileSync(path.join(bundle(packages[version]), path.basename(file))));
  });
  await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
});

after(async () => {
  await browser?.close();
  pages?.close();
  if (daemon) assert.equal(await daemon.stop(), 0, daemon.log);
});

async function ephemeralKey() {
  const answer = await fetch(`${daemon.origin}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime' } }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()).value;
}

for (const version of Object.keys(packages))
  test(`a conversation in a page (${version})`, { skip }, async () => {
    const origin = `http://127.0.0.1:${pages.address().port}`;
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${origin}/`);
    const result = await page.evaluate(async ({ sdk, url, apiKey }) => {
      const { RealtimeAgent, RealtimeSession } = await import(sdk);
      const session = new RealtimeSession(new RealtimeAgent({ name: 'a', instructions: 'Be brief.' }), { transport: 'websocket', model: 'm' });
      const seen = { errors: [], audio: 0 };
      session.on('error', (error) => seen.errors.push(String(error?.error?.message ?? JSON.stringify(error))));
      session.on('audio', ({ data }) => { seen.audio += data.byteLength; });
      const ended = new Promise((resolve) => session.on('agent_end', resolve));
      await session.connect({ apiKey, url });
      session.sendMessage('Hello');
      await ended;
      const words = (item) => item.content.map((part) => part.transcript ?? part.text).join(' ');
      while (session.history.length < 2 || !session.history.every((item) => words(item))) await new Promise((resolve) => session.once('history_updated', resolve));
      seen.history = session.history.map((item) => [item.role, words(item)]);
      session.close();
      return seen;
    }, { sdk: `${origin}/${version}/openai-realtime-agents.mjs`, url: daemon.url, apiKey: await ephemeralKey() });
    assert.deepEqual(result.errors, []);
    assert.deepEqual(errors, []);
    assert.deepEqual(result.history[0], ['user', 'Hello']);
    assert.equal(result.history[1][0], 'assistant');
    assert.ok(result.history[1][1].length > 0);
    assert.ok(result.audio > 0 && result.audio % 2 === 0, `${result.audio} bytes`);
    await page.close();
  });

test("Vowel's client in a page of another origin: from its key to an answer", { skip }, async () => {
  const admin = async (route, body) => (await fetch(daemon.origin + route, { method: 'POST', headers: { Authorization: `Bearer ${KEY}` }, body: JSON.stringify(body) })).json();
  const origin = `http://127.0.0.1:${pages.address().port}`;
  const { id } = await admin('/api/apps', { name: 'Shop', runtimeConfig: { allowedOrigins: [origin] } });
  const { plaintext } = await admin('/api/api-keys', { appId: id });
  const page = await browser.newPage({ vowel: true });
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${origin}/`);
  const result = await page.evaluate(async ({ sdk, tokenEndpoint, key }) => {
    const { RealtimeAgent, RealtimeSession } = await import(sdk);
    const answer = await fetch(tokenEndpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
      body: JSON.stringify({ appId: key, apiKey: key, origin: location.origin, config: { routes: [], actions: {}, _voiceConfig: { turnDetection: { mode: 'server_vad' } }, systemInstructionOverride: 'Be brief.' } }),
    });
    const { tokenName, model, provider, metadata, systemInstructions } = await answer.json();
    const session = new RealtimeSession(new RealtimeAgent({ name: 'Vowel', instructions: systemInstructions }), {
      transport: 'websocket', model,
      config: { outputModalities: ['audio'], audio: { input: { format: { type: 'audio/pcm', rate: 24000 }, turnDetection: { type: 'server_vad', threshold: 0.5, silenceDurationMs: 550, interruptResponse: true } }, output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'Ashley', speed: 1 } } },
    });
    const seen = { provider, errors: [], audio: 0, types: [] };
    session.on('error', (error) => seen.errors.push(JSON.stringify(error)));
    session.on('audio', ({ data }) => { seen.audio += data.byteLength; });
    const said = new Promise((resolve) => session.on('transport_event', (event) => {
      seen.types.push(event.type);
      if (/^response\.(output_)?text\.done$/.test(event.type)) resolve(event.text);
    }));
    await session.connect({ apiKey: tokenName, url: metadata.baseUrl });
    session.sendMessage('Hello');
    seen.said = await said;
    session.close();
    return seen;
  }, { sdk: `${origin}/0.2.1/openai-realtime-agents.mjs`, tokenEndpoint: `${daemon.origin}/vowel/api/generateToken`, key: plaintext });
  assert.deepEqual([...result.errors, ...errors], []);
  assert.equal(result.provider, 'vowel-core');
  assert.ok(result.said.length > 0);
  assert.ok(result.audio > 0 && result.audio % 2 === 0);
  assert.equal(result.types.filter((type) => type === 'session.created').length, 1);
  assert.ok(!result.types.includes('error'));
  await page.close();
});
