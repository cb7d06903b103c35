// The page: asks its server for a token, opens the WebSocket, captures the
// microphone, plays what comes and lists the rest.
import { useAudioPlayback } from './use-audio-playback.js';
import { captureMicrophone } from './microphone.js';
import { useSessionWebSocket } from './use-session-websocket.js';

const { wsUrl, agentId } = await (await fetch('/settings')).json();
const element = (id) => document.getElementById(id);
const playback = useAudioPlayback();
let stopMicrophone;

function describe({ type, data }) {
  switch (type) {
    case 'speech_started': return data.emulated ? 'Speech started (VAD emulated)' : 'Speech started';
    case 'response_text': return `Agent: ${data.text}`;
    case 'input_audio_transcript': return `You: ${data.transcript}`;
    case 'tool_call': return `Tool: ${data.toolName}`;
    default: return type;
  }
}

const session = useSessionWebSocket({
  onResponseAudio: playback.play,
  onEvent(event) {
    if (event.type === 'interruption') playback.reset();
    const line = document.createElement('li');
    line.dataset.type = event.type;
    line.textContent = describe(event);
    element('events').append(line);
  },
  async onStatus(status) {
    element('status').textContent = status;
    element('connect').disabled = status !== 'disconnected';
    element('disconnect').disabled = status === 'disconnected';
    if (status === 'connected') stopMicrophone = await captureMicrophone(24000, session.sendInputAudio);
    if (status === 'disconnected') stopMicrophone?.();
  },
});

element('connect').onclick = async () => {
  const response = await fetch('/actions/session-token', { method: 'POST', body: agentId });
  const token = await response.text();
  session.connect(`${wsUrl}?token=${encodeURIComponent(token)}`);
};
element('disconnect').onclick = () => session.disconnect();
window.demo = { playback, session };
