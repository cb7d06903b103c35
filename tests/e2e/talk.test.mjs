// The terminal client against the daemon.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { environment, program, startDaemon } from '../lib/daemon.mjs';
import { gstLaunch } from '../lib/speech.mjs';

let daemon;
let folder;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-talk-'));
  daemon = await startDaemon();
});

after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

async function talk(...args) {
  const child = spawn(program, ['talk', ...args], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const result = { out: '', err: '' };
  child.stdout.on('data', (data) => { result.out += data; });
  child.stderr.on('data', (data) => { result.err += data; });
  [result.status] = await once(child, 'close');
  return result;
}

test('asks by text and prints words and latencies', async () => {
  const { out, err, status } = await talk('--url', daemon.url, '--text', 'what is seven times eight', '--text', 'hello');
  assert.equal(status, 0, err);
  assert.match(out, /you: +what is seven times eight\nvowel: .*fifty[ -]six/i);
  assert.equal(out.match(/first audio/g).length, 1, 'one header for the table');
  assert.equal(out.match(/[\d.]+ ms +[\d.]+ ms\n/g).length, 2, 'a line of latencies per turn');
});

test('asks with a recording and keeps the spoken answer', async () => {
  const question = path.join(folder, 'question.wav');
  const answer = path.join(folder, 'answer.wav');
  gstLaunch(['ttssrc', 'provider=flite', 'text=What is seven times eight?', '!', 'audioconvert', '!', 'wavenc', '!', 'filesink', `location=${question}`]);
  const { out, err, status } = await talk('--url', daemon.url, '--wav', question, '--pace', '0', '--out', answer);
  assert.equal(status, 0, err);
  assert.match(out, /you: +what is seven times eight\nvowel: .*fifty[ -]six/i);
  assert.ok(statSync(answer).size > 24000, 'half a second of speech at least');
});

test('says what is wrong', async () => {
  assert.match((await talk()).err, /--text TEXT, --wav FILE or --mic/);
  const missing = await talk('--url', daemon.url, '--wav', path.join(folder, 'none.wav'));
  assert.equal(missing.status, 66);
  assert.match(missing.err, /none\.wav/);
  const refused = await talk('--url', 'ws://127.0.0.1:1/v1/realtime', '--text', 'hello');
  assert.equal(refused.status, 69);
  assert.match(refused.err, /cannot connect to ws:\/\/127\.0\.0\.1:1/);
});
