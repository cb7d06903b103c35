// SPDX-License-Identifier: LGPL-2.1-or-later
// Deepgram: /v1/speak by requests and as a WebSocket, and /v1/listen as one. What was heard is how long
// it was since the last Finalize.
import { WebSocketServer } from 'ws';
import { KEY } from './server.mjs';
import { cut, echo, upgrade, VoiceConnection } from './voices.mjs';

const refuse = (response, status, code, message) => {
  response.writeHead(status, { 'content-type': 'application/json', 'dg-error': message });
  response.end(JSON.stringify({ err_code: code, err_msg: message, request_id: 'r1' }));
};

const keyOf = (request) => /^Token (.*)$/i.exec(request.headers.authorization ?? '')?.[1];

const model = /^aura(-2)?-(thalia|asteria|orion|angus|luna|zeus)-(en|es|de)$/;

function checkVoice(query, known) {
  for (const name of query.keys()) if (!known.includes(name)) return `unknown query parameter: ${name}`;
  if (!model.test(query.get('model') ?? 'aura-asteria-en')) return `No such model/language/tier combination found: ${query.get('model')}`;
  if (query.get('encoding') !== 'linear16') return 'the fake speaks linear16 only';
  if (![8000, 16000, 24000, 32000, 48000].includes(Number(query.get('sample_rate') ?? 24000))) return 'Unsupported sample rate';
  if (query.has('speed') && !(Number(query.get('speed')) >= 0.7 && Number(query.get('speed')) <= 1.5)) return 'Invalid speed';
  return undefined;
}

export async function speak({ request, url, body: raw, response, faults }) {
  if (keyOf(request) !== KEY) return refuse(response, 401, 'INVALID_AUTH', `Invalid credentials: ${keyOf(request)}`);
  const query = url.searchParams;
  const bad = (message) => refuse(response, 400, 'Bad Request', message);
  const problem = checkVoice(query, ['model', 'encoding', 'sample_rate', 'container', 'bit_rate', 'speed', 'tag', 'mip_opt_out']);
  if (problem) return bad(problem);
  const { text, ...rest } = JSON.parse(raw.toString());
  if (typeof text !== 'string' || text === '' || Object.keys(rest).length > 0) return bad('Please supply text');
  if (text.length > 2000) return refuse(response, 413, 'Payload Too Large', 'Text exceeds 2000 characters');

  const audio = echo(text, Number(query.get('sample_rate') ?? 24000));
  response.writeHead(200, { 'content-type': 'audio/l16', 'dg-request-id': 'r1', 'dg-char-count': String(text.length) });
  return faults.send(response, cut(audio, faults));
}

/** One connection that speaks. What is flushed is spoken in order. */
class Speaking extends VoiceConnection {
  text = '';
  flushes = [];
  queue = Promise.resolve();
  sequence = 0;

  constructor(socket, query, how) {
    super(socket, how);
    this.rate = Number(query.get('sample_rate') ?? 24000);
    this.send({ type: 'Metadata', request_id: 'r1', model_name: query.get('model'), model_version: 'x', model_uuid: 'u' });
  }

  fail(context, description) {
    this.send({ type: 'Error', description, message: 'x', variant: 'y' });
  }

  take({ type, ...rest }) {
    if (type === 'Speak') {
      if (typeof rest.text !== 'string' || rest.text === '' || Object.keys(rest).length !== 1) return this.socket.close(1008, 'DATA-0000: Please supply text');
      this.text += rest.text;
      return undefined;
    }
    if (Object.keys(rest).length > 0) return this.socket.close(1008, `DATA-0000: ${type} takes nothing`);
    if (type === 'Flush') return this.flush();
    if (type === 'Clear') return this.clear();
    if (type === 'Close') return void this.queue.then(() => this.socket.close(1000));
    return this.socket.close(1008, `DATA-0000: unknown message ${type}`);
  }

  flush() {
    this.flushes = this.flushes.filter((time) => time > Date.now() - 60000);
    if (this.flushes.length >= (this.faults.has('few-flushes') ? 1 : 20))
      return this.send({ type: 'Warning', code: 'EXCESSIVE_FLUSH', description: 'Too many Flush messages: this one is ignored.' });
    this.flushes.push(Date.now());
    const { text } = this;
    this.text = '';
    const generation = this.sequence;
    this.queue = this.queue.then(async () => {
      if (this.sequence !== generation) return;
      if (await this.speak('', text, this.rate, (piece) => this.send(piece))) this.sendEnd({ type: 'Flushed', sequence_id: this.sequence });
    });
    return undefined;
  }

  clear() {
    this.text = '';
    this.stop('');
    this.sequence++;
    this.queue = this.queue.then(() => {
      // What was on its way still comes, and is not wanted.
      this.send(Buffer.alloc(999, 0x77));
      if (!this.faults.has('no-cleared')) this.send({ type: 'Cleared', sequence_id: this.sequence });
    });
  }
}

export function speakSocket(call) {
  const { request, url } = call;
  upgrade(call, () => {
    if (keyOf(request) !== KEY) return { status: 401, headers: { 'dg-error': `Invalid credentials: ${keyOf(request)}` } };
    const problem = checkVoice(url.searchParams, ['model', 'encoding', 'sample_rate', 'speed', 'tag', 'mip_opt_out']);
    return problem && { status: 400, headers: { 'dg-error': problem } };
  }, (socket) => new Speaking(socket, url.searchParams, call));
}

export function projects({ request, response }) {
  if (keyOf(request) !== KEY) return refuse(response, 401, 'INVALID_AUTH', `Invalid credentials: ${keyOf(request)}`);
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ projects: [{ project_id: 'p1', name: 'fake' }] }));
}

const known = new Set(['model', 'language', 'encoding', 'sample_rate', 'channels', 'interim_results', 'endpointing', 'utterance_end_ms', 'vad_events',
  'smart_format', 'punctuate', 'numerals', 'no_delay', 'filler_words', 'profanity_filter', 'keyterm', 'keywords', 'tag', 'mip_opt_out', 'diarize']);

function checkQuery(query) {
  for (const name of query.keys()) if (!known.has(name)) return `unknown query parameter: ${name}`;
  if (!/^(nova-2|nova-3)/.test(query.get('model') ?? '')) return 'No such model/language/tier combination found.';
  if (query.has('keywords') && query.get('model').startsWith('nova-3')) return 'Keywords are not supported by nova-3; use keyterm';
  if (query.has('keyterm') && !query.get('model').startsWith('nova-3')) return 'Keyterm is only supported by nova-3';
  if (query.get('encoding') !== 'linear16' || !query.has('sample_rate')) return 'encoding and sample_rate must be given for raw audio';
  if (query.has('utterance_end_ms') && query.get('interim_results') !== 'true') return 'utterance_end_ms needs interim_results';
  if (query.has('language') && !/^(multi|[a-z]{2}(-[A-Z]{2})?)$/.test(query.get('language'))) return 'Invalid language';
  return undefined;
}

/** One live connection. */
class Listening {
  heard = 0; // bytes since the last Finalize
  total = 0;
  told = 0; // how much of it was told about in between

  constructor(socket, query, faults, onKeepAlive) {
    Object.assign(this, { socket, query, faults, onKeepAlive, rate: Number(query.get('sample_rate')) });
    socket.on('message', (data, binary) => (binary ? this.audio(data) : this.control(String(data))));
    socket.on('close', () => clearTimeout(this.timer));
    this.alive();
  }

  send(text, { final = false, last = false, start = this.total - this.heard } = {}) {
    const seconds = (bytes) => bytes / 2 / this.rate;
    this.socket.send(JSON.stringify({
      type: 'Results', channel_index: [0, 1], start: seconds(start), duration: seconds(this.total - start), is_final: final, speech_final: final && !last, from_finalize: last,
      channel: { alternatives: [{ transcript: text, confidence: 0.9, words: [], ...(this.query.get('language') === 'multi' ? { languages: ['en', 'es'] } : {}) }] }, metadata: { request_id: 'r1' },
    }));
  }

  /** Without audio or a sign of life it closes. */
  alive() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket.close(1011, 'Deepgram did not receive audio data or a text message within the timeout window. NET-0001'), 10000);
  }

  audio(data) {
    this.alive();
    if (data.length === 0) return this.socket.close(1000);
    if (data.length % 2) return this.socket.close(1008, 'DATA-0000: Could not be decoded');
    this.heard += data.length;
    this.total += data.length;
    if (this.faults.has('drop')) return this.socket.terminate();
    if (this.faults.has('bye')) return this.socket.close(1011, 'NET-0000');
    if (this.faults.has('garbage')) return this.socket.send('{"type":');
    if (this.faults.has('error')) return this.socket.send(JSON.stringify({ type: 'Error', description: 'It broke', message: 'x', variant: 'y' }));
    if (this.heard - this.told >= this.rate / 5 * 2) {
      this.told = this.heard;
      this.send('well');
      if (this.query.get('vad_events') === 'true') this.socket.send(JSON.stringify({ type: 'SpeechStarted', channel: [0], timestamp: 0 }));
    }
    return undefined;
  }

  control(text) {
    this.alive();
    const { type } = JSON.parse(text);
    if (type === 'KeepAlive') return this.onKeepAlive();
    if (type === 'CloseStream') {
      this.socket.send(JSON.stringify({ type: 'Metadata', request_id: 'r1', duration: 1, channels: 1 }));
      return this.socket.close(1000);
    }
    if (type !== 'Finalize') return this.socket.close(1008, `DATA-0000: unknown message ${type}`);
    const ms = Math.round(this.heard / 2 / this.rate * 1000);
    if (this.faults.has('silent')) return undefined;
    if (this.heard === 0) return undefined;
    const suffix = this.query.get('language') === 'en-US' ? '' : ` in ${this.query.get('language')}`;
    this.send(`${ms} milliseconds`, { final: true });
    this.send('', { final: true });
    this.send(`at ${this.rate}${suffix}.`, { final: true, last: !this.faults.has('no-mark') });
    this.heard = this.told = 0;
    return undefined;
  }
}

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });

export async function listen({ request, url, socket, head, faults, onClose, onKeepAlive }) {
  const refuseUpgrade = (status, message) => {
    socket.end(`HTTP/1.1 ${status} Refused\r\ndg-error: ${message}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  if (faults.has('mute')) return;
  if (faults.has('429')) return refuseUpgrade(429, 'TOO_MANY_REQUESTS');
  if (faults.has('402')) return refuseUpgrade(402, 'ASR_PAYMENT_REQUIRED');
  if (faults.has('500')) return refuseUpgrade(500, 'Internal error');
  if (faults.has('not-http')) return void socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  if (faults.has('reset')) return void socket.resetAndDestroy();
  if (keyOf(request) !== KEY) return refuseUpgrade(401, `Invalid credentials: ${keyOf(request)}`);
  const problem = checkQuery(url.searchParams);
  if (problem) return refuseUpgrade(400, problem);
  server.handleUpgrade(request, socket, head, (connection) => {
    connection.on('error', () => {});
    connection.on('close', onClose);
    new Listening(connection, url.searchParams, faults, onKeepAlive);
  });
}
