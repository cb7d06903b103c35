import WebSocket from 'ws';

const ws = new WebSocket('wss://your-engine-host/v1/realtime', {
  headers: {
    'Authorization': `Bearer ${token}`,
  },
});

ws.on('open', () => {
  console.log('Connected to realtime engine');
});

ws.on('message', (data) => {
  const event = JSON.parse(data.toString());
  handleEvent(event);
});
