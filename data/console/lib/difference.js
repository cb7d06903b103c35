// What must be merged into one tree so that it becomes another: null takes a member out.
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function removal(value) {
  if (!isObject(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, removal(member)]));
}

export function difference(from, to) {
  const change = {};
  for (const [name, value] of Object.entries(to)) {
    if (isObject(value) && isObject(from[name])) {
      const inner = difference(from[name], value);
      if (Object.keys(inner).length > 0) change[name] = inner;
    } else if (JSON.stringify(value) !== JSON.stringify(from[name])) {
      change[name] = value;
    }
  }
  for (const [name, value] of Object.entries(from)) {
    if (!(name in to)) change[name] = removal(value);
  }
  return change;
}
