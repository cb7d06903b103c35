// Two tools that run in this page, so that a tool call can be seen from end to end.
export const tools = [
  {
    type: 'function',
    name: 'get_weather',
    description: 'Tells the weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'The city' } },
      required: ['city'],
    },
  },
  {
    type: 'function',
    name: 'set_light',
    description: 'Turns the light on or off',
    parameters: {
      type: 'object',
      properties: { state: { type: 'string', enum: ['on', 'off'] } },
      required: ['state'],
    },
  },
];

const run = {
  get_weather: ({ city }) => ({ city, weather: 'sunny', temperature: 21 }),
  set_light: ({ state }) => {
    document.documentElement.style.colorScheme = state === 'off' ? 'dark' : 'light';
    return { light: state };
  },
};

export function callTool(name, argumentsText) {
  if (!run[name]) return { error: `This page has no tool named ${name}.` };
  try {
    return run[name](JSON.parse(argumentsText || '{}'));
  } catch (error) {
    return { error: error.message };
  }
}
