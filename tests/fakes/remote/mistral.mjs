// SPDX-License-Identifier: LGPL-2.1-or-later
// Mistral: /v1/audio/transcriptions/realtime. It speaks first; text only grows;
// a connection ends with the answer to input_audio.end.
import { Live, accept, bearer, checkQuery } from './live.mjs';
import { KEY, Refusal } from './server.mjs';

const encodings = ['pcm_s16le', 'pcm_s32le', 'pcm_f16le', 'pcm_f32le', 'pcm_mulaw', 'pcm_alaw'];
const MODEL = 'voxtral-mini-transcribe-realtime-2602';

export function models({ request, response }) {
  if (bearer(request) !== KEY) throw new Refusal(401, { message: `Unauthorized: ${bearer(request)}` });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data: [{ id: MODEL, object: 'model' }] }));
}

class Listening extends Live {
  said = ''; // so far

  started = false;

  constructor(socket, query, more) {
    super(socket, more);
    this.model = query.get('model');
    this.format = { encoding: 'pcm_s16le', sample_rate: 16000 };
    this.begin({ type: 'session.created', session: this.session() });
  }

  session() {
    return { request_id: 'r1', model: this.model, audio_format: this.format };
  }

  fail(message, code = 1000) {
    // A text or an object.
    this.socket.send(JSON.stringify({ type: 'error', error: { message: this.faults.has('error') ? { detail: message } : message, code } }));
    this.socket.close(1011, 'error');
  }

  delta(text) {
    this.said += text;
    this.send({ type: 'transcription.text.delta', text });
  }

  interim() {
    if (this.said === '') this.send({ type: 'transcription.language', audio_language: 'en' });
    this.delta(this.said === '' ? ' Well' : ' well');
  }

  audio() {
    this.fail('binary messages are not taken');
  }

  control({ type, ...rest }) {
    if (!this.ready) return this.fail(`${type} before session.created`);
    const only = (...names) => Object.keys(rest).every((name) => names.includes(name));
    switch (type) {
      case 'session.update': return only('session') ? this.update(rest.session) : this.fail('Extra inputs are not permitted', 422);
      case 'input_audio.append': return only('audio') ? this.append(rest.audio) : this.fail('Extra inputs are not permitted', 422);
      case 'input_audio.flush': return only() ? undefined : this.fail('Extra inputs are not permitted', 422);
      case 'input_audio.end': return this.end();
      default: return this.fail(`unknown message: ${type}`, 422);
    }
  }

  update({ audio_format: format, target_streaming_delay_ms: delay, ...rest }) {
    if (this.started) return this.fail('the session cannot be changed once audio was sent');
    if (Object.keys(rest).length > 0) return this.fail('Extra inputs are not permitted', 422);
    if (format && !(encodings.includes(format.encoding) && format.sample_rate > 0)) return this.fail('invalid audio_format', 422);
    if (delay !== undefined && !(Number.isInteger(delay) && delay > 0)) return this.fail('invalid target_streaming_delay_ms', 422);
    if (format) Object.assign(this, { format, rate: format.sample_rate });
    return this.send({ type: 'session.updated', session: this.session() });
  }

  append(base64) {
    const audio = Buffer.from(String(base64), 'base64');
    if (audio.length === 0 || audio.length % 2 || audio.toString('base64') !== base64) return this.fail('invalid audio', 422);
    this.started = true;
    return this.hear(audio.length);
  }

  end() {
    if (this.faults.has('silent')) return undefined;
    if (this.heard > 0) {
      if (this.said === '') this.delta(` ${this.ms(this.heard)} milliseconds`);
      else this.delta(`, ${this.ms(this.heard)} milliseconds`);
      this.delta(` at ${this.rate}`);
    }
    const text = this.heard > 0 ? ` ${this.text()}.` : '';
    this.send({ type: 'transcription.segment', text, start: 0, end: this.ms(this.heard) / 1000 });
    this.send({
      type: 'transcription.done', text, language: 'en', model: this.model, segments: [],
      usage: { prompt_audio_seconds: 1, prompt_tokens: 4, total_tokens: 9, completion_tokens: 5 },
    });
    return this.socket.close(1000);
  }
}

export function listen(args) {
  const query = args.url.searchParams;
  const refuse = () => {
    if (bearer(args.request) !== KEY) return { status: 401, message: `Unauthorized: ${bearer(args.request)}` };
    const message = checkQuery(query, { model: /./ }, ['model']);
    if (message) return { status: 422, message };
    return query.get('model') === MODEL ? undefined : { status: 400, message: `Invalid model: ${query.get('model')}` };
  };
  accept(args, refuse, (socket) => new Listening(socket, query, args));
}
