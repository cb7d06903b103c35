// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes wrong with services. A fault "NAME-once" happens to the first
// request of an address only.
import { once } from 'node:events';

const never = () => new Promise(() => {});

export class Faults {
  constructor(names, count) {
    this.names = new Set();
    for (const name of names) {
      const single = /^(.*)-once$/.exec(name);
      if (!single) this.names.add(name);
      else if (count === 1) this.names.add(single[1]);
    }
  }

  has(name) {
    return this.names.has(name);
  }

  /** Answers instead of the service. */
  async refuse(request, response) {
    const json = (status, error, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(error));
      return true;
    };
    if (this.has('429')) return json(429, { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' } }, { 'retry-after-ms': '1' });
    if (this.has('429-long')) return json(429, { error: { message: 'Rate limit reached' } }, { 'retry-after': '30' });
    if (this.has('quota')) return json(429, { error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' } });
    if (this.has('403')) return json(403, { detail: 'Not authenticated' });
    if (this.has('404')) return json(404, { detail: 'Model is not installed locally. You can download the model using `POST /v1/models`' });
    if (this.has('402')) return json(402, { error: { code: 402, message: 'Insufficient credits' } });
    if (this.has('500')) return json(500, { error: { message: 'The server had an error', type: 'server_error' } }, { 'retry-after-ms': '1' });
    if (this.has('503')) return json(503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, { 'retry-after-ms': '1' });
    if (this.has('529')) return json(529, { error: { message: 'Overloaded', type: 'overloaded_error' } }, { 'retry-after-ms': '1' });
    if (this.has('422')) return json(422, { detail: [{ loc: ['body', 'model'], msg: 'field required', type: 'value_error' }] });
    if (this.has('400-call')) return json(400, { error: { message: 'Failed to call a function', type: 'invalid_request_error', code: 'tool_use_failed', failed_generation: '<function=f>' } });
    const failed = { '400-prose': 'Just words.', '400-written': '<function=weather{"city":"Oslo"}></function>', '400-json': '{"name":"weather","arguments":{"city":"Oslo"}}' };
    for (const [name, text] of Object.entries(failed))
      if (this.has(name)) return json(400, { error: { message: 'Failed to call a function', type: 'invalid_request_error', code: 'tool_use_failed', failed_generation: text } });
    if (this.has('html')) {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html><body><h1>502 Bad Gateway</h1></body></html>');
      return true;
    }
    if (this.has('redirect')) {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' });
      response.end();
      return true;
    }
    if (this.has('not-http')) {
      request.socket.end('SSH-2.0-OpenSSH_9.2\r\n');
      return true;
    }
    if (this.has('reset')) {
      request.socket.resetAndDestroy();
      return true;
    }
    if (this.has('mute')) await never();
    if (this.has('error-in-200')) return json(200, { error: { message: 'Out of order', type: 'server_error', code: 'server_error' } });
    return false;
  }

  /**
   * Sends the pieces of a body, then ends it; true when all went out. `cut` and
   * `close` happen in the middle, `stall` there as well.
   */
  async send(response, pieces) {
    const middle = Math.floor(pieces.length / 2);
    for (const [number, piece] of pieces.entries()) {
      if (number === middle && pieces.length > 1) {
        if (this.has('cut')) return response.socket.resetAndDestroy();
        if (this.has('close')) return response.end();
        if (this.has('stall')) await never();
      }
      for (const part of this.split(Buffer.from(piece))) {
        if (response.destroyed) return;
        if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
        if (this.has('bytes')) await new Promise(setImmediate);
      }
    }
    if (this.has('no-end')) await never();
    response.end();
  }

  split(piece) {
    return this.has('bytes') ? Array.from(piece, (_, i) => piece.subarray(i, i + 1)) : [piece];
  }
}
