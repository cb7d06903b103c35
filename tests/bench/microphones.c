/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Many microphones at a server, from one thread that costs next to nothing, so
 * that on a small machine the measurement is the server's:
 *   microphones PORT PID COUNT SECONDS EVENTS [telephone]
 *
 * EVENTS is a file with a JSON event per line: what a session begins with,
 * what is asked at the end, then the appends, each 40 ms of audio.  Prints
 * what the server (process PID) spent meanwhile, as one line of JSON.
 *
 * Telephones speak as Twilio does, in packets of 20 ms: of what they begin with
 * $N is the number of the call, nothing is answered before the first sentence
 * is, and what they say at the end ends the connection.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <json-glib/json-glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS (G_GINT64_CONSTANT (1000000))
#define PATIENCE_S 60
/* Each caller is somewhere else in the recording. */
#define STRIDE 7

#define NUMBER "$N"
#define CLOSE_FRAME 0x88

/* Who calls, and how one can tell what the server does. */
typedef struct {
  const gchar *path;
  guint packet_ms;
  const gchar *begun; /* (nullable): it says nothing */
  const gchar *heard;
  const gchar *ended; /* (nullable): it hangs up */
} Kind;

static const Kind realtime = {"/v1/realtime", 40, "\"session.updated\"",
    "\"input_audio_buffer.speech_started\"", "\"input_audio_buffer.cleared\""};
static const Kind telephone = {
    "/ws/twilio/stream", 20, NULL, "\"event\":\"mark\"", NULL};

static const Kind *kind = &realtime;

typedef struct {
  gint fd;
  GByteArray *received;
  guint heard;
} Caller;

typedef struct {
  gchar *begin;
  GBytes *end;
  GPtrArray *appends; /* (element-type GBytes) */
} Frames;

static gint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void
sleep_until (gint64 ns)
{
  struct timespec when = {ns / 1000000000, ns % 1000000000};

  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
    ;
}

/* CPU time of all threads of a process, in nanoseconds. */
static guint64
cpu_time (const gchar *pid)
{
  g_autofree gchar *folder = g_build_filename ("/proc", pid, "task", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *task;
  guint64 total = 0;

  if (dir == NULL)
    g_error ("there is no process %s", pid);
  while ((task = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *file = g_build_filename (folder, task, "schedstat", NULL);
    g_autofree gchar *text = NULL;

    if (g_file_get_contents (file, &text, NULL, NULL))
      total += g_ascii_strtoull (text, NULL, 10);
  }
  return total;
}

static gint64
resident_kib (const gchar *pid)
{
  g_autofree gchar *file = g_build_filename ("/proc", pid, "status", NULL);
  g_autofree gchar *text = NULL;
  const gchar *line;

  if (!g_file_get_contents (file, &text, NULL, NULL))
    g_error ("there is no process %s", pid);
  line = strstr (text, "VmRSS:");
  g_assert (line != NULL);
  return g_ascii_strtoll (line + strlen ("VmRSS:"), NULL, 10);
}

/* A masked text frame. */
static GBytes *
make_frame (const gchar *text)
{
  static const guint8 mask[4] = {0x5a, 0x17, 0xc3, 0x8e};
  gsize length = strlen (text);
  GByteArray *frame = g_byte_array_new ();

  g_assert (length <= G_MAXUINT16);
  if (length < 126) {
    g_byte_array_append (frame, (guint8[]){0x81, 0x80 | length}, 2);
  } else {
    guint16 big = GUINT16_TO_BE (length);

    g_byte_array_append (frame, (guint8[]){0x81, 0x80 | 126}, 2);
    g_byte_array_append (frame, (guint8 *) &big, sizeof big);
  }
  g_byte_array_append (frame, mask, sizeof mask);
  for (gsize i = 0; i < length; i++) {
    guint8 masked = text[i] ^ mask[i & 3];

    g_byte_array_append (frame, &masked, 1);
  }
  return g_byte_array_free_to_bytes (frame);
}

static void
read_frames (const gchar *file, Frames *frames)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (file, &text, NULL, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  if (g_strv_length (lines) < 3)
    g_error ("%s has no appends", file);
  frames->begin = g_strdup (lines[0]);
  frames->end = make_frame (lines[1]);
  frames->appends =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 2; lines[i] != NULL; i++)
    g_ptr_array_add (frames->appends, make_frame (lines[i]));
}

static void
send_bytes (Caller *caller, gconstpointer data, gsize length)
{
  while (length > 0) {
    gssize n = send (caller->fd, data, length, MSG_NOSIGNAL);

    if (n < 0)
      g_error ("cannot send: %s", g_strerror (errno));
    data = (const guint8 *) data + n;
    length -= n;
  }
}

static void
send_frame (Caller *caller, GBytes *frame)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (frame, &length);

  send_bytes (caller, data, length);
}

static void
receive_some (Caller *caller)
{
  guint8 buffer[16384];
  gssize n = recv (caller->fd, buffer, sizeof buffer, 0);

  if (n <= 0)
    g_error ("the server %s",
        n == 0 ? "hung up"
               : "says nothing within " G_STRINGIFY (PATIENCE_S) " s");
  g_byte_array_append (caller->received, buffer, n);
}

/* The length of the first frame, head included; 0 while it is not whole. */
static gsize
first_frame (GByteArray *received, gsize *ret_head)
{
  gsize head = 2, length, i;

  if (received->len < 2)
    return 0;
  length = received->data[1];
  if (length >= 126) {
    head += length == 126 ? 2 : 8;
    if (received->len < head)
      return 0;
    for (length = 0, i = 2; i < head; i++)
      length = length << 8 | received->data[i];
  }
  *ret_head = head;
  return received->len >= head + length ? head + length : 0;
}

/* Reads up to the event that has this in it; NULL: to the end. */
static void
receive_until (Caller *caller, const gchar *what)
{
  for (;;) {
    gsize head, length;
    gboolean is_end;

    while ((length = first_frame (caller->received, &head)) == 0)
      receive_some (caller);
    g_autofree gchar *text =
        g_strndup ((gchar *) caller->received->data + head, length - head);

    is_end = caller->received->data[0] == CLOSE_FRAME;
    g_byte_array_remove_range (caller->received, 0, length);
    if (strstr (text, kind->heard) != NULL)
      caller->heard++;
    if (is_end && what != NULL)
      g_error ("the server hung up: %s", text + 2);
    if (is_end || (what != NULL && strstr (text, what) != NULL))
      return;
  }
}

static void
shake_hands (Caller *caller)
{
  g_autofree gchar *request =
      g_strdup_printf ("GET %s HTTP/1.1\r\n"
                       "Host: localhost\r\n"
                       "Upgrade: websocket\r\n"
                       "Connection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "\r\n",
          kind->path);
  static const gchar end[] = "\r\n\r\n";
  const gchar *found;

  send_bytes (caller, request, strlen (request));
  do {
    receive_some (caller);
    found = g_strstr_len (
        (gchar *) caller->received->data, caller->received->len, end);
  } while (found == NULL);
  if (!g_str_has_prefix ((gchar *) caller->received->data, "HTTP/1.1 101 "))
    g_error ("refused: %.*s", (int) caller->received->len,
        (gchar *) caller->received->data);
  g_byte_array_remove_range (caller->received, 0,
      found + strlen (end) - (gchar *) caller->received->data);
}

static void
begin (Caller *caller, guint number, const Frames *frames)
{
  g_autofree gchar *text = g_strdup_printf ("%u", number);
  g_auto (GStrv) parts = g_strsplit (frames->begin, NUMBER, -1);
  g_autofree gchar *begin = g_strjoinv (text, parts);
  g_autoptr (GBytes) frame = make_frame (begin);

  send_frame (caller, frame);
  if (kind->begun != NULL)
    receive_until (caller, kind->begun);
}

static void
open_caller (Caller *caller, guint16 port, guint number, const Frames *frames)
{
  const struct timeval patience = {.tv_sec = PATIENCE_S};
  const struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons (port),
      .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  const gint yes = 1;

  caller->received = g_byte_array_new ();
  caller->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (caller->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (caller->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect (caller->fd, (const struct sockaddr *) &address, sizeof address)
      != 0)
    g_error ("cannot connect to port %u: %s", port, g_strerror (errno));
  shake_hands (caller);
  begin (caller, number, frames);
}

/* Everybody sends a packet when it is full, evenly spread: callers are not in
 * step with each other.  Returns how late the latest packet was. */
static gint64
speak (Caller *callers, guint count, guint seconds, const Frames *frames)
{
  gint64 start = now_ns ();
  guint64 total = (guint64) count * seconds * 1000 / kind->packet_ms;
  gint64 latest = 0;

  for (guint64 i = 0; i < total; i++) {
    guint caller = i % count;
    gint64 due = start + i * kind->packet_ms * 1000000 / count;
    gint64 now = now_ns ();

    if (now < due)
      sleep_until (start + ((due - start) / TICK_NS + 1) * TICK_NS);
    else
      latest = MAX (latest, now - due);
    send_frame (&callers[caller],
        g_ptr_array_index (frames->appends,
            (i / count + caller * STRIDE) % frames->appends->len));
  }
  return latest;
}

static void
report (guint64 cpu, gint64 memory, guint heard, gint64 behind)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *text = NULL;

  json_object_set_double_member (object, "cpu_ms", cpu / 1e6);
  json_object_set_int_member (object, "memory_kib", memory);
  json_object_set_int_member (object, "heard", heard);
  json_object_set_double_member (object, "behind_ms", behind / 1e6);
  json_node_set_object (node, object);
  text = json_to_string (node, FALSE);
  g_print ("%s\n", text);
}

int
main (int argc, char **argv)
{
  const gchar *pid;
  guint16 port;
  guint count, seconds, heard = 0;
  Frames frames;
  g_autofree Caller *callers = NULL;
  gint64 base, latest, sent;
  guint64 before;

  if (argc < 6 || argc > 7) {
    g_printerr (
        "Usage: %s PORT PID COUNT SECONDS EVENTS [telephone]\n", argv[0]);
    return 2;
  }
  if (argc == 7)
    kind = &telephone;
  port = atoi (argv[1]);
  pid = argv[2];
  count = atoi (argv[3]);
  seconds = atoi (argv[4]);
  read_frames (argv[5], &frames);

  callers = g_new0 (Caller, count);
  base = resident_kib (pid);
  for (guint i = 0; i < count; i++)
    open_caller (&callers[i], port, i, &frames);

  before = cpu_time (pid);
  latest = speak (callers, count, seconds, &frames);
  /* The answer comes after all that was sent before has been listened to. */
  sent = now_ns ();
  for (guint i = 0; i < count; i++)
    send_frame (&callers[i], frames.end);
  for (guint i = 0; i < count; i++) {
    receive_until (&callers[i], kind->ended);
    heard += callers[i].heard > 0;
  }
  report (cpu_time (pid) - before, resident_kib (pid) - base, heard,
      MAX (latest, now_ns () - sent));

  for (guint i = 0; i < count; i++) {
    close (callers[i].fd);
    g_byte_array_unref (callers[i].received);
  }
  g_ptr_array_unref (frames.appends);
  g_free (frames.begin);
  g_bytes_unref (frames.end);
  return 0;
}
