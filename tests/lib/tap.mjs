// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything that a server of ours sends to any client in any test is checked:
// against the strict schema of its dialect, and for order and identity. Loaded
// with --import, this looks into every WebSocket of the package ws; what does
// not use that package hands its events to a Tap itself.
import { createRequire } from 'node:module';
import { LifecycleChecker } from '../protocol/lifecycle-checker.mjs';
import { schemaProblems, skipReason } from '../protocol/schema.mjs';

// Not those of recognisers that have their live connections at /…/realtime too.
const PATH = /(?<!speech-to-text|transcriptions)\/realtime(\?|$)/;
const taps = [];

/** What the schema does not know: events that come to who asked for `resume` ... */
const OF_RESUME = {
  'session.resumable': { session_id: 'string', resume_token: 'string', window_ms: 'number' },
  'session.reconnected': { replayed: 'number' },
};

const TIMES = {
  responseId: 'string', timestamp: 'number', asrDuration: 'number', llmFirstToken: 'number', llmTokenCount: 'number', ttfs: 'number',
  ttsChunks: [{ duration: 'number', text: 'string' }], totalDuration: 'number',
};

/** ... and to clients of Vowel's. A member whose name ends in ? may be missing. */
const OF_VOWEL = {
  'session.hibernate': { session: { id: 'string', hibernated: true } },
  'session.resumed': { session: { id: 'string', hibernated: false } },
  'debug.latency_response': { metrics: { current: null, 'historical?': [TIMES] } },
};

/** @param shape a type's name, a list of one shape, an object of shapes, or the value itself */
function hasShape(value, shape) {
  if (typeof shape === 'string') return typeof value === shape;
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((element) => hasShape(element, shape[0]));
  if (typeof shape !== 'object' || shape === null) return value === shape;
  if (typeof value !== 'object' || value === null) return false;
  const names = Object.keys(shape).map((name) => name.replace('?', ''));
  return Object.keys(value).every((name) => names.includes(name))
    && Object.entries(shape).every(([name, inner]) => (name.endsWith('?') && !(name.slice(0, -1) in value)) || hasShape(value[name.replace('?', '')], inner));
}

function extensionProblems({ type, event_id: id, ...members }, shape) {
  return typeof id === 'string' && hasShape(members, shape) ? [] : [`${type}: ${JSON.stringify(members)}`];
}

const isGa = (event) => ('audio' in event.session && !('modalities' in event.session))
  || (event.session.type === 'transcription' && !('input_audio_format' in event.session));
const isBeta = (event) => !('audio' in event.session);

/** What one connection has received. */
export class Tap {
  #name;
  #checker;
  #dialect;
  #joined;
  #resumes;
  #vowel;
  #spoken = new Set(); // ids of items
  #asked; // event_ids of the client
  #problems = [];
  #earlier = [];

  /**
   * @param name for messages
   * @param dialect when it is known; else the events show it
   * @param joined the connection came to a session that others had begun
   * @param resumes the connection asked for the extension `resume`
   * @param vowel the client has a key or token of Vowel's: what was spoken comes once more, in GA too
   * @param sends whether sent() is told what the client sends
   */
  constructor({ name, dialect, joined = false, resumes = false, vowel = false, sends = false }) {
    if (sends) this.#asked = new Set();
    this.#name = name;
    this.#dialect = dialect;
    this.#joined = joined;
    this.#resumes = resumes;
    this.#vowel = vowel;
    taps.push(this);
  }

  push(event) {
    if (typeof event?.type !== 'string') {
      this.#problems.push(`no type: ${JSON.stringify(event)?.slice(0, 100)}`);
      return;
    }
    this.#dialect ??= this.#guess(event);
    if (!this.#dialect) {
      this.#earlier.push(event);
      return;
    }
    this.#flush();
    this.#check(event);
  }

  /** What the client sends: errors may be about it. */
  sent(text) {
    if (!text.includes('"event_id"')) return;
    const id = parse(text)?.event_id;
    if (typeof id === 'string') this.#asked.add(id);
  }

  /** Shapes that only one dialect has. A session with both has none yet. */
  #guess(event) {
    if (event.type.startsWith('transcription_session.')) return 'beta';
    if (event.type === 'session.created' || event.type === 'session.updated') {
      if (isGa(event)) return 'ga';
      return isBeta(event) ? 'beta' : undefined;
    }
    if (/^response\.output_(text|audio)/.test(event.type) || event.type === 'conversation.item.added') return 'ga';
    if (/^response\.(text|audio)/.test(event.type) || event.type === 'conversation.item.created') return 'beta';
    if (event.response) return 'modalities' in event.response ? 'beta' : 'ga';
    return undefined;
  }

  #flush() {
    const earlier = this.#earlier;
    this.#earlier = [];
    for (const event of earlier) this.#check(event, true);
  }

  #check(event, provisional = false) {
    if (this.#isTextOfSpeech(event)) return;
    if (this.#dialect === 'beta') event = this.#plain(event);
    this.#checker ??= new LifecycleChecker({ dialect: this.#dialect, revisions: true, recordings: true, joined: this.#joined });
    this.#checker.push(event);
    const about = event.type === 'error' ? event.error?.event_id : null;
    if (about != null && this.#asked && !this.#asked.has(about)) this.#problems.push(`an error about ${about}, which was never sent`);
    const shape = (this.#resumes && OF_RESUME[event.type]) || (this.#mayBeVowels() && OF_VOWEL[event.type]);
    if (shape)
      this.#problems.push(...extensionProblems(event, shape));
    else if (!skipReason && !(provisional && event.session))
      this.#problems.push(...schemaProblems(event, this.#dialect));
  }

  /** What it sends cannot tell the dialect vowel from beta. */
  #mayBeVowels() {
    return this.#vowel || this.#dialect === 'beta';
  }

  #isTextOfSpeech(event) {
    if (!this.#mayBeVowels()) return false;
    if (event.type === 'response.content_part.added' && event.part.type === 'audio') this.#spoken.add(event.item_id);
    return event.type === 'response.text.done' && this.#spoken.has(event.item_id);
  }

  /** Without what the dialect vowel adds to beta. */
  #plain(event) {
    if (event.type === 'response.function_call_arguments.done' && event.function_call) {
      const { name, function_call: call, ...rest } = event;
      return rest;
    }
    if (event.item?.type === 'function_call' && event.item.status === 'in_progress') return { ...event, item: { ...event.item, arguments: '' } };
    return event;
  }

  problems() {
    this.#dialect ??= 'ga';
    this.#flush();
    return [...this.#problems, ...(this.#checker?.problems ?? [])].map((text) => `${this.#name}: ${text}`);
  }
}

/** The problems of all connections so far, which are then forgotten. */
export function takeProblems() {
  return taps.splice(0).flatMap((tap) => tap.problems());
}

// Not a hook of the test: what comes after one that fails is left out.
process.on('exit', () => {
  const problems = takeProblems();
  if (problems.length === 0) return;
  console.error(`The server sent what it must not:\n${problems.join('\n')}`);
  process.exitCode = 1;
});

const tapOf = new WeakMap(); // WebSocket -> Tap

/** Whether the server takes whoever asked with these headers for a client of Vowel's: by its key, or by where its token was made. */
function isVowels(headers) {
  const protocols = String(headers['sec-websocket-protocol'] ?? '').split(/, */);
  const key = headers.authorization?.replace(/^Bearer /, '')
    ?? protocols.find((name) => name.startsWith('openai-insecure-api-key.'))?.slice('openai-insecure-api-key.'.length);
  if (!key?.startsWith('ek_')) return Boolean(key?.startsWith('vkey_'));
  const claims = parse(Buffer.from(key.split('.')[1] ?? '', 'base64url'));
  return ['sessions', 'generateToken'].includes(claims?.endpoint);
}

const vowels = new WeakSet(); // WebSockets

function tapFor(socket) {
  if (socket._isServer || !PATH.test(socket.url)) return undefined;
  if (!tapOf.has(socket)) {
    const asks = (names) => new RegExp(`[?&](${names})=`).test(socket.url);
    tapOf.set(socket, new Tap({ name: socket.url, joined: asks('call_id|sessionKey|resume'), resumes: asks('resume'), vowel: vowels.has(socket), sends: true }));
  }
  return tapOf.get(socket);
}

/** Clients bring their own copies of the package. */
function look(WebSocket) {
  const { emit, send } = WebSocket.prototype;
  WebSocket.prototype.emit = function (name, ...args) {
    if (name === 'upgrade' && isVowels(this._req.getHeaders())) vowels.add(this);
    if (name === 'message' && !args[1]) tapFor(this)?.push(parse(args[0]));
    return emit.call(this, name, ...args);
  };
  WebSocket.prototype.send = function (data, ...args) {
    if (typeof data === 'string' || Buffer.isBuffer(data)) tapFor(this)?.sent(String(data));
    return send.call(this, data, ...args);
  };
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch (error) {
    return undefined;
  }
}

const require = createRequire(import.meta.url);
const seen = new Set();
for (const from of ['ws', 'openai', '@openai/agents-realtime', '@openai/agents-realtime-0.2']) {
  try {
    const WebSocket = createRequire(require.resolve(from))('ws');
    if (!seen.has(WebSocket)) look(WebSocket);
    seen.add(WebSocket);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
  }
}
