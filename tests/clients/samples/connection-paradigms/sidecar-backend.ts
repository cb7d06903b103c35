// Backend: Create session with server tools
async function createSessionWithServerTools() {
  const sessionKey = generateSessionKey();
  
  const response = await fetch(`${BASE_URL}/v1/realtime/sessions`, {
    method: 'POST',
    headers: {
      'Authorization': `Bearer ${API_KEY}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({
      sessionKey: sessionKey,
      tools: [
        {
          type: 'function',
          name: 'processPayment',
          description: 'Process payment on server',
          parameters: {
            type: 'object',
            properties: {
              amount: { type: 'number' },
              currency: { type: 'string' },
            },
          },
        },
      ],
    }),
  });
  
  const { client_secret } = await response.json();
  
  return {
    sessionKey: sessionKey,
    token: client_secret.value,
  };
}
