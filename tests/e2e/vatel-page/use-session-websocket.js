// The WebSocket: events in, audio and outputs of tools out.
export function useSessionWebSocket({ onResponseAudio, onEvent, onStatus }) {
  let socket = null;
  const events = [];

  const send = (type, data) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type, data }));
  };
  const sendToolCallOutput = (toolCallId, output) => send('tool_call_output', { toolCallId, output });

  return {
    events,
    sendToolCallOutput,
    sendInputAudio: (audio) => send('input_audio', { audio }),
    connect(url) {
      onStatus('connecting');
      socket = new WebSocket(url);
      socket.onopen = () => onStatus('connected');
      socket.onclose = ({ code }) => {
        events.push({ type: 'closed', code });
        onStatus('disconnected');
      };
      socket.onmessage = ({ data: text }) => {
        const event = JSON.parse(text);
        if (event.type === 'response_audio') {
          onResponseAudio(event.data.audio);
          return;
        }
        events.push(event);
        onEvent(event);
        // So that the agent can go on.
        if (event.type === 'tool_call') sendToolCallOutput(event.data.toolCallId, 'success');
      };
    },
    disconnect: () => socket?.close(),
  };
}
