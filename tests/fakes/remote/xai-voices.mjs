// SPDX-License-Identifier: LGPL-2.1-or-later
// xAI's voices: /v1/tts by requests and as a WebSocket, which speaks one text
// after the other.
import { KEY } from './server.mjs';
import { cut, echo, RATES, upgrade, VoiceConnection } from './voices.mjs';

const voices = ['eve', 'ara', 'rex', 'sal', 'leo'];
const keyOf = (request) => /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];

const refuse = (response, status, error) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ code: 'refused', error }));
};

function checkOrder({ voice, language, codec, rate }) {
  if (!voices.includes(voice)) return `Voice not found: ${voice}`;
  if (!/^[a-z]{2}(-[A-Z]{2})?$/.test(language ?? '')) return 'language is required';
  if (codec !== 'pcm') return 'The fake speaks pcm only';
  if (!RATES.includes(rate)) return 'Invalid sample rate';
  return undefined;
}

export async function tts({ request, body: raw, response, faults }) {
  if (keyOf(request) !== KEY) return refuse(response, 401, `Incorrect API key provided: ${keyOf(request)}`);
  const { text, voice_id: voice, language, output_format: format = {}, ...rest } = JSON.parse(raw.toString());
  const [stranger] = Object.keys(rest);
  const problem = checkOrder({ voice, language, codec: format.codec, rate: format.sample_rate })
    ?? (stranger ? `unknown field ${stranger}` : undefined) ?? (typeof text === 'string' && text !== '' ? undefined : 'text is empty');
  if (problem) return refuse(response, 400, problem);
  response.writeHead(200, { 'content-type': 'audio/pcm' });
  return faults.send(response, cut(echo(text, format.sample_rate), faults));
}

class Speaking extends VoiceConnection {
  text = '';
  queue = Promise.resolve();

  constructor(socket, query, how) {
    super(socket, how);
    this.rate = Number(query.get('sample_rate'));
  }

  fail(context, message) {
    this.send({ type: 'error', message });
    this.socket.close(1011);
  }

  take({ type, delta, ...rest }) {
    if (Object.keys(rest).length > 0) return this.fail('', `unexpected ${Object.keys(rest)}`);
    if (type === 'text.delta' && typeof delta === 'string') {
      this.text += delta;
      return undefined;
    }
    if (type === 'text.done') return this.finish();
    if (type === 'text.clear') return this.clear();
    return this.fail('', `unknown type ${type}`);
  }

  /** One at a time: what comes too early is refused. */
  finish() {
    const { text } = this;
    this.text = '';
    if (this.speeches.size > 0) return this.fail('', 'the last text is not finished');
    this.queue = this.queue.then(async () => {
      if (await this.speak('', text, this.rate, (piece) => this.send({ type: 'audio.delta', delta: piece.toString('base64') }))) this.sendEnd({ type: 'audio.done' });
    });
    return undefined;
  }

  clear() {
    this.text = '';
    this.stop('');
    this.queue = this.queue.then(() => {
      // What was on its way still comes, and is not wanted.
      this.send({ type: 'audio.delta', delta: Buffer.alloc(998, 0x77).toString('base64') });
      this.send({ type: 'audio.clear' });
    });
  }
}

export function ttsSocket(call) {
  const { request, url: { searchParams: query } } = call;
  upgrade(call, () => {
    if (keyOf(request) !== KEY) return { status: 401 };
    const problem = checkOrder({ voice: query.get('voice'), language: query.get('language'), codec: query.get('codec'), rate: Number(query.get('sample_rate')) });
    return problem && { status: 400 };
  }, (socket) => new Speaking(socket, query, call));
}
