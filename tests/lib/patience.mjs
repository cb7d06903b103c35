/** How long a test waits before it fails: a sanitized recogniser takes its time. */
export const patience = process.env.ASAN_OPTIONS ? 90000 : 20000;
