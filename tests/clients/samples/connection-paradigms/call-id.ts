// Connect with call_id (OpenAI pattern)
const ws = new WebSocket(
  `wss://api.vowel.to/v1/realtime?call_id=${sessionKey}`,
  {
    headers: {
      'Authorization': `Bearer ${token}`,
    },
  }
);
