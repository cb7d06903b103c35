// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands between a program that is no Node.js client and the daemon, so that
// what the daemon sends it is checked, too.
import http from 'node:http';
import WebSocket, { WebSocketServer } from 'ws';

const PASSED_ON = ['authorization', 'openai-beta', 'user-agent'];

/** Resolves to { url, close() }. */
export async function startProxy(daemon) {
  const server = http.createServer((request, response) => {
    request.pipe(http.request(`${daemon.origin}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0], perMessageDeflate: false });
  sockets.on('connection', (client, request) => {
    const headers = Object.fromEntries(PASSED_ON.filter((name) => request.headers[name]).map((name) => [name, request.headers[name]]));
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()).filter(Boolean);
    const upstream = new WebSocket(`${daemon.origin.replace('http', 'ws')}${request.url}`, protocols, { headers, perMessageDeflate: false });
    const waiting = [];
    const toServer = (data, isBinary) => upstream.send(data, { binary: isBinary });
    client.on('message', (data, isBinary) => (upstream.readyState === WebSocket.OPEN ? toServer(data, isBinary) : waiting.push([data, isBinary])));
    upstream.on('open', () => waiting.forEach((message) => toServer(...message)));
    upstream.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
    const code = (value) => (value >= 1000 && value !== 1005 && value !== 1006 ? value : 1011);
    upstream.on('close', (value, reason) => (value === 1006 ? client.terminate() : client.close(code(value), reason)));
    client.on('close', (value, reason) => (value === 1006 ? upstream.terminate() : upstream.close(code(value), reason)));
    upstream.on('error', () => client.terminate());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${server.address().port}/v1/realtime`,
    close: () => { for (const socket of sockets.clients) socket.terminate(); server.close(); },
  };
}
