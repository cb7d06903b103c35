// SPDX-License-Identifier: LGPL-2.1-or-later
// One agent, four wire APIs: the same question gets the same answer over each,
// and clients of different ones take part in one conversation.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDaemon } from '../lib/daemon.mjs';
import { encodeMulaw, quiet } from '../lib/mulaw.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { sendSpeech, silence, speak } from '../lib/speech.mjs';
import { placeCall } from '../lib/twilio.mjs';
import { VatelApi, VatelConnection } from '../lib/vatel.mjs';
import { VoicexCaller } from '../lib/voicex.mjs';

const QUESTION = 'What is seven times eight?';
const weather = {
  type: 'function', name: 'get_weather', description: 'Tells the weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string', description: 'the city' } }, required: ['city'] },
};

let daemon;
let vatel;
let agent;

before(async () => {
  daemon = await startDaemon();
  vatel = new VatelApi(daemon.origin);
  agent = await vatel.createAgent({ name: 'Anna', prompt: 'Be kind.' });
});
after(async () => assert.equal(await daemon.stop(), 0, daemon.log));

const overTelephone = (text) => Buffer.concat([quiet(500), encodeMulaw(speak(text, { rate: 8000 }))]);

/** Whoever joins a call that is only about to begin. */
async function join(callId, options) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await RealtimeConnection.open(`${daemon.url}?call_id=${callId}`, { dialect: 'ga', ...options });
    } catch (error) {
      if (attempt > 100) throw error;
    }
  }
}

const heardBy = async (connection) => (await connection.next('conversation.item.input_audio_transcription.completed')).transcript;
const saidIn = ({ response }) => response.output[0].content[0].transcript;

const faces = {
  async openai() {
    const connection = await RealtimeConnection.open(`${daemon.url}?agent_id=${agent.id}`, { dialect: 'ga' });
    connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription: {} } } } });
    await connection.next('session.updated');
    sendSpeech(connection, speak(QUESTION));
    const heard = await heardBy(connection);
    const said = saidIn(await connection.next('response.done'));
    await connection.close();
    return { heard, said };
  },
  async vatel() {
    const connection = await vatel.connect(agent.id);
    connection.speak(speak(QUESTION));
    const { transcript: heard } = await connection.next('input_audio_transcript', ({ is_final: final }) => final);
    const { text: said } = await connection.next('response_text', ({ is_final: final }) => final);
    await connection.close();
    return { heard, said };
  },
  async voicex() {
    const caller = await VoicexCaller.open(daemon);
    caller.audio(Buffer.concat([speak(QUESTION, { rate: 16000 }), silence(1500, 16000)]));
    const { text: heard } = await caller.next('transcript', ({ role, isFinal }) => role === 'user' && isFinal);
    const { text: said } = await caller.next('transcript', ({ role, isFinal }) => role === 'assistant' && isFinal);
    await caller.next('audioEnd');
    await caller.close();
    return { heard, said };
  },
  async twilio() {
    const caller = await placeCall(`${daemon.origin}/api/twilio/voice?agent_id=${agent.id}`);
    const witness = await join(caller.callSid);
    await caller.say(overTelephone(QUESTION));
    const heard = await heardBy(witness);
    const said = saidIn(await witness.next('response.done'));
    await caller.hangUp();
    caller.check();
    return { heard, said };
  },
};

test('one conversation, four faces', async () => {
  const found = {};
  for (const [name, ask] of Object.entries(faces)) found[name] = await ask();
  assert.match(found.openai.said, /fifty-six|fifty six/i);
  for (const name of Object.keys(faces)) assert.deepEqual(found[name], found.openai, name);
});

test('a caller on the telephone, a listener of Vatel and a backend of OpenAI in one session', async () => {
  const caller = await placeCall(`${daemon.origin}/api/twilio/voice?agent_id=${agent.id}`);
  const backend = await join(caller.callSid);
  backend.send({ type: 'session.update', session: { type: 'realtime', tools: [weather] } });
  await backend.next('session.updated');
  const listener = await VatelConnection.open(vatel.url({ token: await vatel.token(agent.id), call_id: caller.callSid }), { joined: true });

  // The caller asks, the backend's tool knows, everybody hears it.
  await caller.say(overTelephone('What is the weather in London?'));
  const { call_id: call, arguments: given } = await backend.next('response.function_call_arguments.done');
  assert.match(JSON.parse(given).city, /london/i);
  backend.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call, output: '{"weather":"sunny and nineteen degrees"}' } });
  backend.send({ type: 'response.create' });
  const answer = await backend.next('response.done', ({ response }) => response.output[0]?.type === 'message');
  assert.equal(answer.response.status, 'completed');
  const { text } = await listener.next('response_text', ({ is_final: final }) => final);
  assert.equal(text, saidIn(answer));
  await listener.next('response_audio', ({ is_final: final }) => final);
  await caller.until(({ waiting, played }) => waiting === 0 && played.length > 8000);
  assert.equal(listener.all('tool_call').length, 0, 'the listener is asked to run a tool');

  // The caller interrupts a story: it stops for all of them.
  await caller.say(overTelephone('Tell me a story.'));
  const before = caller.played.length;
  await caller.until(({ played }) => played.length > before + 8000);
  const cleared = caller.count('clear');
  const saying = caller.say(overTelephone(QUESTION));
  await caller.until(({ messages }) => messages.filter(({ event }) => event === 'clear').length > cleared);
  await listener.next('interruption');
  const cancelled = await backend.next('response.done', ({ response }) => response.status === 'cancelled');
  assert.equal(cancelled.response.status_details.reason, 'turn_detected');
  await saying;
  const last = await backend.next('response.done', ({ response }) => response.status === 'completed');
  assert.match(saidIn(last), /fifty-six|fifty six/i);
  assert.equal((await listener.next('response_text', ({ is_final: final, text: said }) => final && said === saidIn(last))).text, saidIn(last));

  // When the caller hangs up it is over for all.
  await caller.hangUp();
  caller.check();
  await listener.next('session_ended');
  await listener.closed;
  listener.check({ joined: true });
  await backend.closed;
});
