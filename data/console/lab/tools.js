// Tools that run in this page, so that tool calls can be seen from end to end.
const MAX_LOG = 8;

const INITIAL = { note: '', counter: 0, flag: false };

function declare(name, description, properties = {}, required = Object.keys(properties)) {
  return { type: 'function', name, description, parameters: { type: 'object', properties, required } };
}

export const tools = [
  declare('get_weather', 'Tells the weather in a city', { city: { type: 'string', description: 'The city' } }),
  declare('set_light', 'Turns the light on or off', { state: { type: 'string', enum: ['on', 'off'] } }),
  declare('read_state', 'Reads the state of this page: note, counter and flag'),
  declare('set_note', 'Writes a note on this page', { note: { type: 'string', description: 'The note' } }),
  declare('add_to_counter', 'Adds to the counter of this page', { amount: { type: 'integer', description: 'How much' } }),
  declare('toggle_flag', 'Toggles the flag of this page'),
];

/** What the tools have done. Says `change` when that is more, or other. */
export class Workbench extends EventTarget {
  state = { ...INITIAL };
  log = [];

  #run = {
    get_weather: ({ city }) => ({ city, weather: 'sunny', temperature: 21 }),
    set_light: ({ state }) => {
      document.documentElement.style.colorScheme = state === 'off' ? 'dark' : 'light';
      return { light: state };
    },
    read_state: () => this.state,
    set_note: ({ note }) => this.#set({ note: String(note ?? '') }),
    add_to_counter: ({ amount }) => this.#set({ counter: this.state.counter + (Number(amount) || 0) }),
    toggle_flag: () => this.#set({ flag: !this.state.flag }),
  };

  #set(change) {
    this.state = { ...this.state, ...change };
    return this.state;
  }

  reset() {
    this.state = { ...INITIAL };
    this.log = [];
    document.documentElement.style.removeProperty('color-scheme');
    this.dispatchEvent(new Event('change'));
  }

  call(name, argumentsText) {
    const result = this.#try(name, argumentsText);
    this.log = [{ name, argumentsText, result }, ...this.log].slice(0, MAX_LOG);
    this.dispatchEvent(new Event('change'));
    return result;
  }

  #try(name, argumentsText) {
    if (!Object.hasOwn(this.#run, name)) return { error: `This page has no tool named ${name}.` };
    try {
      return this.#run[name](JSON.parse(argumentsText || '{}'));
    } catch (error) {
      return { error: error.message };
    }
  }
}
