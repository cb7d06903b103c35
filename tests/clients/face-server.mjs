// SPDX-License-Identifier: LGPL-2.1-or-later
// The OpenAI face behind a real WebSocket, for real clients: its engine does
// what the test says, so that every race can be had on purpose.
import http from 'node:http';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { Driver } from '../protocol/driver.mjs';

export class FaceServer {
  driver;
  /** The latest connection, as tests/protocol/driver.mjs knows it. */
  connection = null;
  /** Types of what clients have sent. */
  received = [];
  #http;
  #sockets;
  #stopping = false;

  static async start() {
    const server = new FaceServer();
    server.driver = await Driver.start();
    server.#http = http.createServer();
    server.#sockets = new WebSocketServer({
      server: server.#http,
      handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
    });
    server.#sockets.on('connection', (socket, request) => server.#accept(socket, request));
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get port() {
    return this.#http.address().port;
  }

  async #accept(socket, request) {
    const early = [];
    let ready = null;
    // Messages may come before the face exists.
    socket.on('message', async (data) => {
      if (this.#stopping) return;
      if (ready) await ready.raw(String(data));
      else early.push(String(data));
      this.received.push(JSON.parse(data).type);
    });
    const { headers } = request;
    const connection = await this.driver.connect({
      beta_header: headers['openai-beta'],
      subprotocols: headers['sec-websocket-protocol'],
      user_agent: headers['user-agent'],
      agents_sdk_header: headers['x-openai-agents-sdk'],
    });
    if (headers['openai-beta']) connection.dialect = 'beta';
    connection.onLine = ({ event, close }) => (close ? socket.close(close.code, close.reason) : socket.send(JSON.stringify(event)));
    socket.on('close', (code) => this.#stopping || connection.closed(code));
    ready = connection;
    this.connection = connection;
    await this.driver.run({ start: true });
    for (const text of early) await connection.raw(text);
  }

  engine(...report) {
    return this.driver.engine(...report);
  }

  async stop() {
    this.#stopping = true;
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise((resolve) => this.#http.close(resolve));
    await this.driver.stop();
  }
}
