// An app's runtimeConfig as the fields of a form, and back.

/** Where each field of the form is in a runtimeConfig. */
export const FIELDS = {
  provider: ['provider'],
  model: ['voiceConfig', 'model'],
  voice: ['voiceConfig', 'voice'],
  speakingRate: ['voiceConfig', 'speakingRate'],
  language: ['voiceConfig', 'language'],
  instructions: ['systemInstructionOverride'],
  greeting: ['voiceConfig', 'initialGreetingPrompt'],
  preset: ['voiceConfig', 'turnDetectionPreset'],
  detection: ['voiceConfig', 'turnDetection', 'mode'],
  threshold: ['voiceConfig', 'turnDetection', 'serverVAD', 'threshold'],
  prefixPadding: ['voiceConfig', 'turnDetection', 'serverVAD', 'prefixPaddingMs'],
  silence: ['voiceConfig', 'turnDetection', 'serverVAD', 'silenceDurationMs'],
  maxDuration: ['voiceConfig', 'maxCallDurationMs'],
  maxIdle: ['voiceConfig', 'maxIdleDurationMs'],
  origins: ['allowedOrigins'],
};
const NUMBERS = new Set(['speakingRate', 'threshold', 'prefixPadding', 'silence', 'maxDuration', 'maxIdle']);
/** These also count where they stand beside voiceConfig, which goes first. */
const ELSEWHERE = new Set(['speakingRate', 'language', 'greeting', 'preset', 'detection', 'threshold', 'prefixPadding', 'silence', 'maxDuration', 'maxIdle']);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function find(config, path) {
  return path.reduce((value, name) => (isObject(value) ? value[name] : undefined), config);
}

/** What the fields show, all of it text. */
export function readFields(config) {
  return Object.fromEntries(Object.entries(FIELDS).map(([name, path]) => {
    const value = find(config, path) ?? (ELSEWHERE.has(name) ? find(config, path.slice(1)) : undefined);
    return [name, Array.isArray(value) ? value.join('\n') : String(value ?? '')];
  }));
}

function toValue(name, text) {
  const trimmed = text.trim();
  if (name === 'origins') {
    const lines = trimmed.split(/\s+/).filter(Boolean);
    return lines.length ? lines : undefined;
  }
  if (trimmed === '') return undefined;
  return NUMBERS.has(name) ? Number(trimmed) : trimmed;
}

function store(config, path, value) {
  const [name, ...rest] = path;
  if (rest.length === 0) {
    if (value === undefined) delete config[name];
    else config[name] = value;
    return;
  }
  if (!isObject(config[name])) {
    if (value === undefined) return;
    config[name] = {};
  }
  store(config[name], rest, value);
  if (Object.keys(config[name]).length === 0) delete config[name];
}

/** @p config with what the fields say; members that no field stands for stay. */
export function applyFields(config, fields) {
  const result = structuredClone(config ?? {});
  for (const [name, path] of Object.entries(FIELDS)) {
    const value = toValue(name, fields[name]);
    if (fields[name].trim() === readFields(config ?? {})[name].trim()) continue;
    store(result, path, value);
    if (value === undefined && ELSEWHERE.has(name)) store(result, path.slice(1), undefined);
  }
  return withoutEmpty(result);
}

function withoutEmpty(value) {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== '').map(([name, member]) => [name, withoutEmpty(member)]));
}

/** Of the text of the advanced editor; throws what is wrong with it. */
export function parseConfig(text) {
  let config;
  try {
    config = JSON.parse(text.trim() || '{}');
  } catch (error) {
    throw new Error(`This is not JSON: ${error.message}`);
  }
  if (!isObject(config)) throw new Error('The settings of an app are an object: { … }');
  for (const name of ['voiceConfig']) {
    if (name in config && !isObject(config[name])) throw new Error(`${name} must be an object.`);
  }
  if ('allowedOrigins' in config && !(Array.isArray(config.allowedOrigins) && config.allowedOrigins.every((origin) => typeof origin === 'string')))
    throw new Error('allowedOrigins must be a list of strings.');
  return config;
}
