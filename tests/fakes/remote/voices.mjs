// SPDX-License-Identifier: LGPL-2.1-or-later
// What the fakes of services that speak share: the voice (60 ms per character,
// sample number i is i % 30000), and how they fail over a WebSocket.
//
// Faults of the handshake: mute, 402, 429, 429-long, 500, 503, not-http, reset.
// Before the first piece of a text: deaf, early. In the middle of it: drop, bye,
// error, garbage, stall. At its end: no-mark, leave. The form of what is sent:
// odd, huge, split.
import { WebSocketServer } from 'ws';
import { KEY } from './server.mjs';

export const RATES = [8000, 16000, 22050, 24000, 44100, 48000];

export function echo(text, rate) {
  const samples = Math.round(text.length * 0.06 * rate);
  const pcm = Buffer.alloc(samples * 2);
  for (let i = 0; i < samples; i++) pcm.writeInt16LE(i % 30000, i * 2);
  return pcm;
}

/** Odd, so that samples are split; huge, so that 128 KiB do not suffice. */
export function cut(audio, faults) {
  const size = faults.has('huge') ? 400000 : faults.has('odd') ? 777 : 4800;
  const pieces = [];
  for (let at = 0; at < audio.length; at += size) pieces.push(audio.subarray(at, at + size));
  return pieces;
}

/** A WAV header as services write it that do not know yet how long it gets. */
export function wavHeader(rate, faults) {
  const extra = faults.has('extra-chunk') ? Buffer.from('LIST\x05\0\0\0abcde\0', 'latin1') : Buffer.alloc(0);
  const header = Buffer.alloc(36);
  header.write('RIFF', 0);
  header.writeUInt32LE(0xffffffff, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  const channels = faults.has('stereo') ? 2 : 1;
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  return Buffer.concat([header, extra, Buffer.from('data\xff\xff\xff\xff', 'latin1')]);
}

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 * 1024 });

function refuse(socket, status, headers = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines}Content-Length: 0\r\nConnection: close\r\n\r\n`);
}

/**
 * A handshake. `check` returns what is wrong, as {status, headers}; `make` takes
 * the connection.
 */
export function upgrade({ request, socket, head, faults, onClose }, check, make) {
  if (faults.has('mute')) return;
  for (const status of ['402', '429', '500', '503']) if (faults.has(status)) return void refuse(socket, status);
  if (faults.has('429-long')) return void refuse(socket, 429, { 'retry-after': '30' });
  if (faults.has('not-http')) return void socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  if (faults.has('reset')) return void socket.resetAndDestroy();
  const problem = check();
  if (problem) return void refuse(socket, problem.status, problem.headers);
  server.handleUpgrade(request, socket, head, (connection) => {
    connection.on('error', () => {});
    connection.on('close', onClose);
    make(connection);
  });
}

/** One text that is being spoken. */
class Speech {
  constructor() {
    this.stopped = false;
    this.over = new Promise((resolve) => { this.resolve = resolve; });
  }

  stop() {
    this.stopped = true;
    this.resolve();
  }
}

/**
 * One connection. A vendor's class has take(message), what a client sends, and
 * fail(context, message) for its way to say that it broke.
 */
export class VoiceConnection {
  speeches = new Map(); // by context

  constructor(socket, { faults, onAbort, onKeepAlive }) {
    Object.assign(this, { socket, faults, onAbort, onKeepAlive });
    socket.on('message', (data, binary) => {
      if (faults.has('deaf')) return undefined;
      if (binary) return socket.close(1003, 'binary messages are not taken');
      let message;
      try {
        message = JSON.parse(String(data));
      } catch {
        return socket.close(1008, 'not JSON');
      }
      return this.take(message);
    });
    socket.on('close', () => {
      for (const context of [...this.speeches.keys()]) this.stop(context);
    });
  }

  send(message) {
    const data = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message));
    const binary = Buffer.isBuffer(message);
    const size = this.faults.has('split') ? 100 : data.length;
    for (let at = 0; at < data.length; at += size) this.socket.send(data.subarray(at, at + size), { binary, fin: at + size >= data.length });
  }

  /** Tells the end of a text. */
  sendEnd(message) {
    this.send(message);
    if (this.faults.has('leave')) this.socket.close(1000, 'idle');
  }

  /** The client wants no more of it; whether there was more. */
  stop(context) {
    const speech = this.speeches.get(context);
    if (!speech) return false;
    this.speeches.delete(context);
    speech.stop();
    this.onAbort();
    return true;
  }

  /**
   * Speaks: `send(piece, from)` for each piece, whose first sample is number
   * `from`. Whether it came to the end and may say so.
   */
  async speak(context, text, rate, send) {
    const { faults, socket } = this;
    const speech = new Speech();
    this.speeches.set(context, speech);
    const pieces = cut(echo(text, rate), faults);
    const middle = Math.floor(pieces.length / 2);
    let from = 0;
    for (const [number, piece] of pieces.entries()) {
      await new Promise(setImmediate);
      if (speech.stopped) return false;
      if (number === 0 && faults.has('early')) return void socket.terminate();
      if (number === middle) {
        if (faults.has('drop')) return void socket.terminate();
        if (faults.has('bye')) return void socket.close(1011, 'internal error');
        if (faults.has('garbage')) return void socket.send('{"type":');
        if (faults.has('error')) return void this.fail(context, `It broke for ${KEY}`);
        if (faults.has('stall')) return void await speech.over;
      }
      send(piece, from / 2);
      from += piece.length;
    }
    if (faults.has('no-mark')) return void await speech.over;
    this.speeches.delete(context);
    return true;
  }
}
