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
  #context; #sources = new Set(); #next = 0; #item = null;

  /** Must first be called from a click or key, or the browser stays silent. */
  unlock() {
    this.#context ??= newContext();
    this.#context.resume();
  }

  play(itemId, contentIndex, samples) {
    this.unlock();
    const now = this.#context.currentTime;
    if (this.#item?.id !== itemId) {
      this.#item = { id: itemId, contentIndex, start: Math.max(now, this.#next), length: 0 };
    }
    const buffer = this.#context.createBuffer(1, samples.length, RATE);
    const channel = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i++) channel[i] = samples[i] / 32768;
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    this.#next = Math.max(now, this.#next);
    source.start(this.#next);
    this.#next += buffer.duration;
    this.#item.length += buffer.duration;
    this.#sources.add(source);
    source.onended = () => this.#sources.delete(source);
  }

  /** Stops at once. Says what was playing and how much of it was heard, or null. */
  interrupt() {
    if (!this.#sources.size || !this.#item) return null;
    const { id, contentIndex, start, length } = this.#item;
    const heard = Math.min(length, Math.max(0, this.#context.currentTime - start));
    for (const source of this.#sources) source.stop();
    this.#sources.clear();
    this.#next = 0;
    this.#item = null;
    return { itemId: id, contentIndex, heardMs: Math.floor(heard * 1000) };
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
