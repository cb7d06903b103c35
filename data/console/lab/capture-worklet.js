// Collects the microphone into packets of 40 ms, 16 bit.
class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.packet = new Int16Array(Math.round(sampleRate * 0.04));
    this.filled = 0;
    this.peak = 0;
  }

  process(inputs) {
    const samples = inputs[0][0];
    if (!samples) return true;
    for (const sample of samples) {
      const clipped = Math.max(-1, Math.min(1, sample));
      this.peak = Math.max(this.peak, Math.abs(clipped));
      this.packet[this.filled++] = Math.round(clipped * 32767);
      if (this.filled === this.packet.length) {
        this.port.postMessage({ packet: this.packet, peak: this.peak });
        this.packet = new Int16Array(this.packet.length);
        this.filled = 0;
        this.peak = 0;
      }
    }
    return true;
  }
}

registerProcessor('capture', Capture);
