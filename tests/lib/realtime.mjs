// A raw OpenAI Realtime connection that keeps everything it receives.
import { once } from 'node:events';
import WebSocket from 'ws';
import { patience } from './patience.mjs';

// By which the server knows at once what a client speaks. Without, it tells both
// dialects' fields until the client has shown its own.
const evidence = { ga: { 'User-Agent': 'OpenAI/JS 7.55.0' }, beta: { 'OpenAI-Beta': 'realtime=v1' } };

export class RealtimeConnection {
  events = [];
  times = [];
  #waiters = new Set();
  #seen = 0;

  /** Resolves after session.created, or the event named by `first`. */
  static async open(url, { headers, protocols = [], dialect, ca, first = 'session.created' } = {}) {
    const connection = new RealtimeConnection();
    const socket = new WebSocket(url, protocols, {
      headers: { ...evidence[dialect], ...headers },
      perMessageDeflate: false,
      ca,
    });
    connection.socket = socket;
    connection.closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })));
    socket.on('message', (data) => connection.#receive(JSON.parse(data)));
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
    });
    await connection.next(first);
    return connection;
  }

  #receive(event) {
    this.events.push(event);
    this.times.push(performance.now());
    for (const waiter of [...this.#waiters]) waiter();
  }

  send(event) {
    this.socket.send(JSON.stringify(event));
  }

  /**
   * The next event of this type that no earlier call has returned or passed
   * over. Rejects when the connection closes first, or after a while.
   */
  next(type, predicate = () => true, timeout = patience) {
    return new Promise((resolve, reject) => {
      const look = () => {
        while (this.#seen < this.events.length) {
          const event = this.events[this.#seen++];
          if (event.type === type && predicate(event)) {
            finish();
            resolve(event);
            return;
          }
        }
      };
      const fail = (why) => {
        finish();
        reject(new Error(`no ${type}: ${why}; got ${this.events.map((event) => event.type).slice(-20).join(', ')}`));
      };
      const timer = setTimeout(() => fail(`none within ${timeout} ms`), timeout);
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(look);
      };
      this.#waiters.add(look);
      this.closed.then(({ code, reason }) => fail(`closed with ${code} ${reason}`));
      look();
    });
  }

  /** Forgets everything received so far. */
  restart() {
    this.events.length = this.times.length = this.#seen = 0;
  }

  /** When an event arrived, on the clock of performance.now(). */
  timeOf(event) {
    return this.times[this.events.indexOf(event)];
  }

  count(type) {
    return this.events.filter((event) => event.type === type).length;
  }

  close() {
    this.socket.close(1000);
    return this.closed;
  }
}

export const userText = (text) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});

/** How the server refuses to upgrade. */
export async function refusedUpgrade(url, { protocols = [], ...options } = {}) {
  const socket = new WebSocket(url, protocols, options);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(body) };
}
