// Client 1: Creates session
const session1 = await createSession();
const { sessionKey, token } = session1;

// Client 2: Joins same session
const client2 = new Vowel({
  appId: 'your-app-id',
  voiceConfig: {
    provider: 'vowel-prime',
    token: await getTokenForSession(sessionKey), // Same sessionKey
  },
});

// Both clients share conversation and tools
