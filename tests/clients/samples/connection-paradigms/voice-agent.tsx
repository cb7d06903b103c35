// Client-side (React example)
import { Vowel } from '@vowel.to/client';
import { useEffect, useState } from 'react';

function VoiceAgent() {
  const [vowel, setVowel] = useState<Vowel | null>(null);

  useEffect(() => {
    async function initialize() {
      // Request token from your backend
      const response = await fetch('/api/vowel/token', {
        method: 'POST',
        credentials: 'include', // Include auth cookies
      });
      
      const { token, sessionKey } = await response.json();
      
      // Create Vowel client with token
      const client = new Vowel({
        appId: 'your-app-id',
        voiceConfig: {
          provider: 'vowel-prime',
          // Pass token directly (bypasses platform token endpoint)
          token: token,
        },
      });
      
      await client.connect();
      setVowel(client);
    }
    
    initialize();
  }, []);

  return <div>Voice agent ready</div>;
}
