// What each kind of event costs the server: CPU time per event, both ways.
import { startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { cpuTime, row } from './bench.mjs';

const EVENTS = 2000;
const daemon = await startDaemon({ env: { STT_PROVIDER: 'fake', LLM_PROVIDER: 'scripted', TTS_PROVIDER: 'fake' } });
const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
await connection.next('session.updated');

async function measure(what, target, send, answer) {
  const round = async (count) => {
    connection.restart();
    for (let i = 0; i < count; i++) send(i);
    for (let i = 0; i < count; i++) await connection.next(answer);
  };
  await round(200);
  const before = cpuTime(daemon.pid);
  await round(EVENTS);
  row(`event: ${what}`, `${(((cpuTime(daemon.pid) - before) * 1000) / EVENTS).toFixed(0)} us`, target);
}

const item = { ...userText('What is the weather like today?').item, id: 'kept' };
connection.send({ type: 'conversation.item.create', item });
await connection.next('conversation.item.done');
await measure('session.update', '80 us', (i) => connection.send({ type: 'session.update', session: { type: 'realtime', instructions: `Be brief, ${i}.` } }), 'session.updated');
await measure('conversation.item.retrieve', '30 us', () => connection.send({ type: 'conversation.item.retrieve', item_id: 'kept' }), 'conversation.item.retrieved');
await measure('conversation.item.create and .delete', '80 us', (i) => {
  connection.send({ type: 'conversation.item.create', item: { ...item, id: `item_${i}` } });
  connection.send({ type: 'conversation.item.delete', item_id: `item_${i}` });
}, 'conversation.item.deleted');
await measure('refused', '30 us', () => connection.send({ type: 'conversation.item.retrieve', item_id: 'unknown', event_id: 'e' }), 'error');
await connection.close();
await daemon.stop();
