// Backend (Node.js example)
import fetch from 'node-fetch';

const API_KEY = 'vkey_your_fixed_api_key_here';
const BASE_URL = 'https://api.vowel.to';

// Generate ephemeral token for client
async function generateClientToken(sessionKey?: string) {
  const response = await fetch(`${BASE_URL}/v1/realtime/sessions`, {
    method: 'POST',
    headers: {
      'Authorization': `Bearer ${API_KEY}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({
      model: 'gpt-4o-realtime-preview',
      sessionKey: sessionKey, // Optional: join existing session
      tools: [
        {
          type: 'function',
          name: 'processOrder',
          description: 'Process a customer order',
          parameters: {
            type: 'object',
            properties: {
              orderId: { type: 'string' },
              amount: { type: 'number' },
            },
            required: ['orderId', 'amount'],
          },
        },
      ],
    }),
  });

  if (!response.ok) {
    throw new Error(`Failed to generate token: ${response.statusText}`);
  }

  const data = await response.json();
  return data.client_secret.value; // Ephemeral token
}
