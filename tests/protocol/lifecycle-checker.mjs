// SPDX-License-Identifier: LGPL-2.1-or-later
// What a schema cannot say about the events of one OpenAI Realtime connection:
// their order, their identity, and that the pieces add up to the whole.
import { isDeepStrictEqual } from 'node:util';

const TEXT_DELTA = {
  'response.output_text.delta': 'text',
  'response.text.delta': 'text',
  'response.output_audio_transcript.delta': 'transcript',
  'response.audio_transcript.delta': 'transcript',
};
const TEXT_DONE = {
  'response.output_text.done': 'text',
  'response.text.done': 'text',
  'response.output_audio_transcript.done': 'transcript',
  'response.audio_transcript.done': 'transcript',
};
const AUDIO_DELTA = new Set(['response.output_audio.delta', 'response.audio.delta']);
const AUDIO_DONE = new Set(['response.output_audio.done', 'response.audio.done']);
const TRANSCRIPTION = 'conversation.item.input_audio_transcription.';
/** Bytes in a millisecond of sound. */
const BYTES = { 'audio/pcm': 48, 'audio/pcmu': 8, 'audio/pcma': 8, pcm16: 48, g711_ulaw: 8, g711_alaw: 8 };

/** How much sound the deltas of a response hold. */
function bytesPerMs(response) {
  const format = response.audio?.output?.format;
  if (format?.rate) return BYTES[format.type] * format.rate / 24000;
  return BYTES[format?.type ?? response.output_audio_format];
}

/** One connection's events, one after the other; `problems` lists what is wrong. */
export class LifecycleChecker {
  problems = [];
  #dialect;
  #revisions;
  #recordings;
  #joined;
  #refused = false;
  #count = 0;
  #previousType = null;
  #eventIds = new Set();
  #items = new Map();     // id -> { done, deleted, outOfBand }
  #order = [];            // ids, as the conversation has them
  #sound = new Map();     // id of an item -> { bytes, bytesPerMs }
  #speech = new Map();    // id of an item -> { start, end } in ms
  #reserved = new Set();  // ids that speech_started or committed has named
  #committed = new Set();
  #speaking = null;
  #responses = new Map();
  #transcripts = new Map();
  #current = null;        // the response that writes to the conversation

  /**
   * @param dialect 'ga' or 'beta'
   * @param revisions a recogniser may take back what its deltas told
   * @param recordings ids of items that the client made out of sound, or true
   *   when any may be one
   * @param joined the connection came to a session that others had begun
   */
  constructor({ dialect = 'ga', revisions = false, recordings = [], joined = false } = {}) {
    this.#dialect = dialect;
    this.#revisions = revisions;
    this.#recordings = recordings === true ? { has: () => true } : new Set(recordings);
    this.#joined = joined;
  }

  /** The ids of the conversation's items, in its order. */
  get order() {
    return [...this.#order];
  }

  push(event) {
    this.#count++;
    this.#checkEnvelope(event);
    if (event.type === 'rate_limits.updated') {
      this.#expect(this.#previousType === 'response.done', `after ${this.#previousType}`, event);
      for (const limit of event.rate_limits)
        this.#expect(limit.remaining >= 0 && limit.remaining <= limit.limit, 'more is left than there was', event);
    }
    this.#previousType = event.type;
    if (event.type.startsWith('response.')) this.#response(event);
    else if (event.type.startsWith('conversation.item.')) this.#item(event);
    else if (event.type.startsWith('input_audio_buffer.')) this.#buffer(event);
    else if (event.type === 'error') this.#error(event);
  }

  /** Every key is there, also those of which nothing is known. */
  #error(event) {
    for (const key of ['type', 'code', 'message', 'param', 'event_id'])
      this.#expect(key in (event.error ?? {}), `no error.${key}`, event);
    this.#expect(event.error?.message?.length > 0, 'no words for what is wrong', event);
  }

  /** What must not be left open when the connection has come to rest. */
  finish() {
    for (const [id, response] of this.#responses)
      if (!response.done) this.#problem(`response ${id} was never done`);
    if (this.#dialect === 'ga')
      for (const [id, item] of this.#items)
        if (!item.done && !item.deleted) this.#problem(`item ${id} was added but never done`);
    return this.problems;
  }

  #problem(text, event) {
    this.problems.push(event ? `#${this.#count} ${event.type}: ${text}` : text);
  }

  #expect(condition, text, event) {
    if (!condition) this.#problem(text, event);
    return condition;
  }

  #checkEnvelope(event) {
    this.#expect(typeof event.event_id === 'string' && event.event_id !== '', 'no event_id', event);
    this.#expect(!this.#eventIds.has(event.event_id), `event_id ${event.event_id} was used before`, event);
    this.#eventIds.add(event.event_id);
    if (this.#joined) return;
    // A connection that is refused is told why, and nothing else.
    if (this.#count === 1) this.#refused = event.type === 'error';
    else this.#expect(!this.#refused, 'after a refusal', event);
    const created = event.type === 'session.created' || (this.#dialect === 'beta' && event.type === 'transcription_session.created');
    if (this.#count === 1 && !this.#refused) this.#expect(created, 'session.created must be first', event);
    if (created) this.#expect(this.#count === 1, 'a second session.created', event);
    if (event.type === 'conversation.created') this.#expect(this.#count === 2, 'conversation.created must be second', event);
  }

  // The caller's audio

  #buffer(event) {
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        this.#expect(this.#speaking === null, 'speech started twice', event);
        this.#expect(!this.#items.has(event.item_id), 'the reserved id belongs to an item already', event);
        this.#speaking = event;
        this.#reserved.add(event.item_id);
        this.#speech.set(event.item_id, { start: event.audio_start_ms });
        break;
      case 'input_audio_buffer.speech_stopped':
        if (this.#expect(this.#speaking !== null, 'speech stopped that had not started', event)) {
          this.#expect(this.#speaking.item_id === event.item_id, 'another item than speech_started', event);
          this.#expect(event.audio_end_ms >= this.#speaking.audio_start_ms, 'ends before it starts', event);
          this.#speech.get(event.item_id).end = event.audio_end_ms;
        }
        this.#speaking = null;
        break;
      case 'input_audio_buffer.committed':
        // A client's commit during speech takes the place of speech_stopped.
        if (this.#speaking) {
          this.#expect(this.#speaking.item_id === event.item_id, 'committed something else than what is being said', event);
          this.#speaking = null;
        }
        this.#expect(!this.#committed.has(event.item_id), 'committed twice', event);
        this.#committed.add(event.item_id);
        this.#reserved.add(event.item_id);
        this.#previous(event);
        this.#atTheEnd(event);
        break;
      case 'input_audio_buffer.cleared':
        this.#speaking = null;
        break;
    }
  }

  // Items of the conversation

  /** What is said comes after all that was said before. */
  #atTheEnd(event) {
    if (this.#joined) return;
    const last = this.#order.at(-1) ?? null;
    this.#expect(event.previous_item_id === last, `comes after ${event.previous_item_id}, not after the last item ${last}`, event);
  }

  #insert(event) {
    const { id } = event.item;
    const previous = this.#order.indexOf(event.previous_item_id);
    if (this.#committed.has(id) || this.#runs(id)) this.#atTheEnd(event);
    this.#order.splice(previous + 1, 0, id);
  }

  #remove(id) {
    const index = this.#order.indexOf(id);
    if (index >= 0) this.#order.splice(index, 1);
  }

  /** Whether a response is just writing this item. */
  #runs(id) {
    return [...this.#responses.values()].some((response) => !response.done && response.outputs.some((output) => output.id === id));
  }

  #previous(event) {
    if (this.#joined || event.previous_item_id === null || event.previous_item_id === undefined) return;
    this.#expect(this.#items.has(event.previous_item_id), `previous_item_id ${event.previous_item_id} is unknown`, event);
  }

  #noSound(item, event) {
    for (const part of item.content ?? [])
      this.#expect(!('audio' in part), 'audio bytes inside an item', event);
  }

  #known(event) {
    const item = this.#items.get(event.item_id);
    if (this.#joined && !item) return item;
    this.#expect(item && !item.deleted, `item ${event.item_id} is not in the conversation`, event);
    return item;
  }

  #item(event) {
    if (event.type.startsWith(TRANSCRIPTION)) {
      this.#transcription(event);
      return;
    }
    switch (event.type) {
      case 'conversation.item.added':
      case 'conversation.item.created':
        this.#expect((event.type === 'conversation.item.added') === (this.#dialect === 'ga'), 'of the other dialect', event);
        this.#expect(!this.#items.has(event.item.id), `item ${event.item.id} was added before`, event);
        this.#previous(event);
        this.#noSound(event.item, event);
        if (event.item.role === 'user' && event.item.content.some((part) => part.type === 'input_audio' && part.transcript === null))
          this.#expect(this.#committed.has(event.item.id) || this.#recordings.has(event.item.id), 'speech that was never committed', event);
        this.#items.set(event.item.id, { done: false, added: event.item });
        this.#insert(event);
        break;
      case 'conversation.item.done': {
        const item = this.#items.get(event.item.id);
        this.#noSound(event.item, event);
        if (this.#joined && !item) break;
        if (!this.#expect(item, 'done before it was added', event)) break;
        this.#expect(!item.done, 'done twice', event);
        this.#expect(event.item.status !== 'in_progress', 'done but in progress', event);
        item.done = true;
        break;
      }
      case 'conversation.item.truncated': {
        const sound = this.#sound.get(event.item_id);
        this.#known(event);
        if (sound) {
          const ms = sound.bytes / sound.bytesPerMs;
          this.#expect(event.audio_end_ms <= Math.ceil(ms), `cut at ${event.audio_end_ms} ms, but only ${ms} ms were sent`, event);
        }
        break;
      }
      case 'conversation.item.deleted': {
        const item = this.#known(event);
        if (item) item.deleted = true;
        this.#remove(event.item_id);
        break;
      }
    }
  }

  #transcription(event) {
    const key = `${event.item_id}/${event.content_index ?? 0}`;
    const known = this.#transcripts.get(key) ?? { text: '', deltas: 0, done: false };
    this.#transcripts.set(key, known);
    this.#known(event);
    this.#expect(!known.done, 'after the transcript had ended', event);
    switch (event.type.slice(TRANSCRIPTION.length)) {
      case 'delta':
        known.text += event.delta;
        known.deltas++;
        break;
      case 'completed':
        if (known.deltas > 0 && !this.#revisions)
          this.#expect(known.text === event.transcript, `deltas "${known.text}" are not "${event.transcript}"`, event);
        this.#duration(event);
        known.done = true;
        break;
      case 'failed':
        known.done = true;
        break;
    }
  }

  /** What is counted for an utterance is what was said to be its length. */
  #duration(event) {
    const { start, end } = this.#speech.get(event.item_id) ?? {};
    if (end === undefined || event.usage?.type !== 'duration') return;
    const seconds = (end - start) / 1000;
    this.#expect(Math.abs(event.usage.seconds - seconds) < 0.002, `${event.usage.seconds} s, but speech went on for ${seconds} s`, event);
  }

  // Responses

  #response(event) {
    if (event.type === 'response.created') {
      this.#responseCreated(event);
      return;
    }
    const id = event.type === 'response.done' ? event.response.id : event.response_id;
    const response = this.#responses.get(id);
    if (this.#joined && !response) return;
    if (!this.#expect(response, `response ${id} was not created`, event)) return;
    this.#expect(!response.done, `response ${id} is done`, event);

    switch (event.type) {
      case 'response.done':
        this.#responseDone(event, response);
        break;
      case 'response.output_item.added':
        this.#outputAdded(event, response);
        break;
      case 'response.output_item.done':
        this.#outputDone(event, response);
        break;
      default:
        this.#inside(event, response);
    }
  }

  #responseCreated(event) {
    const { response } = event;
    this.#expect(!this.#responses.has(response.id), 'created twice', event);
    this.#expect(response.status === 'in_progress', `created as ${response.status}`, event);
    this.#expect(Array.isArray(response.output) && response.output.length === 0, 'created with output', event);
    this.#expect(response.usage == null, 'created with usage', event);
    const outOfBand = response.conversation_id === null;
    if (!outOfBand) {
      this.#expect(this.#current === null, `${this.#current} is still writing to the conversation`, event);
      this.#current = response.id;
    }
    this.#responses.set(response.id, { outOfBand, outputs: [], done: false, metadata: response.metadata, bytesPerMs: bytesPerMs(response) });
  }

  #responseDone(event, state) {
    const { response } = event;
    state.done = true;
    if (this.#current === response.id) this.#current = null;
    this.#expect(response.status !== 'in_progress', 'done but in progress', event);
    this.#expect((response.conversation_id === null) === state.outOfBand, 'another conversation than when created', event);
    this.#expect(isDeepStrictEqual(response.metadata, state.metadata), 'other metadata than when created', event);
    if (response.status !== 'completed')
      this.#expect(response.status_details?.type === response.status, 'status_details of another status', event);
    this.#expect(response.output.length === state.outputs.length, `${response.output.length} items, ${state.outputs.length} announced`, event);
    state.outputs.forEach((output, index) => {
      this.#expect(output.done, `output ${index} is not done`, event);
      this.#expect(isDeepStrictEqual(response.output[index], output.item), `output ${index} differs from its output_item.done`, event);
      if (response.status === 'completed')
        this.#expect(output.item?.status === 'completed', `output ${index} is ${output.item?.status} in a completed response`, event);
    });
  }

  #outputAdded(event, response) {
    const { item } = event;
    this.#expect(event.output_index === response.outputs.length, `index ${event.output_index} is not the next`, event);
    this.#expect(item.status === 'in_progress', `added as ${item.status}`, event);
    if (item.type === 'function_call') this.#expect(item.arguments === '', 'added with arguments', event);
    else this.#expect(item.content.length === 0, 'added with content', event);
    response.outputs.push({ id: item.id, type: item.type, callId: item.call_id, name: item.name, parts: [], arguments: '', deltas: 0, done: false });
  }

  #outputDone(event, response) {
    const { item } = event;
    const output = response.outputs[event.output_index];
    if (!this.#expect(output, `output ${event.output_index} was not added`, event)) return;
    this.#expect(output.id === item.id, 'another item than was added', event);
    this.#expect(!output.done, 'done twice', event);
    this.#expect(item.status === 'completed' || item.status === 'incomplete', `done as ${item.status}`, event);
    this.#noSound(item, event);
    this.#inConversation(event, response, item.id);
    if (item.type === 'function_call') {
      if (item.status === 'completed') {
        this.#expect(output.argumentsDone, 'no arguments.done before it', event);
        this.#expect(item.arguments === output.arguments, 'other arguments than the deltas', event);
      }
      this.#expect(item.call_id === output.callId && item.name === output.name, 'another call than was added', event);
    } else {
      this.#expect(item.content.length === output.parts.length, `${item.content.length} parts, ${output.parts.length} announced`, event);
      output.parts.forEach((part, index) => {
        this.#expect(part.done, `part ${index} is not done`, event);
        const content = item.content[index] ?? {};
        this.#expect((content.transcript ?? content.text) === part.text, `part ${index} has another text than its deltas`, event);
      });
    }
    output.done = true;
    output.item = item;
  }

  /** The client knows the item, if it can ever know it, before it hears of its inside. */
  #inConversation(event, response, id) {
    if (response.outOfBand) this.#expect(!this.#items.has(id), 'an out-of-band item in the conversation', event);
    else this.#expect(this.#items.has(id), `item ${id} was not added to the conversation`, event);
  }

  #inside(event, response) {
    const output = response.outputs[event.output_index];
    if (!this.#expect(output && output.id === event.item_id, `no output ${event.output_index} with item ${event.item_id}`, event)) return;
    this.#expect(!output.done, 'after its output_item.done', event);
    this.#inConversation(event, response, event.item_id);

    if (event.type.startsWith('response.function_call_arguments.')) {
      this.#callEvent(event, output);
      return;
    }
    if (event.type === 'response.content_part.added') {
      this.#expect(event.content_index === output.parts.length, `content_index ${event.content_index} is not the next`, event);
      this.#expect((event.part.transcript ?? event.part.text) === '', 'a part begins empty', event);
      output.parts.push({ type: event.part.type, text: '', audioBytes: 0, done: false });
      return;
    }
    const part = output.parts[event.content_index];
    if (!this.#expect(part, `part ${event.content_index} was not added`, event)) return;
    this.#expect(!part.done, 'after its content_part.done', event);
    this.#partEvent(event, part, response.bytesPerMs);
    if (AUDIO_DELTA.has(event.type)) this.#heard(event, response);
  }

  #heard(event, { bytesPerMs }) {
    const sound = this.#sound.get(event.item_id) ?? { bytes: 0, bytesPerMs };
    sound.bytes += Buffer.from(event.delta, 'base64').length;
    this.#sound.set(event.item_id, sound);
  }

  #callEvent(event, output) {
    this.#expect(event.call_id === output.callId, 'another call_id than was added', event);
    this.#expect(!output.argumentsDone, 'after its arguments.done', event);
    if (event.type.endsWith('.delta')) {
      output.arguments += event.delta;
      output.deltas++;
      return;
    }
    output.argumentsDone = true;
    this.#expect(output.deltas > 0, 'no delta before it', event);
    this.#expect(event.arguments === output.arguments, `deltas "${output.arguments}" are not "${event.arguments}"`, event);
    if (this.#dialect === 'ga') this.#expect(event.name === output.name, 'another name than was added', event);
  }

  #partEvent(event, part, bytesPerMs) {
    const kind = part.type === 'audio' ? 'transcript' : 'text';
    if (event.type in TEXT_DELTA) {
      this.#expect(TEXT_DELTA[event.type] === kind, `of a part of type ${part.type}`, event);
      this.#expect(!part.textDone, 'after its .done', event);
      part.text += event.delta;
    } else if (event.type in TEXT_DONE) {
      this.#expect(TEXT_DONE[event.type] === kind, `of a part of type ${part.type}`, event);
      this.#expect(!part.textDone, 'done twice', event);
      this.#expect(event[kind] === part.text, `deltas "${part.text}" are not "${event[kind]}"`, event);
      part.textDone = true;
    } else if (AUDIO_DELTA.has(event.type)) {
      const bytes = Buffer.from(event.delta, 'base64');
      this.#expect(part.type === 'audio' && !part.audioDone, 'audio where there can be none', event);
      this.#expect(bytes.length > 0 && (bytesPerMs === 8 || bytes.length % 2 === 0), `${bytes.length} bytes are not whole samples`, event);
      part.audioBytes += bytes.length;
    } else if (AUDIO_DONE.has(event.type)) {
      this.#expect(part.type === 'audio' && !part.audioDone, 'audio done where there can be none', event);
      part.audioDone = true;
    } else if (event.type === 'response.content_part.done') {
      this.#expect(part.textDone, `before its ${kind} is done`, event);
      if (part.type === 'audio') this.#expect(part.audioDone, 'before its audio is done', event);
      this.#expect(event.part.type === part.type, 'another type than was added', event);
      this.#expect(event.part[kind] === part.text, 'another text than its deltas', event);
      part.done = true;
    } else {
      this.#problem('not known', event);
    }
  }
}

/** The problems of a whole connection. */
export function checkLifecycle(events, options) {
  const checker = new LifecycleChecker(options);
  for (const event of events) checker.push(event);
  return checker.finish();
}
