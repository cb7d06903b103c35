// Send a text message
ws.send(JSON.stringify({
  type: 'conversation.item.create',
  item: {
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: 'What is the status of order 12345?' }],
  },
}));

// Request a response
ws.send(JSON.stringify({ type: 'response.create' }));
