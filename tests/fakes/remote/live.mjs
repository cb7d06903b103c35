// SPDX-License-Identifier: LGPL-2.1-or-later
// What the live recognisers have in common: the handshake and what goes wrong
// with a connection. What was heard is how long it was.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });

/**
 * Answers an upgrade. `refuse` (nullable) says why it is refused: {status,
 * message}; `start` takes the connection.
 */
export function accept({ request, socket, head, faults, onClose }, refuse, start) {
  const answer = (status, message) => {
    socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nx-reason: ${message}\r\nConnection: close\r\n\r\n`);
  };
  if (faults.has('mute')) return;
  for (const status of [429, 402, 403, 500, 503]) if (faults.has(String(status))) return void answer(status, 'fault');
  if (faults.has('not-http')) return void socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  if (faults.has('reset')) return void socket.resetAndDestroy();
  const refused = refuse?.();
  if (refused) return void answer(refused.status, refused.message);
  const upgrade = () => server.handleUpgrade(request, socket, head, (connection) => {
    connection.on('error', () => {});
    connection.on('close', onClose);
    start(connection);
  });
  if (faults.has('slow')) setTimeout(upgrade, 1500);
  else upgrade();
}

/** "Bearer KEY" */
export const bearer = (request) => /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1];

/** Why a query is refused; `known` maps a name to what its values look like. */
export function checkQuery(query, known, required = []) {
  for (const [name, value] of query) {
    if (!known[name]) return `unknown query parameter: ${name}`;
    if (!known[name].test(value)) return `invalid ${name}: ${value}`;
  }
  const missing = required.find((name) => !query.has(name));
  return missing ? `${missing} is required` : undefined;
}

/**
 * One live connection. A vendor says `fail(text)`: its error message, `interim(text)`,
 * and answers `audio(bytes)` and `control(object)`.
 */
export class Live {
  heard = 0; // bytes since the last end
  total = 0;
  told = 0; // of heard
  rate = 16000;
  ready = false;

  constructor(socket, { faults, onAudio = () => {}, onKeepAlive = () => {} }) {
    Object.assign(this, { socket, faults, onAudio, onKeepAlive });
    socket.on('message', (data, binary) => {
      if (binary) return void this.audio(data);
      let message;
      try {
        message = JSON.parse(String(data));
      } catch {
        return void this.fail('not JSON');
      }
      return void this.control(message);
    });
  }

  /** Says what is to be said first, unless it never does. */
  begin(object) {
    if (this.faults.has('unready')) return;
    if (this.faults.has('garbage-first')) return void this.socket.send('[1,');
    if (this.faults.has('error-first')) return void this.fail('Not today');
    setImmediate(() => {
      this.ready = true;
      this.send(object);
    });
  }

  send(object) {
    if (this.faults.has('big')) object = { ...object, padding: 'x'.repeat(300000) };
    const text = JSON.stringify(object);
    if (!this.faults.has('split')) return void this.socket.send(text);
    const middle = text.length >> 1;
    this.socket.send(text.slice(0, middle), { fin: false });
    this.socket.send(text.slice(middle), { fin: true });
  }

  ms(bytes) {
    return Math.round(bytes / 2 / this.rate * 1000);
  }

  /** Audio that is as it should be; false when something goes wrong. */
  hear(bytes) {
    this.heard += bytes;
    this.total += bytes;
    this.onAudio(bytes);
    if (this.faults.has('drop')) this.socket.terminate();
    else if (this.faults.has('bye')) this.socket.close(1011, 'Internal error');
    else if (this.faults.has('garbage')) this.socket.send('{"type":');
    else if (this.faults.has('binary')) this.socket.send(Buffer.from([1, 2, 3]));
    else if (this.faults.has('nonsense')) this.socket.send('["type"]');
    else if (this.faults.has('error')) this.fail('It broke');
    else {
      if (this.heard - this.told >= this.rate / 5 * 2 && !this.faults.has('silent')) {
        this.told = this.heard;
        this.interim('well');
      }
      return true;
    }
    return false;
  }

  text() {
    return `${this.ms(this.heard)} milliseconds at ${this.rate}`;
  }

  next() {
    this.heard = this.told = 0;
  }
}
