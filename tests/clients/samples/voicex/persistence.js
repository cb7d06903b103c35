// Save on first connect
const historyKey = connectedMsg.historyKey;

// Use on subsequent connections
const ws = new WebSocket(`wss://host/ws/voice?api_key=vx_...&session_id=${historyKey}`);
