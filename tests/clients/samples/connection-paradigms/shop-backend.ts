// Backend: Express.js server
import express from 'express';
import { VowelAPI } from './vowel-api';

const app = express();
const vowelAPI = new VowelAPI(process.env.VOWEL_API_KEY!);

// Endpoint: Create voice session with server tools
app.post('/api/voice/session', async (req, res) => {
  const userId = req.user.id; // Your auth
  
  // Generate sessionKey
  const sessionKey = generateSessionKey();
  
  // Create session with server-side tools
  const { token } = await vowelAPI.createSession({
    sessionKey: sessionKey,
    tools: [
      {
        type: 'function',
        name: 'getOrderStatus',
        description: 'Get order status from database',
        parameters: {
          type: 'object',
          properties: {
            orderId: { type: 'string' },
          },
        },
      },
      {
        type: 'function',
        name: 'processRefund',
        description: 'Process refund for order',
        parameters: {
          type: 'object',
          properties: {
            orderId: { type: 'string' },
            amount: { type: 'number' },
          },
        },
      },
    ],
  });
  
  // Store sessionKey for later server connection
  await storeSessionKey(userId, sessionKey);
  
  res.json({ token, sessionKey });
});

// WebSocket handler for server-side tool execution
app.ws('/api/voice/server', async (ws, req) => {
  const userId = req.user.id;
  const sessionKey = await getSessionKey(userId);
  
  // Connect server to same session
  const serverWs = await vowelAPI.connectToSession(sessionKey);
  
  serverWs.on('message', async (data) => {
    const message = JSON.parse(data.toString());
    
    if (message.type === 'response.function_call_arguments.done') {
      const { name, arguments: args } = message.function_call;
      
      // Execute server-side tools
      let result;
      if (name === 'getOrderStatus') {
        result = await getOrderFromDB(args.orderId);
      } else if (name === 'processRefund') {
        result = await processRefundInDB(args.orderId, args.amount);
      }
      
      // Send result back
      serverWs.send(JSON.stringify({
        type: 'conversation.item.create',
        item: {
          type: 'function_call_output',
          call_id: message.function_call.call_id,
          output: JSON.stringify(result),
        },
      }));
    }
  });
});
