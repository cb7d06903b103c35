import { Microphone, Player, fromBase64, toBase64 } from './audio.js';
import { Realtime, mintToken } from './realtime.js';
import { Timeline } from './timeline.js';
import { callTool, tools } from './tools.js';

const $ = (id) => document.getElementById(id);
const microphone = new Microphone();
const player = new Player();
const timeline = new Timeline($('timeline'));
const entries = new Map();
let realtime = null;
let connecting = null;
let talking = false;
const silenced = new Set();
let answering = false;

function say(text) {
  $('status').textContent = text;
}

function entry(id, className) {
  let element = entries.get(id);
  if (!element) {
    element = document.createElement('li');
    element.className = className;
    entries.set(id, element);
    $('transcript').append(element);
  }
  return element;
}

new MutationObserver(() => {
  $('transcript').scrollTop = $('transcript').scrollHeight;
}).observe($('transcript'), { childList: true, subtree: true, characterData: true });

function note(text, className) {
  const element = entry(crypto.randomUUID(), className);
  element.textContent = text;
  return element;
}

async function askForKey() {
  const dialog = $('key-dialog');
  $('key').value = '';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'ok' ? $('key').value.trim() : null;
}

async function getToken() {
  let token = await mintToken(null);
  while (!token) {
    const key = await askForKey();
    if (!key) throw new Error('No key given.');
    token = await mintToken(key);
  }
  return token;
}

async function open() {
  say('Connecting…');
  const connection = new Realtime();
  listen(connection);
  await connection.connect(await getToken());
  connection.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24000 },
          transcription: { model: 'default' },
          turn_detection: { type: 'server_vad', create_response: true, interrupt_response: true },
        },
        output: { format: { type: 'audio/pcm', rate: 24000 } },
      },
      tools,
    },
  });
  realtime = connection;
  say('Connected');
}

async function connect() {
  if (realtime?.connected) return;
  connecting ??= open().finally(() => { connecting = null; });
  await connecting;
}

/** Nothing more is played; the server learns how much of each item was heard. */
function hush(connection) {
  for (const { itemId, contentIndex, heardMs } of player.interrupt()) {
    silenced.add(itemId);
    entries.get(itemId)?.classList.add('cut');
    connection.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: contentIndex, audio_end_ms: heardMs });
  }
}

function sayReady() {
  if (!answering && !player.playing) say(talking ? 'Listening' : 'Connected');
}

player.onsilence = sayReady;

function listen(connection) {
  const on = (type, handle) => connection.addEventListener(type, ({ detail }) => handle(detail));

  on('closed', ({ reason }) => {
    say(reason || 'Disconnected');
    answering = false;
    stopTalking();
  });
  on('error', ({ error }) => note(error.message, 'error'));

  on('input_audio_buffer.speech_started', ({ item_id: itemId }) => {
    hush(connection);
    entry(itemId, 'user pending').textContent = '…';
    say('Listening');
  });
  on('input_audio_buffer.speech_stopped', ({ item_id: itemId }) => {
    timeline.begin(itemId);
    say('Thinking');
  });
  on('conversation.item.input_audio_transcription.completed', ({ item_id: itemId, transcript }) => {
    timeline.mark('transcript', itemId);
    const element = entry(itemId, 'user');
    element.className = 'user';
    element.textContent = transcript.trim() || '(nothing understood)';
  });
  on('conversation.item.input_audio_transcription.failed', ({ error }) => note(error.message, 'error'));

  for (const type of ['response.output_audio_transcript.delta', 'response.output_text.delta']) {
    on(type, ({ response_id: responseId, item_id: itemId, delta }) => {
      timeline.mark('token', responseId);
      entry(itemId, 'assistant').append(delta);
    });
  }
  on('response.output_audio.delta', ({ response_id: responseId, item_id: itemId, content_index: contentIndex, delta }) => {
    if (silenced.has(itemId)) return;
    timeline.mark('audio', responseId);
    say('Speaking');
    player.play(itemId, contentIndex, fromBase64(delta));
  });
  on('response.output_item.done', ({ item }) => {
    if (item.type !== 'function_call' || item.status !== 'completed') return;
    const result = callTool(item.name, item.arguments);
    note(`${item.name}(${item.arguments}) → ${JSON.stringify(result)}`, 'tool');
    connection.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: item.call_id, output: JSON.stringify(result) },
    });
  });
  on('response.created', ({ response }) => {
    answering = true;
    timeline.claim(response.id);
  });
  on('response.done', ({ response }) => {
    answering = false;
    sayReady();
    if (response.status === 'failed') note(response.status_details?.error?.message ?? 'The answer failed.', 'error');
    if (response.output.some((item) => item.type === 'function_call' && item.status === 'completed')) {
      connection.send({ type: 'response.create' });
    } else {
      timeline.mark('done', response.id);
    }
  });
}

function stopTalking() {
  if (!talking) return;
  talking = false;
  microphone.stop();
  $('level').value = 0;
  $('microphone').setAttribute('aria-pressed', 'false');
  $('microphone-label').textContent = 'Start talking';
}

async function startTalking() {
  await connect();
  await microphone.start((packet, peak) => {
    $('level').value = peak;
    realtime.send({ type: 'input_audio_buffer.append', audio: toBase64(packet) });
  });
  talking = true;
  $('microphone').setAttribute('aria-pressed', 'true');
  $('microphone-label').textContent = 'Stop talking';
  say('Listening');
}

$('microphone').addEventListener('click', async () => {
  player.unlock();
  if (talking) {
    stopTalking();
    say('Connected');
    return;
  }
  try {
    await startTalking();
  } catch (error) {
    microphone.stop();
    say(error.name === 'NotAllowedError' ? 'The browser does not allow the microphone.' : error.message);
  }
});

$('compose').addEventListener('submit', async (submission) => {
  submission.preventDefault();
  const text = $('message').value.trim();
  if (!text) return;
  player.unlock();
  $('message').value = '';
  try {
    await connect();
  } catch (error) {
    say(error.message);
    $('message').value = text;
    return;
  }
  if (answering) realtime.send({ type: 'response.cancel' });
  hush(realtime);
  note(text, 'user');
  timeline.begin();
  realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });
  realtime.send({ type: 'response.create' });
});
