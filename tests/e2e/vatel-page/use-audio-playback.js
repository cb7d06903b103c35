// Plays base64 PCM at 24 kHz, one chunk behind the other.
export function useAudioPlayback() {
  const context = new AudioContext({ sampleRate: 24000 });
  let next = 0;
  const played = { chunks: 0, seconds: 0, peak: 0, ahead: 0 };

  return {
    played,
    play(base64) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const samples = new Int16Array(bytes.buffer);
      if (samples.length === 0) return;
      const buffer = context.createBuffer(1, samples.length, 24000);
      const channel = buffer.getChannelData(0);
      samples.forEach((sample, index) => { channel[index] = sample / 32768; });
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      next = Math.max(next, context.currentTime);
      source.start(next);
      next += buffer.duration;
      played.chunks++;
      played.seconds += buffer.duration;
      played.peak = Math.max(played.peak, ...channel.map(Math.abs));
      played.ahead = Math.max(played.ahead, next - context.currentTime);
    },
    /** The clock alone: what is scheduled plays on. */
    reset() { next = 0; },
  };
}
