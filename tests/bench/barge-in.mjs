// The ends of speech: how soon the answer begins, how soon it stops.
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { append, packets, sendSpeech, silence, speak } from '../lib/speech.mjs';
import { median, ms, row } from './bench.mjs';

const RUNS = 20;
const speech = speak('Please stop talking now.');
const daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted' } });
const toResponse = [];
const toSilence = [];
let late = 0;

for (let run = 0; run < RUNS; run++) {
  const connection = await RealtimeConnection.open(daemon.url);
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad' } } } } });
  await connection.next('session.updated');

  sendSpeech(connection, speech);
  const stopped = await connection.next('input_audio_buffer.speech_stopped');
  const created = await connection.next('response.created');
  toResponse.push(connection.timeOf(created) - connection.timeOf(stopped));
  await connection.next('response.done');

  connection.send({
    type: 'response.create',
    response: { input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'tell me a long story' }] }] },
  });
  await connection.next('response.output_audio.delta');
  for (const packet of packets(Buffer.concat([silence(300), speech]))) connection.send(append(packet));
  const started = await connection.next('input_audio_buffer.speech_started');
  const cancelled = await connection.next('response.done');
  const last = connection.events.findLast((event) => event.type === 'response.output_audio.delta' && event.response_id === cancelled.response.id);
  toSilence.push(Math.max(0, connection.timeOf(last) - connection.timeOf(started)));
  if (connection.events.indexOf(last) > connection.events.indexOf(cancelled)) late++;
  await connection.close();
}
row('end of speech decided to response.created', ms(median(toResponse)), '2 ms');
row('barge-in: speech decided to last audio byte', ms(median(toSilence)), '5 ms');
row('barge-in: audio after the end', String(late), '0');
await daemon.stop();
