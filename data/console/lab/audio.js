// The microphone and the loudspeaker, both at the protocol's 24 kHz: the browser resamples.
export const RATE = 24000;

const newContext = () => new AudioContext({ sampleRate: RATE });

export class Microphone {
  #context; #stream;

  /** onPacket(Int16Array, peak 0..1) is called every 40 ms. */
  async start(onPacket) {
    this.#stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    this.#context = newContext();
    await this.#context.audioWorklet.addModule(new URL('capture-worklet.js', import.meta.url));
    const capture = new AudioWorkletNode(this.#context, 'capture', { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }) => onPacket(data.packet, data.peak);
    this.#context.createMediaStreamSource(this.#stream).connect(capture);
  }

  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#stream = this.#context = undefined;
  }
}

export class Player {
  #context; #sources = new Set(); #next = 0; #items = [];
  /** Called when the last of what was given to play has been played. */
  onsilence = null;

  /** Must first be called from a click or key, or the browser stays silent. */
  unlock() {
    this.#context ??= newContext();
    this.#context.resume();
  }

  get playing() {
    return this.#sources.size > 0;
  }

  play(itemId, contentIndex, samples) {
    this.unlock();
    const now = this.#context.currentTime;
    const buffer = this.#context.createBuffer(1, samples.length, RATE);
    const channel = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i++) channel[i] = samples[i] / 32768;
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    const start = Math.max(now, this.#next);
    source.start(start);
    this.#note(itemId, contentIndex, start, buffer.duration, now);
    this.#next = start + buffer.duration;
    this.#sources.add(source);
    source.onended = () => {
      this.#sources.delete(source);
      if (!this.#sources.size) this.onsilence?.();
    };
  }

  /** Remembers when which stretch of an item plays: the network may leave gaps between them. */
  #note(id, contentIndex, start, duration, now) {
    let item = this.#items.at(-1);
    if (item?.id !== id) {
      this.#items = this.#items.filter(({ stretches }) => stretches.at(-1).end > now);
      item = { id, contentIndex, stretches: [] };
      this.#items.push(item);
    }
    const last = item.stretches.at(-1);
    if (last && last.end === start) last.end += duration;
    else item.stretches.push({ start, end: start + duration });
  }

  /** Stops at once. Says of each item that was not played to its end how much of it was heard. */
  interrupt() {
    if (!this.#sources.size) return [];
    const now = this.#context.currentTime - (this.#context.outputLatency || 0);
    const cut = this.#items
      .filter(({ stretches }) => stretches.at(-1).end > now)
      .map(({ id, contentIndex, stretches }) => {
        const heard = stretches.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(now, end) - start), 0);
        return { itemId: id, contentIndex, heardMs: Math.floor(heard * 1000) };
      });
    for (const source of this.#sources) {
      source.onended = null;
      source.stop();
    }
    this.#sources.clear();
    this.#next = 0;
    this.#items = [];
    return cut;
  }
}

export function toBase64(samples) {
  const bytes = new Uint8Array(samples.buffer);
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

export function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
}
