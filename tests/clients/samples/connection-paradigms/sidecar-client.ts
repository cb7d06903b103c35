// Client: Connect to same session with client tools
const client = new Vowel({
  appId: 'your-app-id',
  voiceConfig: {
    provider: 'vowel-prime',
    token: serverToken, // Token from backend
  },
});

// Register client-side tools
client.registerAction('updateUI', {
  description: 'Update UI element',
  parameters: {
    elementId: { type: 'string' },
    value: { type: 'string' },
  },
}, async ({ elementId, value }) => {
  document.getElementById(elementId)!.textContent = value;
});

// Both client and server tools are now available!
