// SPDX-License-Identifier: LGPL-2.1-or-later
// AssemblyAI: /v3/ws. A turn ends twice, but for the pro models; it refuses by
// closing.
import { Live, accept, checkQuery } from './live.mjs';
import { KEY, Refusal } from './server.mjs';

const list = /^\[("[^"]+")(,"[^"]+")*\]$/;
const number = /^\d+(\.\d+)?$/;
const boolean = /^(true|false)$/;
const known = {
  sample_rate: /^\d+$/, encoding: /^(pcm_s16le|pcm_mulaw)$/, format_turns: boolean, speech_model: /./, language_codes: list,
  keyterms_prompt: list, prompt: /./, end_of_turn_confidence_threshold: number, min_turn_silence: number, max_turn_silence: number, vad_threshold: number,
  inactivity_timeout: number, filter_profanity: boolean, speaker_labels: boolean,
};
const models = ['universal-streaming-english', 'universal-streaming-multilingual', 'u3-rt-pro', 'universal-3-5-pro'];

export function token({ request, url, response }) {
  if (request.headers.authorization !== KEY) throw new Refusal(401, { message: `Not Authorized: ${request.headers.authorization}` });
  if (!(Number(url.searchParams.get('expires_in_seconds')) > 0)) throw new Refusal(400, { message: 'expires_in_seconds is required' });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ token: 't1', expires_in_seconds: 60 }));
}

class Listening extends Live {
  turn = 0;

  constructor(socket, query, more) {
    super(socket, more);
    Object.assign(this, { query, rate: Number(query.get('sample_rate')), onAbort: more.onAbort });
    this.pro = /pro$/.test(query.get('speech_model'));
    socket.on('close', () => {
      // Without a word: the session would be billed on.
      if (!this.terminated) this.onAbort();
    });
    this.begin({ type: 'Begin', id: 's1', expires_at: 2000000000 });
  }

  refuse(code, error) {
    this.socket.send(JSON.stringify({ type: 'Error', error_code: code, error }));
    this.terminated = true;
    this.socket.close(code, error);
  }

  fail(message) {
    this.refuse(3005, message);
  }

  say(transcript, more, end = this.total) {
    const words = transcript.split(' ').map((text) => ({ text, start: this.ms(this.total - this.heard), end: this.ms(end), confidence: 0.9, word_is_final: true }));
    this.send({ type: 'Turn', turn_order: this.turn, turn_is_formatted: this.pro, end_of_turn: false, transcript, end_of_turn_confidence: 0.5, words, ...more });
  }

  interim(text) {
    if (this.pro && !this.begun) {
      this.begun = true;
      this.send({ type: 'SpeechStarted', timestamp: 0 });
    }
    this.say(text);
    if (this.faults.has('pauses') && this.turn === 0) this.end(`after ${this.ms(this.heard)}`);
  }

  audio(data) {
    const ms = data.length / 2 / this.rate * 1000;
    if (!this.ready) return this.refuse(3006, 'audio before Begin');
    if (!(ms >= 50 && ms <= 1000)) return this.refuse(3007, `Input Duration Error: ${ms} ms`);
    return this.hear(data.length);
  }

  end(text) {
    const formatted = `${text[0].toUpperCase()}${text.slice(1)}.`;
    if (!this.pro) this.say(text, { end_of_turn: true });
    if (this.pro || this.query.get('format_turns') === 'true') this.say(formatted, { end_of_turn: true, turn_is_formatted: true });
    this.turn++;
  }

  control({ type, ...rest }) {
    if (type === 'KeepAlive') return this.onKeepAlive();
    if (type === 'UpdateConfiguration') return Object.keys(rest).every((name) => known[name]) ? undefined : this.refuse(3006, 'Invalid configuration');
    if (type === 'Terminate') {
      this.terminated = true;
      this.send({ type: 'Termination', audio_duration_seconds: this.ms(this.total) / 1000, session_duration_seconds: 1 });
      return this.socket.close(1000);
    }
    if (type !== 'ForceEndpoint') return this.refuse(3006, `Invalid Message: ${type}`);
    if (this.heard === 0 || this.faults.has('silent') || this.faults.has('no-mark')) return undefined;
    const extra = ['language_codes', 'keyterms_prompt'].filter((name) => this.query.has(name)).map((name) => ` with ${JSON.parse(this.query.get(name)).join('+')}`);
    this.end(`${this.text()}${extra.join('')}`);
    return this.next();
  }
}

export function listen(args) {
  const query = args.url.searchParams;
  accept(args, undefined, (socket) => {
    if (args.request.headers.authorization !== KEY) return void socket.close(4001, `Not Authorized: ${args.request.headers.authorization}`);
    const code = [4002, 4029, 4031, 3009].find((number_) => args.faults.has(`close-${number_}`));
    if (code) return void socket.close(code, 'fault');
    const message = checkQuery(query, known, ['sample_rate', 'encoding', 'speech_model']);
    if (message) return void socket.close(3006, message);
    if (!models.includes(query.get('speech_model'))) return void socket.close(3006, 'Invalid speech_model');
    new Listening(socket, query, args);
  });
}
