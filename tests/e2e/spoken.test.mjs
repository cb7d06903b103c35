// A person speaks, the daemon answers aloud, and the answer is understood
// again by a recogniser: everything real, everything local.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { gstLaunch, sendSpeech, speak } from '../lib/speech.mjs';

const ANSWERS = `#JSGF V1.0;
grammar answers;
public <answer> = seven times eight is fifty six
  | hello how can i help you
  | nice to meet you
  | the answer is forty two;
`;

let daemon;
let folder;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-e2e-'));
  writeFileSync(path.join(folder, 'answers.gram'), ANSWERS);
  daemon = await startDaemon();
});

after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

async function open() {
  const connection = await RealtimeConnection.open(daemon.url);
  connection.send({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { transcription: {}, turn_detection: { type: 'server_vad' } } } },
  });
  await connection.next('session.updated');
  return connection;
}

async function ask(connection, question) {
  sendSpeech(connection, speak(question));
  const { transcript } = await connection.next('conversation.item.input_audio_transcription.completed');
  const created = await connection.next('response.created');
  const done = await connection.next('response.done', ({ response }) => response.id === created.response.id);
  assert.equal(done.response.status, 'completed');
  const audio = Buffer.concat(connection.events
    .filter(({ type, response_id: id }) => type === 'response.output_audio.delta' && id === done.response.id)
    .map(({ delta }) => Buffer.from(delta, 'base64')));
  return { heard: transcript, said: done.response.output[0].content[0].transcript, audio };
}

function understand(audio) {
  const raw = path.join(folder, 'answer.raw');
  const text = path.join(folder, 'answer.txt');
  writeFileSync(raw, audio);
  gstLaunch(['filesrc', `location=${raw}`, '!', 'rawaudioparse', 'sample-rate=24000', 'num-channels=1', 'pcm-format=s16le', '!',
    'audioconvert', '!', 'audioresample', '!', 'audio/x-raw,format=S16LE,rate=16000,channels=1', '!',
    'sttsink', 'name=stt', 'provider=pocketsphinx', `provider::grammar=${path.join(folder, 'answers.gram')}`,
    'stt.transcript', '!', 'filesink', `location=${text}`]);
  return readFileSync(text, 'utf8').trim();
}

test('a spoken question gets a spoken answer that a recogniser understands', async () => {
  const connection = await open();
  const { heard, said, audio } = await ask(connection, 'What is seven times eight?');
  assert.equal(heard.toLowerCase(), 'what is seven times eight');
  assert.match(said, /fifty[ -]six|56/i);
  assert.equal(understand(audio), 'seven times eight is fifty six');
  await connection.close();
});

test('two callers at once never hear each other', async () => {
  const [first, second] = await Promise.all([open(), open()]);
  const [one, two] = await Promise.all([
    ask(first, 'What is two plus three?'),
    ask(second, 'My name is Anna.'),
  ]);
  assert.match(one.said, /five|5/i);
  assert.doesNotMatch(one.said, /anna/i);
  assert.match(two.said, /anna/i);
  const [again, name] = await Promise.all([
    ask(first, 'What is my name?'),
    ask(second, 'What is my name?'),
  ]);
  assert.doesNotMatch(again.said, /anna/i);
  assert.match(name.said, /anna/i);
  await Promise.all([first.close(), second.close()]);
});

test('speaking into an answer stops it', async () => {
  const connection = await open();
  sendSpeech(connection, speak('Tell me a story.'));
  await connection.next('response.output_audio.delta');
  sendSpeech(connection, speak('Hello.'));
  await connection.next('input_audio_buffer.speech_started');
  const cut = connection.events.length;
  const second = await connection.next('response.created');
  const done = await connection.next('response.done', ({ response }) => response.id === second.response.id);
  assert.equal(done.response.status, 'completed');
  const first = connection.events.find(({ type }) => type === 'response.created').response.id;
  assert.notEqual(first, second.response.id);
  assert.equal(connection.events.slice(cut).filter(({ type, response_id: id }) => type === 'response.output_audio.delta' && id === first).length, 0,
    'audio of the interrupted answer came after the caller had begun to speak');
  await connection.close();
});

test('semantic detection answers what sounds finished', async () => {
  const connection = await open();
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'high' } } } } });
  await connection.next('session.updated');
  const { heard, said } = await ask(connection, 'What is seven times eight?');
  assert.equal(heard.toLowerCase(), 'what is seven times eight');
  assert.match(said, /fifty[ -]six|56/i);
  await connection.close();
});

test('a voice speaks as fast as it is told', async () => {
  const seconds = async (speed) => {
    const connection = await open();
    connection.send({ type: 'session.update', session: { type: 'realtime', audio: { output: { speed } } } });
    assert.equal((await connection.next('session.updated')).session.audio.output.speed, speed);
    const { said, audio } = await ask(connection, 'What is seven times eight?');
    await connection.close();
    return { said, seconds: audio.length / 48000 };
  };
  const [slow, fast] = [await seconds(0.75), await seconds(1.5)];
  assert.equal(slow.said, fast.said);
  assert.ok(Math.abs(slow.seconds / fast.seconds - 2) < 0.3, `${slow.seconds} s and ${fast.seconds} s`);
});
