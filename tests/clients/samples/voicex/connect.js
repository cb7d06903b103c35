const API_KEY = 'vx_a1b2c3d4e5f6...';
const AGENT_ID = '664a...';  // optional, uses default agent if omitted
const SESSION_ID = localStorage.getItem('voicex_session_id');

const params = new URLSearchParams({ api_key: API_KEY });
if (AGENT_ID) params.set('agent_id', AGENT_ID);
if (SESSION_ID) params.set('session_id', SESSION_ID);

const ws = new WebSocket(`wss://api.your-voicex.com/ws/voice?${params}`);
