// A conversation with the server: by microphone, by text, and with the tools of this page.
import { Microphone, Player, fromBase64, toBase64 } from './audio.js';
import { Realtime } from './realtime.js';
import { Timeline } from './timeline.js';
import { tools } from './tools.js';

export class Conversation {
  #view; #begin; #workbench; #microphone = new Microphone(); #player = new Player(); #timeline;
  #entries = new Map(); #silenced = new Set(); #realtime = null; #connecting = null; #talking = false; #answering = false; #left = false;

  /**
   * @param view the elements, of conversation-view.js
   * @param begin resolves to {token, instructions, agent} when a session shall begin
   */
  constructor(view, workbench, begin) {
    this.#view = view;
    this.#begin = begin;
    this.#workbench = workbench;
    this.#timeline = new Timeline(view.timeline);
    this.#player.onsilence = () => this.#sayReady();
    new MutationObserver(() => {
      view.transcript.scrollTop = view.transcript.scrollHeight;
    }).observe(view.transcript, { childList: true, subtree: true, characterData: true });
    view.microphone.addEventListener('click', () => this.#toggleMicrophone());
    view.compose.addEventListener('submit', (submission) => {
      submission.preventDefault();
      this.#submit(view.message.value.trim());
    });
    view.session.addEventListener('click', () => this.#toggleSession());
  }

  /** The page is left: nothing begins any more. */
  leave() {
    this.#left = true;
    this.end();
  }

  /** The session is over, as far as this page is concerned. */
  end() {
    this.#stopTalking();
    this.#player.interrupt();
    this.#realtime?.close();
    this.#realtime = null;
  }

  #say(text) {
    this.#view.status.textContent = text;
  }

  #sayReady() {
    if (this.#realtime?.connected && !this.#answering && !this.#player.playing) this.#say(this.#talking ? 'Listening' : 'Connected');
  }

  #entry(id, className) {
    let element = this.#entries.get(id);
    if (!element) {
      element = document.createElement('li');
      element.className = className;
      this.#entries.set(id, element);
      this.#view.transcript.append(element);
    }
    return element;
  }

  #note(text, className) {
    this.#entry(Symbol(className), className).textContent = text;
  }

  /** @param greeted whether the server may speak first: who has typed a message does */
  async #open(greeted) {
    this.#say('Connecting…');
    const { token, instructions, agent } = await this.#begin();
    if (this.#left) throw new Error('The page was left.');
    const connection = new Realtime();
    this.#realtime = connection;
    this.#listen(connection);
    await connection.connect(token, agent);
    connection.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        ...(!greeted && { initial_greeting_prompt: null }),
        ...(instructions && !agent && { instructions }),
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24000 },
            transcription: { model: 'default' },
            ...(!agent && { turn_detection: { type: 'server_vad', create_response: true, interrupt_response: true } }),
          },
          output: { format: { type: 'audio/pcm', rate: 24000 } },
        },
        ...(!agent && { tools }),
      },
    });
    this.#view.session.textContent = 'End session';
    this.#say('Connected');
  }

  async #connect(greeted) {
    if (!this.#connecting && this.#realtime?.connected) return;
    this.#connecting ??= this.#open(greeted).finally(() => { this.#connecting = null; });
    await this.#connecting;
  }

  /** Nothing more is played; the server learns how much of each item was heard. */
  #hush(connection) {
    for (const { itemId, contentIndex, heardMs } of this.#player.interrupt()) {
      this.#silenced.add(itemId);
      this.#entries.get(itemId)?.classList.add('cut');
      connection.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: contentIndex, audio_end_ms: heardMs });
    }
  }

  #listen(connection) {
    const on = (type, handle) => connection.addEventListener(type, ({ detail }) => handle(detail));

    on('closed', ({ reason }) => {
      this.#say(reason || 'Disconnected');
      this.#answering = false;
      this.#view.session.textContent = 'Start session';
      this.#stopTalking();
    });
    on('error', ({ error }) => this.#note(error.message, 'error'));
    this.#listenForSpeech(connection, on);
    this.#listenForAnswers(connection, on);
  }

  #listenForSpeech(connection, on) {
    on('input_audio_buffer.speech_started', ({ item_id: itemId }) => {
      this.#hush(connection);
      this.#entry(itemId, 'user pending').textContent = '…';
      this.#say('You are speaking');
    });
    on('input_audio_buffer.speech_stopped', ({ item_id: itemId }) => {
      this.#timeline.begin(itemId);
      this.#say('Thinking');
    });
    on('conversation.item.input_audio_transcription.completed', ({ item_id: itemId, transcript }) => {
      this.#timeline.mark('transcript', itemId);
      const element = this.#entry(itemId, 'user');
      element.className = 'user';
      element.textContent = transcript.trim() || '(nothing understood)';
    });
    on('conversation.item.input_audio_transcription.failed', ({ error }) => this.#note(error.message, 'error'));
  }

  #listenForAnswers(connection, on) {
    for (const type of ['response.output_audio_transcript.delta', 'response.output_text.delta']) {
      on(type, ({ response_id: responseId, item_id: itemId, delta }) => {
        this.#timeline.mark('token', responseId);
        this.#entry(itemId, 'assistant').append(delta);
      });
    }
    on('response.output_audio.delta', ({ response_id: responseId, item_id: itemId, content_index: contentIndex, delta }) => {
      if (this.#silenced.has(itemId)) return;
      this.#timeline.mark('audio', responseId);
      this.#say('Speaking');
      this.#player.play(itemId, contentIndex, fromBase64(delta));
    });
    on('response.output_item.done', ({ item }) => {
      if (item.type === 'function_call' && item.status === 'completed') this.#runTool(connection, item);
    });
    on('response.created', ({ response }) => {
      this.#answering = true;
      this.#timeline.claim(response.id);
    });
    on('response.done', ({ response }) => {
      this.#answering = false;
      this.#sayReady();
      if (response.status === 'failed') this.#note(response.status_details?.error?.message ?? 'The answer failed.', 'error');
      if (response.output.some((item) => item.type === 'function_call' && item.status === 'completed')) {
        connection.send({ type: 'response.create' });
      } else {
        this.#timeline.mark('done', response.id);
      }
    });
  }

  #runTool(connection, item) {
    this.#say(`Running ${item.name}`);
    const result = this.#workbench.call(item.name, item.arguments);
    this.#note(`${item.name}(${item.arguments}) → ${JSON.stringify(result)}`, 'tool');
    connection.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: item.call_id, output: JSON.stringify(result) },
    });
  }

  #showTalking(talking) {
    this.#talking = talking;
    this.#view.microphone.setAttribute('aria-pressed', String(talking));
    this.#view.microphoneLabel.textContent = talking ? 'Stop talking' : 'Start talking';
  }

  #stopTalking() {
    if (!this.#talking) return;
    this.#microphone.stop();
    this.#view.level.value = 0;
    this.#showTalking(false);
  }

  async #toggleSession() {
    this.#player.unlock();
    if (this.#realtime?.connected) {
      this.end();
      return;
    }
    try {
      await this.#connect(true);
    } catch (error) {
      this.#say(error.message);
    }
  }

  async #toggleMicrophone() {
    this.#player.unlock();
    if (this.#talking) {
      this.#stopTalking();
      this.#say('Connected');
      return;
    }
    try {
      await this.#connect(true);
      await this.#microphone.start((packet, peak) => {
        this.#view.level.value = peak;
        this.#realtime?.send({ type: 'input_audio_buffer.append', audio: toBase64(packet) });
      });
      this.#showTalking(true);
      this.#say('Listening');
    } catch (error) {
      this.#microphone.stop();
      this.#say(error.name === 'NotAllowedError' ? 'The browser does not allow the microphone.' : error.message);
    }
  }

  async #submit(text) {
    if (!text) return;
    this.#player.unlock();
    this.#view.message.value = '';
    try {
      await this.#connect(false);
    } catch (error) {
      this.#say(error.message);
      this.#view.message.value = text;
      return;
    }
    if (this.#answering) this.#realtime.send({ type: 'response.cancel' });
    this.#hush(this.#realtime);
    this.#note(text, 'user');
    this.#timeline.begin();
    this.#realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });
    this.#realtime.send({ type: 'response.create' });
  }
}
