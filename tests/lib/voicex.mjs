// SPDX-License-Identifier: LGPL-2.1-or-later
// A strict client of Voicex's voice socket: keeps everything it receives, and
// finds what is wrong with it.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { checkVoicex, mp3Samples } from '../protocol/voicex-checker.mjs';
import { patience } from './patience.mjs';

const BYTES_PER_MS = 32;

/** Loud enough for a detector that looks at nothing else. */
function noise(ms) {
  const samples = new Int16Array((ms * BYTES_PER_MS) / 2);
  for (let i = 0, state = 1; i < samples.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    samples[i] = (state >>> 17) - 16384;
  }
  return Buffer.from(samples.buffer);
}

export class VoicexCaller {
  /** All messages; files as buffers. */
  messages = [];
  /** { code, reason } once it is closed. */
  closed;
  #socket;
  #seen = 0;
  #wake = new Set();
  #isClosed = false;

  /** Resolves when it is connected, or with `refused` when it was sent away. */
  static async open(daemon, query = {}, { refused = false, headers } = {}) {
    const client = new VoicexCaller();
    const socket = new WebSocket(`${daemon.origin.replace('http', 'ws')}/ws/voice?${new URLSearchParams(query)}`, { headers });
    client.#socket = socket;
    socket.on('message', (data, isBinary) => {
      client.messages.push(isBinary ? data : JSON.parse(data));
      for (const wake of client.#wake) wake();
    });
    client.closed = new Promise((resolve) => socket.on('close', (code, reason) => {
      client.#isClosed = true;
      resolve({ code, reason: String(reason) });
      for (const wake of client.#wake) wake();
    }));
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
    });
    if (refused) await client.closed;
    else await client.next('connected');
    return client;
  }

  get connected() {
    return this.messages.find(({ type }) => type === 'connected');
  }

  /** The next message of a type that no earlier call has returned or passed over. */
  async next(type, predicate = () => true) {
    const deadline = Date.now() + patience;
    for (;;) {
      while (this.#seen < this.messages.length) {
        const message = this.messages[this.#seen++];
        if (message.type === type && predicate(message.payload)) return message.payload ?? message;
      }
      assert.ok(!this.#isClosed, `closed before ${type}: ${JSON.stringify(this.messages)}`);
      await this.#change(deadline, type);
    }
  }

  #change(deadline, what) {
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#wake.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#wake.delete(done);
        reject(new Error(`no ${what}: ${JSON.stringify(this.messages.map((message) => message.type ?? message.length))}`));
      }, Math.max(0, deadline - Date.now()));
      this.#wake.add(done);
    });
  }

  send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  raw(data) {
    this.#socket.send(data);
  }

  /** Audio in pieces as the documented client sends them. */
  audio(bytes) {
    for (let at = 0; at < bytes.length; at += 8192) this.#socket.send(bytes.subarray(at, at + 8192));
  }

  /** A second of sound and the silence that ends a turn. */
  speak(ms = 1000) {
    this.audio(Buffer.concat([Buffer.alloc(300 * BYTES_PER_MS), noise(ms), Buffer.alloc(1200 * BYTES_PER_MS)]));
  }

  /** Sound without an end. */
  begin(ms = 1000) {
    this.audio(noise(ms));
  }

  /** What was said and answered: resolves to the texts. */
  async turn() {
    this.speak();
    const heard = await this.next('transcript', ({ role, isFinal }) => role === 'user' && isFinal);
    const said = await this.next('transcript', ({ role }) => role === 'assistant');
    await this.next('audioEnd');
    return { heard: heard.text, said: said.text };
  }

  /** Seconds of speech that came. */
  get seconds() {
    return this.messages.filter(Buffer.isBuffer).reduce((sum, file) => sum + mp3Samples(file) / 24000, 0);
  }

  async close(code = 1000) {
    this.#socket.close(code);
    await this.closed;
    assert.deepEqual(checkVoicex(this.messages), []);
  }
}
