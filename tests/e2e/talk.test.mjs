// The terminal client against the daemon.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { environment, program, startDaemon } from '../lib/daemon.mjs';
import { startProxy } from '../lib/tap-proxy.mjs';
import { silence, speak, writeWav } from '../lib/speech.mjs';

let daemon;
let proxy;
let folder;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-talk-'));
  daemon = await startDaemon();
  proxy = await startProxy(daemon);
});

after(async () => {
  proxy.close();
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

/** @param onOutput called with what was printed so far, and the process */
async function talkWith({ env = {}, onOutput = () => {} }, ...args) {
  const child = spawn(program, ['talk', ...args], { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const result = { out: '', err: '' };
  child.stdout.on('data', (data) => { result.out += data; onOutput(result.out, child); });
  child.stderr.on('data', (data) => { result.err += data; });
  const [code, signal] = await once(child, 'close');
  return { ...result, status: signal ?? code };
}

const talk = (...args) => talkWith({}, ...args);

/** Presses Ctrl-C once: a second one would end the program at once, as anywhere. */
function interruptAt(pattern) {
  let pressed = false;
  return (out, child) => {
    if (!pressed && pattern.test(out))
      pressed = child.kill('SIGINT');
  };
}

test('asks by text and prints words and latencies', async () => {
  const { out, err, status } = await talk('--url', proxy.url, '--text', 'what is seven times eight', '--text', 'hello');
  assert.equal(status, 0, err);
  assert.match(out, /you: +what is seven times eight\nvowel: .*fifty[ -]six/i);
  assert.equal(out.match(/first audio/g).length, 1, 'one header for the table');
  assert.equal(out.match(/[\d.]+ ms +[\d.]+ ms\n/g).length, 2, 'a line of latencies per turn');
});

test('lets a server that greets finish before it asks', async () => {
  const make = async (route, body) => (await fetch(daemon.origin + route, { method: 'POST', body: JSON.stringify(body) })).json();
  const app = await make('/api/apps', { name: 'Desk' });
  const { id } = await make(`/api/apps/${app.id}/agents`, { name: 'Anna', firstMessage: { text: 'Welcome to the desk.' } });
  const { out, err, status } = await talk('--url', `${daemon.url}?agent_id=${id}`, '--text', 'what is seven times eight');
  assert.equal(status, 0, err);
  assert.match(out, /vowel: Welcome to the desk\.\nvowel: .*fifty[ -]six/i);
});

test('asks with a recording and keeps the spoken answer', async () => {
  const question = path.join(folder, 'question.wav');
  const answer = path.join(folder, 'answer.wav');
  writeWav(question, speak('What is seven times eight?'));
  const { out, err, status } = await talk('--url', proxy.url, '--wav', question, '--pace', '0', '--out', answer);
  assert.equal(status, 0, err);
  assert.match(out, /you: +what is seven times eight\nvowel: .*fifty[ -]six/i);
  assert.ok(statSync(answer).size > 24000, 'half a second of speech at least');
});

test('a recording may hold several turns', async () => {
  const questions = path.join(folder, 'questions.wav');
  writeWav(questions, Buffer.concat([speak('What is seven times eight?'), silence(3000), speak('What is two plus three?')]));
  const { out, err, status } = await talk('--url', proxy.url, '--wav', questions);
  assert.equal(status, 0, err);
  assert.match(out, /what is seven times eight\n[^]*what is two plus three\nvowel: .*five/i);
});

test('ends with Ctrl-C, whether or not anything was said', async () => {
  const { err, status } = await talkWith({ onOutput: interruptAt(/./) },
    '--url', proxy.url, '--text', 'Tell me a story', '--out', path.join(folder, 'none.wav'));
  assert.ok(status === 0 || (status === 69 && /Nothing was said/.test(err)), `${status} ${err}`);
});

test('talks through a microphone, or says that there is none', async () => {
  const device = { GST_PLUGIN_FEATURE_RANK: 'audiotestsrc:MAX,fakeaudiosink:MAX' };
  const spoken = await talkWith({ env: device, onOutput: interruptAt(/Speak/) },
    '--url', proxy.url, '--mic');
  assert.equal(spoken.err, '');
  assert.equal(spoken.status, 0);
  const none = await talkWith({ env: { GST_PLUGIN_FEATURE_RANK: 'pulsesrc:NONE,alsasrc:NONE,osssrc:NONE,oss4src:NONE,jackaudiosrc:NONE,pipewiresrc:NONE,openalsrc:NONE,audiotestsrc:NONE' } },
    '--url', proxy.url, '--mic');
  assert.match(none.err, /^cannot open the microphone: /m);
  assert.equal(none.status, 66);
});

test('says that the key is wrong, or the server gone', async () => {
  const other = await startDaemon({ env: { API_KEY: 'the right key' } });
  const wrong = await talk('--url', other.url, '--key', 'the wrong key', '--text', 'hello');
  assert.equal(wrong.status, 69);
  assert.match(wrong.err, /refuses this key: .*--key/);
  assert.match((await talk('--url', other.url, '--text', 'hello')).err, /without a key: .*API_KEY/);
  const gone = await talkWith({ onOutput: () => other.child.kill('SIGKILL') },
    '--url', other.url, '--key', 'the right key', '--text', 'Tell me a story');
  assert.equal(gone.status, 69);
  assert.match(gone.err, /broke off/);
  assert.equal(await other.exited, 'SIGKILL');
});

test('says what is wrong', async () => {
  assert.match((await talk()).err, /--text TEXT, --wav FILE or --mic/);
  const missing = await talk('--url', proxy.url, '--wav', path.join(folder, 'none.wav'));
  assert.equal(missing.status, 66);
  assert.match(missing.err, /none\.wav/);
  const refused = await talk('--url', 'ws://127.0.0.1:1/v1/realtime', '--text', 'hello');
  assert.equal(refused.status, 69);
  assert.match(refused.err, /cannot connect to ws:\/\/127\.0\.0\.1:1/);
});
