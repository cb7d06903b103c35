// Backend WebSocket connection (Node.js)
import WebSocket from 'ws';

const API_KEY = 'vkey_your_fixed_api_key_here';
const WS_URL = 'wss://api.vowel.to/v1/realtime';

async function connectDirectWebSocket() {
  // Connect with fixed API key
  const ws = new WebSocket(WS_URL, {
    headers: {
      'Authorization': `Bearer ${API_KEY}`,
    },
  });

  ws.on('open', () => {
    console.log('Connected to Vowel WebSocket');
    
    // Send session update with tools
    ws.send(JSON.stringify({
      type: 'session.update',
      session: {
        tools: [
          {
            type: 'function',
            name: 'serverAction',
            description: 'Execute server-side action',
            parameters: {
              type: 'object',
              properties: {
                action: { type: 'string' },
                params: { type: 'object' },
              },
            },
          },
        ],
      },
    }));
  });

  ws.on('message', (data) => {
    const message = JSON.parse(data.toString());
    
    if (message.type === 'conversation.item.created') {
      const item = message.item;
      
      if (item.type === 'message' && item.role === 'user') {
        console.log('User said:', item.content);
      }
    }
    
    if (message.type === 'response.audio_transcript.delta') {
      console.log('AI transcript:', message.delta);
    }
    
    // Handle tool calls
    if (message.type === 'response.function_call_arguments.done') {
      const toolCall = message.function_call;
      handleToolCall(toolCall);
    }
  });

  ws.on('error', (error) => {
    console.error('WebSocket error:', error);
  });

  ws.on('close', () => {
    console.log('WebSocket closed');
  });
}

async function handleToolCall(toolCall: any) {
  const { name, arguments: args } = toolCall;
  
  // Execute server-side tool
  if (name === 'serverAction') {
    const result = await executeServerAction(args.action, args.params);
    
    // Send tool result back
    ws.send(JSON.stringify({
      type: 'conversation.item.create',
      item: {
        type: 'function_call_output',
        call_id: toolCall.call_id,
        output: JSON.stringify(result),
      },
    }));
  }
}
