// SPDX-License-Identifier: LGPL-2.1-or-later
// xAI: /v1/stt as a WebSocket. A connection ends with the answer to audio.done.
import { Live, accept, bearer, checkQuery } from './live.mjs';
import { KEY, Refusal } from './server.mjs';

const known = {
  sample_rate: /^(8000|16000|22050|24000|44100|48000)$/, encoding: /^(pcm|mulaw|alaw)$/, interim_results: /^(true|false)$/,
  endpointing: /^([0-9]{1,3}|[1-4][0-9]{3}|5000)$/, language: /^[a-z]{2}(-[A-Z]{2})?$/, keyterm: /./, diarize: /^(true|false)$/,
  multichannel: /^(true|false)$/, channels: /^\d$/,
};

export function models({ request, response }) {
  if (bearer(request) !== KEY) throw new Refusal(401, { message: `Incorrect API key provided: ${bearer(request)}` });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data: [{ id: 'grok-4', object: 'model' }] }));
}

class Listening extends Live {
  turns = [];

  constructor(socket, query, more) {
    super(socket, more);
    Object.assign(this, { query, rate: Number(query.get('sample_rate')) });
    this.begin({ type: 'transcript.created', id: 't1' });
  }

  fail(message) {
    this.socket.send(JSON.stringify({ type: 'error', message }));
    this.socket.close(1011, 'error');
  }

  partial(text, more) {
    const duration = this.heard / 2 / this.rate;
    this.send({ type: 'transcript.partial', text, is_final: false, speech_final: false, start: 0, duration, language: 'en', words: [], ...more });
  }

  interim(text) {
    if (this.query.get('interim_results') === 'true') this.partial(text);
    // A pause, as it hears it, ends what it takes for an utterance.
    if (this.faults.has('pauses') && this.turns.length === 0) {
      this.turns.push(`After ${this.ms(this.heard)}.`);
      this.partial(this.turns[0], { is_final: true, speech_final: true });
    }
  }

  audio(data) {
    if (!this.ready) return this.fail('audio before transcript.created');
    if (data.length === 0 || data.length % 2) return this.fail('invalid audio');
    return this.hear(data.length);
  }

  control({ type }) {
    if (type !== 'audio.done') return this.fail(`unknown message: ${type}`);
    if (!this.ready) return this.fail('audio.done before transcript.created');
    if (this.faults.has('silent')) return undefined;
    const extra = `${this.query.get('language') === 'en' ? '' : ` in ${this.query.get('language')}`}${this.query.has('keyterm') ? ` with ${this.query.getAll('keyterm').join('+')}` : ''}`;
    const first = `${this.ms(this.heard)} milliseconds`;
    const rest = `at ${this.rate}${extra}.`;
    const all = `${first} ${rest}`;
    let done = all;
    if (this.heard === 0) {
      done = '';
    } else if (this.faults.has('only-done')) {
      done = all;
    } else if (this.faults.has('rest')) {
      this.partial(first, { is_final: true });
      done = rest;
    } else {
      // Chunks, then all of them, then the same again.
      this.partial(first, { is_final: true });
      this.partial(rest, { is_final: true });
      this.partial(all, { is_final: true, speech_final: true });
      if (this.faults.has('other')) done = `${this.ms(this.heard)} ms.`;
      else if (!this.faults.has('again')) done = [...this.turns, all].join(' ');
    }
    this.send({ type: 'transcript.done', text: done, duration: this.total / 2 / this.rate });
    return this.socket.close(1000);
  }
}

export function listen(args) {
  const query = args.url.searchParams;
  const refuse = () => {
    if (bearer(args.request) !== KEY) return { status: 401, message: `Incorrect API key provided: ${bearer(args.request)}` };
    const message = checkQuery(query, known, ['sample_rate', 'encoding']);
    return message && { status: 400, message };
  };
  accept(args, refuse, (socket) => new Listening(socket, query, args));
}
