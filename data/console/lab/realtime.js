// One connection to the server's OpenAI Realtime endpoint. Dispatches every server event under its type.
export class Realtime extends EventTarget {
  #socket;

  /** Resolves when the session exists; rejects with a message for people. @param agent who answers, if anybody does */
  connect(token, agent) {
    const url = new URL('/v1/realtime', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.hash = '';
    url.search = agent ? `?agent_id=${encodeURIComponent(agent)}` : '';
    const protocols = ['realtime'];
    if (token) protocols.push(`openai-insecure-api-key.${token}`);
    this.#socket = new WebSocket(url, protocols);
    return new Promise((resolve, reject) => {
      this.addEventListener('session.created', resolve, { once: true });
      this.#socket.onmessage = ({ data }) => {
        const event = JSON.parse(data);
        this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
      };
      this.#socket.onclose = ({ code, reason }) => {
        reject(new Error(reason || `The server closed the connection (${code}).`));
        this.dispatchEvent(new CustomEvent('closed', { detail: { code, reason } }));
      };
    });
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(event) {
    if (this.connected) this.#socket.send(JSON.stringify(event));
  }

  close() {
    this.#socket?.close(1000);
  }
}
