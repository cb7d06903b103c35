// SPDX-License-Identifier: LGPL-2.1-or-later
// POST /audio/transcriptions and /audio/speech. What was heard is how long it
// was; what is spoken takes 60 ms per character, so that both can be checked to
// the sample.
import { Refusal } from './server.mjs';
import { cut, echo, wavHeader } from './voices.mjs';

const bad = (message, param = null) => new Refusal(400, { message, param });

/** The fields of a form in their order: {name, filename, type, value}. */
function parseForm(request, raw) {
  const boundary = /^multipart\/form-data; *boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
  if (!boundary) throw bad('Content-Type must be multipart/form-data');
  const text = raw.toString('latin1');
  if (!text.endsWith(`--${boundary}--\r\n`) && !text.endsWith(`--${boundary}--`)) throw bad('the form is cut off');
  return text.split(`--${boundary}`).slice(1, -1).map((part) => {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(2, end);
    return {
      name: /name="([^"]*)"/.exec(head)?.[1],
      filename: /filename="([^"]*)"/.exec(head)?.[1],
      type: /^content-type: *(.*)$/im.exec(head)?.[1],
      value: Buffer.from(part.slice(end + 4, -2), 'latin1'),
    };
  });
}

function checkWav(file) {
  const wav = file.value;
  if (!/\.(wav|mp3|flac|ogg|webm|m4a)$/.test(file.filename ?? '')) throw bad('Unrecognized file format: the file needs a name with an extension', 'file');
  if (!/^audio\//.test(file.type ?? '')) throw bad('the file needs a type', 'file');
  if (wav.length < 44 || wav.toString('latin1', 0, 4) !== 'RIFF' || wav.toString('latin1', 8, 16) !== 'WAVEfmt ' || wav.toString('latin1', 36, 40) !== 'data')
    throw bad('Invalid file format.', 'file');
  const [channels, rate, bytesPerSecond, align, bits] = [wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt32LE(28), wav.readUInt16LE(32), wav.readUInt16LE(34)];
  if (channels !== 1 || bits !== 16 || align !== 2 || bytesPerSecond !== rate * 2) throw bad('Invalid file format: the header contradicts itself.', 'file');
  if (wav.readUInt32LE(40) !== wav.length - 44 || wav.readUInt32LE(4) !== wav.length - 8) throw bad('Invalid file format: wrong sizes.', 'file');
  const ms = (wav.length - 44) / 2 / rate * 1000;
  if (ms < 100) throw bad('Audio file is too short. Minimum audio length is 0.1 seconds.', 'file');
  return { ms: Math.round(ms), rate };
}

const sttFields = new Set(['file', 'model', 'language', 'prompt', 'response_format', 'temperature', 'stream', 'timestamp_granularities[]']);

/** What Whisper says of it, in one segment; "phantom" has another one of silence. */
function makeSegments(said, ms, faults) {
  const segment = (text, no_speech_prob, avg_logprob, id) => ({ id, seek: 0, start: 0, end: ms / 1000, text, tokens: [], temperature: 0, avg_logprob, compression_ratio: 1, no_speech_prob });
  const segments = [segment(` ${said}`, 0.1, -0.3, 0)];
  if (faults.has('phantom')) segments.push(segment(' Thank you.', 0.9, -1.4, 1));
  // Unsure, but of speech; and sure that it is none, but of what is said.
  if (faults.has('unsure')) segments.push(segment(' Perhaps.', 0.2, -1.4, 1), segment(' Indeed.', 0.9, -0.5, 2));
  return segments;
}

const join = (segments) => segments.map(({ text }) => text).join('');

function answer(said, segments, ms, format) {
  if (format !== 'verbose_json') return { text: join(segments), usage: { type: 'duration', seconds: 1 } };
  return { task: 'transcribe', language: 'english', duration: ms / 1000, text: join(segments), segments };
}

export async function transcriptions({ vendor, request, body, response, faults }) {
  const fields = parseForm(request, body);
  const get = (name) => fields.find((field) => field.name === name)?.value.toString();
  for (const { name } of fields) if (!sttFields.has(name)) throw bad(`Unrecognized request argument supplied: ${name}`, name);
  const file = fields.find((field) => field.name === 'file');
  if (!file) throw bad("Missing required parameter: 'file'.", 'file');
  if (fields.at(-1) !== file) throw bad('file must be the last field', 'file');
  if (!get('model')) throw bad("Missing required parameter: 'model'.", 'model');
  if (get('model') === 'no-such-model') throw new Refusal(404, { message: 'The model `no-such-model` does not exist', code: 'model_not_found' });
  if (get('language') !== undefined && !/^[a-z]{2}$/.test(get('language'))) throw bad(`Invalid language '${get('language')}'. Language parameter must be specified in ISO-639-1 format.`, 'language');
  const format = get('response_format') ?? 'json';
  if (!['json', 'text', 'verbose_json'].includes(format)) throw bad('Invalid response_format', 'response_format');
  if (format === 'verbose_json' && /^gpt-4o/.test(get('model'))) throw bad("response_format 'verbose_json' is not compatible with model", 'response_format');
  if (vendor === 'groq' && get('stream') !== undefined) throw bad("property 'stream' is unsupported", 'stream');
  const { ms, rate } = checkWav(file);
  const said = faults.has('nothing') ? ' ... ' : `${ms} milliseconds at ${rate}${get('language') ? ` in ${get('language')}` : ''}.`;
  const segments = makeSegments(said, ms, faults);

  if (get('stream') === 'true' && get('model') !== 'whisper-1' && !faults.has('no-stream')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = (data) => `data: ${JSON.stringify(data)}\n\n`;
    let pieces;
    if (format === 'verbose_json') pieces = segments.map((segment) => event(answer(segment.text, [segment], ms, format)));
    else if (faults.has('segments')) pieces = said.match(/\s*\S+/g).map((text) => event({ text }));
    else
      pieces = [...said.match(/\s*\S+/g).map((delta) => event({ type: 'transcript.text.delta', delta })),
        event({ type: 'transcript.text.done', text: said, usage: { type: 'tokens', total_tokens: 3 } })];
    if (faults.has('error-openai')) pieces.splice(1, Infinity, event({ error: { message: 'It broke', type: 'server_error' } }));
    return faults.send(response, pieces);
  }
  if (faults.has('text')) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    return faults.send(response, [` ${said}\n`]);
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  if (faults.has('garbage')) return faults.send(response, ['{"text":']);
  if (faults.has('no-text')) return faults.send(response, ['{"words":[]}']);
  const json = JSON.stringify(answer(said, segments, ms, format));
  return faults.send(response, [json.slice(0, 8), json.slice(8)]);
}

/** The server of whisper.cpp: no keys, any model, English unless told; text begins with a space and ends a line. */
export async function inference({ request, body, response, faults }) {
  const refuse = (status, error) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error }));
  };
  const fields = parseForm(request, body);
  const get = (name) => fields.find((field) => field.name === name)?.value.toString();
  const file = fields.find((field) => field.name === 'file');
  if (!file) return refuse(400, "no 'file' field in the request");
  if (get('language') !== undefined && !/^([a-z]{2}|auto)$/.test(get('language'))) return refuse(400, 'unknown language');
  const { ms, rate } = checkWav(file);
  const said = `${ms} milliseconds at ${rate} in ${get('language') ?? 'en'}.`;
  response.writeHead(200, { 'content-type': 'application/json' });
  const json = JSON.stringify(answer(said, makeSegments(`${said}\n`, ms, faults), ms, get('response_format')));
  return faults.send(response, [json]);
}

export function welcome({ response }) {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html><body>Whisper.cpp Server</body></html>');
}

const voices = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse', 'marin', 'cedar'];
const ttsFields = ['model', 'input', 'voice', 'response_format', 'speed', 'instructions', 'stream_format'];

const kokoro = ['af_bella', 'af_heart', 'af_sky', 'bm_george'];

// One that it has, or a mix of them, with weights or without.
function checkKokoro(voice) {
  const parts = voice.split(/[+-]/).map((part) => part.replace(/\([\d.]+\)$/, ''));
  const stranger = parts.find((part) => !kokoro.includes(part));
  if (stranger !== undefined) throw new Refusal(400, {}, {}, { detail: { error: 'validation_error', message: `Voice '${stranger}' not found. Available voices: ${kokoro}`, type: 'invalid_request_error' } });
}

/** What Echoline says of a model that speaks. */
export function speechModel({ url, response, faults }) {
  if (faults.has('mute-facts')) return undefined;
  if (faults.has('no-facts')) throw new Refusal(404, {}, {}, { detail: 'Not Found' });
  const id = url.pathname.split('/models/')[1];
  response.writeHead(200, { 'content-type': 'application/json' });
  if (faults.has('garbage-facts')) return response.end('{"sample_rate":');
  return response.end(JSON.stringify({ id, object: 'model', owned_by: 'x', task: 'text-to-speech', sample_rate: 22050, voices: kokoro.map((voice) => ({ name: voice, id: voice, language: 'en' })) }));
}

export async function speech({ vendor, request, body: raw, response, faults }) {
  if (!/^application\/json/.test(request.headers['content-type'] ?? '')) throw bad('you must provide a JSON body');
  const body = JSON.parse(raw.toString());
  for (const name of Object.keys(body)) if (!ttsFields.includes(name)) throw bad(`Unrecognized request argument supplied: ${name}`, name);
  if (typeof body.model !== 'string' || body.model === '') throw bad("Missing required parameter: 'model'.", 'model');
  if (typeof body.input !== 'string' || body.input === '') throw bad("Invalid 'input': empty string.", 'input');
  if (body.input.length > 4096) throw bad("Invalid 'input': string too long.", 'input');
  if (typeof body.voice !== 'string') throw bad("Missing required parameter: 'voice'.", 'voice');
  if (vendor === 'openai-compatible') checkKokoro(body.voice);
  if (vendor === 'openai' && !voices.includes(body.voice)) throw bad(`Input should be one of: ${voices.join(', ')}`, 'voice');
  if (body.speed !== undefined && !(body.speed >= 0.25 && body.speed <= 4)) throw bad('speed out of range', 'speed');
  const format = body.response_format ?? 'mp3';
  if (!['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'].includes(format)) throw bad('Invalid response_format', 'response_format');
  if (vendor === 'groq' && format === 'pcm') throw bad('response_format must be one of flac, mp3, mulaw, ogg, wav', 'response_format');

  if (faults.has('mp3') || !['wav', 'pcm'].includes(format)) {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    return faults.send(response, [Buffer.from('ID3\x04'), Buffer.alloc(100)]);
  }
  const rate = vendor === 'groq' ? 48000 : vendor === 'openai' ? 24000 : 22050;
  const pcm = echo(body.input, rate);
  if (faults.has('sse') || body.stream_format === 'sse') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = (data) => `data: ${JSON.stringify(data)}\n\n`;
    const events = cut(pcm, faults).map((piece) => event({ type: 'speech.audio.delta', audio: piece.toString('base64') }));
    if (faults.has('event-error')) events.splice(1, Infinity, event({ error: { message: 'It broke', type: 'server_error' } }));
    else if (faults.has('event-garbage')) events.splice(1, Infinity, 'data: {"type":\n\n');
    else if (!faults.has('no-mark')) events.push(event({ type: 'speech.audio.done', token_usage: { total_tokens: 1 } }));
    return faults.send(response, faults.has('split') ? events.join('').match(/[^]{1,1000}/g) : events);
  }
  const audio = format === 'wav' || faults.has('riff') ? Buffer.concat([wavHeader(rate, faults), pcm]) : pcm;
  response.writeHead(200, { 'content-type': format === 'wav' ? 'audio/wav' : 'audio/pcm' });
  return faults.send(response, cut(audio, faults));
}
