const audioContext = new AudioContext({ sampleRate: 24000 });

ws.onmessage = async (event) => {
  // Binary frames = audio
  if (event.data instanceof Blob || event.data instanceof ArrayBuffer) {
    const buffer = event.data instanceof Blob
      ? await event.data.arrayBuffer()
      : event.data;
    const decoded = await audioContext.decodeAudioData(buffer);
    const source = audioContext.createBufferSource();
    source.buffer = decoded;
    source.connect(audioContext.destination);
    source.start(0);
    return;
  }

  // JSON frames = control messages
  const msg = JSON.parse(event.data);

  switch (msg.type) {
    case 'connected':
      console.log('Connected to agent:', msg.agentName);
      localStorage.setItem('voicex_session_id', msg.historyKey);
      startMicrophone();
      break;

    case 'transcript':
      const { role, text, isFinal } = msg.payload;
      updateTranscript(role, text, isFinal);
      break;

    case 'audioStop':
      stopAllAudio();  // user interrupted
      break;

    case 'audioEnd':
      // assistant finished speaking
      break;

    case 'error':
      console.error('Voicex error:', msg.payload.message);
      break;
  }
};
