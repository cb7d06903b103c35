// Captures the microphone in chunks of 2048 samples, as base64 of PCM.
const WORKLET = `registerProcessor('chunks', class extends AudioWorkletProcessor {
  chunk = new Int16Array(2048);
  length = 0;
  process([[channel]]) {
    for (const sample of channel ?? []) {
      this.chunk[this.length++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.length < this.chunk.length) continue;
      this.port.postMessage(this.chunk.slice());
      this.length = 0;
    }
    return true;
  }
});`;

export async function captureMicrophone(sampleRate, onChunk) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext({ sampleRate });
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([WORKLET], { type: 'text/javascript' })));
  const node = new AudioWorkletNode(context, 'chunks');
  node.port.onmessage = ({ data }) => onChunk(btoa(String.fromCharCode(...new Uint8Array(data.buffer))));
  context.createMediaStreamSource(stream).connect(node);
  return () => {
    for (const track of stream.getTracks()) track.stop();
    context.close();
  };
}
