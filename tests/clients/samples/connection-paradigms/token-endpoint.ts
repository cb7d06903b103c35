// Backend endpoint (Express.js example)
import express from 'express';
import { generateClientToken } from './vowel-api';

const app = express();

app.post('/api/vowel/token', async (req, res) => {
  try {
    // Authenticate your user (your own auth system)
    const userId = await authenticateUser(req);
    
    // Optional: Generate or reuse sessionKey for sidecar pattern
    const sessionKey = req.body.sessionKey || generateSessionKey();
    
    // Mint ephemeral token from Vowel
    const ephemeralToken = await generateClientToken(sessionKey);
    
    res.json({
      token: ephemeralToken,
      sessionKey: sessionKey, // Return for client to use
      expiresAt: Date.now() + 3600000, // 1 hour
    });
  } catch (error) {
    res.status(500).json({ error: error.message });
  }
});

function generateSessionKey(): string {
  const randomBytes = crypto.randomBytes(16);
  return `sesskey_${randomBytes.toString('hex')}`;
}
