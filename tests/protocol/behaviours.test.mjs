// SPDX-License-Identifier: LGPL-2.1-or-later
// How the daemon's sessions behave around their model.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { environment, fakeEngines, program, startDaemon, untilMetric } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { sendSpeech, speak } from '../lib/speech.mjs';
import { plainVowel } from './plain-vowel.mjs';
import { assertValid } from './valid.mjs';

let fakes;
before(async () => { fakes = await startFakes(); });
after(() => fakes.close());

async function daemonWith(t, env = {}) {
  const daemon = await startDaemon({ env: { ...fakeEngines, VOWEL_OUTPUT_LEAD_MS: '0', ...env } });
  t.after(async () => {
    await untilMetric(daemon, 'sessions', 0).catch(() => {});
    assert.equal(await daemon.stop(), 0, daemon.log);
  });
  return daemon;
}

/** With a model whose requests can be read: the last one's messages. */
function remote() {
  const env = { LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai') };
  const messages = () => JSON.parse(fakes.log.at(-1).body).messages;
  return { env, messages };
}

async function mint(daemon, body) {
  const response = await fetch(`${daemon.origin}/v1/realtime/sessions`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

/** A connection of Vowel's, in the dialect `vowel`. */
async function open(daemon, claims) {
  const { status, body } = await mint(daemon, claims);
  assert.equal(status, 200, JSON.stringify(body));
  return RealtimeConnection.open(daemon.url, { headers: { Authorization: `Bearer ${body.value}` } });
}

const openGa = (daemon) => RealtimeConnection.open(daemon.url, { dialect: 'ga' });

async function finish(connection, dialect) {
  await connection.close();
  if (dialect === 'vowel') assertValid(plainVowel(connection.events), 'beta', { superset: true });
  else assertValid(connection.events, dialect);
}

const said = ({ response }) => response.output[0].content[0].transcript ?? response.output[0].content[0].text;

// The greeting.

test('a token\'s prompt greets after the first update', async (t) => {
  const daemon = await daemonWith(t, { VOWEL_GREETING_WAIT_MS: '60000' });
  const connection = await open(daemon, { initialGreetingPrompt: 'Greet the caller.' });
  connection.send({ type: 'session.update', session: { instructions: 'x' } });
  assert.equal((await connection.next('session.updated')).session.initial_greeting_prompt, 'Greet the caller.');
  const { item } = await connection.next('conversation.item.created');
  assert.deepEqual([item.role, item.content], ['system', [{ type: 'input_text', text: 'Greet the caller.' }]]);
  assert.equal(said(await connection.next('response.done')), 'You said: Greet the caller..');
  await finish(connection, 'vowel');
});

test('who never updates is greeted after the wait', async (t) => {
  const daemon = await daemonWith(t, { VOWEL_GREETING_WAIT_MS: '50', VOWEL_GREETING_PROMPT: 'Greet.' });
  for (const [connection, dialect] of [[await openGa(daemon), 'ga'], [await open(daemon, {}), 'vowel']]) {
    await connection.next('response.done');
    // Later updates are no reason to do it again.
    connection.send(dialect === 'ga' ? { type: 'session.update', session: { type: 'realtime' } } : { type: 'session.update', session: { instructions: 'x' } });
    await connection.next('session.updated');
    connection.send(userText('Hello'));
    connection.send({ type: 'response.create' });
    await connection.next('response.done');
    assert.equal(connection.count('response.created'), 2);
    await connection.close();
  }
});

test('an update brings the prompt, or takes it back', async (t) => {
  const daemon = await daemonWith(t, { VOWEL_GREETING_WAIT_MS: '60000' });
  const brought = await open(daemon, {});
  brought.send({ type: 'session.update', session: { initial_greeting_prompt: 'Greet.' } });
  await brought.next('response.done');
  await finish(brought, 'vowel');
  const taken = await open(daemon, { initialGreetingPrompt: 'Greet.' });
  taken.send({ type: 'session.update', session: { initial_greeting_prompt: null } });
  assert.equal((await taken.next('session.updated')).session.initial_greeting_prompt, undefined);
  taken.send(userText('Hello'));
  await taken.next('response.done');
  assert.equal(taken.count('response.created'), 1);
  await finish(taken, 'vowel');
});

// How the model is told to speak.

test('Vowel\'s sessions tell the model to speak; OpenAI\'s clients are quoted', async (t) => {
  const model = remote();
  const daemon = await daemonWith(t, model.env);
  const vowel = await open(daemon, { language: 'nl-BE' });
  vowel.send({ type: 'session.update', session: { instructions: '<<main_instructions>Be brief.</main_instructions>' } });
  const { session } = await vowel.next('session.updated');
  assert.deepEqual([session.speaking_rate, session.speed, session.language], [1.2, 1.2, 'nl']);
  vowel.send(userText('Hello'));
  await vowel.next('response.done');
  let [system] = model.messages();
  assert.match(system.content, /voice call[\s\S]*begin in Dutch[\s\S]*\n\nBe brief\.\n\n/);
  assert.doesNotMatch(system.content, /main_instructions|\{\{|How to use tools/);
  // What is not heard is not written for the ear.
  vowel.send({ type: 'response.create', response: { modalities: ['text'] } });
  await vowel.next('response.done');
  assert.equal(model.messages()[0].content, 'Be brief.');
  await finish(vowel, 'vowel');

  const ga = await openGa(daemon);
  ga.send({ type: 'session.update', session: { type: 'realtime', instructions: '<<main_instructions>Be brief.' } });
  assert.equal((await ga.next('session.updated')).session.audio.output.speed, 1);
  ga.send({ type: 'response.create' });
  await ga.next('response.done');
  [system] = model.messages();
  assert.equal(system.content, '<<main_instructions>Be brief.');
  await finish(ga, 'ga');
});

test('Vowel\'s client over the agents SDK keeps what the token says', async (t) => {
  const daemon = await daemonWith(t);
  const { body } = await mint(daemon, { voice: 'one', speakingRate: 1.4 });
  const connection = await RealtimeConnection.open(daemon.url, {
    headers: { Authorization: `Bearer ${body.value}`, 'User-Agent': 'Agents/JavaScript 0.2.1' } });
  const update = (output) => connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription: { model: 'gpt-4o-mini-transcribe' } }, output } } });
  update({ voice: 'Ashley', speed: 1 });
  let { session } = await connection.next('session.updated');
  assert.deepEqual([session.audio.output.voice, session.audio.output.speed, session.speaking_rate], ['one', 1.4, 1.4]);
  assert.equal(session.audio.input.transcription.model, undefined);
  update({ voice: 'two', speed: 1.1 });
  ({ session } = await connection.next('session.updated'));
  assert.deepEqual([session.audio.output.voice, session.audio.output.speed], ['two', 1.1]);
  await connection.close();
});

test('the style can be another, or none', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vowel-style-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'style.txt');
  writeFileSync(file, 'In {{TARGET_LANGUAGE}}: {{INSTRUCTIONS}}');
  for (const [style, expected] of [[file, 'In the language of the caller: Be brief.'], ['none', 'Be brief.']]) {
    const model = remote();
    const daemon = await daemonWith(t, { ...model.env, VOWEL_VOICE_STYLE: style, VOWEL_SPEAKING_RATE: '1' });
    const connection = await open(daemon, { instructions: 'Be brief.' });
    connection.send(userText('Hello'));
    await connection.next('response.done');
    assert.equal(model.messages()[0].content, expected);
    await finish(connection, 'vowel');
  }
  writeFileSync(file, 'Speak.');
  for (const [wrong, why] of [[file, /\{\{INSTRUCTIONS\}\} is missing/], [path.join(folder, 'none.txt'), /No such file/]]) {
    const { status, stderr } = spawnSync(program, ['serve'], { env: environment({ ...fakeEngines, VOWEL_VOICE_STYLE: wrong }), encoding: 'utf8', timeout: 20000 });
    assert.equal(status, 78);
    assert.match(stderr, /VOWEL_VOICE_STYLE/);
    assert.match(stderr, why);
  }
});

test('claims that are none are refused when the token is minted', async (t) => {
  const daemon = await daemonWith(t, { LANGUAGE_DETECTION_ENABLED: 'true' });
  const { status: good } = await mint(daemon, { language: 'en-US', speakingRate: 1, languageVoiceMap: { es: 'paloma', 'de-DE': 'viktoria' },
    languageDetection: { enabled: true, confidenceThreshold: 0.5, minConsecutiveDetections: 1 }, acknowledgementPhrases: ['Hm.'], initialGreetingPrompt: null });
  assert.equal(good, 200);
  for (const [claims, param] of [
    [{ initialGreetingPrompt: 7 }, 'initialGreetingPrompt'],
    [{ speakingRate: 'fast' }, 'speakingRate'],
    [{ speakingRate: 3 }, 'speakingRate'],
    [{ language: 'x' }, 'language'],
    [{ speaking_rate: 0 }, 'speaking_rate'],
    [{ language: 'english!' }, 'language'],
    [{ languageVoiceMap: { '!': 'paloma' } }, 'languageVoiceMap.!'],
    [{ languageVoiceMap: { es: 7 } }, 'languageVoiceMap.es'],
    [{ languageDetection: { confidenceThreshold: 2 } }, 'languageDetection.confidenceThreshold'],
    [{ llmTurnDetection: { timeoutMs: 1 } }, 'llmTurnDetection.timeoutMs'],
    [{ acknowledgementEnabled: 'yes' }, 'acknowledgementEnabled'],
    [{ acknowledgementPhrases: ['Hm.', 7] }, 'acknowledgementPhrases[1]'],
    [{ typingSoundVolume: 2 }, 'typingSoundVolume'],
  ]) {
    const { status, body } = await mint(daemon, claims);
    assert.equal(status, 400, JSON.stringify(claims));
    assert.equal(body.error.param, param);
  }
});

// While the caller waits.

const isAside = ({ response }) => response.conversation_id === null;
const lookup = { type: 'function', name: 'lookup', parameters: { type: 'object' } };
const bytesOf = (connection, responseId) => connection.events.filter(({ type, response_id: id }) => /audio\.delta$/.test(type) && id === responseId)
  .reduce((sum, { delta }) => sum + Buffer.from(delta, 'base64').length, 0);

/** A model that answers when it is told to. */
async function lateModel(t) {
  const waiting = [];
  const bodies = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    bodies.push(JSON.parse(Buffer.concat(parts)));
    waiting.push(response);
    server.emit('asked');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const answer = async (text) => {
    if (waiting.length === 0) await once(server, 'asked');
    const response = waiting.shift();
    const chunk = (delta, reason) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${chunk({ role: 'assistant', content: text }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
  };
  return { base: `http://127.0.0.1:${server.address().port}/v1`, answer, bodies };
}

for (const dialect of ['ga', 'vowel'])
  test(`a late answer is preceded by a phrase (${dialect})`, async (t) => {
    const { base, answer } = await lateModel(t);
    const daemon = await daemonWith(t, { LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY, OPENAI_BASE_URL: base,
      ACKNOWLEDGEMENT_ENABLED: 'true', ACKNOWLEDGEMENT_DELAY_MS: '100', ACKNOWLEDGEMENT_PHRASES: 'Moment.' });
    const connection = dialect === 'ga' ? await openGa(daemon) : await open(daemon, {});
    if (dialect === 'vowel') connection.send({ type: 'session.update', session: { instructions: 'x' } });
    connection.send(userText('Hello'));
    connection.send({ type: 'response.create' });
    const main = (await connection.next('response.created')).response.id;
    const { response: aside } = await connection.next('response.done');
    assert.ok(isAside({ response: aside }), JSON.stringify(aside));
    assert.deepEqual([aside.status, said({ response: aside })], ['completed', 'Moment.']);
    assert.ok(bytesOf(connection, aside.id) > 1000);
    assert.equal(bytesOf(connection, main), 0);
    await answer('It is late.');
    const { response } = await connection.next('response.done');
    assert.deepEqual([response.id, said({ response })], [main, 'It is late.']);
    await finish(connection, dialect);
  });

test('somebody types while a tool works', async (t) => {
  const daemon = await daemonWith(t, { TYPING_SOUND_ENABLED: 'on', ACKNOWLEDGEMENT_DELAY_MS: '50', LLM_PROVIDER: 'scripted' });
  const connection = await openGa(daemon);
  connection.send({ type: 'session.update', session: { type: 'realtime', tools: [lookup], tool_choice: { type: 'function', name: 'lookup' } } });
  connection.send(userText('Look it up'));
  connection.send({ type: 'response.create' });
  const { response } = await connection.next('response.done', (event) => !isAside(event));
  const call = response.output.find(({ type }) => type === 'function_call');
  const { response: aside } = await connection.next('response.created', isAside);
  await connection.next('response.output_audio.delta', ({ response_id: id }) => id === aside.id);
  connection.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: 'found' } });
  const done = await connection.next('response.done');
  assert.deepEqual([done.response.id, done.response.status], [aside.id, 'completed']);
  connection.send({ type: 'response.create', response: { tool_choice: 'none' } });
  await connection.next('response.done', (event) => !isAside(event));
  assert.equal(connection.count('error'), 0);
  await finish(connection, 'ga');
});

// When the caller has finished.

test('another model says whether a turn is over', async (t) => {
  const { base, answer, bodies } = await lateModel(t);
  const daemon = await daemonWith(t, { TURN_DETECTION_ENABLED: 'true', TURN_DETECTION_LLM_PROVIDER: 'openai', TURN_DETECTION_LLM_MODEL: 'small',
    TURN_DETECTION_LLM_API_KEY: KEY, OPENAI_BASE_URL: base, TURN_DETECTION_TIMEOUT_MS: '60000' });
  const connection = await openGa(daemon);
  sendSpeech(connection, speak('Hello there.'));
  await connection.next('input_audio_buffer.speech_started');
  await answer('true');
  await connection.next('input_audio_buffer.committed');
  const { response } = await connection.next('response.done');
  assert.match(said({ response }), /^You said: /);
  const [{ model, messages }] = bodies;
  assert.equal(model, 'small');
  assert.match(messages[0].content, /true or false/);
  assert.equal(messages.at(-1).role, 'user');
  await finish(connection, 'ga');
});

test('without an answer the turn ends after a while', async (t) => {
  const daemon = await daemonWith(t, { TURN_DETECTION_ENABLED: 'true', TURN_DETECTION_LLM_PROVIDER: 'openai', TURN_DETECTION_LLM_MODEL: 'small',
    TURN_DETECTION_LLM_API_KEY: KEY, OPENAI_BASE_URL: fakes.base('openai', '500'), TURN_DETECTION_TIMEOUT_MS: '300' });
  const connection = await openGa(daemon);
  sendSpeech(connection, speak('Hello there.'));
  await connection.next('input_audio_buffer.committed');
  await connection.next('response.done');
  assert.equal(connection.count('error'), 0);
  await finish(connection, 'ga');
});

test('a model for turns that does not exist stops the start', () => {
  const { status, stderr } = spawnSync(program, ['serve'], { encoding: 'utf8', timeout: 20000,
    env: environment({ ...fakeEngines, TURN_DETECTION_ENABLED: 'true', TURN_DETECTION_LLM_PROVIDER: 'nonsense' }) });
  assert.equal(status, 78, stderr);
  assert.match(stderr, /TURN_DETECTION_LLM_PROVIDER is "nonsense"/);
});
