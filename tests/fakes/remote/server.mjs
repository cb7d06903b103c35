// SPDX-License-Identifier: LGPL-2.1-or-later
// Services as strict as the real ones, in one process on a free port of
// loopback. Run it as a program (it prints "listening on http://…") or import
// startFakes().
//
// An address is /NAME,NAME…/VENDOR/…: the names are faults (see faults.mjs, or
// "ok"; anything of the form #… only makes the address a new one), then the
// vendor's base path. /__log answers what was asked so far, /__aborts/N once N
// requests were broken off by the client, /__keepalives/N once N signs of life
// have come over WebSockets, /__base/VENDOR a vendor's base path.
//
// A vendor is a row of `vendors`: `base` path; `keys` whether the common routes
// want a Bearer key; `routes` of its own for POST, `pages` for GET, each called with
// {vendor, request, url, body, response, faults}; `sockets` for WebSockets, called
// with {request, url, socket, head, faults, onClose, onAudio, onKeepAlive, onAbort, onMessage}.
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { messages, models } from './anthropic.mjs';
import * as assemblyai from './assemblyai.mjs';
import { inference, speech, speechModel, transcriptions, welcome } from './audio.mjs';
import * as cartesia from './cartesia.mjs';
import { chat } from './chat.mjs';
import { clientSecrets } from './client-secrets.mjs';
import { listen, projects, speak, speakSocket } from './deepgram.mjs';
import * as elevenlabs from './elevenlabs.mjs';
import * as elevenlabsVoices from './elevenlabs-voices.mjs';
import { Faults } from './faults.mjs';
import { listenFlux } from './flux.mjs';
import * as inworld from './inworld.mjs';
import * as mistral from './mistral.mjs';
import * as xai from './xai.mjs';
import * as xaiVoices from './xai-voices.mjs';

export const KEY = 'sk-canary-5e21f0';

const vendors = {
  openai: { base: '/openai/v1', keys: true },
  groq: { base: '/groq/openai/v1', keys: true },
  openrouter: { base: '/openrouter/api/v1', keys: true, numeric: true },
  ollama: { base: '/ollama/v1' },
  'llama.cpp': { base: '/llama.cpp/v1' },
  vllm: { base: '/vllm/v1' },
  'openai-compatible': { base: '/openai-compatible/v1', pages: { '/models': ({ response }) => list(response, ['m', 'openai/gpt-oss-20b']), '/models/*': speechModel, '/models/*/*': speechModel } },
  anthropic: { base: '/anthropic', routes: { '/v1/messages': messages }, pages: { '/v1/models': models } },
  deepgram: { base: '/deepgram', routes: { '/v1/speak': speak }, pages: { '/v1/projects': projects }, sockets: { '/v1/listen': listen, '/v2/listen': listenFlux, '/v1/speak': speakSocket } },
  assemblyai: { base: '/assemblyai', routes: {}, pages: { '/v3/token': assemblyai.token }, sockets: { '/v3/ws': assemblyai.listen } },
  elevenlabs: {
    base: '/elevenlabs', routes: { '/v1/text-to-speech/*/stream': elevenlabsVoices.stream }, pages: { '/v1/user': elevenlabs.user },
    sockets: { '/v1/speech-to-text/realtime': elevenlabs.listen, '/v1/text-to-speech/*/multi-stream-input': elevenlabsVoices.multiStreamInput },
  },
  grok: { base: '/grok', routes: { '/v1/tts': xaiVoices.tts, '/v1/realtime/client_secrets': clientSecrets(KEY) }, pages: { '/v1/models': xai.models }, sockets: { '/v1/stt': xai.listen, '/v1/tts': xaiVoices.ttsSocket } },
  'whisper.cpp': { base: '/whisper.cpp', routes: { '/inference': inference }, pages: { '/': welcome } },
  mistral: { base: '/mistral', routes: {}, pages: { '/v1/models': mistral.models }, sockets: { '/v1/audio/transcriptions/realtime': mistral.listen } },
  cartesia: { base: '/cartesia', routes: { '/tts/bytes': cartesia.bytes }, pages: { '/voices': cartesia.voices }, sockets: { '/tts/websocket': cartesia.websocket } },
  inworld: {
    base: '/inworld', routes: { '/tts/v1/voice:stream': inworld.voiceStream }, pages: { '/tts/v1/voices': inworld.voiceList },
    sockets: { '/tts/v1/voice:streamBidirectional': inworld.streamBidirectional },
  },
};

const routes = {
  '/audio/speech': speech,
  '/audio/transcriptions': transcriptions,
  '/chat/completions': chat,
  '/realtime/client_secrets': clientSecrets(KEY),
};

// The route of a path; a part of it may be anything, as in /v1/voices/*/stream.
function find(table, path) {
  const parts = path.split('/');
  const fits = (pattern) => pattern.split('/').length === parts.length && pattern.split('/').every((part, i) => part === '*' || part === parts[i]);
  return Object.entries(table).find(([pattern]) => fits(pattern))?.[1];
}

function list(response, names) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data: names.map((id) => ({ id, object: 'model' })) }));
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

export function sendError(response, status, error, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message: 'no reason', type: 'invalid_request_error', param: null, code: null, ...error } }));
}

/** Refuses what a vendor refuses: throw one anywhere in a route. */
export class Refusal extends Error {
  /** `body`: instead of an error as OpenAI reports it. */
  constructor(status, error, headers, body) {
    super(error.message);
    Object.assign(this, { status, error, headers, body });
  }
}

function checkKey(request, vendor) {
  const given = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!vendor.keys && given === undefined) return;
  // As careless as can be: the key comes back in the message.
  if (given !== KEY)
    throw new Refusal(401, { message: `Incorrect API key provided: ${given}`, code: 'invalid_api_key' });
}

/** With `tls`, the options of a secure server: over TLS, and HTTP/2 unless `http1`. */
export async function startFakes({ tls, http1 = !tls } = {}) {
  const log = [];
  const counted = { aborts: 0, keepalives: 0 };
  const waiting = [];
  const counts = new Map();

  function countOne(name) {
    counted[name]++;
    for (const check of waiting) check();
  }

  // What happens once happens to work, not to a look at what there is.
  function faultsOf(names, work = true) {
    const count = (counts.get(names) ?? 0) + 1;
    if (work) counts.set(names, count);
    return new Faults(decodeURIComponent(names).split(',').filter((fault) => !fault.startsWith('#')), work ? count : Infinity);
  }

  async function control(path, response) {
    const wanted = /^\/__(aborts|keepalives)\/(\d+)$/.exec(path);
    const base = vendors[/^\/__base\/(.+)$/.exec(path)?.[1]]?.base;
    if (path === '/__log') {
      response.end(JSON.stringify(log));
    } else if (base) {
      response.end(base);
    } else if (wanted) {
      await new Promise((resolve) => {
        const check = () => counted[wanted[1]] >= Number(wanted[2]) && resolve();
        waiting.push(check);
        check();
      });
      response.end(String(counted[wanted[1]]));
    } else {
      response.writeHead(404).end();
    }
  }

  async function serve(request, response) {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname.startsWith('/__')) return control(url.pathname, response);

    const [, names, name] = url.pathname.split('/');
    const vendor = vendors[name];
    const rest = url.pathname.slice(names.length + 1);
    const body = await readBody(request);
    const entry = { method: request.method, path: rest, query: url.search, headers: request.headers, body: body.toString('latin1'), aborted: false };
    log.push(entry);
    response.on('close', () => {
      if (http1 ? response.writableFinished : !response.stream.aborted) return;
      entry.aborted = true;
      countOne('aborts');
    });

    const faults = faultsOf(names, request.method === 'POST');
    try {
      if (!vendor || !rest.startsWith(vendor.base)) throw new Refusal(404, { message: `Unknown request URL: ${request.method} ${rest}` });
      if (await faults.refuse(request, response)) return;
      if (!vendor.routes) checkKey(request, vendor);
      if (request.method === 'GET' && !vendor.pages && rest === `${vendor.base}/models`) return void list(response, ['m', 'openai/gpt-oss-20b']);
      const page = request.method === 'GET' && find(vendor.pages ?? {}, rest.slice(vendor.base.length));
      const route = page || find(vendor.routes ?? routes, rest.slice(vendor.base.length));
      if (!route) throw new Refusal(404, { message: `Unknown request URL: ${request.method} ${rest}` });
      if (!page && request.method !== 'POST') throw new Refusal(405, { message: 'Only POST is allowed here' });
      await route({ vendor: name, request, url, body, response, faults });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.body) {
        response.writeHead(error.status, { 'content-type': 'application/json' });
        return void response.end(JSON.stringify(error.body));
      }
      sendError(response, error.status, vendor?.numeric ? { ...error.error, code: error.status } : error.error, error.headers);
    }
  }

  const onRequest = (request, response) => {
    serve(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  };
  const server = !tls ? http.createServer(onRequest)
    : http1 ? https.createServer(tls, onRequest)
      : http2.createSecureServer(tls, onRequest);
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url, 'http://localhost');
    const [, names, name] = url.pathname.split('/');
    const vendor = vendors[name];
    const entry = { method: request.method, path: url.pathname.slice(names.length + 1), headers: request.headers, body: url.search, messages: [], aborted: false };
    // With its handshake and framing.
    Object.defineProperty(entry, 'received', { get: () => socket.bytesRead });
    log.push(entry);
    socket.on('error', () => {});
    const route = vendor && find(vendor.sockets ?? {}, entry.path.slice(vendor.base.length));
    if (!route) return void socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    const onClose = () => { entry.closed = true; };
    const onAudio = (bytes) => { entry.audio = (entry.audio ?? 0) + bytes; };
    const onAbort = () => {
      entry.aborted = true;
      countOne('aborts');
    };
    return void route({ request, url, socket, head, faults: faultsOf(names), onClose, onAudio, onKeepAlive: () => countOne('keepalives'), onAbort, onMessage: (text) => entry.messages.push(text) });
  });
  server.keepAliveTimeout = 60000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  return {
    origin,
    log,
    server,
    base: (vendor, faults = 'ok') => `${origin}/${encodeURIComponent(faults)}${vendors[vendor].base}`,
    close: () => {
      server.closeAllConnections?.();
      server.close();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const fakes = await startFakes();
  console.log(`listening on ${fakes.origin}`);
  // Whoever started it holds the other end of stdin.
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
