// SPDX-License-Identifier: LGPL-2.1-or-later
// The `openai` package in both of its forms, keeping all that it receives.
import assert from 'node:assert/strict';
import net from 'node:net';
import OpenAI from 'openai';
import { OpenAIRealtimeWS as GaClient } from 'openai/realtime/ws';
import { OpenAIRealtimeWS as BetaClient } from 'openai/beta/realtime/ws';
import { assertValid } from '../protocol/valid.mjs';
import { until } from './until.mjs';

const classes = { ga: GaClient, beta: BetaClient };

export class Client {
  events = [];
  errors = [];
  closed = null;

  /** @param dialect 'ga' or 'beta' */
  static async connect(dialect, port) {
    const client = new Client();
    const openai = new OpenAI({ apiKey: 'sk-x', baseURL: `http://127.0.0.1:${port}/v1` });
    client.dialect = dialect;
    // Plain TCP under the wss: URL that the package insists on.
    client.rt = new classes[dialect]({ model: 'm', options: { createConnection: () => net.connect({ host: '127.0.0.1', port }) } }, openai);
    client.rt.on('event', (event) => client.events.push(event));
    client.rt.on('error', (error) => client.errors.push(error));
    client.rt.socket.on('close', (code, reason) => { client.closed = `${code} ${reason}`; });
    await client.next('session.created');
    return client;
  }

  send(event) {
    this.rt.send(event);
  }

  /** The latest of its type, once there are `count`. */
  next(type, count = 1) {
    return until(() => {
      if (this.closed) throw new Error(`closed with ${this.closed} before ${type}`);
      const found = this.events.filter((event) => event.type === type);
      return found.length >= count && found.at(-1);
    }, () => `${type} ${count}, got ${this.events.map((event) => event.type)}`);
  }

  /** This dialect's name of a GA event. */
  name(type) {
    return this.dialect === 'ga' ? type : type.replace('response.output_', 'response.');
  }

  check() {
    assertValid(this.events, this.dialect);
    assert.deepEqual(this.errors, []);
  }

  close() {
    this.rt.close();
  }
}
