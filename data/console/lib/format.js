const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const number = new Intl.NumberFormat();

/** @param time ms since 1970, or what Date reads */
export function formatTime(time) {
  const date = new Date(time);
  return time === null || time === undefined || Number.isNaN(date.getTime()) ? '–' : dateTime.format(date);
}

export const formatNumber = (value) => (Number.isFinite(value) ? number.format(value) : '–');

export function formatMs(ms) {
  if (!Number.isFinite(ms)) return '–';
  return ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(2)}\u00a0s`;
}

export function formatDuration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Where in a call: minutes and seconds. */
export function formatOffset(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function formatBytes(bytes) {
  return Number.isFinite(bytes) ? `${Math.round(bytes / 1048576)} MiB` : '–';
}

export const formatJson = (value) => JSON.stringify(value, null, 2);
