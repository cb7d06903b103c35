// Bytes over a TCP socket: for what no proper client would send.
import { once } from 'node:events';
import net from 'node:net';
import { Tap } from './tap.mjs';

export class RawConnection {
  received = Buffer.alloc(0);
  ended = false;
  #changed = new Set();
  #tap;

  static async open(port) {
    const raw = new RawConnection();
    raw.socket = net.connect(port, '127.0.0.1');
    raw.socket.on('error', () => {});
    raw.socket.on('data', (data) => { raw.received = Buffer.concat([raw.received, data]); raw.#wake(); });
    raw.closed = new Promise((resolve) => raw.socket.on('close', () => { raw.ended = true; raw.#wake(); resolve(); }));
    await once(raw.socket, 'connect');
    return raw;
  }

  #wake() { for (const look of [...this.#changed]) look(); }

  write(data) { return new Promise((resolve) => this.socket.write(data, () => resolve())); }

  /** Resolves to what `find(received)` returns as soon as that is not undefined. */
  until(find, timeout = 20000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(reject, new Error(`nothing of the kind in ${timeout} ms: ${this.received.subarray(0, 300)}`)), timeout);
      const finish = (how, value) => { clearTimeout(timer); this.#changed.delete(look); how(value); };
      const look = () => {
        const found = find(this.received);
        if (found !== undefined) finish(resolve, found);
        else if (this.ended) finish(reject, new Error(`the server hung up: ${this.received.subarray(0, 300)}`));
      };
      this.#changed.add(look);
      look();
    });
  }

  /** The head of the answer, and what follows it. */
  async head() {
    const end = await this.until((data) => { const at = data.indexOf('\r\n\r\n'); return at < 0 ? undefined : at; });
    const text = this.received.subarray(0, end).toString();
    this.received = this.received.subarray(end + 4);
    return text;
  }

  /** So many bytes after a head. */
  async body(length) {
    const body = await this.until((data) => (data.length < length ? undefined : data.subarray(0, length)));
    this.received = this.received.subarray(length);
    return body;
  }

  /** The next WebSocket frame from the server. */
  async frame() {
    const frame = await this.until((data) => {
      if (data.length < 2) return undefined;
      let length = data[1];
      let at = 2;
      if (length === 126) { if (data.length < 4) return undefined; length = data.readUInt16BE(2); at = 4; }
      else if (length === 127) { if (data.length < 10) return undefined; length = Number(data.readBigUInt64BE(2)); at = 10; }
      return data.length < at + length ? undefined : { opcode: data[0] & 15, fin: data[0] >> 7 === 1, payload: data.subarray(at, at + length), size: at + length };
    });
    this.received = this.received.subarray(frame.size);
    if (frame.opcode === 1 && frame.fin) {
      this.#tap ??= new Tap({ name: `bytes from ${this.socket.remotePort}` });
      this.#tap.push(JSON.parse(frame.payload));
    }
    return frame;
  }
}

export const handshake = (headers = [], path = '/v1/realtime') => [
  `GET ${path} HTTP/1.1`, 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', ...headers, '', '',
].join('\r\n');

/** A client's frame; the mask is zero. */
export function frame(opcode, payload = '', { fin = true } = {}) {
  const data = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | opcode];
  if (data.length < 126) head.push(0x80 | data.length);
  else if (data.length < 65536) head.push(0x80 | 126, data.length >> 8, data.length & 255);
  else { const size = Buffer.alloc(8); size.writeBigUInt64BE(BigInt(data.length)); head.push(0x80 | 127, ...size); }
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), data]);
}
