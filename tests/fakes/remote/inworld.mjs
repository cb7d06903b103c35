// SPDX-License-Identifier: LGPL-2.1-or-later
// Inworld: voice:stream, which answers in lines of JSON, and
// voice:streamBidirectional with its contexts.
import { KEY } from './server.mjs';
import { cut, echo, RATES, upgrade, VoiceConnection, wavHeader } from './voices.mjs';

const voices = ['Ashley', 'Dennis', 'Alex', 'Hades'];
const models = ['inworld-tts-2', 'inworld-tts-1.5-mini', 'inworld-tts-1.5-max', 'inworld-tts-1'];
const MAX_CONTEXTS = 5;
const INVALID = 3;
const NOT_FOUND = 5;
const INTERNAL = 13;

// The key is sent as it was issued.
const keyOf = (request) => /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1];

const refuse = (response, status, code, message) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ code, message, details: [] }));
};

/** What is wrong with an order, as [code, message]. */
function checkOrder({ voiceId, modelId, audioConfig = {}, ...rest }, known) {
  for (const name of Object.keys(rest)) if (!known.includes(name)) return [INVALID, `unknown field ${name}`];
  if (!voices.includes(voiceId)) return [NOT_FOUND, `Unknown voice: ${voiceId} not found!`];
  if (!models.includes(modelId)) return [NOT_FOUND, `Model ${modelId} not found`];
  const { audioEncoding, sampleRateHertz, speakingRate, ...others } = audioConfig;
  if (Object.keys(others).length > 0) return [INVALID, 'unknown field in audioConfig'];
  if (!['PCM', 'LINEAR16'].includes(audioEncoding)) return [INVALID, `The fake does not speak ${audioEncoding}`];
  if (!RATES.includes(sampleRateHertz)) return [INVALID, 'sampleRateHertz is out of range'];
  if (speakingRate !== undefined && !(speakingRate >= 0.5 && speakingRate <= 1.5)) return [INVALID, 'speakingRate is out of range'];
  return undefined;
}

export async function voiceStream({ request, body, response, faults }) {
  if (keyOf(request) !== KEY) return refuse(response, 401, 16, `Invalid authorization: ${keyOf(request)}`);
  const order = JSON.parse(body.toString());
  const problem = checkOrder(order, ['text']) ?? (typeof order.text === 'string' && order.text !== '' ? undefined : [INVALID, 'text is empty']);
  if (problem) return refuse(response, problem[0] === NOT_FOUND ? 404 : 400, ...problem);
  const rate = order.audioConfig.sampleRateHertz;
  // Each piece is a file of its own.
  const wav = order.audioConfig.audioEncoding === 'LINEAR16' || faults.has('riff');
  const pieces = cut(echo(order.text, rate), wav ? new Set() : faults).map((piece) => (wav ? Buffer.concat([wavHeader(rate, faults), piece]) : piece));
  response.writeHead(200, { 'content-type': 'application/json' });
  const lines = pieces.map((piece) => `${JSON.stringify({ result: { audioContent: piece.toString('base64') } })}\n`);
  const middle = Math.floor(lines.length / 2);
  if (faults.has('error')) lines.splice(middle, Infinity, `${JSON.stringify({ error: { code: INTERNAL, message: `It broke for ${KEY}` } })}\n`);
  if (faults.has('garbage')) lines.splice(middle, Infinity, '{"result":\n');
  if (faults.has('no-newline')) lines.push(lines.pop().trimEnd());
  // In pieces that end anywhere.
  const all = Buffer.from(lines.join(''));
  return faults.send(response, faults.has('split') ? [...Array(Math.ceil(all.length / 1001)).keys()].map((i) => all.subarray(i * 1001, i * 1001 + 1001)) : lines);
}

export function voiceList({ request, response }) {
  if (keyOf(request) !== KEY) return refuse(response, 401, 16, 'Invalid authorization');
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ voices: voices.map((voiceId) => ({ voiceId })) }));
}

class Speaking extends VoiceConnection {
  contexts = new Map();

  result(context, content) {
    this.send({ result: { contextId: context, status: { code: 0, message: '', details: [] }, ...content } });
  }

  fail(context, message, code = INTERNAL) {
    if (context === undefined) this.send({ error: { code, message, details: [] } });
    else this.send({ result: { contextId: context, status: { code, message, details: [] } } });
    this.contexts.delete(context);
  }

  take({ contextId: id, ...message }) {
    const [kind, ...others] = Object.keys(message);
    const content = message[kind];
    if (others.length > 0 || typeof content !== 'object') return this.fail(undefined, 'one of create, send_text, flush_context, close_context', INVALID);
    const context = this.contexts.get(id);
    if (kind === 'send_text' && content.text === '') return this.onKeepAlive();
    if (kind === 'create') return this.create(id, content);
    if (!context) return this.fail(id, `Context ${id} not found`, NOT_FOUND);
    if (kind === 'send_text') context.text += content.text;
    else if (kind === 'flush_context') this.flush(id, context);
    else if (kind === 'close_context') this.close(id, context);
    else return this.fail(undefined, `unknown field ${kind}`, INVALID);
    return undefined;
  }

  create(id, order) {
    const problem = checkOrder(order, ['maxBufferDelayMs', 'bufferCharThreshold', 'autoMode', 'timestampType', 'timestampTransportStrategy']);
    if (problem) return this.fail(id, problem[1], problem[0]);
    if (this.contexts.has(id)) return this.fail(id, 'Context exists', 6);
    if (this.contexts.size >= MAX_CONTEXTS) return this.fail(id, 'Too many contexts', 8);
    this.contexts.set(id, { text: '', queue: Promise.resolve(), rate: order.audioConfig.sampleRateHertz, words: order.timestampType === 'WORD' });
    return this.result(id, { contextCreated: {} });
  }

  flush(id, context) {
    const { text } = context;
    context.text = '';
    context.queue = context.queue.then(async () => {
      let told = !context.words;
      const done = await this.speak(id, text, context.rate, (piece) => {
        this.result(id, { audioChunk: { audioContent: piece.toString('base64'), ...(told ? {} : { timestampInfo: { wordAlignment: Speaking.align(text) } }) } });
        told = true;
      });
      if (done && this.contexts.get(id) === context) this.result(id, { flushCompleted: {} });
    });
  }

  static align(text) {
    const words = [...text.matchAll(/\S+/g)];
    const at = (characters) => Math.round(characters * 60) / 1000;
    return { words: words.map(([word]) => word), wordStartTimeSeconds: words.map(({ index }) => at(index)), wordEndTimeSeconds: words.map(({ 0: word, index }) => at(index + word.length)) };
  }

  close(id, context) {
    this.stop(id);
    context.queue.then(() => {
      if (this.contexts.get(id) !== context) return;
      this.contexts.delete(id);
      if (!this.faults.has('no-mark')) this.sendEnd({ result: { contextId: id, status: { code: 0, message: '', details: [] }, contextClosed: {} } });
    });
  }
}

export function streamBidirectional(call) {
  upgrade(call, () => (keyOf(call.request) === KEY ? undefined : { status: 401 }), (socket) => new Speaking(socket, call));
}
