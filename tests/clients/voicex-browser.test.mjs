// SPDX-License-Identifier: LGPL-2.1-or-later
// The JavaScript of Voicex's documentation, run as it is published: in a browser
// with a microphone, which decodes every file that it is sent.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { launchChromium, skip } from '../lib/chromium.mjs';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { patience } from '../lib/patience.mjs';
import { speak } from '../lib/speech.mjs';
import { checkVoicex, mp3Samples } from '../protocol/voicex-checker.mjs';
import { read, run } from './samples.mjs';

const sanitized = Boolean(process.env.ASAN_OPTIONS);
const folder = mkdtempSync(path.join(tmpdir(), 'vowel-voicex-browser-'));
const HOUSE = 'the key of the house';
const RATE = 16000;
let daemon;
let apiKey;
let agent;
let browser;
let pages;
let recordings;

/** With sanitizers a recogniser takes too long. */
function fakeRecipe() {
  const file = path.join(folder, 'fakes.launch');
  writeFileSync(file, readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
    .replace('vad name=vad', 'vad name=vad detector=energy')
    .replace(/provider="\$\{STT[^"]*"/, 'provider=fake provider::text="what is seven times eight|tell me a story|stop that now" provider::interim=true'));
  return ['--recipe', file];
}

before(async () => {
  if (skip) return;
  const lines = ['What is seven times eight?', 'Tell me a story.', 'Stop that now, please.'];
  recordings = Object.fromEntries(lines.map((text) => [text, speak(text, { rate: RATE }).toString('base64')]));
  daemon = await startDaemon({ args: sanitized ? fakeRecipe() : [], env: { ...(sanitized && { ...fakeEngines, LLM_PROVIDER: 'scripted' }), API_KEY: HOUSE } });
  apiKey = (await ask('POST', '/api/dashboard/api-keys', { name: 'Web' })).key;
  const providers = await ask('GET', '/api/dashboard/providers');
  const keys = { llm: 'scripted', tts: sanitized ? 'fake' : 'flite', stt: sanitized ? 'fake' : 'pocketsphinx' };
  const [llm, tts, stt] = Object.entries(keys).map(([category, key]) => providers.find((provider) => provider.category === category && provider.providerKey === key));
  agent = await ask('POST', '/api/dashboard/agents', {
    name: 'Front desk', persona: { greeting: 'Hello, how can I help?' },
    llmProviderId: llm._id, llmModelId: llm.models[0].modelId, ttsProviderId: tts._id, ttsModelId: tts.models[0].modelId, sttProviderId: stt._id,
  });
  browser = await launchChromium(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required']);
  pages = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>test</title><link rel=icon href=data:,>');
  });
  await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
});

after(async () => {
  await browser?.close();
  pages?.close();
  if (daemon) assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

async function ask(method, route, body) {
  const response = await fetch(daemon.origin + route, { method, headers: { 'x-api-key': HOUSE, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  assert.ok(response.ok, `${route}: ${await response.clone().text()}`);
  return response.json();
}

/** What the page's reader writes, and a look at what is decoded and played. */
const page = `
  const seen = { transcripts: [], decoded: [], begun: 0, done: 0, stops: 0, playing: 0, errors: [] };
  const updateTranscript = (role, text, isFinal) => seen.transcripts.push({ role, text, isFinal });
  const stopAllAudio = () => { seen.stops++; };
  // Files are read beside each other, and may be ready in another order.
  const order = new WeakMap();
  const readAll = Blob.prototype.arrayBuffer;
  let received = 0;
  Blob.prototype.arrayBuffer = async function () {
    const index = received++;
    const buffer = await readAll.call(this);
    order.set(buffer, index);
    return buffer;
  };
  const decode = AudioContext.prototype.decodeAudioData;
  AudioContext.prototype.decodeAudioData = async function (buffer) {
    const index = order.get(buffer);
    seen.begun++;
    try {
      const audio = await decode.call(this, buffer);
      const samples = audio.getChannelData(0);
      seen.decoded[index] = { samples: audio.length, rate: audio.sampleRate, channels: audio.numberOfChannels, loudest: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) };
      return audio;
    } catch (error) {
      seen.errors.push(String(error));
      throw error;
    } finally {
      seen.done++;
    }
  };
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) {
    seen.playing++;
    this.addEventListener('ended', () => seen.playing--);
    return start.apply(this, when);
  };`;

/** A microphone into which the test speaks, in place of the one that the browser has let the page have. */
const microphone = `
  const room = new AudioContext({ sampleRate: ${RATE} });
  const air = room.createMediaStreamDestination();
  const devices = navigator.mediaDevices;
  const getDevice = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    for (const track of (await getDevice(constraints)).getTracks()) track.stop();
    return air.stream;
  };
  const say = async (base64) => {
    const samples = new Int16Array(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer);
    const voice = new AudioBufferSourceNode(room, { buffer: new AudioBuffer({ length: samples.length, sampleRate: ${RATE} }) });
    voice.buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32768), 0);
    voice.connect(air);
    start.call(voice);
    await new Promise((resolve) => voice.addEventListener('ended', resolve));
  };`;

/** Opens a page with the published client. Its messages, in their order. */
async function openClient(context) {
  const tab = await context.newPage();
  const messages = [];
  const urls = [];
  const errors = [];
  let sent = 0;
  tab.on('pageerror', (error) => errors.push(error.message));
  tab.on('websocket', (socket) => {
    urls.push(socket.url());
    socket.on('framesent', () => { sent++; });
    socket.on('framereceived', ({ payload }) => messages.push(typeof payload === 'string' ? JSON.parse(payload) : payload));
  });
  await tab.goto(`http://127.0.0.1:${pages.address().port}/`);
  const sample = ['microphone.js', 'messages.js'].map((name) => read(`voicex/${name}`));
  const connect = read('voicex/connect.js', { 'wss://api.your-voicex.com': daemon.origin.replace('http', 'ws'), 'vx_a1b2c3d4e5f6...': apiKey, '664a...': agent._id });
  await tab.addScriptTag({ content: [page, microphone, connect, ...sample].join('\n') });
  return { tab, messages, urls, errors, listens: () => sent > 0, say: (text) => tab.evaluate(`say("${recordings[text]}")`) };
}

/** What is said and heard takes its time. */
const until = async (condition) => {
  for (let waited = 0; !condition(); waited += 20) {
    assert.ok(waited < patience + 30000, 'it does not happen');
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
};

test('a talk into the microphone, and answers that a browser can play', { skip }, async () => {
  const context = await browser.newContext();
  const { tab, messages, errors, listens, say } = await openClient(context);
  const count = (wanted) => messages.filter(({ type }) => type === wanted).length;
  const played = async (answers) => {
    await until(() => count('audioEnd') === answers);
    await tab.waitForFunction(`seen.done >= ${messages.filter(Buffer.isBuffer).length} && seen.playing === 0`);
  };
  await until(listens);
  await played(1);
  await say('What is seven times eight?');
  await played(2);
  const told = messages.filter(Buffer.isBuffer).length;
  await say('Tell me a story.');
  await until(() => messages.filter(Buffer.isBuffer).length > told);
  await say('Stop that now, please.');
  await until(() => count('audioStop') > 0);
  const files = messages.filter(Buffer.isBuffer);
  // The page sees what has come a little later.
  await tab.waitForFunction(`seen.stops > 0 && seen.done >= ${files.length} && seen.done === seen.begun`);
  const seen = await tab.evaluate('seen');
  const decoded = seen.decoded.slice(0, files.length);
  assert.deepEqual([...seen.errors, ...errors], []);
  assert.deepEqual(checkVoicex(messages), []);
  // Not a sample more or less than what was said.
  assert.deepEqual(decoded.map(({ samples }) => samples), files.map(mp3Samples));
  for (const { rate, channels, loudest } of decoded) assert.ok(rate === 24000 && channels === 1 && loudest > 0.05, JSON.stringify(seen.decoded));
  const finals = seen.transcripts.filter(({ isFinal }) => isFinal).map(({ role, text }) => `${role}: ${text}`);
  assert.deepEqual(finals.slice(0, 4), ['assistant: Hello, how can I help?', 'user: what is seven times eight', 'assistant: Seven times eight is fifty six.', 'user: tell me a story']);
  assert.match(finals[4], /^assistant: ...../);
  assert.ok(seen.transcripts.some(({ role, isFinal }) => role === 'user' && !isFinal), 'no interim transcript');
  // The story was stopped by what the caller said.
  assert.match(finals[5], /^user: ../);
  assert.equal(seen.stops, 1);
  assert.deepEqual([messages[0].agentId, messages[0].agentName], [agent._id, 'Front desk']);

  // The same browser, later: the conversation goes on.
  const [{ historyKey }] = messages;
  const again = await openClient(context);
  await until(() => again.messages.length > 0);
  assert.equal(new URL(again.urls[0]).searchParams.get('session_id'), historyKey);
  assert.equal(again.messages[0].historyKey, historyKey);
  assert.notEqual(again.messages[0].sessionId, messages[0].sessionId);
  await context.close();

  // And elsewhere.
  const { ws } = await run('voicex/persistence.js', {
    replacements: { 'wss://host': daemon.origin.replace('http', 'ws'), 'vx_...': apiKey },
    scope: { connectedMsg: messages[0], WebSocket },
    results: ['ws'],
  });
  const [data] = await once(ws, 'message');
  assert.equal(JSON.parse(data).historyKey, historyKey);
  ws.close();
  await once(ws, 'close');
});

test('who is nobody does not come back; who is too fast does', async () => {
  const attempt = async (query) => {
    let delay = null;
    let closed;
    const over = new Promise((resolve) => { closed = resolve; });
    class Socket extends WebSocket {
      constructor(url) {
        super(url);
        this.on('close', () => setImmediate(closed));
      }
    }
    await run('voicex/reconnect.js', { scope: { url: `${daemon.origin.replace('http', 'ws')}/ws/voice?${query}`, WebSocket: Socket, setTimeout: (again, ms) => { delay = ms; } }, results: ['connect'] }).then(({ connect }) => connect());
    await over;
    return delay;
  };
  assert.equal(await attempt('api_key=wrong'), null);
  assert.equal(await attempt(`api_key=${apiKey}&agent_id=664a`), 1000);
});
