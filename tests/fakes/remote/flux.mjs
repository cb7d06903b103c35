// SPDX-License-Identifier: LGPL-2.1-or-later
// Deepgram's Flux: /v2/listen. A turn is what is loud. Its transcript is how long
// that was, as in "480 milliseconds". It may be over after 160 ms of quiet and is
// after 400 (with the fault slow-end 5000); without audio nothing happens.
import { WebSocketServer } from 'ws';
import { KEY } from './server.mjs';

const LOUD = 150;
const EAGER_MS = 160;
const OVER_MS = 400;
const SLOW_OVER_MS = 5000;
const UPDATE_MS = 240;
// Until a connection is ready, and until new settings are in force.
const READY_MS = 20;
const CONFIGURE_MS = 20;

const between = (value, min, max) => value === undefined || (Number(value) >= min && Number(value) <= max);

function checkThresholds({ eot_threshold: eot, eager_eot_threshold: eager, eot_timeout_ms: timeout }) {
  if (!between(eot, 0.5, 1)) return 'eot_threshold must be between 0.5 and 1.0';
  if (!between(eager, 0.3, 0.9)) return 'eager_eot_threshold must be between 0.3 and 0.9';
  if (eager !== undefined && Number(eager) > Number(eot ?? 0.7)) return 'eager_eot_threshold must not be more than eot_threshold';
  if (!between(timeout, 500, 60000)) return 'eot_timeout_ms must be between 500 and 60000';
  return undefined;
}

function checkQuery(query) {
  const known = ['model', 'encoding', 'sample_rate', 'eot_threshold', 'eager_eot_threshold', 'eot_timeout_ms', 'keyterm', 'language_hint', 'numerals', 'profanity_filter',
    'redact', 'tag', 'mip_opt_out'];
  for (const name of query.keys()) {
    if (!known.includes(name)) return `unknown query parameter: ${name}`;
    if (query.get(name) === '') return `${name} must not be empty`;
  }
  if (!['flux-general-en', 'flux-general-multi'].includes(query.get('model'))) return 'No such model';
  if (query.get('encoding') !== 'linear16') return 'the fake hears linear16 only';
  if (!['8000', '16000', '24000', '44100', '48000'].includes(query.get('sample_rate'))) return 'sample_rate is not supported';
  if (query.has('language_hint') && query.get('model') !== 'flux-general-multi') return 'language_hint is only supported by flux-general-multi';
  for (const hint of query.getAll('language_hint')) if (!/^[a-z]{2}$/.test(hint)) return `Invalid language hint: ${hint}`;
  return checkThresholds(Object.fromEntries([...query.entries()].filter(([name]) => name.startsWith('eot') || name.startsWith('eager'))));
}

/** One connection. */
class Conversation {
  sequence = 0;
  heard = 0; // bytes
  index = -1;
  turn = undefined;
  ready = false;
  configuring = false;

  constructor(socket, query, faults, onMessage) {
    Object.assign(this, { socket, faults, onMessage, rate: Number(query.get('sample_rate')), multi: query.get('model').endsWith('multi') });
    this.eager = query.has('eager_eot_threshold');
    this.hints = query.getAll('language_hint');
    socket.on('message', (data, binary) => (binary ? this.audio(data) : this.control(String(data))));
    socket.on('close', () => this.timers.forEach(clearTimeout));
    if (!faults.has('unready')) this.later(READY_MS, () => {
      this.ready = true;
      this.send({ type: 'Connected', request_id: 'r1' });
    });
  }

  timers = [];
  later(ms, func) {
    this.timers.push(setTimeout(func, ms));
  }

  send(message) {
    this.socket.send(JSON.stringify({ ...message, sequence_id: this.sequence++ }));
  }

  fatal(code, description) {
    this.send({ type: 'Error', code, description });
    this.socket.close(1011, code);
  }

  seconds(bytes) {
    return bytes / 2 / this.rate;
  }

  tell(event, more = {}) {
    const { start, loud } = this.turn;
    const ms = Math.round(this.seconds(loud) * 1000);
    const transcript = `${ms} milliseconds${this.hints.length ? ` in ${this.hints.join(' or ')}` : ''}`;
    const end = this.seconds(this.heard);
    this.send({
      type: 'TurnInfo', request_id: 'r1', event, turn_index: this.index, audio_window_start: this.seconds(start), audio_window_end: end, transcript,
      words: transcript.split(' ').map((word, i) => ({ word, confidence: 0.9, ...(i === 0 ? { start: this.seconds(start), end } : {}) })),
      end_of_turn_confidence: event.includes('End') ? 0.9 : 0.1, ...(this.multi ? { languages: ['en'] } : {}), ...more,
    });
  }

  end(trigger) {
    this.tell('EndOfTurn', { trigger });
    this.turn = undefined;
  }

  // In pieces as short as a decision needs.
  audio(data) {
    if (!this.ready) return this.fatal('UNEXPECTED_AUDIO', 'Audio before the connection was ready');
    if (data.length === 0 || data.length % 2) return this.fatal('UNDECODABLE_AUDIO', 'Could not be decoded');
    if (this.faults.has('drop')) return this.socket.terminate();
    if (this.faults.has('bye')) return this.socket.close(1011, 'NET-0000');
    if (this.faults.has('garbage')) return this.socket.send('{"type":');
    if (this.faults.has('nonsense')) return this.send({ type: 'TurnInfo', event: 'Update' });
    if (this.faults.has('error')) return this.fatal('INTERNAL_SERVER_ERROR', 'It broke');
    const step = this.rate / 50 * 2;
    for (let at = 0; at < data.length; at += step) this.hear(data.subarray(at, at + step));
    if (this.faults.has('drop-in-turn') && this.turn) return this.socket.terminate();
    return undefined;
  }

  hear(data) {
    let peak = 0;
    for (let i = 0; i + 1 < data.length; i += 2) peak = Math.max(peak, Math.abs(data.readInt16LE(i)));
    const start = this.heard;
    this.heard += data.length;
    if (peak >= LOUD) this.loud(data, start);
    else if (this.turn) this.quiet(data);
  }

  loud(data, start) {
    if (!this.turn) {
      this.index++;
      this.turn = { start, loud: data.length, quiet: 0, told: data.length, eager: false };
      return this.tell('StartOfTurn');
    }
    this.turn.loud += data.length;
    this.turn.quiet = 0;
    if (this.turn.eager) {
      this.turn.eager = false;
      this.tell('TurnResumed');
    }
    if (this.seconds(this.turn.loud - this.turn.told) * 1000 >= UPDATE_MS) {
      this.turn.told = this.turn.loud;
      this.tell('Update');
    }
    return undefined;
  }

  quiet(data) {
    this.turn.quiet += data.length;
    const ms = this.seconds(this.turn.quiet) * 1000;
    if (ms >= EAGER_MS && this.eager && !this.turn.eager) {
      this.turn.eager = true;
      this.tell('EagerEndOfTurn');
    }
    if (ms >= (this.faults.has('slow-end') ? SLOW_OVER_MS : OVER_MS) && !this.faults.has('endless')) this.end('model');
  }

  control(text) {
    const { type, ...rest } = JSON.parse(text);
    this.onMessage(text);
    if (type === 'CloseStream') return this.socket.close(1000);
    if (type === 'ForceEndTurn' && Object.keys(rest).length === 0 && !this.faults.has('no-force')) return this.turn && !this.faults.has('endless') ? this.end('manual') : undefined;
    if (type === 'Configure') return this.configure(rest);
    return this.fatal('UNPARSABLE_CLIENT_MESSAGE', `Unknown message: ${type}`);
  }

  configure({ thresholds, keyterms, language_hints: hints, ...rest }) {
    if (this.configuring) return this.fatal('UNEXPECTED_CONFIGURE', 'A Configure has not been answered yet');
    if (Object.keys(rest).length) return this.fatal('UNPARSABLE_CLIENT_MESSAGE', `Unknown field: ${Object.keys(rest)[0]}`);
    this.configuring = true;
    this.later(CONFIGURE_MS, () => {
      this.configuring = false;
      if (checkThresholds(thresholds ?? {}) || (hints && !this.multi) || this.faults.has('configure-failure')) return this.send({ type: 'ConfigureFailure', request_id: 'r1' });
      this.eager = thresholds?.eager_eot_threshold !== undefined;
      this.hints = hints ?? this.hints;
      return this.send({ type: 'ConfigureSuccess', request_id: 'r1', thresholds, keyterms: keyterms ?? [], ...(this.multi ? { language_hints: this.hints } : {}) });
    });
    return undefined;
  }
}

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });

export async function listenFlux({ request, url, socket, head, faults, onClose, onMessage }) {
  const refuse = (status, message) => {
    socket.end(`HTTP/1.1 ${status} Refused\r\ndg-error: ${message}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  if (faults.has('mute')) return;
  if (faults.has('429')) return refuse(429, 'TOO_MANY_REQUESTS');
  if (faults.has('402')) return refuse(402, 'ASR_PAYMENT_REQUIRED');
  if (faults.has('500')) return refuse(500, 'Internal error');
  if (faults.has('not-http')) return void socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  if (faults.has('reset')) return void socket.resetAndDestroy();
  const key = /^Token (.*)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (key !== KEY) return refuse(401, `Invalid credentials: ${key}`);
  const problem = checkQuery(url.searchParams);
  if (problem) return refuse(400, problem);
  server.handleUpgrade(request, socket, head, (connection) => {
    connection.on('error', () => {});
    connection.on('close', onClose);
    new Conversation(connection, url.searchParams, faults, onMessage);
  });
}
