// Every recipe for gst-launch-1.0 runs as its comment says, the one with a microphone on a tone.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { until } from '../clients/until.mjs';
import { environment } from '../lib/daemon.mjs';

const source = process.env.VOWEL_SRCDIR;
const launcher = path.join(source, 'scripts/launch');
const env = environment({ BUILD: process.env.VOWEL_BUILDDIR });
let folder;
const inFolder = (name) => path.join(folder, name);

before(() => { folder = mkdtempSync(path.join(tmpdir(), 'vowel-recipes-')); });
after(() => rmSync(folder, { recursive: true }));

/** Whether a signal of that number does not just end the process. */
function catches(pid, signal) {
  const [, caught] = /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return (BigInt(`0x${caught}`) >> BigInt(signal - 1) & 1n) === 1n;
}

function launch(name, settings = {}) {
  const args = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return spawnSync(launcher, [name, ...args], { env, encoding: 'utf8', timeout: 60000 });
}

function succeeds(name, settings) {
  const run = launch(name, settings);
  assert.equal(run.status, 0, `${name}: ${run.stderr}`);
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Tries until the recipe listens; gives up when it has ended. */
async function connect(port, recipe) {
  while (recipe.exitCode === null) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    const opened = await new Promise((resolve) => {
      socket.on('open', () => resolve(true));
      socket.on('error', () => resolve(false));
    });
    if (opened) return socket;
  }
  throw new Error(`the recipe ended with ${recipe.exitCode} before it listened on ${port}`);
}

test('the launcher lists every recipe with what it shows', () => {
  const { stdout } = spawnSync(launcher, [], { env, encoding: 'utf8' });
  const recipes = readdirSync(path.join(source, 'pipelines')).filter((name) => name.endsWith('.launch'));
  assert.ok(recipes.length >= 5);
  for (const recipe of recipes) assert.match(stdout, new RegExp(`^${recipe.replace('.launch', '')} +\\S`, 'm'));
});

test('the launcher says what is wrong', () => {
  assert.match(launch('no-such-recipe').stderr, /no recipe "no-such-recipe"/);
  assert.match(launch('text-to-speech').stderr, /TEXT.*names what to say/);
  const unknown = launch('text-to-speech', { TEXT: 'hello', TTS: 'nobody', OUT: inFolder('nobody.wav') });
  assert.notEqual(unknown.status, 0);
  assert.match(unknown.stderr, /nobody[\s\S]*flite/, 'names the unknown provider and those that are installed');
});

test('text-to-speech, then file-to-captions of the same words', () => {
  const speech = inFolder('speech.wav');
  succeeds('text-to-speech', { TEXT: 'What is the weather in London?', OUT: speech });
  assert.equal(readFileSync(speech).toString('latin1', 0, 4), 'RIFF');
  succeeds('file-to-captions', { FILE: speech, OUT: inFolder('captions.srt') });
  const captions = readFileSync(inFolder('captions.srt'), 'utf8');
  assert.match(captions, /^1\r?\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\r?\n\S+/);
});

test('question-to-answer answers aloud', () => {
  succeeds('text-to-speech', { TEXT: 'What is seven times eight?', OUT: inFolder('question.wav') });
  succeeds('question-to-answer', { FILE: inFolder('question.wav'), OUT: inFolder('answer.wav') });
  assert.ok(readFileSync(inFolder('answer.wav')).length > 16000, 'half a second of speech at least');
});

test('microphone-assistant listens to the microphone until Ctrl-C', { timeout: 60000 }, async () => {
  const device = { GST_PLUGIN_FEATURE_RANK: 'audiotestsrc:MAX,fakeaudiosink:MAX', GST_DEBUG: 'vad:INFO' };
  const assistant = spawn(launcher, ['microphone-assistant'], { env: { ...env, ...device }, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(assistant, 'exit');
  let said = '';
  const listens = new Promise((resolve) => assistant.stderr.on('data', (data) => {
    said += data;
    if (/vad.*listens to 16000 samples/.test(said)) resolve();
  }));
  await Promise.race([listens, exited.then(() => { throw new Error(`it ended: ${said}`); })]);
  // It listens while gst-launch-1.0 is still about to look after Ctrl-C.
  await until(() => catches(assistant.pid, constants.signals.SIGINT), 'SIGINT is handled');
  assistant.kill('SIGINT');
  assert.deepEqual(await exited, [0, null], said);
});

test('websocket-bridge carries one client\'s audio to the other', { timeout: 60000 }, async () => {
  const [FROM_PORT, TO_PORT] = [await freePort(), await freePort()];
  const bridge = spawn(launcher, ['websocket-bridge', `FROM_PORT=${FROM_PORT}`, `TO_PORT=${TO_PORT}`], { env, stdio: 'ignore' });
  const exited = once(bridge, 'exit');
  const listener = await connect(TO_PORT, bridge);
  const speaker = await connect(FROM_PORT, bridge);
  const sent = Buffer.from(Array.from({ length: 9600 }, (_, index) => (index * 7) % 256));
  const received = [];
  const all = new Promise((resolve) => listener.on('message', (data) => {
    received.push(data);
    if (Buffer.concat(received).length >= sent.length) resolve();
  }));
  for (let at = 0; at < sent.length; at += 1920) speaker.send(sent.subarray(at, at + 1920));
  await all;
  assert.deepEqual(Buffer.concat(received), sent);
  speaker.close();
  bridge.kill('SIGINT');
  await exited;
  listener.terminate();
});
