// SPDX-License-Identifier: LGPL-2.1-or-later
// Talks to face-driver: faces without sockets, with a scripted engine and a
// clock that only a test moves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { assertValid } from './valid.mjs';

/** Those that a test which failed has left running would keep its file from ending. */
const running = new Set();
after(() => { for (const child of running) child.kill(); });

const program = path.join(process.env.VOWEL_BUILDDIR ?? '.', 'tests/protocol/face-driver');

export const END = { clientLeft: 0, expired: 1, idle: 2, shutdown: 3, failed: 4 };
export const FINISH = { stop: 0, toolCalls: 1, length: 2, contentFilter: 3 };

const HANDSHAKES = {
  ga: { user_agent: 'OpenAI/JS 7.0.0' },
  beta: { beta_header: 'realtime=v1' },
  provisional: {},
  agents: { user_agent: 'Agents/JavaScript 0.20.0' },
};

export class Driver {
  connections = [];
  #child;
  #lines;
  #tail = Promise.resolve();
  #asked;

  static async start() {
    const driver = new Driver();
    driver.#child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    running.add(driver.#child);
    driver.#child.on('exit', () => running.delete(driver.#child));
    driver.#lines = createInterface({ input: driver.#child.stdout })[Symbol.asyncIterator]();
    return driver;
  }

  /** A session with one connection that has started. */
  static async connected(kind) {
    const driver = await Driver.start();
    const client = await driver.connect(kind);
    await driver.run({ start: true });
    return { driver, client };
  }

  /** Commands are carried out one after the other, whoever gives them. */
  run(command) {
    const result = this.#tail.then(() => this.#run(command));
    this.#tail = result.catch(() => {});
    return result;
  }

  async #run(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      assert.ok(!done, `the driver ended in ${JSON.stringify(command)}`);
      const line = JSON.parse(value);
      if (line.ready) return;
      if (line.asked || 'heard' in line) {
        this.#asked = line.asked ?? line.heard;
        continue;
      }
      const connection = this.connections[line.on];
      if (line.close) connection.close = line.close;
      else if (line.binary) connection.events.push(Buffer.from(line.binary, 'base64'));
      else connection.events.push(line.event);
      connection.onLine?.(line);
    }
  }

  /** @param kind one of HANDSHAKES, or the handshake itself */
  connect(kind) {
    return this.add(new OpenaiConnection(this, this.connections.length, kind === 'beta' ? 'beta' : 'ga'), HANDSHAKES[kind] ?? kind);
  }

  async add(connection, handshake) {
    this.connections.push(connection);
    await this.run({ connect: handshake });
    return connection;
  }

  engine(...report) {
    return this.run({ engine: report });
  }

  /** What the engine was configured with and asked last, in words. */
  async asked() {
    await this.run({ asked: true });
    return this.#asked;
  }

  /** How many bytes of audio the engine was given. */
  async heard() {
    await this.run({ heard: true });
    return this.#asked;
  }

  advance(ms) {
    return this.run({ advance: ms });
  }

  async stop() {
    await this.#tail;
    this.#child.stdin.end();
    const [code] = this.#child.exitCode === null ? await once(this.#child, 'exit') : [this.#child.exitCode];
    assert.equal(code, 0, 'the driver failed');
  }
}

/** Speech of a client that has audio(), up to what the engine is asked. */
export async function hear(driver, client, utterance, text) {
  await client.audio(1000);
  await driver.engine('speech_started', utterance, 0);
  await driver.engine('interim', utterance, text.split(' ')[0]);
  await driver.engine('speech_stopped', utterance, 1000);
  await driver.engine('final', utterance, text);
}

/** What any face sends and is sent. */
export class Connection {
  events = [];
  close = null;
  /** Called with each { event } or { close }. */
  onLine = null;
  #driver;
  #on;
  #shown = 0;

  constructor(driver, on) {
    this.#driver = driver;
    this.#on = on;
  }

  send(event) {
    return this.#driver.run({ on: this.#on, send: event });
  }

  raw(text) {
    return this.#driver.run({ on: this.#on, raw: text });
  }

  binary(bytes = Buffer.from([0, 1])) {
    return this.#driver.run({ on: this.#on, binary: bytes.toString('base64') });
  }

  closed(code = 1000) {
    return this.#driver.run({ on: this.#on, closed: code });
  }

  last(type) {
    return this.events.findLast((event) => event.type === type);
  }

  /** The types of everything since the last call, equal ones in a row once, without what follows every response. */
  newTypes() {
    const types = this.events.slice(this.#shown).map((event) => event.type).filter((type) => type !== 'rate_limits.updated');
    this.#shown = this.events.length;
    return types.filter((type, index) => type !== types[index - 1]);
  }
}

class OpenaiConnection extends Connection {
  /** Ids of items that this client made out of sound. */
  recordings = [];

  constructor(driver, on, dialect) {
    super(driver, on);
    this.dialect = dialect;
  }

  /** What this event is refused with says so, by the event's id. */
  async send(event) {
    const before = this.events.length;
    await super.send(event);
    for (const { type, error } of this.events.slice(before))
      if (type === 'error') assert.equal(error.event_id, event.event_id ?? null, JSON.stringify(error));
  }

  check(options) {
    assertValid(this.events, this.dialect, { recordings: this.recordings, ...options });
  }
}
