// SPDX-License-Identifier: LGPL-2.1-or-later
// ElevenLabs' voices: a request for each text, and multi-stream-input. What it
// is told is snake_case, what it tells camelCase.
import { KEY } from './server.mjs';
import { cut, echo, RATES, upgrade, VoiceConnection } from './voices.mjs';

const VOICE = /^[A-Za-z0-9]{20}$/;
const models = ['eleven_flash_v2_5', 'eleven_turbo_v2_5', 'eleven_flash_v2', 'eleven_multilingual_v2', 'eleven_v3'];
const MAX_CONTEXTS = 5;

const refuse = (response, status, code, message) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ detail: { status: code, message } }));
};

/** What is wrong, as {status, code, message}. */
function checkRequest(request, url, { model, language, format, voice }) {
  const key = request.headers['xi-api-key'];
  if (key !== KEY) return { status: 401, code: 'invalid_api_key', message: `Invalid API key: ${key}` };
  if (!VOICE.test(voice)) return { status: 404, code: 'voice_not_found', message: `A voice with voice_id '${voice}' was not found.` };
  if (!models.includes(model)) return { status: 400, code: 'model_not_found', message: `A model with model ID ${model} does not exist.` };
  if (!RATES.includes(Number(/^pcm_(\d+)$/.exec(format ?? 'mp3_44100_128')?.[1]))) return { status: 400, code: 'invalid_output_format', message: `The fake does not speak ${format}.` };
  if (language && !model.endsWith('_v2_5')) return { status: 400, code: 'unsupported_language', message: `Model '${model}' does not support the language_code parameter.` };
  if (language && !/^[a-z]{2}$/.test(language)) return { status: 400, code: 'unsupported_language', message: `Language '${language}' is not supported.` };
  return undefined;
}

/** What is wrong with settings of a voice. */
function checkSettings(settings = {}) {
  const ranges = { stability: [0, 1], similarity_boost: [0, 1], style: [0, 1], speed: [0.7, 1.2] };
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'use_speaker_boost' && typeof value === 'boolean') continue;
    if (!ranges[name]) return `voice_settings: unknown ${name}`;
    if (!(value >= ranges[name][0] && value <= ranges[name][1])) return `voice_settings: ${name} must be in ${ranges[name]}`;
  }
  return undefined;
}

const voiceOf = (url) => url.pathname.split('/').at(-2);
const unknown = (names, known) => names.find((name) => !known.includes(name));

export async function stream({ request, url, body: raw, response, faults }) {
  const body = JSON.parse(raw.toString());
  const format = url.searchParams.get('output_format');
  const denied = checkRequest(request, url, { model: body.model_id ?? 'eleven_multilingual_v2', language: body.language_code, format, voice: voiceOf(url) });
  if (denied) return refuse(response, denied.status, denied.code, denied.message);
  if (faults.has('quota-401')) return refuse(response, 401, 'quota_exceeded', 'This request exceeds your quota.');
  if (faults.has('busy')) return refuse(response, 429, 'system_busy', 'The system is busy.');
  if (faults.has('concurrent')) return refuse(response, 429, 'too_many_concurrent_requests', 'Too many concurrent requests.');
  const stranger = unknown(Object.keys(body), ['text', 'model_id', 'language_code', 'voice_settings', 'previous_text', 'next_text', 'seed', 'apply_text_normalization'])
    ?? unknown([...url.searchParams.keys()], ['output_format', 'enable_logging']);
  const problem = stranger ? `unexpected ${stranger}` : checkSettings(body.voice_settings) ?? (typeof body.text === 'string' && body.text !== '' ? undefined : 'text is empty');
  if (problem) {
    response.writeHead(422, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ detail: [{ loc: ['body'], msg: problem, type: 'value_error' }] }));
  }
  response.writeHead(200, { 'content-type': 'audio/pcm', 'request-id': 'r1', 'character-cost': String(body.text.length) });
  return faults.send(response, cut(echo(body.text, Number(format.slice(4))), faults));
}

const memberships = {
  text: 'string', context_id: 'string', flush: 'boolean', close_context: 'boolean', close_socket: 'boolean', voice_settings: 'object', generation_config: 'object',
};

class Speaking extends VoiceConnection {
  contexts = new Map();

  constructor(socket, query, how) {
    super(socket, how);
    this.rate = Number(query.get('output_format').slice(4));
    this.aligned = query.get('sync_alignment') === 'true' && !this.faults.has('no-alignment');
  }

  fail(context, message, error = 'internal_error', code = 1011) {
    this.send({ message, error, code });
    this.socket.close(code, message.slice(0, 100));
  }

  take(message) {
    const bad = (text) => this.fail(undefined, text, 'invalid_request', 1008);
    for (const [name, value] of Object.entries(message)) if (typeof value !== memberships[name]) return bad(`unexpected ${name}`);
    if (message.close_socket) return this.socket.close(1000);
    const { context_id: id, text } = message;
    const context = this.contexts.get(id);
    if (message.close_context) return context ? this.close(id, context) : bad(`no context ${id}`);
    if (text === '' && !message.flush) return this.onKeepAlive();
    if (!context) return this.open(message, bad);
    if (message.voice_settings || message.generation_config) return bad('settings are for the first message of a context');
    if (context.closing) return bad(`context ${id} was closed`);
    if (text !== undefined && text !== '' && !text.endsWith(' ')) return bad('text must end with a space');
    context.text += text ?? '';
    return message.flush ? this.flush(id, context) : undefined;
  }

  open({ context_id: id, text, voice_settings: settings }, bad) {
    if (text !== ' ') return bad('the first text of a context must be a single space');
    const problem = checkSettings(settings);
    if (problem) return bad(problem);
    if (this.contexts.size >= MAX_CONTEXTS) return this.fail(undefined, 'Maximum simultaneous contexts exceeded', 'max_contexts', 1008);
    return this.contexts.set(id, { text: '', told: 0, queue: Promise.resolve() });
  }

  flush(id, context) {
    const text = context.text.trim();
    context.text = '';
    context.spoken = text;
    context.queue = context.queue.then(async () => {
      context.whole = await this.speak(id, text, this.rate, (piece, from) => this.chunk(id, context, piece, from));
      if (context.closing) this.final(id, context);
    });
  }

  chunk(id, context, piece, from) {
    const perChar = 0.06 * this.rate;
    const first = Math.ceil(from / perChar);
    const end = Math.min(context.spoken.length, Math.ceil((from + Math.ceil(piece.length / 2)) / perChar));
    const chars = [...Array(Math.max(0, end - first)).keys()].map((i) => first + i);
    context.told = end;
    const alignment = this.aligned && chars.length > 0 ? {
      chars: chars.map((i) => context.spoken[i]),
      charStartTimesMs: chars.map((i) => Math.floor((i * perChar - from) / this.rate * 1000)),
      charDurationsMs: chars.map(() => 60),
    } : null;
    this.send({ audio: piece.toString('base64'), isFinal: false, contextId: id, alignment, normalizedAlignment: alignment });
  }

  /** What it has told of still comes; of the rest nothing. */
  close(id, context) {
    if (context.closing) return;
    context.closing = true;
    if (context.spoken !== undefined && context.whole === undefined && (context.told < context.spoken.length || this.faults.has('no-mark'))) this.stop(id);
    else context.queue.then(() => this.final(id, context));
  }

  final(id, context) {
    if (this.contexts.get(id) !== context) return;
    this.contexts.delete(id);
    if (!this.faults.has('no-mark')) this.sendEnd({ audio: null, isFinal: true, contextId: id });
  }
}

const queryNames = ['model_id', 'output_format', 'auto_mode', 'inactivity_timeout', 'sync_alignment', 'language_code', 'apply_text_normalization', 'enable_ssml_parsing', 'enable_logging', 'seed'];

export function multiStreamInput(call) {
  const { request, url } = call;
  const query = url.searchParams;
  upgrade(call, () => {
    const denied = checkRequest(request, url, { model: query.get('model_id'), language: query.get('language_code'), format: query.get('output_format'), voice: voiceOf(url) });
    if (denied) return { status: denied.status };
    if (query.get('model_id') === 'eleven_v3') return { status: 403 };
    if (unknown([...query.keys()], queryNames)) return { status: 400 };
    return Number(query.get('inactivity_timeout') ?? 20) <= 180 ? undefined : { status: 400 };
  }, (socket) => new Speaking(socket, query, call));
}
