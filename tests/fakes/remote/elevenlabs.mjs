// SPDX-License-Identifier: LGPL-2.1-or-later
// ElevenLabs: /v1/speech-to-text/realtime. It refuses by a message.
import { Live, accept, checkQuery } from './live.mjs';
import { KEY, Refusal } from './server.mjs';

const boolean = /^(true|false)$/;
const number = /^\d+(\.\d+)?$/;
const known = {
  model_id: /^scribe_v2_realtime$/, audio_format: /^(pcm_(8000|16000|22050|24000|44100|48000)|ulaw_8000)$/, commit_strategy: /^(manual|vad)$/, language_code: /^[a-z]{2,3}$/,
  include_timestamps: boolean, include_language_detection: boolean, keyterms: /^.{1,50}$/, token: /./, vad_silence_threshold_secs: number, vad_threshold: number,
  min_speech_duration_ms: number, min_silence_duration_ms: number, enable_logging: boolean,
};

export function user({ request, response }) {
  if (request.headers['xi-api-key'] !== KEY) throw new Refusal(401, { message: `Invalid API key: ${request.headers['xi-api-key']}` });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ user_id: 'u1', subscription: {} }));
}

class Listening extends Live {
  constructor(socket, query, more) {
    super(socket, more);
    Object.assign(this, { query, rate: Number(query.get('audio_format').split('_')[1]) });
    this.begin({ message_type: 'session_started', session_id: 's1', config: { ...Object.fromEntries(query), include_language_detection: this.detects() } });
  }

  /** Older servers do not know the parameter, and do not say that they heed it. */
  detects() {
    return this.query.get('include_language_detection') === 'true' && !this.faults.has('no-detection');
  }

  fail(error) {
    const type = ['quota_exceeded', 'rate_limited', 'queue_overflow', 'unaccepted_terms', 'session_time_limit_exceeded'].find((name) => this.faults.has(name));
    this.refuse(type ?? 'transcriber_error', error);
  }

  refuse(type, error) {
    this.socket.send(JSON.stringify({ message_type: type, error }));
    this.socket.close(1008, type);
  }

  interim(text) {
    this.send({ message_type: 'partial_transcript', text });
  }

  audio() {
    this.refuse('input_error', 'binary messages are not taken');
  }

  control({ message_type: type, audio_base_64: base64, commit, sample_rate: rate, previous_text: previous, ...rest }) {
    if (type !== 'input_audio_chunk' || typeof base64 !== 'string' || Object.keys(rest).length > 0) return this.refuse('input_error', 'Invalid message');
    if (!this.ready) return this.refuse('input_error', 'audio before session_started');
    if (rate !== undefined && rate !== this.rate) return this.refuse('input_error', 'sample_rate does not match audio_format');
    if (previous !== undefined && this.total > 0) return this.refuse('input_error', 'previous_text is for the first chunk only');
    const audio = Buffer.from(base64, 'base64');
    if (audio.toString('base64') !== base64 || audio.length % 2 || (audio.length === 0 && !commit)) return this.refuse('input_error', 'invalid audio');
    if (audio.length > 1000000) return this.refuse('chunk_size_exceeded', 'too large');
    if (audio.length > 0 && !this.hear(audio.length)) return undefined;
    return commit ? this.commit() : undefined;
  }

  commit() {
    if (this.faults.has('silent')) return undefined;
    if (this.ms(this.heard) < 300 || this.faults.has('throttled')) {
      this.next();
      return this.send({ message_type: 'commit_throttled', error: 'Commit request ignored: only a little uncommitted audio.' });
    }
    const extra = `${this.query.has('language_code') ? ` in ${this.query.get('language_code')}` : ''}${this.query.has('keyterms') ? ` with ${this.query.getAll('keyterms').join('+')}` : ''}`;
    const text = `${this.text()}${extra}.`;
    this.next();
    this.send({ message_type: 'committed_transcript', text });
    if (this.query.get('include_timestamps') === 'true' || this.detects() || this.faults.has('twice'))
      this.send({ message_type: 'committed_transcript_with_timestamps', text, language_code: this.detects() ? 'deu' : null, words: null });
    return undefined;
  }
}

export function listen(args) {
  const query = args.url.searchParams;
  accept(args, undefined, (socket) => {
    const refuse = (type, error) => {
      socket.send(JSON.stringify({ message_type: type, error }));
      socket.close(1008, type);
    };
    if (args.request.headers['xi-api-key'] !== KEY) return void refuse('auth_error', `Invalid API key: ${args.request.headers['xi-api-key']}`);
    const message = checkQuery(query, known, ['model_id', 'audio_format']);
    if (message) return void refuse('invalid_request', message);
    new Listening(socket, query, args);
  });
}
