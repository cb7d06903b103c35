// SPDX-License-Identifier: LGPL-2.1-or-later
// A strict client of Vatel's API: it takes nothing that the API does not have.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { checkVatel } from '../protocol/vatel-checker.mjs';
import { patience } from './patience.mjs';
import { packets, silence } from './speech.mjs';

export class VatelApi {
  /** @param key nothing for a server without keys */
  constructor(origin, key) {
    this.origin = origin;
    this.key = key;
  }

  /** As the SDKs ask: JSON is announced whether or not there is a body. */
  async request(method, path, body, headers = {}) {
    const response = await fetch(this.origin + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(this.key && { Authorization: `Bearer ${this.key}` }), ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const data = text === '' ? null : JSON.parse(text);
    if (!response.ok) assert.deepEqual(Object.keys(data).sort(), ['error'], `${method} ${path}: ${text}`);
    if (!response.ok) assert.equal(typeof data.error, 'string', text);
    return { status: response.status, data, headers: response.headers };
  }

  /** What succeeds with @status. */
  async expect(status, method, path, body) {
    const answer = await this.request(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.data)}`);
    return answer.data;
  }

  createAgent(agent) {
    return this.expect(201, 'POST', '/v1/agents', { name: 'Anna', ...agent });
  }

  async token(agentId, options) {
    return (await this.expect(200, 'POST', '/v1/session-token', { agent_id: agentId, ...options })).token;
  }

  url(query) {
    return `${this.origin.replace('http', 'ws')}/v1/connection?${new URLSearchParams(query)}`;
  }

  async connect(agentId, options) {
    return VatelConnection.open(this.url({ token: await this.token(agentId, options) }));
  }
}

export class VatelConnection {
  messages = [];
  #waiters = new Set();
  #seen = 0;

  /** Resolves after session_started. */
  static async open(url, { joined = false } = {}) {
    const connection = new VatelConnection();
    const socket = new WebSocket(url, { perMessageDeflate: false });
    connection.socket = socket;
    connection.joined = joined;
    connection.closed = new Promise((resolve) => { socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })); });
    socket.on('message', (data, isBinary) => {
      assert.ok(!isBinary, 'a binary message');
      connection.messages.push(JSON.parse(data));
      for (const waiter of [...connection.#waiters]) waiter();
    });
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
    });
    connection.id = (await connection.next('session_started')).id;
    return connection;
  }

  send(type, data) {
    this.socket.send(JSON.stringify({ type, data }));
  }

  /** A recording and a second of silence. */
  speak(audio, tail = 1000) {
    for (const packet of packets(Buffer.concat([audio, silence(tail)]), 85)) this.send('input_audio', { audio: packet.toString('base64') });
  }

  /** What is in the next message of this type that no earlier call has returned or passed over. */
  next(type, predicate = () => true) {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(look);
      };
      const fail = (why) => {
        finish();
        reject(new Error(`no ${type}: ${why}; got ${this.messages.slice(-20).map((message) => message.type).join(', ')}`));
      };
      const look = () => {
        while (this.#seen < this.messages.length) {
          const message = this.messages[this.#seen++];
          if (message.type !== type || !predicate(message.data)) continue;
          finish();
          resolve(message.data);
          return;
        }
      };
      const timer = setTimeout(() => fail(`none within ${patience} ms`), patience);
      this.#waiters.add(look);
      this.closed.then(({ code, reason }) => fail(`closed with ${code} ${reason}`));
      look();
    });
  }

  all(type) {
    return this.messages.filter((message) => message.type === type).map(({ data }) => data);
  }

  /** All speech of one turn, or of all. */
  audio(turnId) {
    return Buffer.concat(this.all('response_audio')
      .filter(({ turn_id: id }) => turnId === undefined || id === turnId)
      .map(({ audio }) => Buffer.from(audio, 'base64')));
  }

  async close() {
    this.socket.close(1000);
    const closed = await this.closed;
    this.check();
    return closed;
  }

  check(options) {
    assert.deepEqual(checkVatel(this.messages, { joined: this.joined, ...options }), []);
  }
}
