// Client: React component
function VoiceAssistant() {
  const [vowel, setVowel] = useState<Vowel | null>(null);
  
  useEffect(() => {
    async function init() {
      // Get token from backend
      const { token, sessionKey } = await fetch('/api/voice/session', {
        credentials: 'include',
      }).then(r => r.json());
      
      // Create client with client-side tools
      const client = new Vowel({
        appId: 'your-app-id',
        voiceConfig: {
          provider: 'vowel-prime',
          token: token,
        },
      });
      
      // Register client-side UI tools
      client.registerAction('showProduct', {
        description: 'Show product on screen',
        parameters: {
          productId: { type: 'string' },
        },
      }, async ({ productId }) => {
        navigate(`/products/${productId}`);
      });
      
      await client.connect();
      setVowel(client);
    }
    
    init();
  }, []);
  
  return <VowelMicrophone client={vowel} />;
}

