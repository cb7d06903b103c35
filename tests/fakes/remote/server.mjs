// SPDX-License-Identifier: LGPL-2.1-or-later
// Services as strict as the real ones, in one process on a free port of
// loopback. Run it as a program (it prints "listening on http://…") or import
// startFakes().
//
// An address is /NAME,NAME…/VENDOR/…: the names are faults (see faults.mjs, or
// "ok"; anything of the form #… only makes the address a new one), then the
// vendor's base path. /__log answers what was asked so far, /__aborts/N once N
// requests were broken off by the client.
import http from 'node:http';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { speech, transcriptions } from './audio.mjs';
import { chat } from './chat.mjs';
import { Faults } from './faults.mjs';

export const KEY = 'sk-canary-5e21f0';

const vendors = {
  openai: { base: '/openai/v1', keys: true },
  groq: { base: '/groq/openai/v1', keys: true },
  openrouter: { base: '/openrouter/api/v1', keys: true, numeric: true },
  ollama: { base: '/ollama/v1' },
  'llama.cpp': { base: '/llama.cpp/v1' },
  vllm: { base: '/vllm/v1' },
  'openai-compatible': { base: '/openai-compatible/v1' },
};

const routes = {
  '/audio/speech': speech,
  '/audio/transcriptions': transcriptions,
  '/chat/completions': chat,
};

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
  constructor(status, error, headers) {
    super(error.message);
    Object.assign(this, { status, error, headers });
  }
}

function checkKey(request, vendor) {
  const given = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!vendor.keys && given === undefined) return;
  // As careless as can be: the key comes back in the message.
  if (given !== KEY)
    throw new Refusal(401, { message: `Incorrect API key provided: ${given}`, code: 'invalid_api_key' });
}

export async function startFakes() {
  const log = [];
  let aborts = 0;
  let waiting = [];
  const counts = new Map();

  async function control(path, response) {
    const wanted = /^\/__aborts\/(\d+)$/.exec(path);
    if (path === '/__log') {
      response.end(JSON.stringify(log));
    } else if (wanted) {
      await new Promise((resolve) => {
        const check = () => aborts >= Number(wanted[1]) && resolve();
        waiting.push(check);
        check();
      });
      response.end(String(aborts));
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
    const entry = { method: request.method, path: rest, headers: request.headers, body: body.toString('latin1'), aborted: false };
    log.push(entry);
    response.on('close', () => {
      if (response.writableFinished) return;
      entry.aborted = true;
      aborts++;
      for (const check of waiting) check();
    });

    const count = (counts.get(names) ?? 0) + 1;
    counts.set(names, count);
    const faults = new Faults(decodeURIComponent(names).split(',').filter((fault) => !fault.startsWith('#')), count);
    try {
      if (!vendor || !rest.startsWith(vendor.base)) throw new Refusal(404, { message: `Unknown request URL: ${request.method} ${rest}` });
      if (await faults.refuse(request, response)) return;
      checkKey(request, vendor);
      const route = routes[rest.slice(vendor.base.length)];
      if (!route) throw new Refusal(404, { message: `Unknown request URL: ${request.method} ${rest}` });
      if (request.method !== 'POST') throw new Refusal(405, { message: 'Only POST is allowed here' });
      await route({ vendor: name, request, body, response, faults });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sendError(response, error.status, vendor?.numeric ? { ...error.error, code: error.status } : error.error, error.headers);
    }
  }

  const server = http.createServer((request, response) => {
    serve(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    log,
    server,
    base: (vendor, faults = 'ok') => `${origin}/${encodeURIComponent(faults)}${vendors[vendor].base}`,
    close: () => {
      server.closeAllConnections();
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
