// A person calls, is understood at 8 kHz, and understands the answer: everything
// real, everything local, at the pace of speech.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';
import { decodeMulaw, encodeMulaw, quiet } from '../lib/mulaw.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { gstLaunch, speak } from '../lib/speech.mjs';
import { placeCall } from '../lib/twilio.mjs';

const ANSWERS = `#JSGF V1.0;
grammar answers;
public <answer> = seven times eight is fifty six
  | hello how can i help you
  | the answer is forty two;
`;

let daemon;
let folder;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-telephone-'));
  writeFileSync(path.join(folder, 'answers.gram'), ANSWERS);
  daemon = await startDaemon({ env: { GST_DEBUG: 'vad:4', GST_DEBUG_NO_COLOR: '1' } });
});

after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

const say = (text) => Buffer.concat([quiet(500), encodeMulaw(speak(text, { rate: 8000 }))]);

function understand(mulaw) {
  const raw = path.join(folder, 'answer.raw');
  const text = path.join(folder, 'answer.txt');
  writeFileSync(raw, decodeMulaw(mulaw));
  gstLaunch(['filesrc', `location=${raw}`, '!', 'rawaudioparse', 'sample-rate=8000', 'num-channels=1', 'pcm-format=s16le', '!',
    'audioconvert', '!', 'audioresample', '!', 'audio/x-raw,format=S16LE,rate=16000,channels=1', '!',
    'sttsink', 'name=stt', 'provider=pocketsphinx', `provider::grammar=${path.join(folder, 'answers.gram')}`,
    'stt.transcript', '!', 'filesink', `location=${text}`]);
  return readFileSync(text, 'utf8').trim();
}

/** A call, and whoever writes down what is said in it. */
async function call() {
  const caller = await placeCall(`${daemon.origin}/api/twilio/voice`);
  const url = `${daemon.url}?call_id=${caller.callSid}`;
  // The stream has been opened, but its session only begins.
  for (let attempt = 0; ; attempt++) {
    try {
      return { caller, witness: await RealtimeConnection.open(url, { dialect: 'ga' }) };
    } catch (error) {
      if (attempt > 100) throw error;
    }
  }
}

test('a spoken question gets a spoken answer over the telephone', async () => {
  const { caller, witness } = await call();
  await caller.say(say('What is seven times eight?'));
  const { transcript } = await witness.next('conversation.item.input_audio_transcription.completed');
  assert.equal(transcript.toLowerCase(), 'what is seven times eight');
  await witness.next('response.done');
  await caller.until(({ waiting, messages }) => messages.some(({ event }) => event === 'mark') && waiting === 0);
  assert.equal(understand(caller.played), 'seven times eight is fifty six');
  assert.match(daemon.log, /listens to 8000 samples per second/);
  assert.match(daemon.log, /Silero, kernel/);
  await caller.hangUp();
  caller.check();
});

test('speaking into an answer stops it, and the model knows where', async () => {
  const { caller, witness } = await call();
  await caller.say(say('Tell me a story.'));
  await caller.until(({ played }) => played.length > 8000);
  const interrupted = caller.say(say('What is seven times eight?'));
  await caller.until(({ messages }) => messages.some(({ event }) => event === 'clear'));
  const heard = caller.played.length / 8;
  const done = await witness.next('response.done', ({ response }) => response.status === 'cancelled');
  const { transcript } = done.response.output[0].content[0];
  assert.ok(transcript.length > 0);
  await interrupted;
  await witness.next('response.done', ({ response }) => response.status === 'completed');
  witness.send({ type: 'conversation.item.retrieve', item_id: done.response.output[0].id });
  const { item } = await witness.next('conversation.item.retrieved');
  assert.ok(item.content[0].transcript.length < transcript.length || item.content[0].transcript.length < heard / 30, `${item.content[0].transcript} in ${heard} ms`);
  await caller.hangUp();
  caller.check();
});
