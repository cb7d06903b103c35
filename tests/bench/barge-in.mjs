// The ends of speech: how soon the answer begins, how soon it stops.
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { append, packets, sendSpeech, silence, speak } from '../lib/speech.mjs';
import { median, ms, row } from './bench.mjs';

const RUNS = 20;
const speech = speak('Please stop talking now.');
const ask = (text) => ({
  type: 'response.create',
  response: { input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }] },
});

async function connect(daemon) {
  const connection = await RealtimeConnection.open(daemon.url);
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad' } } } } });
  await connection.next('session.updated');
  return connection;
}

// A recogniser and a voice without delay: what is measured is the server's own time.
let daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted' } });
const toResponse = [];
for (let run = 0; run < RUNS; run++) {
  const connection = await connect(daemon);
  sendSpeech(connection, speech);
  const stopped = await connection.next('input_audio_buffer.speech_stopped');
  const created = await connection.next('response.created');
  toResponse.push(connection.timeOf(created) - connection.timeOf(stopped));
  await connection.close();
}
await daemon.stop();
row('end of speech decided to response.created', ms(median(toResponse)), '2 ms');

// A voice that takes its time over a long story, so that there is something to
// interrupt.
daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted', TTS_PROVIDER: 'flite' } });
const toSilence = [];
let late = 0;
for (let run = 0; run < RUNS; run++) {
  const connection = await connect(daemon);
  connection.send(ask('tell me a long story'));
  const first = await connection.next('response.output_audio.delta');
  for (const packet of packets(Buffer.concat([silence(100), speech]))) connection.send(append(packet));
  const started = await connection.next('input_audio_buffer.speech_started');
  const done = await connection.next('response.done', ({ response }) => response.id === first.response_id);
  // The answer to this one comes after everything that might be late.
  connection.send({ type: 'input_audio_buffer.clear' });
  await connection.next('input_audio_buffer.cleared');
  if (done.response.status !== 'cancelled') throw new Error(`the answer was over before the caller spoke: ${done.response.status}`);
  const deltas = connection.events.filter(({ type, response_id: id }) => type === 'response.output_audio.delta' && id === first.response_id);
  toSilence.push(Math.max(0, connection.timeOf(deltas.at(-1)) - connection.timeOf(started)));
  late += deltas.filter((delta) => connection.events.indexOf(delta) > connection.events.indexOf(done)).length;
  await connection.close();
}
row('barge-in: speech decided to last audio byte', ms(median(toSilence)), '5 ms');
row('barge-in: deltas of the answer after its end', String(late), '0');
await daemon.stop();
