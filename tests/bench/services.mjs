// Services that cost next to nothing, in a process of their own: a recogniser,
// a model and a voice that answer at once. Started by startServices().
//   node services.mjs CHUNKS INTERVAL_MS
// The voice sends CHUNKS of 40 ms each, one every INTERVAL_MS (0: all at once),
// and writes into each when it leaves.
import net from 'node:net';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const CHUNK_MS = 40;
const SAMPLES = 24 * CHUNK_MS;
const MAGIC = [12345, -12345, 12321];
const DIGITS = 4; // of 14 bits: a time in microseconds

export const now = () => Number(process.hrtime.bigint() / 1000n);

function stamp(chunk) {
  let time = now();
  MAGIC.forEach((sample, i) => chunk.writeInt16LE(sample, 2 * i));
  for (let i = 0; i < DIGITS; i++, time = Math.floor(time / 16384)) chunk.writeInt16LE(time % 16384, 2 * (MAGIC.length + i));
}

const magic = Buffer.alloc(2 * MAGIC.length);
MAGIC.forEach((sample, i) => magic.writeInt16LE(sample, 2 * i));

/** When the chunks left that begin in this audio. */
export function* findStamps(audio) {
  for (let at = audio.indexOf(magic); at >= 0 && at + 2 * (MAGIC.length + DIGITS) <= audio.length; at = audio.indexOf(magic, at + 1)) {
    let time = 0;
    for (let i = DIGITS - 1; i >= 0; i--) time = time * 16384 + audio.readInt16LE(at + 2 * (MAGIC.length + i));
    yield time;
  }
}

const json = (text) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
const delta = (delta, reason = null) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
const nothing = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n';
const transcript = json('{"text":"What is the weather like today?"}');
const answer = delta({ role: 'assistant', content: 'The sun ' }) + delta({ content: 'is shining.' }) + delta({}, 'stop') + 'data: [DONE]\n\n';
const completion = `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`;

function speak(socket, chunks, interval) {
  const size = (2 * SAMPLES).toString(16);
  const began = performance.now();
  const send = (left) => {
    const chunk = Buffer.alloc(2 * SAMPLES);
    stamp(chunk);
    socket.write(`${size}\r\n`);
    socket.write(chunk);
    socket.write(left > 1 ? '\r\n' : '\r\n0\r\n\r\n');
    // At times of its own: timers that are set anew when they fire would soon all fire together.
    if (left > 1 && interval > 0) setTimeout(send, began + (chunks - left + 1) * interval - performance.now(), left - 1);
    else if (left > 1) send(left - 1);
    if (interval > 0 || left === 1) socket.uncork();
    if (interval > 0 && left > 1) socket.cork();
  };
  socket.cork();
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: audio/pcm\r\nTransfer-Encoding: chunked\r\n\r\n');
  send(chunks);
}

function serve(chunks, interval) {
  const server = net.createServer({ noDelay: true }, (socket) => {
    let input = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      input = input.length > 0 ? Buffer.concat([input, data]) : data;
      for (;;) {
        const end = input.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = input.toString('latin1', 0, end);
        const length = end + 4 + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
        if (input.length < length) return;
        input = input.subarray(length);
        if (head.includes('/transcriptions ')) socket.write(transcript);
        else if (head.includes('/completions ')) socket.write(completion);
        else if (head.includes('/speech ')) speak(socket, chunks, interval);
        // What keeps a connection warm must not occupy it.
        else socket.write(nothing);
      }
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

/** The daemon gets one processor for itself, where there are several. */
export function pin(pid, processor) {
  if (cpus().length > 1) execFileSync('taskset', ['-a', '-p', '-c', String(processor), String(pid)], { stdio: 'ignore' });
}

export async function startServices(chunks, interval) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), chunks, interval].map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  const base = `http://127.0.0.1:${port}/v1`;
  return {
    port: Number(port),
    pid: child.pid,
    env: {
      STT_PROVIDER: 'openai-compatible', TTS_PROVIDER: 'openai-compatible', ECHOLINE_BASE_URL: base, ECHOLINE_TTS_RESPONSE_FORMAT: 'pcm',
      LLM_PROVIDER: 'openai-compatible', OPENAI_COMPATIBLE_BASE_URL: base, OPENAI_COMPATIBLE_MODEL: 'm',
      VOWEL_OUTPUT_LEAD_MS: '0', VOWEL_WORKERS: '1',
    },
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  serve(Number(process.argv[2]), Number(process.argv[3]));
  // Whoever started it holds the other end of stdin.
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
