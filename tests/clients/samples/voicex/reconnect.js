let attempts = 0;
const MAX_ATTEMPTS = 3;

function connect() {
  const ws = new WebSocket(url);

  ws.onopen = () => { attempts = 0; };

  ws.onclose = (event) => {
    if (event.code === 4001) return; // don't retry auth errors

    if (attempts < MAX_ATTEMPTS) {
      const delay = Math.min(1000 * Math.pow(2, attempts), 10000);
      attempts++;
      setTimeout(connect, delay);
    }
  };
}
