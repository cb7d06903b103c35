// SPDX-License-Identifier: LGPL-2.1-or-later
// Vowel's own client cannot be had from npm. This does to the wire what it does: how it gets a token, how it connects with
// the release of the agents SDK that it is built on, what it sends when, and what it takes for the end of a session.
import WebSocket from 'ws';
import { sdks } from './agents-client.mjs';
import { until } from './until.mjs';

const { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } = sdks['0.2.1'];

const pcm = { type: 'audio/pcm', rate: 24000 };

/** The client's own modes, as it writes them into the SDK's settings. */
function detection({ mode = 'client_vad', serverVAD: { threshold = 0.5, silenceDurationMs = 550 } = {} } = {}) {
  if (mode === 'client_vad' || mode === 'disabled') return { type: 'disabled' };
  return { type: 'server_vad', threshold, silenceDurationMs, interruptResponse: true };
}

/** Parameters by name become an open schema, where what is optional may be null. */
function schemaOf(parameters) {
  const typed = ({ type, description, optional }) => (optional ? { anyOf: [{ type }, { type: 'null' }], description } : { type, description });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#', type: 'object',
    properties: Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, typed(parameter)])),
    required: Object.keys(parameters), additionalProperties: true,
  };
}

export class Vowel {
  #actions = new Map();
  #notes = [];
  errors = [];
  events = [];
  transcripts = [];
  calls = [];
  audio = 0;

  /** @param browser authenticate as in a browser, by subprotocol */
  constructor({ appId, apiKey, tokenEndpoint, voiceConfig, _voiceConfig = voiceConfig ?? {}, origin = 'unknown', instructions, routes = [], initialGreetingPrompt, language, url, browser = false }) {
    if (!apiKey && !appId && !_voiceConfig.token) throw new Error('apiKey, appId or a token is needed');
    Object.assign(this, { key: apiKey ?? appId, tokenEndpoint, voice: _voiceConfig, origin, instructions, routes, initialGreetingPrompt, language, url, browser });
  }

  registerAction(name, definition, handler) {
    this.#actions.set(name, { ...definition, handler });
  }

  async #fetchToken() {
    const { turnDetection } = this.voice;
    const actions = Object.fromEntries([...this.#actions].map(([name, { description, parameters }]) => [name, { description, parameters }]));
    const response = await fetch(this.tokenEndpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(this.key.startsWith('vkey_') && { Authorization: `Bearer ${this.key}` }) },
      body: JSON.stringify({
        appId: this.key, apiKey: this.key, origin: this.origin,
        config: { routes: this.routes, actions, language: this.language, initialGreetingPrompt: this.initialGreetingPrompt, _voiceConfig: { ...this.voice, turnDetection: turnDetection ?? { mode: 'client_vad' } }, systemInstructionOverride: this.instructions },
      }),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(typeof answer.error === 'string' ? answer.error : `HTTP ${response.status}: ${response.statusText}`);
    return answer;
  }

  #makeTools() {
    return [...this.#actions].map(([name, { description, parameters, handler }]) => tool({
      name: name.replace(/[^A-Za-z0-9]/g, '_'), description, strict: false, parameters: schemaOf(parameters),
      execute: async (args) => {
        this.calls.push([name, args]);
        try {
          return { success: true, data: await handler(args) };
        } catch (error) {
          return { success: false, error: error.message };
        }
      },
    }));
  }

  async startSession() {
    const { token } = this.voice;
    const answer = token ? { tokenName: token, model: this.voice.model ?? 'm', metadata: { baseUrl: this.url }, systemInstructions: this.instructions } : await this.#fetchToken();
    const { tokenName, model, metadata: { baseUrl }, systemInstructions } = answer;
    this.minted = answer;
    const agent = new RealtimeAgent({ name: 'Vowel', instructions: systemInstructions ?? this.instructions ?? '', tools: this.#makeTools() });
    const transport = new OpenAIRealtimeWebSocket({
      url: baseUrl,
      ...(this.browser && { createWebSocket: async ({ apiKey }) => new WebSocket(baseUrl, ['realtime', `openai-insecure-api-key.${apiKey}`, 'openai-agents-sdk.0.2.1']) }),
    });
    const session = new RealtimeSession(agent, {
      transport, model,
      config: { outputModalities: ['audio'], audio: { input: { format: pcm, turnDetection: detection(this.voice.turnDetection) }, output: { format: pcm, voice: 'Ashley', speed: 1 } } },
    });
    this.session = session;
    session.on('error', (error) => this.errors.push(error));
    session.on('audio', ({ data }) => { this.audio += data.byteLength; });
    session.on('transport_event', (event) => this.#note(event));
    const begun = performance.now();
    await session.connect({ apiKey: tokenName, url: baseUrl });
    // Until this it drops what the microphone hears, for up to 10 s.
    await until(() => this.count('session.created') > 0, 'session.created');
    this.readyAfter = performance.now() - begun;
    return answer;
  }

  /** As the published samples call it. */
  connect() {
    return this.startSession();
  }

  #note(event) {
    if (!event.event_id) return;
    this.events.push(event);
    if (event.type === 'conversation.item.input_audio_transcription.completed') this.transcripts.push(['user', event.transcript]);
    if (event.type === 'response.text.done' || event.type === 'response.output_text.done') this.transcripts.push(['assistant', event.text]);
    for (const look of this.#notes) look();
  }

  /** Resolves once `count` events of this type have come. */
  seen(type, count = 1) {
    return new Promise((resolve) => {
      const look = () => this.count(type) >= count && resolve(this.last(type));
      this.#notes.push(look);
      look();
    });
  }

  sendText(text) {
    this.session.sendMessage(text);
  }

  stopSession() {
    this.session.close();
  }

  count = (type) => this.events.filter((event) => event.type === type).length;
  last = (type) => this.events.findLast((event) => event.type === type);
}
