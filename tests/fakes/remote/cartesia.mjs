// SPDX-License-Identifier: LGPL-2.1-or-later
// Cartesia: /tts/bytes, and /tts/websocket with its contexts.
import { KEY } from './server.mjs';
import { cut, echo, RATES, upgrade, VoiceConnection } from './voices.mjs';

const VOICE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const models = ['sonic-3.5', 'sonic-3', 'sonic-2', 'sonic-turbo'];

const keyOf = (request, query) => request.headers['x-api-key'] ?? /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? query.get('api_key');
const versionOf = (request, query) => request.headers['cartesia-version'] ?? query.get('cartesia_version');

/** What is wrong with who asks, as {status, message}. */
function checkAccess(request, query) {
  if (keyOf(request, query) !== KEY) return { status: 401, message: `invalid API key: ${keyOf(request, query)}` };
  if (!/^20\d\d-\d\d-\d\d$/.test(versionOf(request, query) ?? '')) return { status: 400, message: 'Cartesia-Version header is required' };
  return undefined;
}

const refuse = (response, status, message) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ title: 'Refused', message, error_code: 'refused', status_code: status, request_id: 'r1' }));
};

const common = ['model_id', 'transcript', 'voice', 'language', 'locale', 'generation_config', 'output_format', 'pronunciation_dict_id'];
const forContexts = ['context_id', 'continue', 'flush', 'add_timestamps', 'add_phoneme_timestamps', 'use_normalized_timestamps', 'max_buffer_delay_ms'];

/** What is wrong with an order. */
function checkOrder(order, known) {
  for (const name of Object.keys(order)) if (!known.includes(name)) return `unknown field: ${name}`;
  const { model_id: model, transcript, voice, output_format: format, generation_config: generation, language } = order;
  if (!models.includes(model)) return `model not found: ${model}`;
  if (typeof transcript !== 'string') return 'transcript is required';
  if (typeof voice === 'string' ? !VOICE.test(voice) : voice?.mode !== 'id' || !VOICE.test(voice.id ?? '')) return 'voice must be a voice ID';
  if (format?.container !== 'raw' || format.encoding !== 'pcm_s16le' || !RATES.includes(format.sample_rate)) return 'invalid output_format';
  if (language !== undefined && !/^[a-z]{2}$/.test(language)) return `language not supported: ${language}`;
  if (generation?.speed !== undefined && !(generation.speed >= 0.6 && generation.speed <= 1.5)) return 'speed must be between 0.6 and 1.5';
  return undefined;
}

export async function bytes({ request, url, body, response, faults }) {
  const denied = checkAccess(request, url.searchParams);
  if (denied) return refuse(response, denied.status, denied.message);
  const order = JSON.parse(body.toString());
  const problem = checkOrder(order, common) ?? (order.transcript.trim() === '' ? 'transcript is empty' : undefined);
  if (problem) return refuse(response, 400, problem);
  response.writeHead(200, { 'content-type': 'audio/pcm' });
  return faults.send(response, cut(echo(order.transcript, order.output_format.sample_rate), faults));
}

export function voices({ request, url, response }) {
  const denied = checkAccess(request, url.searchParams);
  if (denied) return refuse(response, denied.status, denied.message);
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ data: [], has_more: false }));
}

class Speaking extends VoiceConnection {
  contexts = new Map(); // what has been said of each that is not over

  fail(context, message, status = 500) {
    this.send({ type: 'error', context_id: context, status_code: status, done: true, title: 'Refused', message, error_code: 'refused' });
    this.contexts.delete(context);
  }

  take(message) {
    const { context_id: context, cancel, transcript, flush, ...rest } = message;
    if (typeof context !== 'string' || context === '') return this.fail(undefined, 'context_id is required', 400);
    if (cancel) {
      this.contexts.delete(context);
      return void this.stop(context);
    }
    const problem = checkOrder(message, [...common, ...forContexts]);
    if (problem) return this.fail(context, problem, 400);
    const { continue: goOn = false, ...same } = rest;
    const before = this.contexts.get(context);
    if (before && JSON.stringify(before.same) !== JSON.stringify(same)) return this.fail(context, 'all fields but transcript must stay the same within a context', 400);
    if (before?.ended) return this.fail(context, 'the context has ended', 400);
    const state = before ?? { same, queue: Promise.resolve(), from: 0 };
    state.ended = !goOn;
    this.contexts.set(context, state);
    state.queue = state.queue.then(() => this.say(context, state, transcript, { flush, last: !goOn }));
    return undefined;
  }

  async say(context, state, transcript, { flush, last }) {
    const { same } = state;
    if (this.contexts.get(context) !== state) return;
    if (transcript.trim() !== '') {
      if (same.add_timestamps) this.tell(context, transcript);
      const ended = await this.speak(context, transcript, same.output_format.sample_rate, (piece) =>
        this.send({ type: 'chunk', context_id: context, data: piece.toString('base64'), done: false, status_code: 206, step_time: 9.5 }));
      if (!ended) return;
    }
    if (flush) this.send({ type: 'flush_done', context_id: context, flush_id: 1, flush_done: true, done: false, status_code: 206 });
    if (!last) return;
    this.contexts.delete(context);
    this.sendEnd({ type: 'done', context_id: context, done: true, status_code: 200 });
  }

  tell(context, transcript) {
    const words = [...transcript.matchAll(/\S+/g)];
    const at = (characters) => Math.round(characters * 60) / 1000;
    this.send({
      type: 'timestamps', context_id: context, done: false, status_code: 206,
      word_timestamps: { words: words.map(([word]) => word), start: words.map(({ index }) => at(index)), end: words.map(({ 0: word, index }) => at(index + word.length)) },
    });
  }
}

export function websocket(call) {
  upgrade(call, () => checkAccess(call.request, call.url.searchParams), (socket) => new Speaking(socket, call));
}
